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
    @exclusivity(unchecked) private var window: Window
    @exclusivity(unchecked) private var head = 0
    /// First cycle that can still be reserved; cycle `base + i` is slot `head + i`.
    @exclusivity(unchecked) private var base: Cycle = 0
    /// Cycles from `base` to the last reservation.
    @exclusivity(unchecked) private var length = 0

    /// What a request got.
    struct Grant {
        /// Cycle of the last access.
        var last: Cycle = 0
        var accesses = 0
        /// Cycles by which accesses were held up because all ports, or their bank with a port free, were taken.
        var portConflicts = 0
        var bankConflicts = 0
    }

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

    /// Reserves a port and a bank for every access of a request: in order, each in the earliest cycle in which it
    /// delays no earlier reservation. A piece that begins in the row in which the one before it ends finds that row at the port.
    func reserve(_ pattern: RowPattern, pieces: Int, pacing: Pacing) -> Grant {
        var (pattern, pacing, grant) = (pattern, pacing, Grant())
        var (window, head) = (window, head)
        let (base, stride, ports, banks) = (base, stride, UInt64(ports), banks)
        let reach = max(bankCycle, 1)
        var offset = 0
        var reserved = 0
        for _ in 0..<pieces {
            offset = max(offset, pacing.earliest - base)
            var bank = pattern.bank
            let rows = pattern.rows
            // The port still holds the row that the piece before ends in.
            let held = pattern.sharesFirstRow ? 1 : 0
            if held > 0 {
                pacing.started(at: base + offset)
                bank = bank + 1 == banks ? 0 : bank + 1
            }
            for row in held..<rows {
                let word = 1 + bank >> 6
                let bit: UInt64 = 1 << UInt64(bank & 63)
                while true {
                    if offset + reach > window.mask {
                        grow(to: offset + reach, reserved: reserved)
                        (window, head) = (self.window, self.head)
                    }
                    let slot = ((head + offset) & window.mask) * stride
                    if window.words[slot] >= ports {
                        grant.portConflicts += 1
                    } else if isBusy(window, head + offset, word, bit) {
                        grant.bankConflicts += 1
                    } else {
                        window.words[slot] += 1
                        break
                    }
                    offset += 1
                }
                for later in 0..<bankCycle {
                    window.words[((head + offset + later) & window.mask) * stride + word] |= bit
                }
                reserved = offset
                if row == 0 { pacing.started(at: base + offset) }
                bank = bank + 1 == banks ? 0 : bank + 1
            }
            grant.accesses += rows - held
            pattern.advance()
        }
        length = max(length, reserved + reach)
        grant.last = base + offset
        return grant
    }

    @inline(__always)
    private func isBusy(_ window: Window, _ index: Int, _ word: Int, _ bit: UInt64) -> Bool {
        for later in index..<(index + bankCycle) where window.words[(later & window.mask) * stride + word] & bit != 0 {
            return true
        }
        return false
    }

    /// Makes room for `cycles`; the request at hand made its last reservation in cycle `reserved`.
    private func grow(to cycles: Int, reserved: Int) {
        length = max(length, min(reserved + max(bankCycle, 1), window.mask + 1))
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

    /// At the end of the step at cycle `now`: forgets what has passed. An empty table has no time.
    func settle(at now: Cycle) {
        advance(to: now + 1)
        if length == 0 { base = 0 }
    }

    /// The reserved stretch; the table must have been settled.
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
