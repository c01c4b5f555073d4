import OrreryText

/// What the parts of the checker share: the declaration, the parsed statements, and where problems go.
final class Scope {
    /// A statement that could be parsed.
    struct Parsed {
        let syntax: StatementSyntax
        let text: String
        let mark: SourceMark

        var output: String { syntax.output.tensor }

        /// Every access that reads, index tensors included.
        var reads: [AccessSyntax] { syntax.value.accesses }
    }

    /// Extents that a rank may have.
    static let extentRange = 1...1 << 40

    let declaration: CascadeDeclaration
    let diagnostics: Diagnostics
    private(set) var failed = false
    /// Extent of every rank; 1 where it is not known.
    let extents: [String: Int]
    /// Ranks whose extent is wrong or unknown: their indices can't be checked.
    let unsized: Set<String>
    let declared: [String: CascadeDeclaration.Tensor]
    private(set) var statements: [Parsed] = []
    /// Tensors that a statement with a syntax error seems to write; they raise no further errors.
    private(set) var broken: Set<String> = []
    /// How each access of a statement was written, by the tensor that the statement writes.
    var written: [String: [Access: AccessSyntax]] = [:]
    /// Ranks that some statement names: they can't be implicit batch ranks.
    private(set) var namedRanks: Set<String> = []

    init(_ declaration: CascadeDeclaration, diagnostics: Diagnostics) {
        self.declaration = declaration
        self.diagnostics = diagnostics
        let sized = declaration.ranks.filter { $0.extent.map { Self.extentRange.contains($0) } ?? false }
        extents = Dictionary(
            declaration.ranks.map { ($0.name, $0.extent ?? 1) }, uniquingKeysWith: { first, _ in first })
        unsized = Set(declaration.ranks.map(\.name)).subtracting(sized.map(\.name))
        failed = !unsized.isEmpty
        declared = Dictionary(declaration.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        parse()
    }

    func error(_ message: String, at mark: SourceMark, hint: String? = nil) {
        failed = true
        diagnostics.error(message, at: mark, hint: hint)
    }

    /// The statement that writes a tensor.
    func writer(of tensor: String) -> Int? {
        statements.firstIndex { $0.output == tensor }
    }

    /// Names of every tensor that is declared or written.
    var tensorNames: [String] {
        declaration.tensors.map(\.name) + statements.map(\.output).filter { declared[$0] == nil }
    }

    /// The whole number that an upper-case name stands for in an index: a parameter, or the extent of the rank with
    /// that name in lower case.
    func integer(named name: String) -> Int? {
        if let parameter = declaration.parameters[name] { return parameter.integer }
        guard name == name.uppercased() else { return nil }
        return extents[name.lowercased()]
    }

    private func parse() {
        for statement in declaration.statements {
            do {
                let syntax = try StatementParser.statement(statement.text)
                let parsed = Parsed(syntax: syntax, text: statement.text, mark: statement.mark)
                if let first = statements.first(where: { $0.output == parsed.output }) {
                    error(
                        "'\(parsed.output)' is written a second time", at: statement.mark,
                        hint:
                            "the first statement is at line \(first.mark.line); each Einsum writes a tensor of its own")
                    continue
                }
                statements.append(parsed)
            } catch {
                self.error(error.message, at: statement.mark.advanced(by: error.offset), hint: error.hint)
                // Whatever else is wrong with it, it begins with what it writes.
                broken.insert(StatementLexer.firstName(of: statement.text))
            }
        }
        for statement in statements {
            let names = statement.syntax.output.indices.flatMap(\.names) + statement.syntax.value.names
            namedRanks.formUnion(names.map(\.name).filter { extents[$0] != nil })
        }
    }
}
