import OrreryText

extension Site {
    /// A duration in whole cycles of the component's clock, rounded up.
    public func cycles(_ parameter: Parameter<Quantity>) throws(ConfigurationError) -> Int {
        guard let period = clocks.clocks[clock].period, let cycles = values[parameter].cycles(period: period),
            cycles < 1 << 50
        else { throw ConfigurationError(parameter: parameter.name, "\(values[parameter]) is too long") }
        return cycles
    }

    /// A bandwidth as bytes per cycle of the component's clock.
    public func rate(_ parameter: Parameter<Quantity>) throws(ConfigurationError) -> Rate {
        guard let rate = Rate(bytesPerSecond: values[parameter].value, clock: clocks.clocks[clock]) else {
            throw ConfigurationError(
                parameter: parameter.name, "\(values[parameter]) is too fine a fraction of the clock")
        }
        return rate
    }
}
