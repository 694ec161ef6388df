import Basics
import Benchmarks
import Training
import Transformer

/// The grid of a sweep: every target at every learning rate, with the zero-shot loss alone and with
/// each weight of the few-shot loss, by every seed.
public struct SweepGrid: Sendable, Equatable {
    public var categories: [Benchmarks.Category]
    public var targets: [Set<Projection>]
    public var learningRates: [Double]
    /// λ₀ of the few-shot loss; nil means the zero-shot loss alone.
    public var fewShotWeights: [Double?]
    /// The targets that are trained with the few-shot loss too.
    public var fewShotTargets: [Set<Projection>]
    public var seeds: [Int]

    /// The lists of a sweep; where one is missing, the single value of a training.
    ///
    /// - Parameter train: the config of one training
    /// - Throws: `UsageError`
    init(_ config: SweepConfig, train: TrainConfig) throws {
        guard let categories = config.category else {
            let words = Benchmarks.Category.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError(
                "--category: not given; one of \(words), or several, are needed to train on")
        }
        self.categories = categories
        guard let targets = config.targets?.targets ?? train.adapter.target.map({ [$0] }) else {
            throw UsageError(
                "--targets: not given; V, Q, K, QKV, QKVO, or sets such as q+k+v, joined by commas, "
                    + "are needed")
        }
        self.targets = targets.map(\.projections)
        learningRates = config.learningRates ?? [train.learningRate]
        let single: FewShotWeight =
            train.objective == .zeroShot ? .none : .weight(train.fewShot.weight)
        fewShotWeights = (config.fewShotWeights ?? [single]).map {
            if case .weight(let weight) = $0 { weight } else { nil }
        }
        let fewShot = config.fewShotOn?.targets ?? targets
        fewShotTargets = fewShot.map(\.projections)
        if let other = fewShot.first(where: { !targets.contains($0) }) {
            throw UsageError(
                "--few-shot-on \(other.name): is none of --targets; some of "
                    + targets.map(\.name).joined(separator: ", ") + " are needed")
        }
        seeds = config.seeds ?? [train.seed]
    }

    /// The grid as a config with every list explicit.
    func config(report: SweepConfig.Report) -> SweepConfig {
        var config = SweepConfig()
        config.category = categories
        config.targets = TargetList(targets.map(ProjectionSet.init))
        config.learningRates = learningRates
        config.fewShotWeights = fewShotWeights.map { $0.map(FewShotWeight.weight) ?? .none }
        config.fewShotOn = TargetList(fewShotTargets.map(ProjectionSet.init))
        config.seeds = seeds
        config.report = report
        return config
    }

    /// The rows of the sweep's table: in each category first the zero-shot loss on every target,
    /// then the few-shot loss.
    public var families: [SweepGroup] {
        let weights = fewShotWeights.compactMap(\.self)
        return categories.flatMap { category in
            let titled = categories.count > 1
            let zeroShot =
                fewShotWeights.contains(nil)
                ? targets.map {
                    SweepGroup(
                        category: category, targets: $0, learningRates: learningRates, weights: [],
                        namesCategory: titled)
                } : []
            let fewShot =
                weights.isEmpty
                ? []
                : targets.filter(fewShotTargets.contains).map {
                    SweepGroup(
                        category: category, targets: $0, learningRates: learningRates,
                        weights: weights, namesCategory: titled)
                }
            return zeroShot + fewShot
        }
    }
}
