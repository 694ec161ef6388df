import Benchmarks
import Foundation
import TestSupport
import Testing
import Tracking
import Transformer

@testable import Evaluation
@testable import Experiments
@testable import Training

/// What is there when a training is stopped while its changes are measured.
@Suite struct SavedAdapterTests {
    private struct Stop: RunStop {}

    /// Trains one step on token ids and stops where a change is to be measured.
    private func withStoppedRun(
        _ body: (_ folder: String, _ store: Store, _ told: [String]) throws -> Void
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            try "{\"input_ids\": [5, 6, 7, 8]}\n".write(
                toFile: folder + "/x.jsonl", atomically: false, encoding: .utf8)
            let (model, data) = (Fixture.golden + "/tiny/checkpoint", Fixture.pocket + "/mmlu")
            let settings = try trainSettings(on: data, by: model) {
                ($0.category, $0.examples, $0.noShuffle) = (nil, folder + "/x.jsonl", true)
                ($0.batchSize, $0.maxSteps, $0.learningRate, $0.warmupSteps) = (1, 1, 0.01, 0)
            }
            let store = try Store(folder + "/s.sqlite")
            var told: [String] = []
            let study = Run(
                model: try modelSettings(model),
                evaluation: try evaluationSettings(of: data) {
                    $0.prompt = PromptName("hendrycks")
                }, store: store
            ) { event in
                guard case .measuredChange(let done, let count) = event else { return }
                told.append("\(done) of \(count)")
                #expect(
                    try FileManager.default.contentsOfDirectory(atPath: folder + "/r/adapter")
                        .sorted() == [
                            "adapter_config.json", "adapter_model.safetensors",
                            "trained_questions.json",
                        ])
                throw Stop()
            }
            #expect(throws: Stop.self) {
                try study.train(settings, into: RunDirectory(making: folder + "/r"))
            }
            try body(folder + "/r", store, told)
        }
    }

    @Test func `everything is saved before the first change is measured`() throws {
        try withStoppedRun { folder, store, told in
            // The tiny model has two layers.
            #expect(told == ["0 of 2"])
            #expect(try RunDirectory(resuming: folder).isComplete(evaluates: false))
            let run = try #require(try store.runs().first)
            #expect(run.finishedAt != nil && run.failure == nil)
            #expect(try RunManifest.read(from: folder)?.finishedAt != nil)
            let stored = try StoredFolder(folder, into: store)
            let names = try store.measurements(of: stored.run.id).map(\.name)
            #expect(names.contains("effectiveRank"))
        }
    }

    @Test func `an adapter without its questions, or questions without one, is no end`() throws {
        try withStoppedRun { folder, _, _ in
            for name in ["adapter_config.json", "trained_questions.json"] {
                let path = folder + "/adapter/" + name
                let bytes = FileManager.default.contents(atPath: path)
                try FileManager.default.removeItem(atPath: path)
                let isComplete = try RunDirectory(resuming: folder).isComplete(evaluates: false)
                #expect(!isComplete, "\(name)")
                try #require(bytes).write(to: URL(fileURLWithPath: path))
            }
        }
    }
}
