import Foundation
import Testing

@testable import OrreryText

@Suite struct YAMLTests {
    @Test func valuesCarryTheirPlaces() throws {
        let root = try node(
            """
            machine: tiny          # a comment
            components:
              dram: {class: simple-memory, bandwidth: 400 GiB/s}
              "张量": é
            list:
            - 1
            - "8"
            """)
        #expect(root["machine"]?.string == "tiny")
        #expect(root["machine"]?.mark.description == "hw.yaml:1:10")
        #expect(root.node(at: ["components", "dram", "bandwidth"])?.mark.description == "hw.yaml:3:43")
        #expect(root["components"]?.entry("dram")?.keyMark.description == "hw.yaml:3:3")
        #expect(root.node(at: ["components", "张量"])?.mark.description == "hw.yaml:4:9")
        #expect(root.node(at: ["list", "1"])?.scalar?.isPlain == false)
        #expect(root.node(at: ["list", "0"])?.scalar?.isPlain == true)
        #expect(root.node(at: ["list", "2"]) == nil)
        #expect(root.keys == ["machine", "components", "list"])
    }

    @Test func scalarsKeepTheirText() throws {
        let root = try node("{a: no, b: on, c: 1:30, d: 010, e: ~, f: , g: '~', h: null, i: 1_000}")
        #expect(root.mapping?.map { $0.value.string } == ["no", "on", "1:30", "010", "~", "", "~", "null", "1_000"])
        #expect(root.mapping?.map(\.value.isNull) == [false, false, false, false, true, true, false, true, false])
    }

    @Test func anchorsAliasesAndMergeKeys() throws {
        let root = try node(
            """
            base: &base {a: 1, b: 2}
            more: &more {b: 3, c: 4}
            one: {<<: *base, b: 20, d: 5}
            two: {d: 6, <<: [*base, *more]}
            same: *base
            late: {b: 7, <<: *base}
            quoted: {"<<": 1}
            """)
        func pairs(_ key: String) -> [String]? { root[key]?.mapping?.map { "\($0.key)=\($0.value.string ?? "")" } }
        #expect(pairs("one") == ["a=1", "b=20", "d=5"])
        #expect(pairs("two") == ["d=6", "a=1", "b=2", "c=4"])
        #expect(pairs("same") == ["a=1", "b=2"])
        #expect(pairs("late") == ["b=7", "a=1"])
        #expect(pairs("quoted") == ["<<=1"])
        #expect(root["one"]?["a"]?.mark.description == "hw.yaml:1:17")
    }

    @Test func decoratedScalarsPointAtTheirText() throws {
        let root = try node("{a: &x 12, b: &y 'text', c: !!str 5}")
        #expect(root["a"]?.mark.column == 8)
        #expect(root["b"]?.mark.column == 18)
        #expect(root["c"]?.mark.column == 35)
        #expect(root["c"]?.scalar?.isPlain == false)
    }

    @Test(arguments: [
        (
            "a: 1\nb: [1, 2\nc: 3\n",
            "hw.yaml:3:2: error: did not find expected ',' or ']'; while parsing a flow sequence that starts at 2:4"
        ),
        ("a: 1\nb: 2\na: 3\n", "hw.yaml:3:1: error: duplicate key 'a'; it is first at hw.yaml:1:1"),
        ("a: *missing\n", "hw.yaml:1:4: error: unknown alias '*missing'"),
        ("bass: &bass 1\na: *base\n", "hw.yaml:2:4: error: unknown alias '*base'; did you mean 'bass'?"),
        ("a: &a [*a]\n", "hw.yaml:1:8: error: alias '*a' is inside the value it names"),
        ("? [x]\n: 1\n", "hw.yaml:1:3: error: a key must be text, not a sequence"),
        ("'': 1\n", "hw.yaml:1:1: error: a key is empty"),
        (
            "a: {<<: 3}\n",
            "hw.yaml:1:9: error: '<<' merges mappings, not '3'; expected an alias of a mapping, or a sequence of them"
        ),
        ("a: 1\n---\nb: 2\n", "hw.yaml:2:1: error: a second document starts here; one file, one document"),
        ("", "hw.yaml:1:1: error: the file holds nothing"),
        ("# only a comment\n", "hw.yaml:1:1: error: the file holds nothing"),
        (
            "a: !include other.yaml\n",
            "hw.yaml:1:13: error: the tag '!include' has no meaning here; write the value without a tag"
        ),
        ("a: \t- 1\n\tb: 2", "hw.yaml:1:5: error: block sequence entries are not allowed in this context"),
        (
            "a: 'open\n",
            "hw.yaml:2:1: error: found unexpected end of stream; while scanning a quoted scalar that starts at 1:4"
        ),
    ])
    func malformedText(_ text: String, _ problem: String) {
        #expect(read(text).problems == [problem])
    }

    @Test func severalProblemsAtOnce() {
        let (root, problems) = read("a: 1\na: 2\nb: *x\nb: 3\n")
        #expect(problems.map { $0.prefix(11) } == ["hw.yaml:2:1", "hw.yaml:3:4", "hw.yaml:4:1"])
        #expect(root?["a"]?.string == "1")
    }

    @Test func duplicatesInLongMappings() {
        let lines = (0..<100).map { "k\($0): \($0)\n" }.joined() + "k57: x\n"
        #expect(read(lines).problems == ["hw.yaml:101:1: error: duplicate key 'k57'; it is first at hw.yaml:58:1"])
    }

    @Test(
        arguments: [
            ([0x61, 0x3A, 0x20, 0xFF], "hw.yaml:1:4: error: byte 0xFF is no valid UTF-8; save the file as UTF-8"),
            ([0x61, 0x0A, 0xC3, 0x28], "hw.yaml:2:1: error: byte 0xC3 is no valid UTF-8; save the file as UTF-8"),
            ([0xE2, 0x82], "hw.yaml:1:1: error: byte 0xE2 is no valid UTF-8; save the file as UTF-8"),
            ([0xED, 0xA0, 0x80], "hw.yaml:1:1: error: byte 0xED is no valid UTF-8; save the file as UTF-8"),
            ([0xC0, 0xAF], "hw.yaml:1:1: error: byte 0xC0 is no valid UTF-8; save the file as UTF-8"),
            ([0x61, 0x0D, 0x0A, 0xC3, 0xA9, 0x00], "hw.yaml:2:2: error: a NUL character is not allowed"),
            ([0x61, 0x3A, 0x07], "hw.yaml:1:3: error: control character U+0007 is not allowed"),
            ([0x61, 0xC2, 0x81], "hw.yaml:1:2: error: control character U+0081 is not allowed"),
            ([0xFF, 0xFE, 0x61, 0x00], "hw.yaml:1:1: error: byte 0xFF is no valid UTF-8; save the file as UTF-8"),
        ] as [([UInt8], String)])
    func unreadableBytes(_ bytes: [UInt8], _ problem: String) {
        #expect(read(bytes).problems == [problem])
        #expect(read(bytes).node == nil)
    }

    @Test func byteOrderMarkIsSkipped() {
        let (root, problems) = read([0xEF, 0xBB, 0xBF] + Array("a: 1".utf8))
        #expect(problems == [])
        #expect(root?["a"]?.mark.description == "hw.yaml:1:4")
    }

    @Test func missingFileAndDirectory() {
        let diagnostics = Diagnostics()
        #expect(YAML.load(path: "/nowhere/x.yaml", diagnostics: diagnostics) == nil)
        #expect(YAML.load(path: "/", diagnostics: diagnostics) == nil)
        #expect(
            diagnostics.all.map(\.description) == [
                "/nowhere/x.yaml:1:1: error: cannot open the file: No such file or directory",
                "/:1:1: error: cannot read the file: it is a folder; give a regular file",
            ])
    }

    /// Opening a pipe would wait for whoever writes to it, and a device may have no end.
    @Test func onlyRegularFilesAreRead() {
        let pipe = NSTemporaryDirectory() + "orrery-pipe-\(UUID().uuidString)"
        #expect(mkfifo(pipe, 0o600) == 0)
        defer { unlink(pipe) }
        for (path, kind) in [(pipe, "a pipe"), ("/dev/zero", "a device"), ("/dev/null", "a device"), ("/", "a folder")]
        {
            guard case .failure(let problem) = readFile(path) else {
                Issue.record("'\(path)' was read")
                continue
            }
            #expect(
                problem.description == "\(path):1:1: error: cannot read the file: it is \(kind); give a regular file")
        }
        guard case .success(let bytes) = readFile(#filePath) else {
            Issue.record("a regular file was not read")
            return
        }
        #expect(!bytes.isEmpty)
    }

    /// Texts that are taken for plain words without a parser are what the parser makes of them.
    @Test func plainWordsAreWhatTheParserReads() {
        var random = SystemRandomNumberGenerator()
        let letters = Array("aZ09 ./*+()^%-_:#,[]{}&!|>'\"~?\n\té=")
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 1...6, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
            let (quick, slow) = (Diagnostics(), Diagnostics())
            let first = YAML.parse(text, file: "f", diagnostics: quick)
            let second = YAML.parse(Array(text.utf8), file: "f", diagnostics: slow)
            #expect(first == second && first?.mark == second?.mark, "\(text)")
            #expect(first?.scalar == second?.scalar && quick.all == slow.all, "\(text)")
        }
    }
}
