import Foundation
import TestSupport
import Testing
import Torch
import Training
import Transformer

/// A training that HF transformers and PEFT made.
struct GoldenRun: Sendable, CustomTestStringConvertible {
    let folder: String

    var testDescription: String { folder.split(separator: "/").suffix(3).joined(separator: "/") }

    /// All runs: ours, and those beside the repository.
    static let all: [GoldenRun] = Fixture.goldens(containing: "batches.safetensors").flatMap {
        root in
        let names = try? FileManager.default.contentsOfDirectory(atPath: root + "/runs")
        return (names ?? []).sorted().map { GoldenRun(folder: "\(root)/runs/\($0)") }
    }

    /// The fields of run.json that are needed.
    struct Record: Decodable {
        struct Settings: Decodable {
            let steps: Int
            let steps_per_epoch: Int
            let lr: Double
            let schedule: String
            let warmup: Int
            let clip: Double
            let betas: [Double]
            let eps: Double
            let weight_decay: Double
            let anneal: String?
            let lambda0: Double?
        }
        struct Step: Decodable {
            let lr: Double
            let lambda: Double
            let loss: Double
            let zs_loss: Double
            let fs_loss: Double?
            let grad_norm: Double
        }
        let run: Settings
        let steps: [Step]
    }

    func record() throws -> Record {
        try JSONDecoder().decode(
            Record.self, from: Data(contentsOf: URL(filePath: folder + "/run.json")))
    }

    /// The model with the adapter that the run began with.
    func decoder() throws -> Decoder {
        let decoder = try Checkpoint(folder: folder + "/../../checkpoint").load(
            dtype: .float32, device: Fixture.device())
        try AdapterFiles.read(from: folder + "/adapter_init", onto: decoder)
        return decoder
    }

    func trainer(_ settings: Record.Settings) throws -> Trainer {
        let shape = try #require(LearningRateSchedule.Shape(rawValue: settings.schedule))
        var trainer = Trainer(
            schedule: .init(
                shape: shape, peak: settings.lr, warmupStepCount: settings.warmup,
                stepCount: settings.steps))
        trainer.maxGradientNorm = settings.clip
        trainer.optimizer.beta1 = settings.betas[0]
        trainer.optimizer.beta2 = settings.betas[1]
        trainer.optimizer.epsilon = settings.eps
        trainer.optimizer.weightDecay = settings.weight_decay
        return trainer
    }

    /// What a step reads: its batch, and with a few-shot loss that of the second kind.
    func input(step: Int, _ settings: Record.Settings) throws -> StepInput {
        let batch = step % settings.steps_per_epoch
        var input = StepInput(try examples("zs", batch: batch))
        guard let initial = settings.lambda0 else { return input }
        let name = settings.anneal?.replacing("_", with: "-") ?? "linear"
        let anneal = try #require(FewShotAnneal(rawValue: name))
        input.fewShot = try examples("fs", batch: batch).map { ExampleTree($0) }
        input.fewShotWeight = anneal.weight(
            from: initial, at: step, stepsPerEpoch: settings.steps_per_epoch)
        return input
    }

    /// The rows of a batch without their padding; a label other than -100 makes its token a target.
    private func examples(_ kind: String, batch: Int) throws -> [Example] {
        let file = try SafetensorsFile(path: folder + "/../../batches.safetensors")
        func rows(_ name: String) throws -> [[Int32]] {
            let tensor = try file.tensor("\(kind).\(batch).\(name)")
            let width = tensor.shape[1]
            let values: [Int32] = try tensor.values()
            return stride(from: 0, to: values.count, by: width).map {
                Array(values[$0..<$0 + width])
            }
        }
        let (ids, labels, masks) = try (rows("ids"), rows("labels"), rows("mask"))
        return ids.indices.map { row in
            let real = ids[row].indices.filter { masks[row][$0] != 0 }
            return Example(
                tokens: real.map { ids[row][$0] },
                weights: real.map { labels[row][$0] == -100 ? 0 : 1 })
        }
    }
}
