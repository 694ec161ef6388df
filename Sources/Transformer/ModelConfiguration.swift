import Torch

/// The sizes and options that define a decoder.
public struct ModelConfiguration: Sendable, Equatable {
    public var family: ModelFamily
    public var vocabularySize: Int
    public var width: Int
    public var layerCount: Int
    public var headCount: Int
    public var keyHeadCount: Int
    public var headSize: Int
    public var hiddenWidth: Int
    public var normEpsilon: Double
    public var ropeTheta: Double
    public var ropeScaling = RopeScaling.none
    /// The largest number of tokens in a sequence.
    public var contextLength: Int
    public var tiesEmbeddings: Bool
    public var hasQueryKeyValueBias: Bool
    public var hasOutputBias = false
    public var hasFeedForwardBias = false
    public var normalizesQueryAndKey: Bool
    /// The type that the weights are stored in; nil when config.json does not say.
    public var storedDtype: DType?

    public init(
        family: ModelFamily, vocabularySize: Int, width: Int, layerCount: Int, headCount: Int,
        keyHeadCount: Int, headSize: Int, hiddenWidth: Int, normEpsilon: Double, ropeTheta: Double,
        contextLength: Int, tiesEmbeddings: Bool, hasQueryKeyValueBias: Bool,
        normalizesQueryAndKey: Bool, storedDtype: DType?
    ) {
        self.family = family
        self.vocabularySize = vocabularySize
        self.width = width
        self.layerCount = layerCount
        self.headCount = headCount
        self.keyHeadCount = keyHeadCount
        self.headSize = headSize
        self.hiddenWidth = hiddenWidth
        self.normEpsilon = normEpsilon
        self.ropeTheta = ropeTheta
        self.contextLength = contextLength
        self.tiesEmbeddings = tiesEmbeddings
        self.hasQueryKeyValueBias = hasQueryKeyValueBias
        self.normalizesQueryAndKey = normalizesQueryAndKey
        self.storedDtype = storedDtype
    }
}

extension ModelConfiguration {
    /// The largest number of tokens in a sequence that shares none with others.
    ///
    /// Only `RopeScaling.dynamic` makes a difference: it rotates all tokens anew for each length.
    public var longestSequence: Int {
        guard case .dynamic(let factor, _) = ropeScaling else { return contextLength }
        return Int(Double(contextLength) * factor)
    }

    /// The type that `auto` selects: bfloat16 where the device is fast at it and the checkpoint is
    /// stored in 16 bits, or the device is a CUDA one, whose flash attention takes 16 bits alone;
    /// else float32.
    public func automaticDtype(on device: Device) -> DType {
        let isStoredIn16Bits = storedDtype == .bfloat16 || storedDtype == .float16
        return device.isFastAtBFloat16 && (isStoredIn16Bits || device != .cpu)
            ? .bfloat16 : .float32
    }
}

/// A kind of checkpoint that this program reads: one case and one file in `Families/`.
public enum ModelFamily: String, CaseIterable, Sendable {
    case qwen2, qwen3, llama, mistral

    /// The name under `architectures` in config.json.
    public var architecture: String {
        switch self {
        case .qwen2: "Qwen2ForCausalLM"
        case .qwen3: "Qwen3ForCausalLM"
        case .llama: "LlamaForCausalLM"
        case .mistral: "MistralForCausalLM"
        }
    }

    /// The configuration that a config.json of this family describes.
    func configuration(_ file: ConfigFile) throws -> ModelConfiguration {
        switch self {
        case .qwen2: try qwen2(file)
        case .qwen3: try qwen3(file)
        case .llama: try llama(file)
        case .mistral: try mistral(file)
        }
    }

    /// The sizes that transformers 5.23 takes where config.json has none.
    var defaults: ConfigDefaults {
        switch self {
        case .qwen2:
            ConfigDefaults(
                vocabularySize: 151_936, hiddenWidth: 22_016, contextLength: 32_768,
                keyHeadCount: 32)
        case .qwen3:
            ConfigDefaults(
                vocabularySize: 151_936, hiddenWidth: 22_016, contextLength: 32_768,
                keyHeadCount: 32, headSize: 128)
        case .llama:
            ConfigDefaults(vocabularySize: 32_000, hiddenWidth: 11_008, contextLength: 2048)
        case .mistral:
            ConfigDefaults(
                vocabularySize: 32_000, hiddenWidth: 14_336, contextLength: 131_072,
                keyHeadCount: 8)
        }
    }
}

/// The sizes of a config.json without them, where families differ.
struct ConfigDefaults {
    let vocabularySize: Int
    let hiddenWidth: Int
    let contextLength: Int
    /// nil is as many as heads.
    var keyHeadCount: Int?
    /// nil is the width over the heads.
    var headSize: Int?
}
