/// A drawing as inline SVG: colours are classes of the page's style, so that it follows light, dark and print.
struct SVG {
    let width: Double
    let height: Double
    private let title: String
    private var body: [String] = []

    /// - Parameter title: what the drawing shows, for readers who don't see it.
    init(width: Double, height: Double, title: String) {
        self.width = width
        self.height = height
        self.title = title
    }

    /// A filled rectangle; `tip` shows where a pointer rests on it.
    mutating func rectangle(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, style: String, tip: String? = nil
    ) {
        let place = "x=\"\(Self.n(x))\" y=\"\(Self.n(y))\" width=\"\(Self.n(width))\" height=\"\(Self.n(height))\""
        body.append(element("rect class=\"\(style)\" \(place)", "rect", tip))
    }

    mutating func circle(_ x: Double, _ y: Double, _ radius: Double, style: String, tip: String? = nil) {
        let place = "cx=\"\(Self.n(x))\" cy=\"\(Self.n(y))\" r=\"\(Self.n(radius))\""
        body.append(element("circle class=\"\(style)\" \(place)", "circle", tip))
    }

    mutating func polyline(_ points: [(x: Double, y: Double)], style: String, isClosed: Bool = false) {
        let list = points.map { "\(Self.n($0.x)),\(Self.n($0.y))" }.joined(separator: " ")
        body.append("<\(isClosed ? "polygon" : "polyline") class=\"\(style)\" points=\"\(list)\"/>")
    }

    enum Anchor: String { case start, middle, end }

    mutating func text(_ text: String, _ x: Double, _ y: Double, anchor: Anchor = .start, style: String = "label") {
        body.append(
            "<text class=\"\(style)\" x=\"\(Self.n(x))\" y=\"\(Self.n(y))\" text-anchor=\"\(anchor.rawValue)\">"
                + "\(escaped(text))</text>")
    }

    /// The element, as it stands in a page.
    var markup: String {
        let box = "viewBox=\"0 0 \(Self.n(width)) \(Self.n(height))\" width=\"\(Self.n(width))\""
        let start = "<svg \(box) role=\"img\" aria-label=\"\(escaped(title))\">"
        return ([start] + body + ["</svg>"]).joined(separator: "\n")
    }

    private func element(_ start: String, _ name: String, _ tip: String?) -> String {
        guard let tip else { return "<\(start)/>" }
        return "<\(start)><title>\(escaped(tip))</title></\(name)>"
    }

    private static func n(_ value: Double) -> String { Display.fixed(value, 2) }
}

/// Text between tags or quotes.
func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "\u{0}"..<" " where scalar != "\n" && scalar != "\t": result += "\u{FFFD}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}

/// The eight colours that stay apart for every common kind of colour vision (Okabe and Ito, 2008), by rank; what comes
/// later shares the last, grey.
enum Palette {
    static let count = 8

    static func style(_ rank: Int) -> String { "c\(min(rank, count - 1))" }
}
