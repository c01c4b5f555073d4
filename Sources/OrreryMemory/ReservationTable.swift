import OrrerySimulation

/// Which ports and banks of a scratchpad are taken in each coming cycle.
///
/// A ring of cycles from `base` on. Each has a word with the number of ports in use, and a bit for every bank that is
/// busy. Everything outside the reserved stretch is zero; the ring grows when a reservation lies beyond it.
final class ReservationTable {
    private let ports: Int
    private let banks: Int
    private let bankCycle: Int
    /// Words of a cycle: the ports, then 64 banks each.
    private let stride: Int
    private var window: Window
    private var head = 0
    /// First cycle that can still be reserved; cycle `base + i` is slot `head + i`.
    private var base: Cycle = 0
    /// Cycles from `base` to the last reservation.
    private var length = 0
    /// How often an access that could otherwise have gone found all ports, or its bank, taken.
    private(set) var portConflicts = 0
    private(set) var bankConflicts = 0

    /// Storage behind a constant, so that access in the flat loop needs no exclusivity check.
    private final class Window {
        let words: FixedArray<UInt64>
        let mask: Int

        init(cycles: Int, stride: Int) {
            words = FixedArray(repeating: 0, count: cycles * stride)
            mask = cycles - 1
        }
    }

    init(ports: Int, banks: Int, bankCycle: Int) {
        self.ports = ports
        self.banks = banks
        self.bankCycle = bankCycle
        stride = 1 + (banks + 63) / 64
        window = Window(cycles: 64, stride: stride)
    }

    /// Forgets the cycles before `cycle`.
    func advance(to cycle: Cycle) {
        let passed = min(length, cycle - base)
        if passed > 0 {
            let window = window
            for index in head..<(head + passed) {
                let slot = (index & window.mask) * stride
                for word in slot..<(slot + stride) { window.words[word] = 0 }
            }
            head = (head + passed) & window.mask
            length -= passed
        }
        if cycle > base { base = cycle }
    }

    /// Reserves a port and `bank` in the earliest cycle from `earliest` on in which the access delays no earlier reservation.
    /// - Returns: the cycle.
    func reserve(bank: Int, from earliest: Cycle) -> Cycle {
        var offset = earliest - base
        let word = 1 + bank >> 6
        let bit: UInt64 = 1 << UInt64(bank & 63)
        let reach = max(bankCycle, 1)
        while true {
            if offset + reach > window.mask { grow(to: offset + reach) }
            let window = window
            let slot = ((head + offset) & window.mask) * stride
            if window.words[slot] >= UInt64(ports) {
                portConflicts += 1
            } else if isBusy(window, offset, word, bit) {
                bankConflicts += 1
            } else {
                window.words[slot] += 1
                for later in offset..<(offset + bankCycle) {
                    window.words[((head + later) & window.mask) * stride + word] |= bit
                }
                length = max(length, offset + reach)
                return base + offset
            }
            offset += 1
        }
    }

    @inline(__always)
    private func isBusy(_ window: Window, _ offset: Int, _ word: Int, _ bit: UInt64) -> Bool {
        for later in offset..<(offset + bankCycle)
        where window.words[((head + later) & window.mask) * stride + word] & bit != 0 {
            return true
        }
        return false
    }

    /// Hands over the conflicts counted so far and starts at zero.
    func takeConflicts() -> (port: Int, bank: Int) {
        defer { (portConflicts, bankConflicts) = (0, 0) }
        return (portConflicts, bankConflicts)
    }

    private func grow(to cycles: Int) {
        var size = (window.mask + 1) * 2
        while size <= cycles { size *= 2 }
        let larger = Window(cycles: size, stride: stride)
        for index in 0..<length {
            let slot = ((head + index) & window.mask) * stride
            for word in 0..<stride { larger.words[index * stride + word] = window.words[slot + word] }
        }
        window = larger
        head = 0
    }

    /// The reserved stretch; the table must have been advanced to the next cycle.
    func visit(_ state: inout StateVisitor) {
        state.time(&base)
        length = state.count(length)
        if state.isRestoring {
            var size = 64
            while size <= length { size *= 2 }
            window = Window(cycles: size, stride: stride)
            head = 0
        }
        for index in 0..<length {
            let slot = ((head + index) & window.mask) * stride
            for word in slot..<(slot + stride) {
                var value = Int(truncatingIfNeeded: window.words[word])
                state.plain(&value)
                window.words[word] = UInt64(truncatingIfNeeded: value)
            }
        }
    }
}
