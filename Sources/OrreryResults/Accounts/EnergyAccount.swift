/// Where the energy of a run went: counts × costs, and static power × time. Joules.
public struct EnergyAccount: Hashable, Sendable {
    /// Joules of one action of one component, over all operators.
    public struct Action: Hashable, Sendable {
        public var name: String
        public var joules: Double
    }

    /// What one component used.
    public struct Component: Hashable, Sendable {
        public var path: String
        /// By action, in the component's order.
        public var actions: [Action]
        /// Dynamic joules by operator, in the operators' order.
        public var byOperator: [Double]
        /// By state that the component was in, such as `open standby`; part of `staticJoules`.
        public var states: [Action]
        public var staticJoules: Double

        public var dynamicJoules: Double { actions.reduce(0) { $0 + $1.joules } }
        public var joules: Double { dynamicJoules + staticJoules }
    }

    public var components: [Component]
    /// Dynamic joules by operator, in the operators' order. Static energy belongs to none.
    public var operators: [Action]
    /// Actions that were counted and have no cost, as `path.action`.
    public var unpriced: [String]
    public var accounting: String

    init(_ components: [ComponentAccount], operators names: [String], _ costs: EnergyCosts, seconds: Double) {
        let none = [Double](repeating: 0, count: names.count)
        var unpriced: [String] = []
        self.components = components.map { component in
            let prices = costs.actions[component.path] ?? [:]
            var byOperator = none
            let actions = component.actions.map { action in
                if prices[action.name] == nil, action.total > 0 { unpriced.append("\(component.path).\(action.name)") }
                let price = prices[action.name] ?? 0
                for (index, count) in action.byOperator.enumerated() { byOperator[index] += Double(count) * price }
                return Action(name: action.name, joules: Double(action.total) * price)
            }
            let powers = costs.statePower[component.path] ?? [:]
            let states = component.counters.compactMap { counter in
                powers[counter.name].map {
                    Action(name: counter.name, joules: $0 * Double(counter.value) / component.frequency)
                }
            }
            return Component(
                path: component.path, actions: actions, byOperator: byOperator, states: states,
                staticJoules: (costs.staticPower[component.path] ?? 0) * seconds
                    + states.reduce(0) { $0 + $1.joules })
        }
        let byOperator = self.components.reduce(none) { sums, part in zip(sums, part.byOperator).map(+) }
        operators = zip(names, byOperator).map { Action(name: $0, joules: $1) }
        self.unpriced = unpriced
        accounting = costs.accounting
    }

    public var dynamicJoules: Double { components.reduce(0) { $0 + $1.dynamicJoules } }
    public var staticJoules: Double { components.reduce(0) { $0 + $1.staticJoules } }
    public var joules: Double { dynamicJoules + staticJoules }
}
