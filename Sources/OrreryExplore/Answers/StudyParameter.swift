import OrreryText

/// A setting that is not the same at all points of a study.
public struct StudyParameter: Sendable {
    /// Its path, such as `dram.bandwidth`.
    public var path: String
    /// The text at each point; nil where a point does not set it.
    public var texts: [String?]
    /// The number at each point, in canonical units; nil unless every point that sets it has a positive one.
    public var numbers: [Double?]?
    /// Of the numbers; nil where they are no numbers, or of different dimensions.
    public var dimension: Dimension?
    /// Different texts, in the order of the points.
    public var levels: [String]
}

extension StudyRun {
    /// What varies over the points, in the order in which points name it.
    public var parameters: [StudyParameter] {
        var paths: [String] = []
        var texts: [String: [String?]] = [:]
        for (index, point) in points.enumerated() {
            for setting in point.settings {
                if texts[setting.path] == nil {
                    texts[setting.path] = Array(repeating: nil, count: points.count)
                    paths.append(setting.path)
                }
                texts[setting.path]?[index] = setting.value
            }
        }
        return paths.compactMap { path in
            let values = texts[path] ?? []
            var levels: [String] = []
            var known: [String: Quantity?] = [:]
            for text in values.compactMap({ $0 }) where known[text] == nil {
                levels.append(text)
                known[text] = .some(Quantity(arithmetic: text))
            }
            guard levels.count > 1 || values.contains(nil) else { return nil }
            let quantities = levels.map { known[$0] ?? nil }
            let isNumeric = quantities.allSatisfy { ($0?.doubleValue ?? 0) > 0 } && levels.count > 1
            let dimensions = Set(quantities.compactMap { $0?.dimension })
            return StudyParameter(
                path: path, texts: values,
                numbers: isNumeric && dimensions.count == 1
                    ? values.map { $0.flatMap { (known[$0] ?? nil)?.doubleValue } } : nil,
                dimension: isNumeric && dimensions.count == 1 ? dimensions.first : nil, levels: levels)
        }
    }
}
