import TestSupport
import Testing
import Torch
import Training
import Transformer

/// The order and the errors of a training's callbacks.
@Suite struct TrainingCallbackTests {
    private struct Ended: Error, Equatable { var by: String }

    /// Three steps with two callbacks, of which the first ends the second step by an error.
    private func calls(
        endingBy error: any Error
    ) throws -> (calls: [String], thrown: Ended?) {
        let decoder = try TinyModel.decoder()
        var calls: [String] = []
        let trainer = Trainer(
            schedule: .init(shape: .constant, peak: 0.01, warmupStepCount: 0, stepCount: 3))
        var thrown: Ended?
        do {
            try trainer.train(
                decoder, parameters: decoder.weights.map(\.tensor),
                input: { _ in StepInput(TinyModel.examples) },
                callbacks: [
                    StepCallback { step in
                        calls.append("first \(step.state.stepCount)")
                        if step.state.stepCount == 2 { throw error }
                    },
                    StepCallback { step in
                        let words = step.stop == nil ? "" : " stops"
                        calls.append("second \(step.state.stepCount)" + words)
                        if step.stop != nil { throw TrainingStop(cause: Ended(by: "second")) }
                        #expect(!step.isLast)
                    },
                ])
        } catch let error as Ended { thrown = error }
        return (calls, thrown)
    }

    @Test func `after a stop the remaining callbacks run, and its cause is thrown`() throws {
        let (calls, thrown) = try calls(endingBy: TrainingStop(cause: Ended(by: "first")))
        #expect(calls == ["first 1", "second 1", "first 2", "second 2 stops"])
        #expect(thrown == Ended(by: "first"))
    }

    @Test func `after another error nothing runs`() throws {
        let (calls, thrown) = try calls(endingBy: Ended(by: "error"))
        #expect(calls == ["first 1", "second 1", "first 2"])
        #expect(thrown == Ended(by: "error"))
    }

    @Test func `the last step is marked, and its gradients are gone`() throws {
        let decoder = try TinyModel.decoder()
        try decoder.attachAdapters(LoRASettings(targets: [.v], rank: 2), using: Generator(seed: 4))
        var marks: [Bool] = []
        try Trainer(
            schedule: .init(shape: .constant, peak: 0.01, warmupStepCount: 0, stepCount: 2)
        ).train(
            decoder, input: { _ in StepInput(TinyModel.examples) },
            callbacks: [StepCallback { marks.append($0.isLast) }])
        #expect(marks == [false, true])
        #expect(try decoder.trainableParameters.allSatisfy { try $0.tensor.gradient() == nil })
    }
}
