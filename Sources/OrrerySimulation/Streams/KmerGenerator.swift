import OrreryText

/// Counting k-mers: reads of `length` bases are taken from drawn places of a genome; every k-mer of a read is hashed, its slot of the table
/// probed (linearly, where another k-mer has it) and its count written.
///
/// Reads lie behind each other, two bits a base, and are read 8 bytes at a time. Base *i* of the genome is a pure function of *i*, so
/// that a genome takes no space; the table is kept, so that probes are those of a real one. A full table counts no further
/// k-mers.
final class KmerGenerator: AccessGenerator {
    private let (base, data, genome, length, k, step, seed): (Int, Int, Int, Int, Int, Int, Int)
    private let slots: FixedArray<UInt64>
    private let slotMask: Int
    private let codeMask: UInt64
    private var random: StreamRandom

    private enum Stage { case word, probe, count }
    private var stage = Stage.word
    private var (start, place, read) = (0, 0, 0)
    private var code: UInt64 = 0
    private var (slot, probes) = (0, 0)

    override init(_ stream: AccessStream) {
        (base, data, genome) = (stream.value("base"), stream.value("data"), stream.value("genome"))
        (length, k, step) = (stream.value("length"), stream.value("k"), stream.value("step"))
        seed = stream.value("seed")
        slots = FixedArray(repeating: 0, count: stream.value("slots"))
        slotMask = stream.value("slots") - 1
        codeMask = 1 << UInt64(2 * k) - 1
        random = StreamRandom(seed: stream.value("seed") &+ 1)
        super.init(stream)
        begin()
    }

    private func begin() {
        start = random.next(below: genome)
        place = 0
        code = 0
    }

    /// Two bits: the base at a place of the genome, which is a circle.
    private func symbol(_ place: Int) -> UInt64 {
        let place = place >= genome ? place &- genome : place
        return StreamRandom.output(place / 32, seed: seed) >> UInt64(2 &* (place % 32)) & 3
    }

    override func generate() -> Access {
        switch stage {
        case .word:
            let access = Access(
                base &+ 8 &* ((read &* length &+ place) / 32 & (1 << 28 &- 1)), bytes: 8, endsIteration: true)
            advance()
            return access
        case .probe:
            let held = slots[slot]
            let address = data &+ step &* slot
            let isOwn = held == code &+ 1
            if isOwn || held == 0 || probes == slotMask {
                if held == 0 { slots[slot] = code &+ 1 }
                stage = .count
                return Access(address, bytes: 8, site: 1)
            }
            slot = (slot &+ 1) & slotMask
            probes &+= 1
            return Access(address, bytes: 8, site: 1, endsIteration: true)
        case .count:
            let access = Access(data &+ step &* slot &+ 8, bytes: 8, isWrite: true, site: 2, endsIteration: true)
            if place == length {
                read &+= 1
                begin()
                stage = .word
            } else if place % 32 == 0 {
                stage = .word
            } else {
                advance()
            }
            return access
        }
    }

    /// Takes bases until a k-mer is whole, or the next word has to be read.
    private func advance() {
        repeat {
            code = (code << 2 | symbol(start &+ place)) & codeMask
            place &+= 1
            if place >= k {
                slot = Int(StreamRandom.mix(code) & UInt64(slotMask))
                probes = 0
                stage = .probe
                return
            }
        } while place % 32 != 0
        stage = .word
    }
}
