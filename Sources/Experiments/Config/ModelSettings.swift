import Basics
import Foundation
import Tokenization
import Torch
import Transformer

/// Which model is used, where, and in which type.
public struct ModelSettings: Sendable {
    /// What the user called the model: a folder, or ORG/NAME on the Hugging Face hub.
    public var name: String
    /// The checkpoint's folder.
    public var folder: String
    /// Whether it is the built-in model.
    public var isBuiltIn: Bool
    public var device = "auto"
    public var dtype = "auto"
    /// Threads to compute with on the CPU; nil is all cores.
    public var threads: Int?

    /// Random weights of this shape stand in for a checkpoint, to see what one costs; nil is the
    /// checkpoint.
    public private(set) var shape: String?

    /// All names of settings that choose and place a model.
    public static let names = ["model", "device", "dtype", "threads"]

    /// Of settings for a model of random weights, which some commands take.
    public static let shapeNames = ["shape", "tokenizer"]

    public static let dtypes = ["auto", "bf16", "fp32"]

    /// - Parameter cache: where a model of the hub is looked for
    public init(
        _ layers: SettingLayers, world: BuiltInWorld?, cache: HubCache = HubCache()
    ) throws {
        if let shape = layers.text("shape") {
            try self.init(shape: shape, layers)
        } else {
            try self.init(stored: layers, world: world, cache: cache)
        }
    }

    private init(stored layers: SettingLayers, world: BuiltInWorld?, cache: HubCache) throws {
        isBuiltIn = layers.text("model") == nil
        guard let name = layers.text("model") ?? world?.folder else {
            throw UsageError(
                "--model: not given, and the built-in world is not beside the program "
                    + "(data/pocket); name a model folder")
        }
        self.name = name
        folder = isBuiltIn ? name : try cache.modelFolder(name)
        try place(layers)
    }

    private init(shape: String, _ layers: SettingLayers) throws {
        self.shape = try layers.choice(
            "shape", default: shape, of: ModelConfiguration.knownShapes.map(\.name))
        if let model = layers.text("model") {
            throw UsageError(
                "--shape \(shape): --model \(model) was given too; one of the two is needed")
        }
        guard let tokenizer = layers.text("tokenizer") else {
            throw UsageError(
                "--shape \(shape): random weights have no tokenizer; --tokenizer FOLDER with one is "
                    + "needed")
        }
        name = shape
        folder = tokenizer
        isBuiltIn = false
        try place(layers)
    }

    private mutating func place(_ layers: SettingLayers) throws {
        device = layers.text("device") ?? device
        dtype = try layers.choice("dtype", default: dtype, of: Self.dtypes)
        threads = try layers.wholeOrNil(
            "threads", atLeast: 1, atMost: Libtorch.mostThreads)
    }

    /// The settings as they stand in config.yaml.
    var record: [(String, JSONValue)] {
        let random: [(String, JSONValue)] =
            shape.map { [("shape", .string($0)), ("tokenizer", .string(folder))] } ?? []
        return [
            ("model", isBuiltIn || shape != nil ? .null : .string(name)),
            ("device", .string(device)),
            ("dtype", .string(dtype)), ("threads", threads.map(JSONValue.whole) ?? .null),
        ] + random
    }
}

/// A checkpoint, and where and in which type it is to be loaded.
public struct CheckpointLoader {
    public let checkpoint: Checkpoint
    public let device: Device
    public let dtype: DType

    /// - Throws: when config.json cannot be used or the device is not there.
    public init(_ settings: ModelSettings) throws {
        device = try settings.computingDevice()
        if let threads = settings.threads { try Libtorch.setThreadCount(threads) }
        checkpoint = try Checkpoint(folder: settings.folder)
        dtype =
            switch settings.dtype {
            case "bf16": .bfloat16
            case "fp32": .float32
            default: checkpoint.configuration.automaticDtype(on: device)
            }
    }

    public func load() throws -> Decoder { try checkpoint.load(dtype: dtype, device: device) }
}

/// A model and its tokenizer, in memory.
public struct LoadedModel {
    public let decoder: Decoder
    public let endTokens: Set<Int32>
    public let contextLength: Int
    public let folder: String
    /// Tokens that the model has rows for, from 0.
    public var vocabularySize: Int { decoder.configuration.vocabularySize }

    /// - Throws: when the checkpoint cannot be used or the device is not there.
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

    /// Refuses a tokenizer and settings by which no text could end: all tokens that are to end one are
    /// none that the model has a row for.
    func checkEndTokens(_ tokenizer: any Tokenizer) throws {
        let ends = endTokens.union(tokenizer.endToken.map { [$0] } ?? [])
        guard let first = ends.min(), first >= vocabularySize else { return }
        throw FileError(
            path: folder, problem: "ends its texts in token \(first)",
            remedy:
                "the model has rows for \(vocabularySize) tokens: the tokenizer of this checkpoint "
                + "is needed")
    }

    /// Reads the tokenizer; a model that is only given token ids needs none.
    public func tokenizer() throws -> any Tokenizer {
        try TokenizerFile.loadTokenizer(folder: URL(fileURLWithPath: folder))
    }
}

extension ModelSettings {
    /// - Throws: `UsageError` when the device is not there.
    func computingDevice() throws -> Device {
        do { return try Device(named: device) } catch { throw UsageError(error.description) }
    }

    fileprivate func randomDecoder(_ configuration: ModelConfiguration) throws -> Decoder {
        let device = try computingDevice()
        if let threads { try Libtorch.setThreadCount(threads) }
        let dtype: DType =
            switch self.dtype {
            case "bf16": .bfloat16
            case "fp32": .float32
            default: configuration.automaticDtype(on: device)
            }
        return try Decoder(
            configuration, weights: RandomWeights(using: Generator(seed: 0)), dtype: dtype,
            device: device)
    }
}
