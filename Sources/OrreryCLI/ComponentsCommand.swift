import ArgumentParser
import Orrery

struct ComponentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "components", abstract: "List the classes of components, or tell all about one.",
        discussion: """
              orrery components
              orrery components spatial-array
            """)

    @Argument(help: "Class to describe.", completion: .list(Catalog.classes.map(\.name)))
    var name: String?

    func run() throws {
        guard let name else {
            let width = Catalog.classes.map(\.name.count).max() ?? 0
            let lines = Catalog.classes.map { known in
                "\(known.name.padding(to: width))  \(known.role.rawValue.padding(to: 6))  \(known.summary)"
            }
            return Terminal.print(lines.joined(separator: "\n"))
        }
        guard let known = Catalog.find(name) else {
            let hint = suggestion(for: name, among: Catalog.classes.map(\.name)).map { "; \($0)" } ?? ""
            throw Failure("error: there is no class '\(name)'\(hint)", .badInput)
        }
        Terminal.print(Self.description(of: known))
    }

    private static func description(of known: ComponentClass) -> String {
        var lines = ["\(known.name) (\(known.role.rawValue)): \(known.summary)", "", known.discussion, ""]
        lines.append("parameters")
        for parameter in known.parameters { lines += description(of: parameter) }
        if !known.ports.isEmpty { lines += ["", "ports"] }
        for port in known.ports { lines.append("  \(port.name)\(port.isRequired ? "" : " (optional)"): \(port.help)") }
        lines += ["", "actions", "  \(known.actions.joined(separator: ", "))"]
        if !known.relaxed.isEmpty {
            let values = known.relaxed.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            lines += ["", "never limits with", "  \(values.joined(separator: ", "))"]
        }
        return lines.joined(separator: "\n")
    }

    private static func description(of parameter: any AnyParameter) -> [String] {
        var facts = [parameter.typeDescription]
        if let range = parameter.rangeDescription { facts.append(range) }
        if let text = parameter.defaultDescription {
            facts.append("default \(text)")
        } else {
            facts.append(parameter.isRequired ? "required" : "optional")
        }
        return ["  \(parameter.name): \(parameter.help)", "      \(facts.joined(separator: "; "))"]
    }
}

extension String {
    /// With spaces behind it up to a width.
    func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
