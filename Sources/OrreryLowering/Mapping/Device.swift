import OrreryText

/// One of the devices over which `split` lays a rank: its place along the rank, and what the mapping's names mean there.
struct Device {
    var rank: Mapping.Name?
    var index: Int
    private var meanings: [String: String]

    /// What operators are called besides their own name.
    var suffix: String { rank.map { "[\($0.text)=\(index)]" } ?? "" }

    /// The devices of a group; one that means nothing else where it has no `split`.
    static func all(of group: Mapping.Group, _ space: RankSpace, _ diagnostics: Diagnostics) -> [Device] {
        guard let split = group.split.first else { return [Device(rank: nil, index: 0, meanings: [:])] }
        if let other = group.split.dropFirst().first {
            diagnostics.error("only one rank can be laid over devices", at: other.rank.mark, path: "split")
        }
        guard space.names.contains(split.rank.text) else { return [] }
        let count = space.extent(split.rank.text)
        for names in split.devices where names.value.count != count {
            diagnostics.error(
                "'\(names.name.text)' has \(names.value.count) meanings for the \(count) parts of '\(split.rank.text)'",
                at: names.name.mark, path: "split.\(split.rank.text)")
        }
        return (0..<count).map { index in
            let meanings = split.devices.compactMap { names in
                names.value.indices.contains(index) ? (names.name.text, names.value[index].text) : nil
            }
            return Device(
                rank: split.rank, index: index, meanings: Dictionary(meanings, uniquingKeysWith: { first, _ in first }))
        }
    }

    /// What names mean on the first device, for expressions.
    static func aliases(of groups: [Mapping.Group]) -> [String: String] {
        var result: [String: String] = [:]
        for names in groups.flatMap(\.split).flatMap(\.devices) { result[names.name.text] = names.value.first?.text }
        return result
    }

    func meaning(_ name: Mapping.Name) -> Mapping.Name {
        Mapping.Name(text: meanings[name.text] ?? name.text, mark: name.mark)
    }

    /// The group as this device sees it.
    func view(_ group: Mapping.Group) -> Mapping.Group {
        func renamed<Value>(_ entries: [Mapping.Named<Value>]) -> [Mapping.Named<Value>] {
            entries.map { Mapping.Named(name: meaning($0.name), value: $0.value) }
        }
        var result = group
        result.bind = renamed(group.bind)
        result.order = renamed(group.order)
        result.spatial = renamed(group.spatial)
        result.copy = group.copy.map { Mapping.Named(name: $0.name, value: meaning($0.value)) }
        return result
    }
}
