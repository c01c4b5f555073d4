extension RunResult {
    /// Components that share a path but for their indices, in the order of the machine.
    struct Family {
        var name: String
        /// At least one.
        var members: [ComponentAccount]

        var first: ComponentAccount { members[0] }

        /// The mean of what members have; nil where none has it.
        func mean(_ value: (ComponentAccount) -> Double?) -> Double? {
            let values = members.compactMap(value)
            return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }

        func sum(_ value: (ComponentAccount) -> Int) -> Int { members.reduce(0) { $0 + value($1) } }
    }

    var families: [Family] {
        var places: [String: Int] = [:]
        var result: [Family] = []
        for component in components {
            if let place = places[component.family] {
                result[place].members.append(component)
            } else {
                places[component.family] = result.count
                result.append(Family(name: component.family, members: [component]))
            }
        }
        return result
    }
}
