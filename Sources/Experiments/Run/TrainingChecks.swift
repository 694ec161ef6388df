import Training
import Transformer

/// Checks a training: stops it where its result would be worthless, and reports anomalies.
struct TrainingChecks {
    private let start: AdapterSnapshot
    private let vocabularySize: Int
    private let isStrict: Bool
    private let isUntrained: Bool
    private let notice: (String) throws -> Void
    private var steps: [StepReport] = []

    /// Checks the examples before the first step.
    ///
    /// - Parameter isUntrained: whether the weights are random, so that the first loss means
    ///   nothing
    /// - Throws: `TrainingRefusal` when a later step has no target.
    init(
        _ training: TrainingSet, _ plan: BatchSampler, stepCount: Int, _ decoder: Decoder,
        isUntrained: Bool, isStrict: Bool, notice: @escaping (String) throws -> Void
    ) throws {
        start = try AdapterSnapshot(decoder)
        vocabularySize = decoder.configuration.vocabularySize
        self.isStrict = isStrict
        self.isUntrained = isUntrained
        self.notice = notice
        let silent = training.examples.map { $0.targetCount == 0 }
        let count = silent.count { $0 }
        guard count > 0 else { return }
        if plan.mixture == nil,
            let step = (0..<stepCount).first(where: {
                plan.batch(at: $0).allSatisfy { silent[$0] }
            })
        {
            throw TrainingRefusal.noTargets(step: step)
        }
        try notice(
            "\(count) of \(silent.count) training examples have no target token and teach nothing")
    }

    /// - Throws: `InitialLossWarning` under `--strict`.
    mutating func watch(_ step: StepReport) throws {
        steps.append(step)
        guard step.step == 0, !isUntrained,
            let high = InitialLossWarning(
                loss: step.zeroShotLoss ?? step.loss, vocabularySize: vocabularySize)
        else { return }
        if isStrict { throw high }
        try notice("\(high); --strict stops here")
    }

    /// - Throws: `UnchangedAdapter` when no step changed anything.
    func finish(_ decoder: Decoder) throws {
        let unchanged = try start.check(decoder, after: steps)
        if let first = unchanged.first, !steps.isEmpty {
            try notice(
                "\(unchanged.count) of \(decoder.adapters.count) adapted layers were changed by no "
                    + "step, the first of them \(first)")
        }
    }
}
