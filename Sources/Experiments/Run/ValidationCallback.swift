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
        try measure((lines?.kept ?? []).compactMap { ValidationRecord(line: $0.utf8) })
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
    func restoreKept(_ rule: CheckpointConfig.Adapter) throws -> KeptAdapter {
        let best = rule == .best ? progress.best : nil
        if let best { try decoder.assignTrainable(best.parameters) }
        return KeptAdapter(
            rule: rule.rawValue, step: best?.stepCount ?? steps.stepCount,
            validationAccuracy: best?.accuracy)
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
        try lines.append(records.map { try $0.json })
        try measure(records)
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

    private func measure(_ records: [ValidationRecord]) throws {
        for entry in records.map(MeasurementEntry.init) {
            try recorder.measure(entry.name, entry.detail, entry.value)
        }
    }
}

extension Validation.Part {
    fileprivate func record(
        step: Int, epoch: Int, _ source: CheckpointConfig.Questions, _ isBest: Bool
    ) -> ValidationRecord {
        ValidationRecord(
            step: step, epoch: epoch, source: source.rawValue, category: category.rawValue,
            split: split.rawValue, shots: shots, questions: score.questionCount,
            correct: score.correctCount, repeats: score.repeatCount,
            unreadable: score.unreadableCount, isBest: isBest,
            correctByQuestion: score.correctByQuestion)
    }
}
