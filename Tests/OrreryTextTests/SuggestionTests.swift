import Testing

@testable import OrreryText

@Suite struct SuggestionTests {
    @Test(arguments: [
        ("row", "rows"), ("chanels", "channels"), ("bandwdith", "bandwidth"), ("Latency", "latency"), ("lat", nil),
        ("xyz", nil),
        ("", nil), (String(repeating: "r", count: 1_000_000), nil),
    ])
    func nearestWord(_ word: String, _ expected: String?) {
        #expect(closest(word, among: ["rows", "columns", "channels", "bandwidth", "latency"]) == expected)
    }

    @Test func fewWordsAreListed() {
        #expect(suggestion(for: "xyz", among: ["a1", "b2", "c3"]) == "expected a1, b2 or c3")
        #expect(suggestion(for: "xyz", among: []) == nil)
        #expect(suggestion(for: "xyz", among: (0..<20).map { "long\($0)" }) == nil)
    }
}
