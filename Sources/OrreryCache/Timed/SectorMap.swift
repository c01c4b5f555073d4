import OrrerySimulation

/// Which sectors of each line are there, and which are written.
///
/// A cache without sectors keeps neither: a line that has its tag is there, and the tag says whether it is written. (Two bytes a line
/// less of the simulating machine's cache for each look-up to miss.)
struct SectorMap: ~Copyable {
    private let present: FixedArray<UInt8>
    private let written: FixedArray<UInt8>
    private let isKept: Bool

    init(lines: Int, isSectored: Bool) {
        isKept = isSectored
        present = FixedArray(repeating: 0, count: isSectored ? lines : 0)
        written = FixedArray(repeating: 0, count: isSectored ? lines : 0)
    }

    /// Whether a sector of the line in the slot is there.
    @inline(__always)
    func holds(_ slot: Int, _ bit: UInt8) -> Bool { !isKept || present[slot] & bit != 0 }

    /// The sectors of the line in the slot that are there.
    @inline(__always)
    func present(_ slot: Int) -> UInt8 { isKept ? present[slot] : 1 }

    /// The sectors of a line that are written. - Parameter marks: of its tag.
    @inline(__always)
    func written(_ slot: Int, _ marks: TagArray.Marks) -> UInt8 {
        isKept ? written[slot] : marks.contains(.dirty) ? 1 : 0
    }

    @inline(__always)
    func add(_ bit: UInt8, to slot: Int) { if isKept { present[slot] |= bit } }

    @inline(__always)
    func write(_ bit: UInt8, to slot: Int) { if isKept { written[slot] |= bit } }

    /// Nothing of the slot's line is there any more.
    @inline(__always)
    func clear(_ slot: Int) {
        if !isKept { return }
        present[slot] = 0
        written[slot] = 0
    }
}
