import Basics
import Evaluation
import Training

/// Every setting of a run.
public struct RunConfig: ConfigGroup {
    public var model = ModelConfig()
    public var train = TrainConfig()
    public var evaluation = EvaluationConfig()
    public var adapter = AdapterEvaluationConfig()

    public init() {}

    /// The names of all settings: a settings file for one command also works for the others.
    public static let names = ConfigCoder.names(of: RunConfig.self) + ["show-sample"]

    /// The names of settings that may be lists in a file.
    public static let lists = [
        "adapter-scale", "categories", "question-sets", "set", "shots", "template-argument",
    ]

    /// Checks the values of a `config.yaml` that may come from an untrusted source.
    ///
    /// - Throws: `FileError` for a value that no flag takes
    static func check(_ values: [String: JSONValue], path: String) throws {
        let sweep = SweepConfig.names
        let isSweep = values["targets"] != nil
        let layers = ConfigLayers([.init(origin: "", values)])
        do {
            try ConfigCoder.check(SweepConfig(), over: layers.without(isSweep ? [] : sweep))
            try ConfigCoder.check(RunConfig(), over: layers.without(isSweep ? sweep : []))
        } catch let error as UsageError {
            throw FileError(path: path, problem: error.message)
        }
    }
}
