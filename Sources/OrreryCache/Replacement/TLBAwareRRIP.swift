import OrrerySimulation

/// How SRRIP treats TLB blocks (Victima, arXiv 2310.04158, listing of its TLB-aware SRRIP; and what its artifact does).
public struct TLBAwareRule: Hashable, Sendable {
    public var bits: Int
    /// Interval with which data are inserted.
    public var dataInsertion: Int
    /// Interval with which a TLB block is inserted without pressure, and under pressure.
    public var blockInsertion: Int
    public var blockInsertionUnderPressure: Int
    /// By how much a hit lowers the interval of data and of a TLB block.
    public var dataHit: Int
    public var blockHit: Int
    /// A chosen victim that is a TLB block is passed over once under pressure, for another line at the same age.
    public var givesSecondChance: Bool
    /// The search for a victim begins behind the last one, in a pointer that all sets share, in place of way 0.
    public var rotates: Bool
    /// The low insertion of blocks needs no pressure but an empty way.
    public var insertsLowIntoEmptyWays: Bool

    public init(
        bits: Int, dataInsertion: Int, blockInsertion: Int, blockInsertionUnderPressure: Int, dataHit: Int,
        blockHit: Int, givesSecondChance: Bool, rotates: Bool, insertsLowIntoEmptyWays: Bool
    ) {
        self.bits = bits
        self.dataInsertion = dataInsertion
        self.blockInsertion = blockInsertion
        self.blockInsertionUnderPressure = blockInsertionUnderPressure
        self.dataHit = dataHit
        self.blockHit = blockHit
        self.givesSecondChance = givesSecondChance
        self.rotates = rotates
        self.insertsLowIntoEmptyWays = insertsLowIntoEmptyWays
    }

    /// The paper's listing, 2 bits: TLB blocks enter with 0 under pressure, else with the maximum. What data enter with is not in the
    /// accounts of it; 2 is SRRIP's.
    public static let paper = TLBAwareRule(
        bits: 2, dataInsertion: 2, blockInsertion: 3, blockInsertionUnderPressure: 0, dataHit: 1, blockHit: 3,
        givesSecondChance: true, rotates: false, insertsLowIntoEmptyWays: false)

    /// The artifact's `cache_set_srrip.cc`: no look at pressure, no second chance, a rotating pointer.
    public static let artifact = TLBAwareRule(
        bits: 2, dataInsertion: 2, blockInsertion: 2, blockInsertionUnderPressure: 2, dataHit: 1, blockHit: 3,
        givesSecondChance: false, rotates: true, insertsLowIntoEmptyWays: true)
}

/// SRRIP that knows TLB blocks; `isUnderPressure` is set from outside, by the misses of the last-level TLB.
final class TLBAwareRRIP: Replacement {
    let rule: TLBAwareRule
    private let values: PackedBytes
    private let isBlock: FixedArray<Bool>
    private let most: UInt8
    private let pointer: FixedArray<Int>
    @exclusivity(unchecked) var isUnderPressure = false
    /// Victims that were passed over.
    @exclusivity(unchecked) private(set) var secondChances = 0

    init(sets: Int, ways: Int, _ rule: TLBAwareRule) {
        self.rule = rule
        most = UInt8((1 << rule.bits) - 1)
        values = PackedBytes(sets: sets, ways: ways)
        isBlock = FixedArray(repeating: false, count: sets * ways)
        pointer = FixedArray(repeating: 0, count: 1)
        super.init(sets: sets, ways: ways)
    }

    override func hit(_ slot: Int, set: Int, _ use: Use) {
        let step = isBlock[slot] ? rule.blockHit : rule.dataHit
        let way = slot - set * ways
        values[set, way] = UInt8(max(Int(values[set, way]) - step, 0))
    }

    override func filled(_ slot: Int, set: Int, wasEmpty: Bool, _ use: Use) {
        isBlock[slot] = use.isTranslation
        let block =
            isUnderPressure
            ? rule.blockInsertionUnderPressure
            : rule.insertsLowIntoEmptyWays && wasEmpty ? 0 : rule.blockInsertion
        values[set, slot - set * ways] = UInt8(use.isTranslation ? block : rule.dataInsertion)
    }

    override func emptied(_ slot: Int, set: Int) { isBlock[slot] = false }

    override func victim(set: Int, _ use: Use) -> Int {
        let first = set * ways
        let oldest = values.oldest(set: set, most: most)
        let chosen = first + (rule.rotates ? rotated(set) : oldest)
        if !isBlock[chosen] || !isUnderPressure || !rule.givesSecondChance { return chosen }
        let other = values.find(most, set: set) { !isBlock[first + $0] }
        if other < 0 { return chosen }
        secondChances += 1
        return first + other
    }

    /// The first way from the pointer on, all round, that has the maximum; the pointer moves behind it.
    private func rotated(_ set: Int) -> Int {
        var way = pointer[0] % ways
        while values[set, way] != most { way = (way + 1) % ways }
        pointer[0] = (way + 1) % ways
        return way
    }
}
