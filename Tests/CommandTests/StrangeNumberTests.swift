import Foundation
import TestSupport
import Testing

/// Numbers beyond any whole one in the files of a run, which others may have written.
@Suite struct StrangeNumberTests {
    private static let place = NSTemporaryDirectory() + "ft-mmlu-strange-" + UUID().uuidString
    /// A trained run with an evaluation of its training; made once.
    private static let made = Result {
        try FileManager.default.createDirectory(
            atPath: place, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(atPath: StrangeNumberTests.place) }
        let ending = try Program.run(
            [
                "train", "--target", "V", "--category", "stem", "--max-steps", "1",
                "--warmup-steps", "0", "--limit", "1", "--batch-size", "2", "--no-eval",
                "--eval-every", "1", "--eval-limit", "2", "--store", "none", "--quiet", "--output",
                "r",
            ], in: place)
        #expect(ending.status == 0, "\(ending.errors)")
        return place + "/r"
    }

    @Test(arguments: [
        "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e300", "-1e300",
        "0.5",
    ])
    func `a number that is no count ends in a sentence`(number: String) throws {
        for (file, field) in [
            ("metrics.jsonl", "step"), ("metrics.jsonl", "epoch"), ("metrics.jsonl", "tokens"),
            ("evaluations.jsonl", "step"), ("config.yaml", "seed"), ("config.yaml", "rank"),
            ("adapter/adapter_config.json", "r"),
        ] {
            try Fixture.withTemporaryFolder { folder in
                try FileManager.default.copyItem(atPath: Self.made.get(), toPath: folder + "/r")
                let path = folder + "/r/" + file
                let text = try String(contentsOfFile: path, encoding: .utf8)
                // {"step": 0 and seed: 0 alike, PEFT's file with a space before the colon.
                let pattern = try Regex("(\"?\(field)\"? ?: )[0-9]+")
                let changed = text.replacing(pattern, maxReplacements: 1) {
                    text[$0.range].prefix { $0 != ":" } + ": " + number
                }
                try #require(changed != text, "\(file) \(field)")
                try changed.write(toFile: path, atomically: false, encoding: .utf8)
                let ending = try Program.run(
                    ["results", "add", "r", "--store", "s.sqlite"], in: folder)
                let note = "\(file) \(field) \(number): \(ending.errors)"
                #expect(ending.status == 0 || ending.status == 1, "\(note)")
                #expect(
                    ending.status == 0
                        ? ending.errors == "" : ending.lastError.hasPrefix("Error: "),
                    "\(note)")
            }
        }
    }
}
