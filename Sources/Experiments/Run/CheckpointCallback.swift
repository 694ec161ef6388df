import Basics
import Tracking
import Torch
import Training
import Transformer

/// Saves checkpoints of the training state, and keeps the adapter with the best validation score.
final class CheckpointCallback {
    private let settings: TrainSettings
    private let folder: RunDirectory
    /// The trainable parameters, by name, in the trainer's order.
    private let parameters: [(name: String, tensor: Tensor)]
    private let stepCount: Int
    private let plan: BatchSampler
    private let validation: Validation?
    private let recorder: RunRecorder
    private let report: (RunEvent) throws -> Void
    private var checkpoint: TrainingCheckpoint?
    private let metrics: JSONLinesFile
    private let evaluations: JSONLinesFile?
    /// The error that ends the training once its state is saved.
    private var stop: (any Error)?

    /// Reads the checkpoint of a resumed run, and truncates the JSON lines files to it.
    init(
        _ settings: TrainSettings, _ folder: RunDirectory, _ decoder: Decoder, stepCount: Int,
        plan: BatchSampler, validation: Validation?, recorder: RunRecorder,
        report: @escaping (RunEvent) throws -> Void
    ) throws {
        self.settings = settings
        self.folder = folder
        self.stepCount = stepCount
        self.plan = plan
        self.validation = validation
        self.recorder = recorder
        self.report = report
        parameters = decoder.adapters.flatMap {
            [("\($0.path).lora_A", $0.adapter.a), ("\($0.path).lora_B", $0.adapter.b)]
        }
        checkpoint =
            TrainingCheckpoint.exists(in: folder.checkpoint)
            ? try TrainingCheckpoint(
                from: folder.checkpoint, parameters: parameters, of: stepCount) : nil
        metrics = try folder.lines(RunFile.metrics, keeping: checkpoint?.state.stepCount ?? 0)
        evaluations =
            validation == nil
            ? nil : try folder.lines(RunFile.evaluations, keeping: checkpoint?.evaluationCount ?? 0)
        try recorder.append(metrics.kept.compactMap { StepRecord(line: $0.utf8) })
        for line in evaluations?.kept ?? [] {
            try MeasurementEntry(evaluation: line.utf8).map {
                try recorder.measure($0.name, $0.detail, $0.value)
            }
        }
    }

    /// The state from which a resumed training continues; nil at the start of a new one.
    var start: TrainingState? { checkpoint?.state }

    /// Makes the evaluation that a signal prevented, before training resumes.
    ///
    /// The model must hold the state's parameters.
    func begin() throws {
        guard var checkpoint else { return }
        if checkpoint.state.stepCount < stepCount {
            try report(.notice("going on after step \(checkpoint.state.stepCount) of \(stepCount)"))
        }
        for (parameter, kept) in zip(parameters, checkpoint.state.parameters) {
            try parameter.tensor.assign(kept.moved(to: parameter.tensor.device))
        }
        if checkpoint.evaluatedStep < checkpoint.state.stepCount {
            try evaluate(&checkpoint)
            self.checkpoint = checkpoint
        }
    }

    /// Records a step. An error that reporting it throws, as for a signal, ends the training after
    /// the next `keep`.
    func record(_ step: StepReport) throws {
        let epoch = plan.epoch(of: step.step)
        let record = StepRecord(step, epoch: epoch)
        try metrics.append([record.json])
        try recorder.append([record])
        do { try report(.step(step, of: stepCount)) } catch { stop = error }
    }

    /// Evaluates and saves if due after a step, and ends the training if a stop was requested.
    func keep(_ state: TrainingState) throws {
        var next = checkpoint ?? TrainingCheckpoint(state: state)
        next.state = state
        if stop == nil {
            do { try evaluate(&next) } catch { stop = error }
        }
        checkpoint = next
        let every = settings.checkpoints.checkpointEvery
        let isDue = every > 0 && state.stepCount.isMultiple(of: every)
        if isDue || state.stepCount == stepCount || stop != nil { try save(next) }
        if let stop { throw stop }
    }

    /// Restores the chosen adapter in the model.
    ///
    /// - Returns: the record of the choice for results.json
    func finish() throws -> JSONValue {
        let best = settings.checkpoints.keep == .best ? checkpoint?.best : nil
        if let best {
            for (parameter, kept) in zip(parameters, best.parameters) {
                try parameter.tensor.assign(kept.moved(to: parameter.tensor.device))
            }
        }
        return .object([
            ("rule", .string(settings.checkpoints.keep.rawValue)),
            ("step", .whole(best?.stepCount ?? stepCount)),
            ("validation_accuracy", best.map { .number($0.accuracy) } ?? .null),
        ])
    }

    /// Writes the lines to disk before the checkpoint that counts them.
    private func save(_ checkpoint: TrainingCheckpoint) throws {
        try metrics.synchronize()
        try evaluations?.synchronize()
        try folder.makeCheckpointFolder()
        try checkpoint.write(parameters.map(\.name), to: folder.checkpoint)
    }

    /// Evaluates on the validation sample if that is due after this step, and updates the best
    /// adapter; the first of equals wins.
    private func evaluate(_ checkpoint: inout TrainingCheckpoint) throws {
        let made = checkpoint.state.stepCount
        guard let validation, let evaluations, let every = settings.checkpoints.evalEvery,
            made.isMultiple(of: every) || made == stepCount
        else { return }
        let parts = try validation.score(report: report).filter { $0.score.questionCount > 0 }
        // The reported questions select no adapter.
        let score = settings.checkpoints.evalQuestions == .validation ? parts.first?.score : nil
        let isBest = score.map { $0.correctCount > checkpoint.best?.correctCount ?? -1 } ?? false
        let lines = parts.map {
            $0.record(
                step: made, epoch: plan.epoch(of: made - 1), settings.checkpoints.evalQuestions,
                isBest)
        }
        try evaluations.append(lines)
        for line in lines {
            try MeasurementEntry(evaluation: line.line.utf8).map {
                try recorder.measure($0.name, $0.detail, $0.value)
            }
        }
        if let score, isBest {
            checkpoint.best = BestAdapter(
                stepCount: made, correctCount: score.correctCount,
                questionCount: score.questionCount * score.repeatCount,
                parameters: try parameters.map { try $0.tensor.detached().copied() })
        }
        checkpoint.evaluationCount += lines.count
        checkpoint.evaluatedStep = made
    }
}

extension Validation.Part {
    /// A line of evaluations.jsonl.
    fileprivate func record(
        step: Int, epoch: Int, _ asked: CheckpointConfig.Questions, _ isBest: Bool
    ) -> JSONValue {
        .object([
            ("step", .whole(step)), ("epoch", .whole(epoch)),
            ("asked", .string(asked.rawValue)),
            ("category", .string(category.rawValue)), ("split", .string(split.rawValue)),
            ("shots", .whole(shots)), ("questions", .whole(score.questionCount)),
            ("correct", .whole(score.correctCount)), ("repeats", .whole(score.repeatCount)),
            (
                "accuracy",
                .number(
                    Double(score.correctCount) / Double(score.questionCount * score.repeatCount))
            ),
            ("unreadable", .whole(score.unreadableCount)), ("is_best", .bool(isBest)),
            ("correct_by_question", .array(score.correctByQuestion.map { .whole($0) })),
        ])
    }
}
