import Basics
import Tracking
import Training
import Transformer

/// Evaluates the model on the validation set as it trains, and keeps the adapter with the best score.
final class ValidationCallback: TrainingCallback {
    private let validation: Validation?
    private let steps: TrainingSteps
    private let decoder: Decoder
    private let recorder: RunRecorder
    private let report: (RunEvent) throws -> Void
    private let lines: JSONLinesFile?
    private(set) var progress: ValidationProgress

    private var settings: CheckpointConfig { steps.settings.checkpoints }

    /// Truncates evaluations.jsonl to the checkpoint that the training resumes from.
    ///
    /// - Parameter validation: nil evaluates nothing
    init(
        _ validation: Validation?, _ steps: TrainingSteps, _ decoder: Decoder,
        from checkpoint: TrainingCheckpoint?, _ folder: RunDirectory, _ recorder: RunRecorder,
        report: @escaping (RunEvent) throws -> Void
    ) throws {
        self.validation = validation
        self.steps = steps
        self.decoder = decoder
        self.recorder = recorder
        self.report = report
        progress = checkpoint?.validation ?? ValidationProgress()
        lines =
            validation == nil
            ? nil : try folder.lines(RunFile.evaluations, keeping: progress.lineCount)
        try measure(lines?.kept ?? [])
    }

    /// - Throws: `TrainingStop` where the evaluation is ended, as by a signal.
    func didFinish(_ step: FinishedStep) throws {
        guard step.stop == nil else { return }
        do { try evaluate(after: step.state.stepCount) } catch { throw TrainingStop(cause: error) }
    }

    /// Makes the evaluation after a checkpoint's last step, where a signal prevented it.
    func catchUp(to made: Int) throws {
        if progress.evaluatedStep < made { try evaluate(after: made) }
    }

    /// Gives the model the adapter that the rule keeps.
    ///
    /// - Returns: the record of the choice for results.json
    func restoreKept(_ rule: CheckpointConfig.Adapter) throws -> JSONValue {
        let best = rule == .best ? progress.best : nil
        if let best { try decoder.assignTrainable(best.parameters) }
        return .object([
            ("rule", .string(rule.rawValue)),
            ("step", .whole(best?.stepCount ?? steps.stepCount)),
            ("validation_accuracy", best.map { .number($0.accuracy) } ?? .null),
        ])
    }

    /// Writes the lines to disk.
    func synchronize() throws { try lines?.synchronize() }

    /// Evaluates if that is due after so many steps, and updates the best adapter; the first of
    /// equals wins.
    private func evaluate(after made: Int) throws {
        guard let validation, let lines, let every = settings.evalEvery,
            made.isMultiple(of: every) || made == steps.stepCount
        else { return }
        let parts = try validation.score(report: report).filter { $0.score.questionCount > 0 }
        // The reported questions select no adapter.
        let score = settings.evalQuestions == .validation ? parts.first?.score : nil
        let isBest = score.map { $0.correctCount > progress.best?.correctCount ?? -1 } ?? false
        let records = parts.map {
            $0.record(
                step: made, epoch: steps.plan.epoch(of: made - 1), settings.evalQuestions, isBest)
        }
        try lines.append(records)
        try measure(records.map(\.line))
        if let score, isBest {
            progress.best = BestAdapter(
                stepCount: made, correctCount: score.correctCount,
                questionCount: score.questionCount * score.repeatCount,
                parameters: try decoder.trainableParameters.map {
                    try $0.tensor.detached().copied()
                })
        }
        progress.lineCount += records.count
        progress.evaluatedStep = made
    }

    private func measure(_ lines: [String]) throws {
        for line in lines {
            if let entry = try MeasurementEntry(evaluation: line.utf8) {
                try recorder.measure(entry.name, entry.detail, entry.value)
            }
        }
    }
}

extension Validation.Part {
    /// A line of evaluations.jsonl.
    fileprivate func record(
        step: Int, epoch: Int, _ questions: CheckpointConfig.Questions, _ isBest: Bool
    ) -> JSONValue {
        .object([
            ("step", .whole(step)), ("epoch", .whole(epoch)),
            ("asked", .string(questions.rawValue)),
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
