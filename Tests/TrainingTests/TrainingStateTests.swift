import TestSupport
import Testing
import Torch
import Training
import Transformer

/// A training that is stopped and goes on.
@Suite struct TrainingStateTests {
    /// A state as bytes, which the next steps do not change, and as new tensors again.
    private struct Kept: Equatable {
        let stepCount: Int
        let updateCount: Int
        let parameters: [[UInt8]]
        let moments: [[UInt8]]

        init(_ state: TrainingState) throws {
            stepCount = state.stepCount
            updateCount = state.optimizer.updateCount
            parameters = try state.parameters.map { try $0.bytes() }
            moments = try (state.optimizer.firstMoments + state.optimizer.secondMoments)
                .map { try $0.bytes() }
        }
    }

    private func copied(_ state: TrainingState) throws -> TrainingState {
        TrainingState(
            stepCount: state.stepCount,
            parameters: try state.parameters.map { try $0.detached().copied() },
            optimizer: AdamWState(
                updateCount: state.optimizer.updateCount,
                firstMoments: try state.optimizer.firstMoments.map { try $0.copied() },
                secondMoments: try state.optimizer.secondMoments.map { try $0.copied() }))
    }

    /// Eight steps, or those after a state, whose inputs depend on the step.
    private func train(
        from start: TrainingState? = nil, keep: @escaping (TrainingState) throws -> Void
    ) throws -> [Double] {
        let decoder = try TinyModel.decoder()
        // Another adapter than the one that the state was taken from, as after a new start.
        try decoder.attachAdapters(
            LoRASettings(targets: [.q, .v], rank: 2),
            using: Generator(seed: start == nil ? 4 : 99))
        var trainer = Trainer(
            schedule: .init(shape: .cosine, peak: 0.05, warmupStepCount: 2, stepCount: 8))
        trainer.optimizer.weightDecay = 0.01
        var losses: [Double] = []
        try trainer.train(
            decoder, from: start,
            input: { step in
                StepInput([TinyModel.examples[step % 4], TinyModel.examples[step * step % 3]])
            },
            callbacks: [
                StepCallback { losses.append($0.report.loss) }, StepCallback { try keep($0.state) },
            ])
        return losses
    }

    @Test(arguments: [1, 3, 7])
    func `what follows a state follows it again to the last bit`(stop: Int) throws {
        var whole: [Kept] = []
        var state: TrainingState?
        let losses = try train { now in
            whole.append(try Kept(now))
            if now.stepCount == stop { state = try copied(now) }
        }
        #expect(whole.map(\.stepCount) == Array(1...8))
        #expect(whole.map(\.updateCount) == Array(1...8))
        var rest: [Kept] = []
        let restLosses = try train(from: try #require(state)) { rest.append(try Kept($0)) }
        #expect(rest == Array(whole[stop...]))
        #expect(restLosses == Array(losses[stop...]))
    }

    @Test func `each part of a state matters`() throws {
        var last: Kept?
        var state: TrainingState?
        _ = try train { now in
            last = try Kept(now)
            if now.stepCount == 4 { state = try copied(now) }
        }
        let whole = try #require(state)
        func end(_ change: (inout TrainingState) throws -> Void) throws -> [[UInt8]]? {
            var changed = try copied(whole)
            try change(&changed)
            var end: Kept?
            _ = try train(from: changed) { end = try Kept($0) }
            return end?.parameters
        }
        #expect(try end { _ in } == last?.parameters)
        #expect(try end { $0.optimizer.updateCount = 3 } != last?.parameters)
        #expect(try end { try $0.optimizer.firstMoments[1].fill(0) } != last?.parameters)
        #expect(try end { try $0.optimizer.secondMoments[3].fill(0.1) } != last?.parameters)
        #expect(try end { try $0.parameters[0].fill(0.1) } != last?.parameters)
        #expect(try end { $0.stepCount = 5 } != last?.parameters)
    }

    @Test func `a state of all steps gives the parameters back and makes none`() throws {
        var state: TrainingState?
        _ = try train { state = try copied($0) }
        let whole = try #require(state)
        let decoder = try TinyModel.decoder()
        try decoder.attachAdapters(
            LoRASettings(targets: [.q, .v], rank: 2), using: Generator(seed: 9))
        let parameters = decoder.trainableParameters.map(\.tensor)
        try Trainer(
            schedule: .init(shape: .cosine, peak: 0.05, warmupStepCount: 2, stepCount: 8)
        ).train(
            decoder, from: whole,
            input: { _ in
                Issue.record("no step is left")
                return StepInput(TinyModel.examples)
            }, callbacks: [StepCallback { _ in Issue.record("no step is left") }])
        for (mine, kept) in zip(parameters, whole.parameters) {
            try expectClose(mine, kept, .exact)
        }
    }

    @Test func `what keeping throws ends the training`() throws {
        struct Stop: Error {}
        var count = 0
        #expect(throws: Stop.self) {
            _ = try train { _ in
                count += 1
                if count == 3 { throw Stop() }
            }
        }
        #expect(count == 3)
    }
}
