import OrreryText
import Testing

@testable import OrreryResults

@Suite struct OutputTests {
    @Test func stagesOfAPhaseStandTogether() throws {
        var result = try Toy().result()
        result.stages = [("a/x", 2), ("a/y", 1), ("b/x", 3)].map { RunResult.Stage($0, runs: $1, each: result) }
        let json = result.json()
        #expect(json["phases"]?.object?.map(\.key) == ["a", "b"])
        #expect(json.metric("phases.a.seconds") == 2 * result.latency.seconds + result.latency.seconds)
        #expect(json.metric("phases.b.seconds") == 3 * result.latency.seconds)
        result.stages = [RunResult.Stage("x", runs: 1, each: result)]
        #expect(result.json()["phases"] == nil)
    }

    @Test func theSummaryIsOneScreen() throws {
        #expect(Summary(try Toy().result()).text == goldenSummary)
    }

    @Test func aSummaryOfManyComponentsStillFits() throws {
        var result = try Toy().result()
        let (reader, dram) = (result.components[0], result.components[2])
        for index in 0..<40 {
            for (var copy, name) in [(reader, "reader"), (dram, "dram")] {
                copy.path = "a.rather.long.path.to.a.component.named.\(name)\(index)"
                copy.family = copy.path
                result.components.append(copy)
            }
        }
        result.operators = (0..<50).map { "operator \($0)" }
        result.assumptions = ["one"]
        result.workload.operations += (0..<10).map { .init("user operation \($0)", 5) }
        let lines = Summary(result).text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(lines.count <= 40)
        #expect(lines.allSatisfy { $0.count <= 100 })
        #expect(lines.contains("(36 more in the JSON result)"))
    }

    @Test func coloursOnlyWhereAskedFor() throws {
        let result = try Toy().result()
        let coloured = Summary(result, isColoured: true).text
        #expect(coloured.contains("\u{1B}[1m"))
        let plain = coloured.split(separator: "\u{1B}[1m", omittingEmptySubsequences: false).joined()
            .split(separator: "\u{1B}[0m", omittingEmptySubsequences: false).joined()
        #expect(plain == Summary(result).text)
    }

    @Test func theJSONIsTheDocumentedForm() throws {
        let text = try Toy().result().json().text(.pretty)
        #expect(text == goldenJSON)
        #expect(try JSONValue(parsing: text).text(.pretty) == text)
    }

    @Test func foldedAndUnfoldedDifferOnlyInFolding() throws {
        func withoutFolding(_ json: JSONValue) -> [JSONValue.Member] {
            (json.object ?? []).filter { $0.key != "folding" }
        }
        let folded = try Toy(isFolded: true).result().json()
        let unfolded = try Toy(isFolded: false).result().json()
        #expect(withoutFolding(folded) == withoutFolding(unfolded))
        #expect(folded["folding"] != unfolded["folding"])
    }

    @Test func theTableReadsBack() throws {
        var toy = Toy(operators: ["fetch, \"twice\"", "multiply"])
        toy.tiles = 10
        let csv = TidyTable(try toy.result()).csv
        let rows = try parse(csv)
        #expect(rows[0] == ["component", "kind", "name", "operator", "value", "unit"])
        #expect(rows.allSatisfy { $0.count == 6 })
        #expect(rows.dropFirst().allSatisfy { Double($0[4]) != nil && !$0[5].isEmpty })
        #expect(rows.contains(["reader", "busy", "busy", "fetch, \"twice\"", "40", "cycles"]))
        #expect(rows.contains(["dram", "bytes", "read", "fetch, \"twice\"", "640", "B"]))
        #expect(rows.contains(["array", "action", "multiply-accumulate", "multiply", "1000", "count"]))
        #expect(rows.contains(["", "latency", "core", "", "129", "cycles"]))
        #expect(rows.contains(["dram", "area", "area", "", "1e-05", "m2"]))
        let joules = rows.filter { $0[1] == "energy" }.compactMap { Double($0[4]) }.reduce(0, +)
        #expect(abs(joules - (try toy.result().energy?.joules ?? 0)) < 1e-20)
        #expect(!csv.contains("\r"))
    }

    /// Reads RFC 4180.
    private func parse(_ text: String) throws -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var cell = ""
        var isQuoted = false
        var letters = Array(text)[...]
        while let letter = letters.popFirst() {
            switch (letter, isQuoted) {
            case ("\"", true) where letters.first == "\"":
                cell.append("\"")
                letters.removeFirst()
            case ("\"", _): isQuoted.toggle()
            case (",", false):
                row.append(cell)
                cell = ""
            case ("\n", false):
                rows.append(row + [cell])
                row = []
                cell = ""
            default: cell.append(letter)
            }
        }
        try #require(cell.isEmpty && row.isEmpty && !isQuoted)
        return rows
    }

    @Test(arguments: [
        (0.0, "0 s"), (1.209e-6, "1.209 us"), (0.9999999, "1.000 s"), (999.96, "1.000 ks"), (12345, "12.35 ks"),
        (2.5e-20, "0.025 as"), (-3, "-3.000 s"), (1e21, "1000 Es"),
    ])
    func numbersAreScaled(value: Double, text: String) {
        #expect(Display.scaled(value, "s") == text)
    }

    @Test(arguments: [
        (0.66456, "0.6646"), (1040.4, "1040"), (0.00031, "0.0003100"), (3.1e-5, "3.100e-05"), (9999.7, "10000"),
        (18_920, "18.92 k"), (-0.5, "-0.5000"), (0, "0"),
    ])
    func numbersWithoutAUnitHaveNoPrefixWherePeopleCountWithoutOne(value: Double, text: String) {
        #expect(Display.plain(value) == text)
    }

    @Test(arguments: [
        ("latency.seconds", 0.0021, "2.100 ms"), ("energy.dynamic", 3, "3.000 J"),
        ("engines.array2d.utilisation", 0.991, "99.1 %"), ("memories.dram.bytes", 38_654_705_664, "36.00 GiB"),
        ("area.square_metres", 1.5e-6, "1.50 mm2"), ("workload.operations.mul", 1_892_352, "1 892 352"),
        ("components.hierarchy.stlb.counters.misses", 0.5, "0.5000"), ("energy_per_token", 0.5, "0.5000"),
    ])
    func metricsHaveTheUnitOfTheirName(metric: String, value: Double, text: String) {
        #expect(ReadableNumber.metric(value, of: metric) == text)
    }

    @Test func bytesAreBinary() {
        #expect(Display.bytes(0) == "0 B")
        #expect(Display.bytes(1023) == "1 023 B")
        #expect(Display.bytes(1536) == "1.500 KiB")
        #expect(Display.bytes(Double(5 << 40)) == "5.000 TiB")
        #expect(Display.grouped(-1_234_567) == "-1 234 567")
    }
}
