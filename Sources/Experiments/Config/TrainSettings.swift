import Basics
import Benchmarks
import Foundation
import Torch
import Training
import Transformer

/// What is trained, on what, and how.
public struct TrainSettings: Sendable {
    public var adapter: LoRASettings
    /// nil when training on token ids from a file.
    public var category: Benchmarks.Category?
    public var rows = TrainRows.holdout
    /// Sets of a file that names the rows; none is all.
    private var rowSets: [String] = []
    /// JSON lines with the rationales of training targets; nil is none.
    public var rationales: String?
    /// The built-in world's, where they are used unless others are named.
    private let ownRationales: String?
    public var objective = Objective.zeroShot
    public var fewShot: FewShotSettings
    public var fewShotAnneal = FewShotAnneal.linear
    public var learningRate = TrainSettings.usualLearningRate
    public var epochs = 5
    public var batchSize = 8
    /// Steps at most; nil is all of the epochs, 0 only shows a sample.
    public var largestStepCount: Int?
    public var schedule = LearningRateSchedule.Shape.cosine
    public var warmupRatio = 0.1
    public var warmupSteps: Int?
    public var weightDecay = 0.0
    /// 0 does not clip.
    public var maxGradientNorm = 1.0
    public var activationCheckpointing = ActivationCheckpointing.auto
    public var seed = 0
    /// An adapter folder to start from.
    public var initialAdapter: String?
    /// JSON lines of token ids to train on in place of questions.
    public var examples: String?
    public var shuffles = true
    /// Whether a first loss that a trained checkpoint does not have stops the run.
    public var isStrict = false
    /// Whether the first examples are reported before training; not a part of config.yaml.
    public var showsSample = false
    /// Whether base and adapted model are evaluated afterwards.
    public var evaluates = true
    public var keeping: CheckpointConfig

    /// LLaMA-Factory's example.
    static let usualLearningRate = 1e-4
    /// A step of AdamW moves each weight by about as much; no weight is as large.
    public static let largestLearningRate = 100.0

    /// All names of settings that training reads, beside the model's and evaluation's.
    public static let names =
        CheckpointConfig.names + [
            "target", "category", "train-rows", "set", "rationales", "rank", "alpha",
            "learning-rate",
            "lora-dropout", "rslora", "epochs", "objective", "few-shot-anneal", "batch-size",
            "max-steps",
            "schedule", "warmup-ratio",
            "warmup-steps", "weight-decay", "max-grad-norm", "init-adapter", "examples",
            "no-shuffle",
            "no-eval", "strict", "activation-checkpointing",
        ] + FewShotSettings.names

    public init(_ layers: SettingLayers, model: ModelSettings, world: BuiltInWorld?) throws {
        let initial = layers.text("init-adapter")
        initialAdapter = initial
        adapter = try Self.adapter(layers, initial: try initial.map(AdapterFiles.settings))
        examples = layers.text("examples")
        category = try layers.text("category").map { _ in
            try layers.value("category", default: "") { word in
                guard word != "all" else {
                    throw UsageError("one category is needed to train on")
                }
                return try Benchmarks.Category(parsing: word)
            }
        }
        guard category != nil || examples != nil else {
            let words = Benchmarks.Category.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("--category: not given; one of \(words) is needed to train on")
        }
        rowSets = try layers.list("set", default: []) { $0 }
        rows = TrainRows(
            parsing: layers.text("train-rows") ?? rows.description, sets: rowSets)
        if let set = rowSets.first {
            guard case .listed = rows else {
                throw UsageError(
                    "--set \(set): --train-rows names no CSV file; a set of its rows is meant")
            }
        }
        ownRationales = BuiltInWorld.rationales(
            of: layers.text("data"), model: model, world: world)
        rationales = layers.text("rationales") ?? ownRationales
        objective =
            Objective(
                rawValue: try layers.choice(
                    "objective", default: objective.rawValue,
                    of: Objective.allCases.map(\.rawValue))) ?? objective
        fewShot = try FewShotSettings(layers)
        fewShotAnneal =
            FewShotAnneal(
                rawValue: try layers.choice(
                    "few-shot-anneal", default: fewShotAnneal.rawValue,
                    of: FewShotAnneal.allCases.map(\.rawValue))) ?? fewShotAnneal
        if let count = fewShot.questionsPerPrefix, fewShotAnneal == .epochs, count > 1 {
            throw UsageError(
                "--few-shot-per-prefix \(count): under --few-shot-anneal epochs each few-shot prompt has "
                    + "demonstrations of its own; leave it out")
        }
        learningRate = try layers.number(
            "learning-rate", default: learningRate, atMost: Self.largestLearningRate)
        epochs = try layers.whole("epochs", default: epochs, atLeast: 1)
        batchSize = try layers.whole("batch-size", default: batchSize, atLeast: 1)
        showsSample = try layers.flag("show-sample")
        largestStepCount = try layers.wholeOrNil("max-steps", atLeast: showsSample ? 0 : 1)
        schedule =
            LearningRateSchedule.Shape(
                rawValue: try layers.choice(
                    "schedule", default: schedule.rawValue,
                    of: LearningRateSchedule.Shape.allCases.map(\.rawValue))) ?? schedule
        warmupRatio = try layers.number("warmup-ratio", default: warmupRatio, in: 0...1)
        warmupSteps = try layers.wholeOrNil("warmup-steps")
        weightDecay = try layers.number("weight-decay", default: weightDecay)
        maxGradientNorm = try layers.number("max-grad-norm", default: maxGradientNorm)
        seed = try layers.seed("seed", default: seed)
        shuffles = try !layers.flag("no-shuffle")
        isStrict = try layers.flag("strict")
        activationCheckpointing =
            ActivationCheckpointing(
                rawValue: try layers.choice(
                    "activation-checkpointing", default: activationCheckpointing.rawValue,
                    of: ActivationCheckpointing.allCases.map(\.rawValue)))
            ?? activationCheckpointing
        evaluates = try !layers.flag("no-eval") && category != nil
        keeping = try CheckpointConfig(layers, category: category)
    }

    /// A sentence about flags that say something of a loss that is not used; nil where none do.
    public func unusedFlags(_ layers: SettingLayers) -> String? {
        guard objective == .zeroShot else { return nil }
        let flags = layers.flags(among: FewShotSettings.names + ["few-shot-anneal"])
        guard !flags.isEmpty else { return nil }
        return flags.map { "--\($0)" }.joined(separator: ", ")
            + ": not used; only --objective \(Objective.zeroShotAndFewShot.rawValue) has a few-shot loss"
    }

    /// Files that are read though `record` does not name them.
    var unnamedFiles: [(String, JSONValue)] {
        rationales.unnamed(ownRationales).map { [("rationales", .string($0))] } ?? []
    }

    /// The settings as they stand in config.yaml.
    var record: [(String, JSONValue)] {
        keeping.record + [
            ("target", .string(adapter.targetName)),
            ("category", category.map { .string($0.rawValue) } ?? .null),
            ("train-rows", .string(rows.description)),
            ("set", rowSets.isEmpty ? .null : .string(rowSets.joined(separator: ","))),
            ("rationales", rationales.recorded(besides: ownRationales)),
            ("rank", .whole(adapter.rank)), ("alpha", .number(adapter.alpha)),
            ("lora-dropout", .number(adapter.dropout)), ("rslora", .bool(adapter.isRankStabilized)),
            ("learning-rate", .number(learningRate)), ("epochs", .whole(epochs)),
            ("objective", .string(objective.rawValue)),
            ("few-shot-anneal", .string(fewShotAnneal.rawValue)), ("batch-size", .whole(batchSize)),
            ("max-steps", largestStepCount.map(JSONValue.whole) ?? .null),
            ("schedule", .string(schedule.rawValue)), ("warmup-ratio", .number(warmupRatio)),
            ("warmup-steps", warmupSteps.map(JSONValue.whole) ?? .null),
            ("weight-decay", .number(weightDecay)),
            ("max-grad-norm", .number(maxGradientNorm)), ("seed", .whole(seed)),
            ("init-adapter", initialAdapter.map(JSONValue.string) ?? .null),
            ("examples", examples.map(JSONValue.string) ?? .null),
            ("no-shuffle", .bool(!shuffles)), ("no-eval", .bool(!evaluates)),
            ("strict", .bool(isStrict)),
            ("activation-checkpointing", .string(activationCheckpointing.rawValue)),
        ] + fewShot.record
    }
}

/// What is minimised.
public enum Objective: String, CaseIterable, Sendable {
    /// The loss on zero-shot prompts.
    case zeroShot = "zs"
    /// That, and λ times the loss on few-shot prompts.
    case zeroShotAndFewShot = "zs+fs"
}
