/// Where pages and page tables come to lie in physical memory.
public enum FramePolicy: Hashable, Sendable {
    /// Pages at their virtual addresses; the table of level *l* at *l* × 2^38, entries in the order of virtual addresses
    /// (`reference/cache` §6.4).
    case identity
    /// Frames from `first` on, in the order of first touch, pages and tables alike.
    case sequential(bytes: Int, first: Int = 1 << 20)
    /// The same list, shuffled as ChampSim does: `std::shuffle` of libstdc++ with `mt19937_64`.
    case shuffled(bytes: Int, first: Int = 1 << 20, seed: UInt64 = 1)
    /// In a random order as well, that of a keyed permutation, which needs no list.
    case permuted(bytes: Int, first: Int = 1 << 20, seed: UInt64 = 1)

    /// The allocator of its frames; nil where there is nothing to hand out.
    func allocator(onlySmall: Bool) -> FrameAllocator? {
        switch self {
        case .identity: nil
        case .sequential(let bytes, let first):
            FrameAllocator(bytes: bytes, first: first, order: .touch, onlySmall: onlySmall)
        case .shuffled(let bytes, let first, let seed):
            FrameAllocator(bytes: bytes, first: first, order: .list(seed: seed), onlySmall: onlySmall)
        case .permuted(let bytes, let first, let seed):
            FrameAllocator(bytes: bytes, first: first, order: .permutation(seed: seed), onlySmall: onlySmall)
        }
    }
}

/// Hands out aligned frames of physical memory.
///
/// Small frames come from a list of all 4 KiB frames; where there are larger pages too, of those in the lower half, and larger frames
/// come from the upper end downwards. A part that is used up begins anew, as ChampSim's list does: frames are then shared.
struct FrameAllocator {
    /// In which order small frames are handed out.
    enum Order { case touch, list(seed: UInt64), permutation(seed: UInt64) }

    private let first: Int
    private let smallFrames: Int
    private let end: Int
    private var shuffled: [UInt32] = []
    private var permutation: FramePermutation?
    private var next = 0
    private var top: Int

    init(bytes: Int, first: Int, order: Order, onlySmall: Bool) {
        self.first = first
        end = bytes
        top = bytes
        smallFrames = max(((onlySmall ? bytes : bytes / 2) - first) >> PageSize.small.shift, 1)
        switch order {
        case .touch: break
        case .list(let seed):
            var generator = MersenneTwister64(seed: seed)
            shuffled = Array(0..<UInt32(smallFrames))
            shuffled.shuffleLikeLibstdcxx(&generator)
        case .permutation(let seed): permutation = FramePermutation(count: smallFrames, seed: seed)
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
        let frame = permutation?[next] ?? (shuffled.isEmpty ? next : Int(shuffled[next]))
        return first + frame << PageSize.small.shift
    }
}
