import Transformer

/// Checks a training: stops it where its result would be worthless, and reports anomalies.
package final class TrainingChecks: TrainingCallback {
    private let start: AdapterSnapshot
    private let decoder: Decoder
    private let steps: TrainingSteps
    private let isStrict: Bool
    private let isUntrained: Bool
    private let notice: (String) throws -> Void
    private var reports: [StepReport] = []

    /// Checks the examples before the first step.
    ///
    /// - Parameter isUntrained: whether the weights are random, so that the first loss means
    ///   nothing
    /// - Throws: `TrainingRefusal` when a later step has no target.
    package init(
        _ steps: TrainingSteps, _ decoder: Decoder, isUntrained: Bool,
        notice: @escaping (String) throws -> Void
    ) throws {
        start = try AdapterSnapshot(decoder)
        self.decoder = decoder
        self.steps = steps
        isStrict = steps.settings.strict
        self.isUntrained = isUntrained
        self.notice = notice
        let silent = steps.training.examples.map { $0.targetCount == 0 }
        let count = silent.count { $0 }
        guard count > 0 else { return }
        if steps.plan.mixture == nil,
            let step = (0..<steps.stepCount).first(where: {
                steps.plan.batch(at: $0).allSatisfy { silent[$0] }
            })
        {
            throw TrainingRefusal.noTargets(step: step)
        }
        try notice(
            "\(count) of \(silent.count) training examples have no target token and teach nothing")
    }

    /// - Throws: `InitialLossWarning` under `--strict`; after the last step `CollapsedModel`, and
    ///   `UnchangedAdapter` when no step changed anything.
    package func didFinish(_ step: FinishedStep) throws {
        reports.append(step.report)
        try checkFirstLoss(step.report)
        guard step.isLast else { return }
        let collapsed = try CollapsedModel(
            decoder, after: steps.stepCount, steps.input(step.report.step)
        ) { steps.trainer.naming?(step.report.step, nil) ?? "" }
        if let collapsed { throw collapsed }
        let unchanged = try start.check(decoder, after: reports)
        if let first = unchanged.first {
            try notice(
                "\(unchanged.count) of \(decoder.adapters.count) adapted layers were changed by no "
                    + "step, the first of them \(first)")
        }
    }

    private func checkFirstLoss(_ step: StepReport) throws {
        guard step.step == 0, !isUntrained,
            let high = InitialLossWarning(
                loss: step.zeroShotLoss ?? step.loss,
                vocabularySize: decoder.configuration.vocabularySize)
        else { return }
        if isStrict { throw high }
        try notice("\(high); --strict stops here")
    }
}
