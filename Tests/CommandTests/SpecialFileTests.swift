import Foundation
import TestSupport
import Testing

/// A FIFO in the place of a file: waited for by nobody.
@Suite struct SpecialFileTests {
    /// A whole model `m`, an adapter `a`, a run `r` and a data folder `d`, to spoil.
    private func withFiles(_ body: (String) throws -> Void) throws {
        let job = try MainJob.shared()
        try Fixture.withTemporaryFolder { folder in
            let golden = Fixture.golden + "/tiny"
            for (source, name) in [
                (golden + "/checkpoint", "m"), (golden + "/runs/v/adapter_init", "a"),
                (job.run, "r"), (Fixture.pocket + "/mmlu", "d"),
            ] { try FileManager.default.copyItem(atPath: source, toPath: folder + "/" + name) }
            try FileManager.default.copyItem(
                atPath: Fixture.repository.path + "/Tests/Fixtures/tokenizer/split.json",
                toPath: folder + "/m/tokenizer.json")
            try body(folder)
        }
    }

    private static let tokenize = ["tokenize", "--model", "m"]
    private static let inspect = ["inspect", "m"]
    private static let add = ["results", "add", "r", "--store", "s.sqlite"]
    private static let resume = ["train", "--resume", "r", "--store", "none"]
    private static let recompute = ["results", "recompute", "r"]

    @Test(arguments: [
        ("m/config.json", inspect), ("m/model.safetensors", inspect),
        ("m/tokenizer.json", tokenize), ("m/tokenizer_config.json", tokenize),
        ("a/adapter_config.json", ["inspect", "a"]),
        ("a/adapter_model.safetensors", ["inspect", "a"]),
        ("r/config.yaml", add), ("r/run.json", add), ("r/metrics.jsonl", add),
        ("r/answers.jsonl", add), ("r/checkpoint/inputs.json", add),
        ("r/answers.jsonl", recompute), ("r/results.json", recompute),
        ("r/run.json", resume), ("r/config.yaml", resume),
        ("s.sqlite", ["results", "list", "--store", "s.sqlite"]),
        ("c.yaml", ["eval", "--config", "c.yaml"]),
        ("p.csv", ["results", "import", "p.csv"]),
        ("d/test/abstract_algebra_test.csv", ["eval", "--data", "d", "--limit", "1"]),
        (
            "x.jsonl",
            ["train", "--examples", "x.jsonl", "--target", "V", "--output", "o", "--store", "none"]
        ),
        ("x.txt", ["theory", "optimum", "--covariance", "x.txt"]),
    ])
    func `a FIFO is refused at once`(path: String, arguments: [String]) throws {
        try withFiles { folder in
            let place = folder + "/" + path
            unlink(place)
            try #require(mkfifo(place, 0o600) == 0)
            let ending = try Program.run(arguments, in: folder, input: "a\n")
            #expect(ending.status == 1 || ending.status == 64, "\(ending)")
            #expect(
                ending.errors.contains(
                    "\(URL(fileURLWithPath: path).lastPathComponent): is a FIFO; "), "\(ending)")
        }
    }
}
