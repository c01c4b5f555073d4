/// Choices of a fuzzing case: the same for the same seed.
struct FuzzRandom {
    private var generator: SplitMix

    init(seed: Int) {
        generator = SplitMix(state: UInt64(bitPattern: Int64(seed)) &* 0x2545_F491_4F6C_DD1D &+ 77)
        _ = generator.next()
    }

    /// A number in `0..<bound`; 0 where there is none.
    mutating func below(_ bound: Int) -> Int { bound < 1 ? 0 : Int(generator.next() % UInt64(bound)) }

    /// True in `percent` of 100 cases.
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    mutating func element<Element>(of array: [Element]) -> Element { array[below(array.count)] }
}
