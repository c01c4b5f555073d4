import Testing

@testable import OrreryText

@Suite struct JSONTests {
    private let value: JSONValue = [
        "schema": 1, "name": "a \"b\"\n\u{1}é", "numbers": [1, -2.5, 1e300, 0.1], "empty": [], "none": nil, "on": true,
        "nested": ["x": ["y": [["z": 1]]]],
    ]

    @Test func compactText() {
        #expect(
            value.text()
                == #"{"schema":1,"name":"a \"b\"\n\u0001é","numbers":[1,-2.5,1e+300,0.1],"empty":[],"none":null,"on":true,"nested":{"x":{"y":[{"z":1}]}}}"#
        )
    }

    @Test func prettyText() {
        #expect(
            value.text(.pretty) == """
                {
                  "schema": 1,
                  "name": "a \\"b\\"\\n\\u0001é",
                  "numbers": [1, -2.5, 1e+300, 0.1],
                  "empty": [],
                  "none": null,
                  "on": true,
                  "nested": {
                    "x": {
                      "y": [
                        {"z": 1}
                      ]
                    }
                  }
                }
                """)
    }

    @Test func longArraysBreak() {
        let long = JSONValue.array((0..<60).map { .integer($0) })
        #expect(long.text(.pretty).hasPrefix("[\n  0,\n  1,\n"))
    }

    @Test func infinitiesAreWords() {
        #expect(
            JSONValue.array([.number(.infinity), .number(-.infinity), .number(.nan)]).text() == #"["inf","-inf","nan"]"#
        )
    }

    @Test func readsWhatItWrites() throws {
        #expect(try JSONValue(parsing: value.text()) == value)
        #expect(try JSONValue(parsing: value.text(.pretty)) == value)
        var random = SeededGenerator(state: 4)
        for _ in 0..<2000 {
            let number = Double(bitPattern: random.next())
            guard number.isFinite else { continue }
            #expect(try JSONValue(parsing: JSONValue.number(number).text()).double == number)
        }
    }

    @Test func escapesAndMembers() throws {
        let parsed = try JSONValue(parsing: #" {"a" : "\u00e9\ud83d\ude00\/\t" , "b": [1, 2.0]} "#)
        #expect(parsed["a"]?.string == "é😀/\t")
        #expect(parsed["b"]?[0]?.integer == 1)
        #expect(parsed["b"]?[1]?.integer == nil)
        #expect(parsed["b"]?[1]?.double == 2)
        #expect(parsed["b"]?[2] == nil)
        #expect(try JSONValue(parsing: "12345678901234567890").double == 1.2345678901234567e19)
    }

    @Test(arguments: [
        ("", "1:1: the text ends too early"), ("{\n \"a\": tru}", "2:7: expected a value"),
        ("[1,]", "1:4: expected a value"),
        ("{\"a\":1,\"a\":2}", "1:8: duplicate key 'a'"), ("[1 2]", "1:4: expected ',' or ']'"),
        ("\"é", "1:1: the text is not closed"),
        ("\"\\ud800x\"", "1:2: half of a surrogate pair"), ("\"\\u12\"", "1:2: expected four hexadecimal digits"),
        ("\"\\", "1:2: unknown escape"),
        ("\"\\u", "1:2: expected four hexadecimal digits"), ("01", "1:2: expected the end"),
        ("1e999", "1:1: the number is too large"),
        ("-", "1:2: expected a digit"), ("1.", "1:3: expected a digit"), ("{} x", "1:4: expected the end"),
        ("{1:2}", "1:2: expected a key in quotes"),
        ("\"a\nb\"", "1:3: a control character must be escaped"), ("NaN", "1:1: expected a value"),
        (String(repeating: "[", count: 1_000_000), "1:129: nested more than 128 deep"),
    ])
    func malformed(_ text: String, _ problem: String) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.description == problem)
    }

    @Test func invalidUTF8() {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
        #expect(error?.description == "1:2: no valid UTF-8")
    }
}
