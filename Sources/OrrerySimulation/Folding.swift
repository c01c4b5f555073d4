final class Folding {
    init(_ k: Kernel, commands: Int, rules: FoldRules) {}
    var isPending: Bool { false }
    func serve(_ k: Kernel) {}
    func left(loop: Int, by e: Engine) {}
    func entered(loop: Int, by e: Engine) {}
}
public struct FoldRules: OptionSet, Sendable {
    public let rawValue: Int; public init(rawValue: Int) { self.rawValue = rawValue }
    public static let all = FoldRules(rawValue: ~0)
}
