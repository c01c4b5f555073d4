/// Where pages and page tables come to lie in physical memory.
public enum FramePolicy: Hashable, Sendable {
    /// Pages at their virtual addresses; the table of level *l* at *l* × 2^38, entries in the order of virtual addresses
    /// (`reference/cache` §6.4).
    case identity
    /// Frames from `first` on, in the order of first touch, pages and tables alike.
    case sequential(bytes: Int, first: Int = 1 << 20)
    /// The same list, shuffled as ChampSim does: `std::shuffle` of libstdc++ with `mt19937_64`.
    case shuffled(bytes: Int, first: Int = 1 << 20, seed: UInt64 = 1)
}

/// Hands out aligned frames of physical memory.
///
/// Small frames come from a list of all 4 KiB frames; where there are larger pages too, of those in the lower half, and larger frames
/// come from the upper end downwards. A part that is used up begins anew, as ChampSim's list does: frames are then shared.
struct FrameAllocator {
    private let first: Int
    private let smallFrames: Int
    private let end: Int
    private var shuffled: [UInt32] = []
    private var next = 0
    private var top: Int

    init(bytes: Int, first: Int, seed: UInt64?, onlySmall: Bool) {
        self.first = first
        end = bytes
        top = bytes
        smallFrames = max(((onlySmall ? bytes : bytes / 2) - first) >> PageSize.small.shift, 1)
        if let seed {
            var generator = MersenneTwister64(seed: seed)
            shuffled = Array(0..<UInt32(smallFrames))
            shuffled.shuffleLikeLibstdcxx(&generator)
        }
    }

    /// Address of a new frame.
    mutating func take(_ size: PageSize) -> Int {
        if size != .small {
            top = (top - size.bytes) & ~(size.bytes - 1)
            if top < first + smallFrames << PageSize.small.shift { top = (end - size.bytes) & ~(size.bytes - 1) }
            return top
        }
        if next == smallFrames { next = 0 }
        defer { next += 1 }
        return first + (shuffled.isEmpty ? next : Int(shuffled[next])) << PageSize.small.shift
    }
}
