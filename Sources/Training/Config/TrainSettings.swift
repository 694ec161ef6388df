import Basics
import Benchmarks
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

    package init(
        _ config: TrainConfig, adapter: LoRASettings, rationales: String?, showsSample: Bool
    ) {
        self.config = config
        self.adapter = adapter
        self.rationales = rationales
        self.showsSample = showsSample
    }

    /// The source of the training questions.
    public var rows: TrainRows {
        TrainRows(parsing: config.trainRows, sets: config.set?.elements ?? [])
    }
    /// Whether base and adapted model are evaluated afterwards.
    public var evaluates: Bool { !config.noEval }

    /// Files of the built-in world that are read without being named in the config.
    package var unnamedFiles: [(String, JSONValue)] {
        config.rationales == nil ? rationales.map { [("rationales", .string($0))] } ?? [] : []
    }

    /// The settings as `config.yaml` has them.
    package var record: [(String, JSONValue)] { ConfigCoder.settings(of: config) }

    /// Whether few-shot prompts are rows between the zero-shot ones.
    var mixesRows: Bool {
        config.objective == .zeroShotAndFewShot && config.fewShot.anneal == .epochs
    }
}
