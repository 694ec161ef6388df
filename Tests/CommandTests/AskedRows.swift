import Foundation
import TestSupport
import Testing

/// Questions made for a test, and runs of the built-in model that were asked them by letter.
enum AskedRows {
    typealias Row = (question: String, answer: String)

    /// Questions 0 to `count` of a subject; their right letters do not repeat in the order of the rows.
    static func rows(_ subject: String, _ count: Int) -> [Row] {
        (0..<count).map {
            ("which \($0) of \(subject)", ["A", "C", "D", "B", "A", "D", "B"][$0 % 7])
        }
    }

    /// Writes a folder in MMLU's layout, with five dev rows a subject, and asks the built-in model.
    static func eval(
        _ tests: [String: [Row]], as name: String, in folder: String, _ flags: [String] = []
    ) throws {
        func line(_ row: Row) -> String {
            let choices = ["red", "green", "blue", "grey"].map { "\($0) \(row.question.count)" }
            return ([row.question] + choices + [row.answer]).joined(separator: ",") + "\n"
        }
        for (subject, test) in tests {
            let dev = (0..<5).map { Row("shown \($0) of \(subject)", "B") }
            for (split, rows) in [("dev", dev), ("val", dev), ("test", test)] {
                let place = "\(folder)/data-\(name)/\(split)"
                try FileManager.default.createDirectory(
                    atPath: place, withIntermediateDirectories: true)
                try rows.map(line).joined().write(
                    toFile: "\(place)/\(subject)_\(split).csv", atomically: false, encoding: .utf8)
            }
        }
        let ending = try Program.run(
            [
                "eval", "--data", "data-\(name)", "--output", name, "--scoring", "letter",
                "--prompt", "hendrycks", "--shots", "0,2", "--store", "none", "--quiet",
            ] + flags, in: folder)
        try #require(ending.status == 0, "\(ending.errors)")
    }

    /// A run's answers without their content hashes, as versions before wrote them.
    static func makeOld(_ run: String) throws {
        let path = run + "/answers.jsonl"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let old = text.replacing(#/"question_hash": "[0-9a-f]{16}", /#, with: "")
        #expect(old != text && !old.contains("hash"))
        try old.write(toFile: path, atomically: false, encoding: .utf8)
    }

    static func comparison(_ a: String, _ b: String, in folder: String) throws -> [String: Any] {
        let ending = try Program.run(["explain", a, b, "--json"], in: folder)
        try #require(ending.status == 0, "\(ending.errors)")
        return try #require(try JSONText.object(ending.output).objects("answers").first)
    }
}
