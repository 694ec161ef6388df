import Basics
import Benchmarks
import Foundation
import Torch
import Training
import Transformer

/// The settings of a training and the files that they name.
///
/// The adapter to train is complete, even where it starts from another.
@dynamicMemberLookup
public struct TrainSettings: Sendable {
    public var config: TrainConfig
    public let adapter: LoRASettings
    /// A JSON lines file with the rationales of training targets; nil is none.
    public let rationales: String?
    /// Whether the first examples are reported before training; not stored in `config.yaml`.
    public let showsSample: Bool

    public subscript<Value>(dynamicMember path: KeyPath<TrainConfig, Value>) -> Value {
        config[keyPath: path]
    }

    /// - Throws: `UsageError`, and what reading the adapter to start from throws
    public init(_ layers: ConfigLayers, model: ModelSettings, world: BuiltInWorld?) throws {
        try self.init(
            ConfigCoder.decode(TrainConfig(), over: layers), model: model, world: world,
            data: layers.value("data", default: String?.none),
            showsSample: layers.value("show-sample", default: false))
    }

    /// - Parameter data: the questions' folder, if one was named
    init(
        _ given: TrainConfig, model: ModelSettings, world: BuiltInWorld?, data: String?,
        showsSample: Bool = false
    ) throws {
        var config = given
        adapter = try config.adapter.settings(
            initial: config.initAdapter.map(AdapterFiles.settings))
        config.adapter = LoRAConfig(adapter)
        config.noEval = config.noEval || config.category == nil
        let own = model.isBuiltIn ? world?.rationales(ofData: data) : nil
        rationales = config.rationales ?? own
        if config.rationales == own { config.rationales = nil }
        self.showsSample = showsSample
        self.config = config
        if config.maxSteps == 0, !showsSample {
            throw UsageError("--max-steps 0: a whole number from 1 is needed")
        }
    }

    /// A sentence about flags for a loss that is not used; nil where there are none.
    public func unusedFlags(_ layers: ConfigLayers) -> String? {
        guard config.objective == .zeroShot else { return nil }
        let flags = layers.flags(
            among: ConfigCoder.names(of: FewShotConfig.self))
        guard !flags.isEmpty else { return nil }
        return flags.map { "--\($0)" }.joined(separator: ", ")
            + ": not used; only --objective \(Objective.zeroShotAndFewShot.rawValue) has a few-shot loss"
    }

    /// The source of the training questions.
    public var rows: TrainRows {
        TrainRows(parsing: config.trainRows, sets: config.set?.elements ?? [])
    }
    /// Whether base and adapted model are evaluated afterwards.
    public var evaluates: Bool { !config.noEval }

    /// Files of the built-in world that are read without being named in the config.
    var unnamedFiles: [(String, JSONValue)] {
        config.rationales == nil ? rationales.map { [("rationales", .string($0))] } ?? [] : []
    }

    /// The settings as `config.yaml` has them.
    var record: [(String, JSONValue)] { ConfigCoder.settings(of: config) }

    /// The learning rate schedule of all steps.
    ///
    /// Each epoch of a mixture has its own schedule; the first epoch determines how many steps of
    /// each warm up.
    func learningRates(_ plan: BatchSampler, stepCount: Int) -> LearningRateSchedule {
        let restarts = mixesRows ? plan.epochStarts.filter { $0 > 0 && $0 < stepCount } : []
        return LearningRateSchedule(
            shape: config.schedule, peak: config.learningRate,
            warmupStepCount: config.warmupSteps
                ?? LearningRateSchedule.warmupStepCount(
                    ratio: config.warmupRatio, of: restarts.first ?? stepCount),
            stepCount: stepCount, restarts: restarts)
    }

    /// Whether few-shot prompts are rows between the zero-shot ones.
    var mixesRows: Bool {
        config.objective == .zeroShotAndFewShot && config.fewShot.anneal == .epochs
    }

    /// The LoRA dropout of a step; nil where there is none.
    ///
    /// Its random numbers depend only on seed and step, so that a resumed run draws the same.
    func dropout(at step: Int, on device: Device) throws -> LoRADropout? {
        guard adapter.dropout > 0 else { return nil }
        var seeds = SeededGenerator(
            seed: UInt64(bitPattern: Int64(config.seed)), for: ["dropout", "\(step)"])
        let generator = try Generator(seed: seeds.next(), device: device)
        return LoRADropout(rate: adapter.dropout, using: generator)
    }

    /// Which examples each step reads.
    func plan(exampleCount: Int) -> BatchSampler {
        BatchSampler(
            exampleCount: exampleCount, batchSize: config.batchSize, epochCount: config.epochs,
            shuffleSeed: config.noShuffle ? nil : config.seed,
            fewShotShare: mixesRows ? FewShotAnneal.share(of: config.fewShot.weight) : nil)
    }
}
