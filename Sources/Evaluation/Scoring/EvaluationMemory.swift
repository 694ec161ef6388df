import Torch
import Transformer

/// The memory budget of an evaluation on the device, planned before anything is computed.
public struct EvaluationMemory: Sendable, Equatable {
    /// Tokens of a forward pass.
    public let passTokens: Int
    /// Bytes of the KV cache of all generations in progress at one time.
    public let cacheBytes: Int

    /// - Parameters:
    ///   - passTokens: tokens of a forward pass, as the user wants them; nil is planned
    ///   - availableBytes: free memory of the device; nil queries it
    public init(
        _ decoder: Decoder, passTokens: Int? = nil, availableBytes: Int? = nil
    ) throws {
        let available = try availableBytes ?? decoder.device.availableBytes()
        let weights = decoder.weights.reduce(0) {
            $0 + $1.tensor.elementCount * $1.tensor.dtype.byteCount
        }
        // A forward pass must be long enough for fast products, and small compared with the
        // weights.
        let passBytes = min(max(weights / 10, Self.leastPassBytes), available / 3)
        let perToken =
            Self.bytesPerToken(decoder)
            + KVCache.bytesPerToken(decoder.configuration, dtype: decoder.dtype)
        self.passTokens = passTokens ?? min(max(passBytes / perToken, 256), Self.mostPassTokens)
        cacheBytes = available / 2
    }

    private static let leastPassBytes = 100_000_000
    private static let mostPassTokens = 16_384

    /// The peak bytes of activations for each token of a forward pass without gradients: the
    /// residual stream and its normed copy, heads, attention in float32, and the feed-forward part.
    static func bytesPerToken(_ decoder: Decoder) -> Int {
        let shape = decoder.configuration
        let queries = shape.headCount * shape.headSize
        let keys = 2 * shape.keyHeadCount * shape.headSize
        let attention = (2 * queries + keys) * decoder.dtype.byteCount + queries * 4
        let feedForward = 3 * shape.hiddenWidth * decoder.dtype.byteCount
        return 3 * shape.width * decoder.dtype.byteCount + max(attention, feedForward)
    }
}

extension Evaluator {
    func passTokens() throws -> Int {
        try EvaluationMemory(decoder, passTokens: maxTokensPerMicroBatch).passTokens
    }

    func cacheBudget(
        _ groups: [PromptGroup], _ settings: GenerationSettings
    ) throws -> KVCacheBudget {
        if let plannedRoom { return plannedRoom }
        let memory = try EvaluationMemory(decoder, passTokens: maxTokensPerMicroBatch)
        return KVCacheBudget(
            groups, settings, cacheBytes: memory.cacheBytes,
            bytesPerToken: KVCache.bytesPerToken(
                decoder.configuration, dtype: decoder.dtype),
            promptTokens: memory.passTokens)
    }
}
