import Foundation
import TestSupport
import Testing
import Torch

/// The trajectories of HF transformers and PEFT, followed from the command line.
///
/// Only those beside the repository: our own have batches of several sizes.
@Suite(.enabled(if: Fixture.shared != nil, "the golden runs beside the repository are not there"))
struct GoldenTrajectoryTests {
    static let runs: [String] = Fixture.goldens(containing: "batches.safetensors")
        .filter { !$0.hasPrefix(Fixture.golden) }
        .flatMap { root in
            let names = try? FileManager.default.contentsOfDirectory(atPath: root + "/runs")
            return (names ?? []).sorted().map { "\(root)/runs/\($0)" }
        }

    @Test(arguments: runs)
    func `train follows a run of PEFT`(run: String) throws {
        let root = run + "/../.."
        let record = try object(run + "/run.json")
        let settings = try #require(record["run"] as? [String: Any])
        try Fixture.withTemporaryFolder { folder in
            let lines = try examples(
                root, epoch: try #require(settings["steps_per_epoch"] as? Int))
            try lines.text.write(
                toFile: folder + "/examples.jsonl", atomically: true, encoding: .utf8)
            var words = [
                "train", "--model", root + "/checkpoint", "--dtype", "fp32", "--device", "cpu",
                "--examples", "examples.jsonl", "--no-shuffle", "--no-eval", "--quiet",
                "--init-adapter", run + "/adapter_init", "--output", "out",
                "--batch-size", "\(lines.batchSize)", "--epochs", "100",
            ]
            for (flag, key) in [
                ("max-steps", "steps"), ("learning-rate", "lr"), ("schedule", "schedule"),
                ("warmup-steps", "warmup"), ("weight-decay", "weight_decay"),
                ("max-grad-norm", "clip"),
            ] {
                words += ["--" + flag, "\(try #require(settings[key]))"]
            }
            if let initial = settings["lambda0"] as? Double, initial > 0 {
                let anneal = settings["anneal"] as? String ?? "linear"
                words += [
                    "--objective", "zs+fs", "--few-shot-weight", "\(initial)",
                    "--few-shot-anneal", anneal.replacing("_", with: "-"),
                ]
            }
            let ending = try Program.run(words, in: folder)
            #expect(ending.errors == "")
            #expect(ending.status == 0)
            try compare(folder + "/out", run, record)
        }
    }

    /// Losses, weights, rates, norms and the final adapter, within the gates of golden/README.md.
    private func compare(_ found: String, _ run: String, _ record: [String: Any]) throws {
        let steps = try #require(record["steps"] as? [[String: Any]])
        let metrics = try String(contentsOfFile: found + "/metrics.jsonl", encoding: .utf8)
            .split(separator: "\n").map { line in
                try #require(
                    try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
        #expect(metrics.count == steps.count)
        for (line, step) in zip(metrics, steps) {
            for (name, key, gate) in [
                ("loss", "loss", 2e-5), ("zero_shot_loss", "zs_loss", 2e-5),
                ("few_shot_loss", "fs_loss", 2e-5), ("few_shot_weight", "lambda", 1e-9),
                ("learning_rate", "lr", 1e-9),
            ] {
                let (a, b) = (line[name] as? Double, step[key] as? Double)
                #expect((a == nil) == (b == nil), "\(name)")
                #expect(abs((a ?? 0) - (b ?? 0)) <= gate, "\(name) at step \(step["step"] ?? "")")
            }
            let norm = try #require(step["grad_norm"] as? Double)
            #expect(abs((line["grad_norm"] as? Double ?? 0) - norm) < 1e-4 * norm)
        }
        let file = "adapter_model.safetensors"
        let ours = try SafetensorsFile(path: "\(found)/adapter/\(file)")
        let golden = try SafetensorsFile(path: "\(run)/adapter_final/\(file)")
        #expect(Set(ours.entries.keys) == Set(golden.entries.keys))
        for name in golden.entries.keys {
            try expectClose(ours.tensor(name), golden.tensor(name), .absolute(1e-4), name)
        }
    }

    /// The batches of an epoch as lines; the few-shot rows of a batch stand on its first lines.
    private func examples(_ root: String, epoch: Int) throws -> (text: String, batchSize: Int) {
        let file = try SafetensorsFile(path: root + "/batches.safetensors")
        var text = ""
        var batchSize = 0
        for batch in 0..<epoch {
            let zeroShot = try rows(file, "zs.\(batch)")
            let fewShot = try rows(file, "fs.\(batch)")
            batchSize = zeroShot.count
            for (index, row) in zeroShot.enumerated() {
                let extra = index < fewShot.count ? ", \"few_shot\": {\(fewShot[index])}" : ""
                text += "{\(row)\(extra)}\n"
            }
        }
        return (text, batchSize)
    }

    private func rows(_ file: SafetensorsFile, _ name: String) throws -> [String] {
        func table(_ part: String) throws -> [[Int32]] {
            let tensor = try file.tensor("\(name).\(part)")
            let width = tensor.shape[1]
            let values: [Int32] = try tensor.values()
            return stride(from: 0, to: values.count, by: width).map {
                Array(values[$0..<$0 + width])
            }
        }
        let (ids, labels, masks) = try (table("ids"), table("labels"), table("mask"))
        return ids.indices.map { row in
            let real = ids[row].indices.filter { masks[row][$0] != 0 }
            return "\"input_ids\": \(real.map { ids[row][$0] }), "
                + "\"labels\": \(real.map { labels[row][$0] })"
        }
    }

    private func object(_ path: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(filePath: path))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
}
