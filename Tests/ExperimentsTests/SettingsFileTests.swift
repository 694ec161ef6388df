import Foundation
import TestSupport
import Testing
import Tracking

@testable import Experiments

/// A run's config.yaml, read by itself.
@Suite struct SettingsFileTests {
    @Test func `what a run wrote is read as text, without nulls`() throws {
        try Fixture.withTemporaryFolder { folder in
            let run = try RunDirectory(making: folder + "/run")
            try run.writeConfig([
                ("target", .string("V")), ("category", .null), ("rank", .whole(8)),
                ("data", .string("a: \"b\" #c")), ("strict", .bool(false)),
            ])
            #expect(
                try RunDirectory.settings(in: run.path) == [
                    "target": "V", "rank": "8", "data": "a: \"b\" #c", "strict": "false",
                ])
            #expect(try RunDirectory.settings(in: folder) == [:])
        }
    }

    @Test func `a list keeps its elements, where a list may stand`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/c.yaml"
            func read(_ text: String) throws -> [String]? {
                try text.write(toFile: path, atomically: false, encoding: .utf8)
                return try SettingsFile(path: path, known: ["a"], lists: ["a"]).values["a"]?
                    .settingElements.map(\.settingText)
            }
            let list = try #require(try read("a: [V, \"q,k\", 1e-3]"))
            #expect(list == ["V", "q,k", "1e-3"])
            let word = try #require(try read("a: V, q+k"))
            #expect(word == ["V", "q+k"])
            expectRefusal("\(path): 'a' is a list with more than plain values") {
                try read("a: [[1]]")
            }
        }
    }

    @Test func `a file that an editor wrote is read, and its line that is no UTF-8 is named`()
        throws
    {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/c.yaml"
            let bytes = Data("\u{feff}a: V\r\n\r\n# \u{e9}\r\n".utf8)
            try bytes.write(to: URL(fileURLWithPath: path))
            #expect(try SettingsFile(path: path, known: ["a"]).values["a"]?.settingText == "V")
            try (bytes + [0xE9]).write(to: URL(fileURLWithPath: path))
            expectRefusal("\(path), line 4: is not UTF-8; text in UTF-8 is needed") {
                try SettingsFile(path: path, known: ["a"])
            }
        }
    }

    @Test func `a run's values have the types that it wrote, nulls among them`() throws {
        try Fixture.withTemporaryFolder { folder in
            let run = try RunDirectory(making: folder + "/run")
            try run.writeConfig([
                ("a", .string("1e-3")), ("b", .number(1e-5)), ("c", .whole(8)), ("d", .bool(true)),
                ("e", .null), ("f", .string("null")), ("g", .string("V")), ("h", .string("")),
            ])
            #expect(
                try RunDirectory.values(in: run.path).line
                    == "{\"a\": \"1e-3\", \"b\": 1e-05, \"c\": 8, \"d\": true, \"e\": null, "
                    + "\"f\": \"null\", \"g\": \"V\", \"h\": \"\"}")
            expectRefusal(
                "\(folder)/config.yaml: cannot be read; the folder of a run is needed"
            ) { try RunDirectory.values(in: folder) }
        }
    }

    @Test func `a study's folder is none of a run`() throws {
        try Fixture.withTemporaryFolder { folder in
            try "targets: [\"V\"]\n".write(
                toFile: folder + "/config.yaml", atomically: false, encoding: .utf8)
            expectRefusal(
                "\(folder): holds no run to go on with: its config.yaml is of a study; use ft-mmlu "
                    + "sweep --resume"
            ) { try RunDirectory(resuming: folder) }
        }
    }

    @Test func `one that is no YAML is refused wherever it is read`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/config.yaml"
            try "- a".write(toFile: path, atomically: false, encoding: .utf8)
            let words = "\(path): a list of 'name: value' is needed"
            expectRefusal(words) { try RunDirectory.settings(in: folder) }
            expectRefusal(words) { try RunDirectory(resuming: folder) }
        }
    }

    @Test func `the built-in world's files are not named, others are`() throws {
        try Fixture.withTemporaryFolder { folder in
            func record(_ flags: [String: String]) throws -> [String: String] {
                let given = try GivenLayers(
                    flags.merging(["target": "V", "category": "stem"]) { $1 },
                    defaults: "prompt: plain-cot", folder: folder)
                let evaluation = try given.evaluation()
                let training = try given.training()
                let all = evaluation.record + training.record
                let hidden = (evaluation.unnamedFiles + training.unnamedFiles).map {
                    ("unnamed " + $0.0, $0.1)
                }
                return Dictionary((all + hidden).map { ($0.0, $0.1.line) }) { $1 }
            }
            let own = "\"\(folder)/rationales.jsonl\""
            let plain = try record([:])
            #expect(plain["data"] == "null" && plain["rationales"] == "null")
            #expect(plain["shot-rationales"] == "null")
            #expect(plain["unnamed rationales"] == own && plain["unnamed shot-rationales"] == own)
            let others = try record(["rationales": "mine", "shot-rationales": "yours"])
            #expect(others["rationales"] == "\"mine\"" && others["shot-rationales"] == "\"yours\"")
            #expect(others["unnamed rationales"] == nil)
            // Rationales belong to the world's own questions only.
            let elsewhere = try record(["data": "d"])
            #expect(elsewhere["data"] == "\"d\"" && elsewhere["rationales"] == "null")
            #expect(elsewhere["unnamed rationales"] == nil)
            // The world's own, named though it need not be, is the same run.
            #expect(try record(["data": folder + "/mmlu"])["data"] == "null")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `aliases that stand for more than memory holds are refused`() throws {
        let levels = (1..<40).map { level in
            "l\(level): &l\(level) [\((0..<9).map { _ in "*l\(level - 1)" }.joined(separator: ", "))]"
        }
        let bomb = (["l0: &l0 x"] + levels + ["? *l39", ": 1"]).joined(separator: "\n")
        expectRefusal("c.yaml: has more than 32 anchors and aliases; plain values are needed") {
            try SettingsFile(bomb, path: "c.yaml")
        }
        let words = refusal {
            try SettingsFile(String(repeating: "[", count: 1_000_000), path: "c.yaml")
        }
        #expect(words?.hasPrefix("c.yaml: is not YAML: ") == true, "\(words ?? "read")")
        #expect(try SettingsFile("a: &x 1\nb: *x", path: "c.yaml").values["b"]?.settingText == "1")
    }
}
