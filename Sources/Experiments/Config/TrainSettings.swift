import Basics
import Training
import Transformer

/// The settings of a training with the defaults of a model.
extension TrainSettings {
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
        let adapter = try config.adapter.settings(
            initial: config.initAdapter.map(AdapterFiles.settings))
        config.adapter = LoRAConfig(adapter)
        config.noEval = config.noEval || config.category == nil
        let own = model.isBuiltIn ? world?.rationales(ofData: data) : nil
        let rationales = config.rationales ?? own
        if config.rationales == own { config.rationales = nil }
        if config.maxSteps == 0, !showsSample {
            throw UsageError("--max-steps 0: a whole number from 1 is needed")
        }
        self.init(
            config, adapter: adapter, rationales: rationales, showsSample: showsSample)
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
}
