import Basics
import Evaluation
import Foundation
import Tokenization
import Torch
import Training
import Transformer

/// Which model is used, on which device, and in which type.
public struct ModelConfig: ConfigGroup {
    /// The type of the computation.
    public enum ComputeType: String, SettingChoice {
        /// bfloat16 for a checkpoint stored in 16 bits on hardware that is fast at it.
        case auto
        case bf16, fp32

        public func dtype(of configuration: ModelConfiguration, on device: Device) -> DType {
            switch self {
            case .auto: configuration.automaticDtype(on: device)
            case .bf16: .bfloat16
            case .fp32: .float32
            }
        }
    }

    /// A folder, or ORG/NAME on the Hugging Face hub; nil is the built-in model.
    public var model: String?
    public var device = "auto"
    public var dtype = ComputeType.auto
    /// The number of CPU threads; nil is all cores.
    @Setting(.whole(1...Libtorch.mostThreads)) public var threads: Int?
    /// The shape of a model with random weights, in place of a checkpoint.
    public var shape: String?
    /// The folder of the tokenizer of `shape`.
    public var tokenizer: String?

    public init() {}

    public func validate() throws {
        guard let shape else { return }
        let known = ModelConfiguration.knownShapes.map(\.name)
        guard known.contains(shape) else {
            let near = nearestMatch(to: shape, in: known).map { "did you mean \($0)? " } ?? ""
            throw UsageError(
                "--shape \(shape): \(near)one of \(known.joined(separator: ", ")) is needed")
        }
        if let model {
            throw UsageError(
                "--shape \(shape): --model \(model) was given too; one of the two is needed")
        }
        guard tokenizer != nil else {
            throw UsageError(
                "--shape \(shape): random weights have no tokenizer; --tokenizer FOLDER with one "
                    + "is needed")
        }
    }
}

/// The settings of a model with its folder.
@dynamicMemberLookup
public struct ModelSettings: Sendable {
    public var config: ModelConfig
    /// The model's name as the user gave it: a folder, or ORG/NAME on the Hugging Face hub.
    public let name: String
    /// The checkpoint's folder.
    public let folder: String

    public subscript<Value>(dynamicMember path: KeyPath<ModelConfig, Value>) -> Value {
        config[keyPath: path]
    }

    /// Whether it is the built-in model.
    public var isBuiltIn: Bool { config.model == nil && config.shape == nil }

    /// - Parameter cache: the hub cache that is searched for a model
    /// - Throws: `UsageError`, and `FileError` for a model that is not in the cache
    public init(
        _ layers: ConfigLayers, world: BuiltInWorld?, cache: HubCache = HubCache()
    ) throws {
        try self.init(
            ConfigCoder.decode(ModelConfig(), over: layers), world: world, cache: cache)
    }

    /// - Parameter cache: the hub cache that is searched for a model
    public init(
        _ config: ModelConfig, world: BuiltInWorld?, cache: HubCache = HubCache()
    ) throws {
        self.config = config
        if let shape = config.shape, let tokenizer = config.tokenizer {
            (name, folder) = (shape, tokenizer)
            return
        }
        guard let name = config.model ?? world?.folder else {
            throw UsageError(
                "--model: not given, and the built-in world is not beside the program "
                    + "(data/pocket); name a model folder")
        }
        self.name = name
        folder = config.model == nil ? name : try cache.modelFolder(name)
    }

    /// The settings as `config.yaml` has them.
    var record: [(String, JSONValue)] {
        ConfigCoder.settings(of: config).filter {
            config.shape != nil || !["shape", "tokenizer"].contains($0.0)
        }
    }
}

/// A checkpoint, with the device and the type to load it with.
public struct CheckpointLoader {
    public let checkpoint: Checkpoint
    public let device: Device
    public let dtype: DType

    /// - Throws: when config.json is not usable or the device is not available.
    public init(_ settings: ModelSettings) throws {
        device = try settings.computingDevice()
        if let threads = settings.threads { try Libtorch.setThreadCount(threads) }
        checkpoint = try Checkpoint(folder: settings.folder)
        dtype = settings.dtype.dtype(of: checkpoint.configuration, on: device)
    }

    public func load() throws -> Decoder { try checkpoint.load(dtype: dtype, device: device) }
}

/// A loaded model and its tokenizer.
public struct LoadedModel {
    public let decoder: Decoder
    public let endTokens: Set<Int32>
    public let contextLength: Int
    public let folder: String
    /// The number of tokens, from 0, that the model has rows for.
    public var vocabularySize: Int { decoder.configuration.vocabularySize }

    /// - Throws: when the checkpoint is not usable or the device is not available.
    public init(_ settings: ModelSettings) throws {
        folder = settings.folder
        if let shape = ModelConfiguration.knownShapes.first(where: { $0.name == settings.shape }) {
            decoder = try settings.randomDecoder(shape.configuration)
            endTokens = []
            contextLength = shape.configuration.contextLength
            return
        }
        let place = try CheckpointLoader(settings)
        decoder = try place.load()
        endTokens = try place.checkpoint.endTokens()
        contextLength = place.checkpoint.configuration.contextLength
    }

    /// Refuses a tokenizer and settings with which no generation could end: the model has a row for
    /// none of the end tokens.
    func checkEndTokens(_ evaluation: EvaluationSettings, _ tokenizer: any Tokenizer) throws {
        let ends = evaluation.endTokens(endTokens, tokenizer)
        guard let first = ends.min(), first >= vocabularySize else { return }
        throw FileError(
            path: folder, problem: "ends its texts in token \(first)",
            remedy:
                "the model has rows for \(vocabularySize) tokens: the tokenizer of this checkpoint "
                + "is needed")
    }

    /// Reads the tokenizer; a model that only receives token ids needs none.
    public func tokenizer() throws -> any Tokenizer {
        try TokenizerFile.loadTokenizer(folder: URL(fileURLWithPath: folder))
    }
}

extension ModelSettings {
    /// - Throws: `UsageError` when the device is not available.
    func computingDevice() throws -> Device {
        do {
            return try Device(named: config.device)
        } catch { throw UsageError(error.description) }
    }

    fileprivate func randomDecoder(_ configuration: ModelConfiguration) throws -> Decoder {
        let device = try computingDevice()
        if let threads = config.threads { try Libtorch.setThreadCount(threads) }
        return try Decoder(
            configuration, weights: RandomWeights(using: Generator(seed: 0)),
            dtype: config.dtype.dtype(of: configuration, on: device), device: device)
    }
}

extension BaseModel {
    /// nil for random weights, as no adapter was trained on them.
    public init?(_ settings: ModelSettings) {
        guard settings.shape == nil else { return nil }
        self.init(name: settings.name, folder: settings.folder)
    }
}
