import Foundation
import TestSupport
import Testing

@Suite struct TrainBenchTests {
    private static func run(_ arguments: [String]) throws -> Program.Ending {
        try Program.run(["bench", "train"] + arguments, in: NSTemporaryDirectory())
    }

    @Test func `rounds of floor, step and few-shot step are measured`() throws {
        let run = try Self.run([
            "--shape", Fixture.pocket, "--batch-size", "3", "--lengths", "9-9", "--shots", "2",
            "--rounds", "2", "--threads", "1", "--dtype", "fp32", "--json",
        ])
        #expect(run.status == 0, "\(run.errors)")
        let result = try #require(
            try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        #expect(result["tokens"] as? Int == 27)
        for name in ["step_seconds", "floor_seconds", "few_shot_step_seconds"] {
            let seconds = try #require(result[name] as? [Double])
            #expect(seconds.count == 2 && seconds.allSatisfy { $0 > 0 })
        }
        // Rank 8 on the value projections of every layer: 8 · (input + output) numbers each.
        let config = try #require(
            try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(fileURLWithPath: Fixture.pocket + "/config.json")))
                as? [String: Any])
        let number = { (name: String) in (config[name] as? Int) ?? 0 }
        let headSize =
            (config["head_dim"] as? Int) ?? number("hidden_size") / number("num_attention_heads")
        let values = number("num_key_value_heads") * headSize
        #expect(
            result["trainable"] as? Int == number("num_hidden_layers") * 8
                * (number("hidden_size") + values))
    }

    @Test(arguments: [
        (["--shape", "gpt-2"], "--shape: 'gpt-2' is no model folder; a folder or one of"),
        (["--lengths", "9"], "--lengths: '9'; two numbers are needed, like 120-220"),
        (["--rounds", "0"], "--rounds: 0 is too few; at least 1 is needed"),
        (
            ["--dtype", "int8"],
            "--dtype int8: did you mean auto? one of auto, bf16, fp32 is needed"
        ),
    ])
    func `what cannot be measured is refused`(arguments: [String], words: String) throws {
        let run = try Self.run(arguments)
        #expect(run.status == 64)
        #expect(run.errors.contains(words), "\(run.errors)")
    }
}
