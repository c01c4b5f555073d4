import Foundation
import Testing

/// The command line on bad input: exit code 2 (5 where a memory is too small), a place, a remedy; never a crash, a hang or an
/// answer to another question.
@Suite struct BadInputTests {
    /// One command with what it must say. `@name` in the arguments stands for the file of that name.
    struct Case: CustomTestStringConvertible {
        var name: String
        var arguments: [String]
        var files: [String: String] = [:]
        var code: Int32 = 2
        /// Texts that the error output holds.
        var says: [String] = []

        var testDescription: String { name }
    }

    static let machine = "HardwareSpecs/fusemax.yaml"
    static let workload = "Workloads/attention-1pass.yaml"

    private static func set(_ text: String, _ says: String..., code: Int32 = 2) -> Case {
        Case(name: "--set \(text)", arguments: ["run", machine, workload, "--set", text], code: code, says: says)
    }

    private static func study(_ name: String, _ text: String, _ says: String..., code: Int32 = 2) -> Case {
        Case(
            name: "study: \(name)", arguments: ["study", "run", "@s.yaml"], files: ["s.yaml": text], code: code,
            says: says)
    }

    private static func workload(_ name: String, _ text: String, _ says: String...) -> Case {
        Case(name: "workload: \(name)", arguments: ["run", machine, "@w.yaml"], files: ["w.yaml": text], says: says)
    }

    private static let vector = "ranks: {m: 4}\ntensors: {A: {ranks: [m], type: fp16}}\ncascade: ['Z[m] = exp(A[m])']\n"

    static let settings: [Case] = [
        set("nonsense", "path=value"), set("=5", "path=value"), set("M=", "path=value"), set("M=abc", "unknown name"),
        set("M=-4", "is -4; expected 1 to 2^40"), set("M=0", "is 0;"), set("M=1.5", "no whole number"),
        set("M=1e30", "far too large"), set("M=4 GB", "plain numbers"), set("M=1/0", "division by zero"),
        set("M=((((((((((", "ends too early"), set("M=1Ti", "more than 2^62 bits"), set("Q=3", "expected B, H"),
        set("dram.bandwidth=5", "has no unit"), set("dram.bandwith=5 GB/s", "did you mean 'bandwidth'?"),
        set("..=3", "is no path"), set("array2d.rows=0", "out of range"), set("clocks.core=0 Hz", "greater than 0"),
        set("energy.accounting=foo", "complete"), set("energy.table=nope.yaml", "cannot open the file"),
        set("buffer.capacity=1 KiB", "more than 4 times outside"),
    ]

    private static func tolerance(_ text: String, _ others: [String], _ says: String) -> Case {
        Case(
            name: "--tolerance \(text)", arguments: ["run", machine, workload, "--tolerance=\(text)"] + others,
            says: [says])
    }

    static let tolerances: [Case] =
        ["abc", "0", "-1", "1", "100 %", "0 %", "-0.5 %", "5 GB", "1 cycle", "nan", "inf", "0.5 % %", "1e999"].map {
            tolerance($0, [], "--tolerance takes a fraction")
        } + [
            tolerance("0.5 %", ["--exact"], "--exact leaves nothing"),
            tolerance("0.5 %", ["--no-fold"], "--no-fold simulates every cycle"),
        ]

    static let files: [Case] = [
        Case(
            name: "missing files", arguments: ["run", "nope.yaml", "never.yaml"],
            says: ["nope.yaml:1:1", "never.yaml:1:1"]),
        Case(
            name: "folders", arguments: ["run", "HardwareSpecs", "Workloads"],
            says: ["HardwareSpecs:1:1", "Workloads:1:1"]),
        Case(name: "empty", arguments: ["check", "@e.yaml"], files: ["e.yaml": ""], says: ["holds nothing"]),
        Case(name: "a NUL", arguments: ["check", "@n.yaml"], files: ["n.yaml": "machine: a\0b\n"], says: [":1:11: "]),
        Case(
            name: "deep nesting", arguments: ["check", "@d.yaml"],
            files: ["d.yaml": "machine: " + String(repeating: "[", count: 1_000_000)], says: ["nested more than"]),
        Case(
            name: "a scalar of 100 MB", arguments: ["check", "@l.yaml"],
            files: ["l.yaml": "machine: " + String(repeating: "x", count: 100_000_000)], says: ["too long"]),
        Case(
            name: "alias bomb", arguments: ["check", "@b.yaml"],
            files: [
                "b.yaml": "machine: x\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
                    + (1...12).map {
                        "a\($0): &a\($0) [" + Array(repeating: "*a\($0 - 1)", count: 10).joined(separator: ", ") + "]\n"
                    }
                    .joined()
            ], says: ["aliases expand"]),
        Case(
            name: "a problem once", arguments: ["check", "@k.yaml"], files: ["k.yaml": "machine: x\nmachine: y\n"],
            says: ["duplicate key"]),
        Case(
            name: "mappings that a workload names", arguments: ["check", "@w.yaml", "@s.yaml"],
            files: [
                "w.yaml": """
                workload: w
                ranks: {m: 4}
                tensors: {A: {ranks: [m], type: fp16}}
                cascade: [\"Z[m] = A[m]\"]
                mappings: {a-*: none.yaml, b-*: broken.yaml}
                """, "broken.yaml": "mapping: broken\nlops: [m]\n",
                "s.yaml": "study: s\nbase: {machine: \(machine), workload: w.yaml}\naxes: {array2d.rows: [64]}\n",
            ],
            says: [
                "w.yaml:5:17: error: mappings: '", "cannot open the file", "broken.yaml:2:1: error: unknown key 'lops'",
            ]),
        Case(
            name: "a mapping that a workload names", arguments: ["run", machine, "@w.yaml"],
            files: [
                "w.yaml": """
                workload: w
                ranks: {m: 4}
                tensors: {A: {ranks: [m], type: fp16}}
                cascade: [\"Z[m] = A[m]\"]
                mappings: {\"*\": none.yaml}
                """
            ], says: ["w.yaml:5:17: error: mappings: '", "cannot open the file"]),
        Case(
            name: "names in a mapping that a workload names", arguments: ["check", "@w.yaml"],
            files: [
                "w.yaml": """
                workload: w
                ranks: {m: 4}
                tensors: {A: {ranks: [m], type: fp16}}
                cascade: [\"Z[m] = A[m]\"]
                mappings: {\"*\": m.yaml}
                """, "m.yaml": "mapping: m\npartition: {m: [2, 2]}\nloops: [m]\nbind: {x: [A]}\n",
            ],
            says: ["m.yaml:3:9: error: loops: there is no rank 'm'; did you mean 'm1'?", "has no Einsum 'A'"]),
        Case(
            name: "names in a mapping", arguments: ["check", machine, workload, "--mapping", "@m.yaml"],
            files: [
                "m.yaml": """
                mapping: m
                partition: {p: [P / 256, 256], q: [1, 2]}
                loops: [b, h, p1, m2]
                passes: [ee]
                spatial: {array2d: {rows: m0, columns: p2}}
                bind: {array2d: [QK, LN]}
                order: {array2d: [QK + 2, LMM]}
                reload: {K: p3}
                spill: {V: {SLNX: 0.5}}
                place: {Q: dram}
                """
            ],
            says: [
                "m.yaml:2:32: error: partition: the cascade has no rank 'q'",
                "m.yaml:3:19: error: loops: there is no rank 'm2'; did you mean 'm'?",
                "m.yaml:4:10: error: passes: there is no rank 'ee'; did you mean 'e'?",
                "m.yaml:5:40: error: spatial.array2d: there is no rank 'p2'",
                "m.yaml:6:22: error: bind.array2d: the cascade 'attention-1pass' has no Einsum 'LN'; did you mean 'LM'?",
                "m.yaml:7:27: error: order.array2d: the cascade 'attention-1pass' has no Einsum 'LMM'; did you mean 'LM'?",
                "m.yaml:8:13: error: reload.K: there is no rank 'p3'",
                "m.yaml:9:13: error: spill.V: the cascade 'attention-1pass' has no Einsum 'SLNX'",
            ]),
        Case(
            name: "check --mapping alone", arguments: ["check", machine, "--mapping", "@m.yaml"],
            files: ["m.yaml": "mapping: m\n"], says: ["takes a machine and a workload"]),
        Case(
            name: "a machine for a workload", arguments: ["run", machine, machine],
            says: ["expected a workload, and this is a machine"]),
        Case(
            name: "a workload for a machine", arguments: ["run", workload, workload],
            says: ["expected a machine, and this is a workload"]),
        Case(
            name: "a workload for a mapping", arguments: ["run", machine, workload, "--mapping", workload],
            says: ["expected a mapping, and this is a workload"]),
        Case(
            name: "a machine for a study", arguments: ["study", "run", machine],
            says: ["expected a study, and this is a machine"]),
        Case(
            name: "a mapping for another cascade",
            arguments: ["run", machine, workload, "--mapping", "Workloads/mappings/flat.yaml"],
            says: ["is for the cascade 'attention-3pass'; the workload has attention-1pass"]),
        Case(
            name: "output in no folder", arguments: ["run", machine, workload, "--json", "/nope/x.json"],
            says: ["/nope/x.json: error"]),
        Case(
            name: "output that is a folder", arguments: ["run", machine, workload, "--json", "/tmp"],
            says: ["/tmp: error"]),
        Case(
            name: "output to /proc", arguments: ["lower", machine, workload, "--output", "/proc/x"],
            says: ["/proc/x: error"]),
        Case(
            name: "output on a full device",
            arguments: ["run", machine, workload, "--set", "B=1", "--no-limits", "--json", "/dev/full"],
            says: ["/dev/full: error", "No space left"]),
        Case(
            name: "too small a memory",
            arguments: [
                "run", "HardwareSpecs/two-arrays.yaml", "Workloads/gemm.yaml", "--mapping",
                "Workloads/mappings/gemm-two-arrays.yaml", "--set", "K=1Mi", "--set", "M=1Mi", "--set", "N=1Mi",
            ],
            code: 5, says: ["error: 'buffer_a' holds", "error: 'buffer_b' holds", "A 1073741824 B"]),
    ]

    static let contents: [Case] = [
        workload("nothing in it", "workload: x\n", "has one of cascade"),
        workload("zero rank", "workload: x\n" + vector.replacing("m: 4", with: "m: 0"), "is 0; expected 1 to 2^40"),
        workload("empty cascade", "workload: x\ncascade: []\n", "found none"),
        workload("a circle of stages", "workload: x\nstages: {a: {workload: w.yaml}}\n", "a workload that contains it"),
        workload("a circle of extends", "workload: x\nextends: w.yaml\n", "extend each other"),
        workload("no mapping", "workload: x\n" + vector, "give one with --mapping"),
        study("no name", "axes: {M: [1]}\n", "needs a name"),
        study("a path as its name", "study: ../../s\naxes: {M: [1]}\n", "can be no name of a study"),
        study("misspelt", "study: s\naxis: {M: [1]}\n", "did you mean 'axes'?"),
        study("no machine", "study: s\naxes: {M: [1, 2]}\n", "needs a machine and a workload", "2 of 2 points failed"),
        study(
            "missing machine", "study: s\nbase: {machine: nope.yaml, workload: never.yaml}\naxes: {M: [1, 2]}\n",
            "nope.yaml:1:1", "never.yaml:1:1", "at 1 more point:"),
        study("huge axis", "study: s\naxes: {M: {range: [1, 9e18]}}\n", "more than 1000000 values"),
        study(
            "misspelt tolerance",
            "study: s\naxes: {M: [1]}\nreferences: [{at: {M: 1}, metric: a.b, value: 3, source: y, tolerance: {absolut: 3}}]\n",
            "did you mean 'absolute'?"),
        study(
            "negative tolerance",
            "study: s\naxes: {M: [1]}\nreferences: [{at: {M: 1}, metric: a.b, value: 3, source: y, tolerance: -5}]\n",
            "must not be negative"),
        Case(
            name: "study: output below a file",
            arguments: ["study", "run", "Studies/stonne.yaml", "--output", "README.md/x"],
            says: ["README.md/x: error: cannot make the folder"]),
        Case(
            name: "study: report of something else",
            arguments: ["study", "report", "Studies/stonne.yaml", "--output", "@"],
            files: ["stonne.json": "{\"a\": 1}"], says: ["stonne.json: error: this is no result"]),
        Case(
            name: "diff of what is no JSON", arguments: ["diff", machine, machine], says: ["fusemax.yaml:1:1: error"]),
        Case(
            name: "diff of a study", arguments: ["diff", "Results/fusemax.json", "Results/fusemax.json"],
            says: ["has the schema"]),
        Case(
            name: "program: no parts", arguments: ["run", machine, "@p.yaml"],
            files: ["p.yaml": "program: x\nmachine: m\nmapping: a\nparts: []\n"], says: ["one at least"]),
        Case(
            name: "inspect: a mapping alone", arguments: ["inspect", "Workloads/mappings/flat.yaml"],
            says: ["without a workload and a machine"]),
        Case(name: "unknown class", arguments: ["components", "scratchpd"], says: ["did you mean 'scratchpad'?"]),
    ]

    @Test(arguments: settings + tolerances + files + contents)
    func isRefused(_ wrong: Case) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "orrery-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in wrong.files {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        let arguments = wrong.arguments.map { $0.hasPrefix("@") ? folder.path + "/" + $0.dropFirst() : $0 }
        let outcome = try Products.run("orrery", arguments)
        #expect(!outcome.wasKilled)
        #expect(outcome.exitCode == wrong.code, "\(outcome.errors.prefix(2000))")
        for text in wrong.says { #expect(outcome.errors.contains(text), "\(outcome.errors.prefix(2000))") }
        let lines = outcome.errors.split(separator: "\n")
        #expect(Set(lines).count == lines.count, "\(outcome.errors.prefix(2000))")
    }

    @Test func bytesThatAreNoText() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "orrery-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 3) }).write(to: file)
        for arguments in [
            ["run", file.path, Self.workload], ["run", Self.machine, file.path], ["study", "run", file.path],
            ["run", Self.machine, Self.workload, "--mapping", file.path], ["inspect", file.path], ["check", file.path],
        ] {
            let outcome = try Products.run("orrery", arguments)
            #expect(
                outcome.exitCode == 2 && outcome.errors.hasPrefix("\(file.path):1:"), "\(outcome.errors.prefix(500))")
        }
    }
}
