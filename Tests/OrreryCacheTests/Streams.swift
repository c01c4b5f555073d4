@testable import OrreryCache

/// Address streams of `reference/cache` §6.1 and §5.
enum Streams {
    static let base = 0x1000_0000
    static let farBase = 0x1_0000_0000

    /// Whether access `index` writes.
    static func isWrite(_ index: Int) -> Bool {
        var random = SplitMix64(seed: UInt64(index) &+ 0xABCDEF)
        return random.next() & 3 == 0
    }

    /// The addresses of a stream of §6.1; nil for an unknown name.
    static func named(_ name: String, count: Int = 200_000) -> [Int]? {
        let parts = name.split(separator: "_")
        switch (String(parts[0]), parts.count > 1 ? size(parts[1]) : 0) {
        case ("seq8", let bytes?): return strided(8, bytes, count)
        case ("stride192", let bytes?): return strided(192, bytes, count)
        case ("stride4096", let bytes?): return strided(4096, bytes, count)
        case ("stride4160", let bytes?): return strided(4160, bytes, count)
        case ("loop640", _): return (0..<count).map { base + 64 * ($0 % 640) }
        case ("loop5000", _): return (0..<count).map { base + 64 * ($0 % 5000) }
        case ("rnd", let bytes?): return random(bytes, at: bytes >= 1 << 32 ? farBase : base, count)
        case ("chase64", let nodes?): return chase(nodes: nodes, stride: 64, count)
        case ("chase4096", let nodes?): return chase(nodes: nodes, stride: 4160, count)
        case ("gather2", let bytes?): return gather(mask: bytes / 64 - 1, count)
        case ("hotcold", _): return hotcold(count)
        case ("mm64", _): return products(count)
        default: return nil
        }
    }

    private static func size(_ text: Substring) -> Int? {
        let shift = ["K": 10, "M": 20, "G": 30][text.suffix(1)]
        return shift.flatMap { shift in Int(text.dropLast()).map { $0 << shift } }
    }

    static func strided(_ stride: Int, _ bytes: Int, _ count: Int) -> [Int] {
        (0..<count).map { base + stride * $0 % bytes }
    }

    static func random(_ bytes: Int, at base: Int, _ count: Int, seed: UInt64 = 1) -> [Int] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in base + 8 * Int(random.next() % UInt64(bytes / 8)) }
    }

    /// One cycle through all nodes, by Sattolo's shuffle with seed 42.
    static func chase(nodes: Int, stride: Int, _ count: Int) -> [Int] {
        var random = SplitMix64(seed: 42)
        var next = Array(0..<nodes)
        for k in (1..<nodes).reversed() { next.swapAt(k, Int(random.next() % UInt64(k))) }
        var node = 0
        return (0..<count).map { _ in
            defer { node = next[node] }
            return base + stride * node
        }
    }

    static func gather(mask: Int, _ count: Int) -> [Int] {
        var random = SplitMix64(seed: 7)
        let mask = UInt64(mask)
        return (0..<count).map { index in
            if index % 2 == 0 { return base + 4 * (index / 2) }
            let r = random.next()
            return farBase + 64 * Int((r & mask) & ((r >> 32) & mask))
        }
    }

    static func hotcold(_ count: Int) -> [Int] {
        var random = SplitMix64(seed: 99)
        var cold = 0
        return (0..<count).map { _ in
            let r = random.next()
            if r & 7 != 0 { return base + 8 * Int((r >> 3) % 2048) }
            defer { cold += 1 }
            return farBase + 64 * (cold % 131_072)
        }
    }

    static func products(_ count: Int) -> [Int] {
        var addresses: [Int] = []
        while true {
            for i in 0..<64 {
                for j in 0..<64 {
                    for k in 0..<64 {
                        addresses.append(base + 8 * (64 * i + k))
                        addresses.append(base + 0x8000 + 8 * (64 * k + j))
                    }
                    addresses.append(base + 0x10000 + 8 * (64 * i + j))
                    if addresses.count >= count { return Array(addresses.prefix(count)) }
                }
            }
        }
    }
}
