import TestSupport
import Testing
import Torch
import Training
import Transformer

/// Trajectories of HF transformers and PEFT, within the gates of golden/README.md.
@Suite struct GoldenRunTests {
    private func name(_ placed: Decoder.PlacedAdapter, _ part: String) -> String {
        "base_model.model.\(placed.path).lora_\(part).weight"
    }

    @Test func `there is a run to follow`() { #expect(!GoldenRun.all.isEmpty) }

    @Test(arguments: GoldenRun.all)
    func `the first gradients are PEFT's`(run: GoldenRun) throws {
        let decoder = try run.decoder()
        let golden = try SafetensorsFile(path: run.folder + "/grads_step0.safetensors")
        let input = try run.input(step: 0, run.record().run)
        for placed in decoder.adapters {
            try placed.adapter.a.setRequiresGradient(true)
            try placed.adapter.b.setRequiresGradient(true)
        }
        for (trees, factor) in [(input.zeroShot, 1), (input.fewShot, input.fewShotWeight)]
        where !trees.isEmpty {
            let (forest, targets) = PackedForest.packing(trees)
            try (decoder.loss(forest, targets) * (factor / targets.totalWeight)).backward()
        }
        var compared = 0
        for placed in decoder.adapters {
            for (part, matrix) in [("A", placed.adapter.a), ("B", placed.adapter.b)] {
                try expectClose(
                    #require(try matrix.gradient()), golden.tensor(name(placed, part)),
                    .ofLargest(1e-4), name(placed, part))
                compared += 1
            }
        }
        #expect(compared == golden.entries.count)
    }

    @Test(arguments: GoldenRun.all)
    func `losses, rates, norms, adapter and logits follow the run`(run: GoldenRun) throws {
        let record = try run.record()
        let decoder = try run.decoder()
        var reports: [StepReport] = []
        try run.trainer(record.run).train(
            decoder, input: { try run.input(step: $0, record.run) },
            callbacks: [StepCallback { reports.append($0.report) }])

        #expect(reports.map(\.step) == Array(0..<record.run.steps))
        #expect(reports.count == record.steps.count)
        for (report, step) in zip(reports, record.steps) {
            #expect(abs(report.loss - step.loss) < 2e-5, "step \(report.step)")
            #expect(
                abs(try #require(report.zeroShotLoss) - step.zs_loss) < 2e-5, "step \(report.step)")
            #expect((report.fewShotLoss == nil) == (step.fs_loss == nil))
            #expect(
                abs((report.fewShotLoss ?? 0) - (step.fs_loss ?? 0)) < 2e-5, "step \(report.step)")
            #expect(abs(report.fewShotWeight - step.lambda) < 1e-9, "step \(report.step)")
            #expect(abs(report.learningRate - step.lr) < 1e-9, "step \(report.step)")
            #expect(
                abs(report.gradientNorm - step.grad_norm) < 1e-4 * step.grad_norm,
                "step \(report.step)")
        }
        let final = try SafetensorsFile(
            path: run.folder + "/adapter_final/adapter_model.safetensors")
        for placed in decoder.adapters {
            for (part, matrix) in [("A", placed.adapter.a), ("B", placed.adapter.b)] {
                try expectClose(
                    matrix, final.tensor(name(placed, part)), .absolute(1e-4), name(placed, part))
            }
        }
        let probe = try SafetensorsFile(path: run.folder + "/probe.safetensors")
        let ids: [Int32] = try probe.tensor("ids").values()
        let logits = try withoutGradient {
            try decoder.logits(
                of: decoder.hidden(PackedForest(roots: [ids]).pass, rows: [ids.count - 1]))
        }
        try expectClose(logits.reshaped([-1]), probe.tensor("logits"), .absolute(1e-4))
    }
}
