import OrreryText

/// Units of settings, as tables and charts name them.
enum SettingUnit {
    /// What to put behind the name of a setting: `bytes_per_second` for a bandwidth, `number` for what has no unit.
    static func suffix(of dimension: Dimension) -> String {
        switch dimension {
        case .dimensionless: "number"
        case .bytes: "bytes"
        case .seconds: "seconds"
        case .hertz: "hertz"
        case .bytesPerSecond: "bytes_per_second"
        case .joules: "joules"
        case .watts: "watts"
        case .squareMetres: "square_metres"
        case .cycles: "cycles"
        default: String(dimension.canonicalUnit.map { $0.isLetter || $0.isNumber ? $0 : "_" })
        }
    }

    static func symbol(of dimension: Dimension) -> String {
        dimension.isDimensionless ? "1" : dimension.canonicalUnit
    }
}
