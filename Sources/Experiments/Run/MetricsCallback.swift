import Basics
import TensorBoard
import Tracking
import Training

/// Writes each step's metrics to metrics.jsonl, the store and TensorBoard, and reports the step.
final class MetricsCallback: TrainingCallback {
    private let steps: TrainingSteps
    private let lines: JSONLinesFile
    private let events: EventFile
    private let recorder: RunRecorder
    private let report: (RunEvent) throws -> Void

    /// Truncates the files to the steps of the checkpoint that the training resumes from.
    init(
        _ steps: TrainingSteps, after made: Int, _ folder: RunDirectory, _ recorder: RunRecorder,
        report: @escaping (RunEvent) throws -> Void
    ) throws {
        self.steps = steps
        self.recorder = recorder
        self.report = report
        lines = try folder.lines(RunFile.metrics, keeping: made)
        try recorder.append(lines.kept.compactMap { StepRecord(line: $0.utf8) })
        events = try EventFile(in: folder.path, firstStep: made)
    }

    /// - Throws: `TrainingStop` where reporting the step throws, as for a signal.
    func didFinish(_ step: FinishedStep) throws {
        let number = step.report.step
        let record = StepRecord(step.report, epoch: steps.plan.epoch(of: number))
        try lines.append([record.json])
        try recorder.append([record])
        try events.append(step.report.scalars, step: number)
        do { try report(.step(step.report, of: steps.stepCount)) } catch {
            throw TrainingStop(cause: error)
        }
    }

    /// Writes the lines to disk.
    func synchronize() throws { try lines.synchronize() }
}

extension StepRecord {
    init(_ step: StepReport, epoch: Int) {
        func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
        self.init(
            step: step.step, epoch: epoch, fewShotWeight: step.fewShotWeight,
            learningRate: step.learningRate, tokens: step.tokenCount)
        loss = finite(step.loss)
        zeroShotLoss = finite(step.zeroShotLoss)
        fewShotLoss = finite(step.fewShotLoss)
        gradientNorm = finite(step.gradientNorm)
        tokensPerSecond = finite(step.tokensPerSecond.rounded())
    }
}

extension StepReport {
    /// A step's metrics for TensorBoard, which cannot represent absent values.
    var scalars: [(name: String, value: Double)] {
        [("loss", loss)] + (zeroShotLoss.map { [("zero_shot_loss", $0)] } ?? [])
            + (fewShotLoss.map { [("few_shot_loss", $0)] } ?? [])
            + [
                ("few_shot_weight", fewShotWeight), ("learning_rate", learningRate),
                ("grad_norm", gradientNorm), ("tokens_per_second", tokensPerSecond),
            ]
    }
}
