import Basics
import Benchmarks
import Foundation
import Transformer

/// What a sweep goes through: every target at every learning rate, with the zero-shot loss alone
/// and with each weight of the few-shot loss, by every seed.
public struct SweepGrid: Sendable, Equatable {
    public var categories: [Benchmarks.Category]
    public var targets: [Set<Projection>]
    public var learningRates: [Double]
    /// λ₀ of the few-shot loss; nil stands for the zero-shot loss alone.
    public var fewShotWeights: [Double?]
    /// The targets that are trained with the few-shot loss too.
    public var fewShotTargets: [Set<Projection>]
    public var seeds: [Int]

    /// Settings that hold lists. In a YAML file they may be lists too.
    public static let names = [
        "targets", "learning-rates", "few-shot-weights", "few-shot-on", "seeds", "category",
    ]

    /// Settings of one training that a list stands for.
    static let singleNames = [
        "target", "learning-rate", "few-shot-weight", "objective", "seed", "no-eval",
    ]

    /// Lists of a sweep, else the one value that a training would take.
    init(_ layers: SettingLayers) throws {
        let single = try SingleValues(layers)
        categories = try layers.list("category", default: []) { word in
            guard word != "all" else {
                throw UsageError("one category, or several joined by commas, are needed")
            }
            return try Benchmarks.Category(parsing: word)
        }
        guard !categories.isEmpty else {
            let words = Benchmarks.Category.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError(
                "--category: not given; one of \(words), or several, are needed to train on")
        }
        let targets = try layers.list(
            "targets", default: single.targets.map { [$0] } ?? [], Projection.parse)
        guard !targets.isEmpty else {
            throw UsageError(
                "--targets: not given; V, Q, K, QKV, QKVO, or sets such as q+k+v, joined by commas, "
                    + "are needed")
        }
        self.targets = targets
        learningRates = try layers.list(
            "learning-rates", default: [single.learningRate]
        ) { try Self.number($0, atMost: TrainSettings.largestLearningRate) }
        fewShotWeights = try layers.list("few-shot-weights", default: [single.fewShotWeight]) {
            $0 == "none"
                ? Double?.none : try Self.number($0, atMost: SettingLayers.largestNumber)
        }
        fewShotTargets = try layers.list("few-shot-on", default: targets, Projection.parse)
        if let other = fewShotTargets.first(where: { !targets.contains($0) }) {
            throw UsageError(
                "--few-shot-on \(LoRASettings(targets: other).targetName): is none of --targets; "
                    + "some of "
                    + targets.map { LoRASettings(targets: $0).targetName }.joined(separator: ", ")
                    + " are needed")
        }
        seeds = try layers.list("seeds", default: [single.seed]) { word in
            guard let seed = Int(word), seed >= 0 else {
                throw UsageError("whole numbers from 0, joined by commas, are needed")
            }
            return seed
        }
    }

    private static func number(_ word: String, atMost most: Double) throws -> Double {
        guard let number = Double(word), number.isFinite, number >= 0 else {
            throw UsageError("numbers from 0, joined by commas, are needed")
        }
        guard number <= most else { throw UsageError("at most \(most) is possible") }
        return number
    }

    /// The rows of the study's table: of each category first the zero-shot loss on every target,
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

    /// The grid as it stands in config.yaml.
    var record: [(String, JSONValue)] {
        func names(_ sets: [Set<Projection>]) -> JSONValue {
            .array(
                sets.map {
                    .string(LoRASettings(targets: $0).targetName.replacing(",", with: "+"))
                })
        }
        return [
            ("category", .array(categories.map { .string($0.rawValue) })),
            ("targets", names(targets)),
            ("learning-rates", .array(learningRates.map { .number($0) })),
            (
                "few-shot-weights",
                .array(fewShotWeights.map { $0.map { .number($0) } ?? .string("none") })
            ),
            ("few-shot-on", names(fewShotTargets)), ("seeds", .array(seeds.map { .whole($0) })),
        ]
    }
}

/// What the settings of one training say of a grid.
private struct SingleValues {
    let targets: Set<Projection>?
    let learningRate: Double
    let fewShotWeight: Double?
    let seed: Int

    init(_ layers: SettingLayers) throws {
        targets = try layers.text("target").map { _ in
            try layers.value("target", default: "", Projection.parse)
        }
        learningRate = try layers.number(
            "learning-rate", default: TrainSettings.usualLearningRate,
            atMost: TrainSettings.largestLearningRate)
        let objective = try layers.choice(
            "objective", default: Objective.zeroShot.rawValue,
            of: Objective.allCases.map(\.rawValue))
        fewShotWeight =
            objective == Objective.zeroShot.rawValue
            ? nil : try FewShotSettings(layers).weight
        seed = try layers.seed("seed", default: 0)
    }
}
