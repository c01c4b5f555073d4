/// A drawing as SVG: colours are classes of the page's style, so that it follows light, dark and print.
package struct SVG {
    package let width: Double
    package let height: Double
    private let title: String
    private var body: [String] = []

    /// - Parameter title: what the drawing shows, for readers who don't see it.
    package init(width: Double, height: Double, title: String) {
        self.width = width
        self.height = height
        self.title = title
    }

    /// A filled rectangle; `tip` shows where a pointer rests on it.
    package mutating func rectangle(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, style: String, tip: String? = nil
    ) {
        let place = "x=\"\(Self.n(x))\" y=\"\(Self.n(y))\" width=\"\(Self.n(width))\" height=\"\(Self.n(height))\""
        body.append(element("rect class=\"\(style)\" \(place)", "rect", tip))
    }

    package mutating func circle(_ x: Double, _ y: Double, _ radius: Double, style: String, tip: String? = nil) {
        let place = "cx=\"\(Self.n(x))\" cy=\"\(Self.n(y))\" r=\"\(Self.n(radius))\""
        body.append(element("circle class=\"\(style)\" \(place)", "circle", tip))
    }

    package mutating func polyline(_ points: [(x: Double, y: Double)], style: String, isClosed: Bool = false) {
        let list = Self.corners(points).map { "\(Self.n($0.x)),\(Self.n($0.y))" }.joined(separator: " ")
        body.append("<\(isClosed ? "polygon" : "polyline") class=\"\(style)\" points=\"\(list)\"/>")
    }

    package enum Anchor: String { case start, middle, end }

    package mutating func text(
        _ text: String, _ x: Double, _ y: Double, anchor: Anchor = .start, style: String = "label"
    ) {
        body.append(
            "<text class=\"\(style)\" x=\"\(Self.n(x))\" y=\"\(Self.n(y))\" text-anchor=\"\(anchor.rawValue)\">"
                + "\(escaped(text))</text>")
    }

    /// The element, as it stands in a page.
    package var markup: String {
        let box = "viewBox=\"0 0 \(Self.n(width)) \(Self.n(height))\" width=\"\(Self.n(width))\""
        let start = "<svg \(box) role=\"img\" aria-label=\"\(escaped(title))\">"
        return ([start] + body + ["</svg>"]).joined(separator: "\n")
    }

    /// The element as a file of its own, with the colours of a light page.
    package var file: String {
        let box =
            "viewBox=\"0 0 \(Self.n(width)) \(Self.n(height))\" width=\"\(Self.n(width))\" height=\"\(Self.n(height))\""
        let start = "<svg xmlns=\"http://www.w3.org/2000/svg\" \(box) role=\"img\" aria-label=\"\(escaped(title))\">"
        let ground = "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
        return ([start, "<style>\(Self.fileStyle)</style>", ground] + body + ["</svg>", ""]).joined(separator: "\n")
    }

    private static let fileStyle = """
        text{fill:#222;font:12px sans-serif}.halo{stroke:#fff;stroke-width:4px;paint-order:stroke}
        .c0{fill:#0072b2}.c1{fill:#e69f00}.c2{fill:#009e73}.c3{fill:#cc79a7}.c4{fill:#56b4e9}.c5{fill:#d55e00}.c6{fill:#b8a800}
        .c7{fill:#8a8a8a}.fold{fill:#e8e4d8}.axis,.grid,.roof,.step,.line{fill:none;stroke:#ddd}.axis{stroke:#222}
        .roof,.step{stroke:#222}.roof{stroke-width:2}.step{stroke-dasharray:5 3}.ring{fill:none;stroke:#222;stroke-width:2}
        .front{stroke:#222;stroke-width:1.2}.beaten{opacity:.5}.l0{stroke:#0072b2}.l1{stroke:#e69f00}.l2{stroke:#009e73}
        .l3{stroke:#cc79a7}.l4{stroke:#56b4e9}.l5{stroke:#d55e00}.l6{stroke:#b8a800}.l7{stroke:#8a8a8a}.thick{stroke-width:3}
        """

    private func element(_ start: String, _ name: String, _ tip: String?) -> String {
        guard let tip else { return "<\(start)/>" }
        return "<\(start)><title>\(escaped(tip))</title></\(name)>"
    }

    /// The points without those on the way along a row or a column: a line over time has many, and looks the same without.
    private static func corners(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
        func isBetween(_ a: Double, _ value: Double, _ b: Double) -> Bool { min(a, b) <= value && value <= max(a, b) }
        let points = points.map { (x: ($0.x * 100).rounded() / 100, y: ($0.y * 100).rounded() / 100) }
        var kept: [(x: Double, y: Double)] = []
        for (point, next) in zip(points, points.dropFirst()) {
            if let last = kept.last {
                let isOnRow = last.y == point.y && point.y == next.y && isBetween(last.x, point.x, next.x)
                let isOnColumn = last.x == point.x && point.x == next.x && isBetween(last.y, point.y, next.y)
                if isOnRow || isOnColumn { continue }
            }
            kept.append(point)
        }
        return kept + points.suffix(1)
    }

    /// A number to a hundredth of a pixel.
    private static func n(_ value: Double) -> String {
        var text = Display.fixed(value, 2)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text == "-0" ? "0" : text
    }
}

/// Text between tags or quotes.
package func escaped(_ text: String) -> String {
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
package enum Palette {
    package static let count = 8

    package static func style(_ rank: Int) -> String { "c\(min(rank, count - 1))" }
}
