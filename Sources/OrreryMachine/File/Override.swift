import OrreryText

/// A value that replaces one of the machine file, as `--set dram.bandwidth='800 GB/s'` or an axis of a study gives it.
public struct Override: Hashable, Sendable {
    /// The parameter: `dram.bandwidth`, `clocks.core`, `gpu.sm.clock` for all instances, `gpu.sm[3].clock` for one.
    public var path: String
    /// The value as YAML text.
    public var text: String
    /// Who asks for it, as messages and the list of sources name it: `--set`, `study fusemax`.
    public var label: String

    public init(path: String, text: String, label: String = "--set") {
        self.path = path
        self.text = text
        self.label = label
    }

    /// Hashes what tells the overrides of a study's points apart; who asks for them is the same for all.
    package func hashBriefly(into hasher: inout Hasher) {
        hasher.combine(path)
        hasher.combine(text)
    }

    /// The value, marked with the label.
    func node(_ diagnostics: Diagnostics) -> Node? {
        guard let node = YAML.parse(text, file: label, diagnostics: diagnostics) else { return nil }
        return node.isNull ? Node("", at: SourceMark(file: label)) : node
    }
}
