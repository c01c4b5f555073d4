import OrreryText

/// Lookups of macroscopic cross sections as in XSBench's unionized energy grid: an energy is drawn; a binary search reads the
/// grid of all nuclides' energies (8 bytes each); then for every nuclide of a drawn material the index grid is read (4 bytes)
/// and the two points around the energy (48 bytes each: energy and five cross sections).
///
/// Points of a nuclide are taken to be evenly spaced, so that the index of a point follows from the energy and no grid has to
/// be held. The materials' frequencies and their numbers of nuclides are those of XSBench's Hoogenboom-Martin core, as
/// recalled, not checked against its source.
final class CrossSectionGenerator: AccessGenerator {
    private let (base, indexGrid, data, nuclides, points): (Int, Int, Int, Int, Int)
    private let energies: Int
    private var random: StreamRandom

    /// Of a thousand lookups, how many are in each material, and how many nuclides it has.
    private static let materials: [(share: Int, nuclides: Int)] = [
        (140, 321), (52, 5), (275, 4), (134, 4), (154, 27), (64, 21), (66, 21), (55, 21), (8, 21), (15, 21), (25, 9),
        (12, 9),
    ]

    /// The binary search goes on over `low ..< high`; it is over where they are one apart.
    private var (low, high) = (0, 0)
    private var energy = 0
    private var (nuclide, count, site) = (0, 0, 0)
    private var first = 0

    override init(_ stream: AccessStream) {
        (base, indexGrid, data) = (stream.value("base"), stream.value("index"), stream.value("data"))
        (nuclides, points) = (stream.value("nuclides"), stream.value("points"))
        energies = nuclides * points
        random = StreamRandom(seed: stream.value("seed"))
        super.init(stream)
        draw()
    }

    private func draw() {
        energy = random.next(below: energies)
        (low, high) = (0, energies)
        var share = random.next(below: 1000)
        count = 1
        for material in Self.materials {
            count = material.nuclides
            share -= material.share
            if share < 0 { break }
        }
        count = min(count, nuclides)
        first = random.next(below: nuclides)
        (nuclide, site) = (0, 0)
    }

    override func generate() -> Access {
        if high &- low > 1 {
            let middle = low &+ (high &- low) / 2
            // The next probe depends on what this one says.
            let depends = high &- low < energies ? 1 : 0
            if middle > energy { high = middle } else { low = middle }
            return Access(base &+ 8 &* middle, bytes: 8, dependence: depends, endsIteration: true)
        }
        let number = (first &+ nuclide) % nuclides
        if site == 0 {
            site = 1
            return Access(
                indexGrid &+ 4 &* (energy &* nuclides &+ number), bytes: 4, site: 1, dependence: nuclide == 0 ? 1 : 0)
        }
        let point = min(energy / nuclides, points &- 2)
        let address = data &+ 48 &* (number &* points &+ point)
        if site == 1 {
            site = 2
            return Access(address, bytes: 48, site: 2, dependence: 1)
        }
        site = 0
        nuclide &+= 1
        if nuclide == count { draw() }
        return Access(address &+ 48, bytes: 48, site: 3, dependence: 2, endsIteration: true)
    }
}
