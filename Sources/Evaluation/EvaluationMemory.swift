import Torch
import Transformer

/// What an evaluation may take of the device's memory, planned before anything is computed.
public struct EvaluationMemory: Sendable, Equatable {
    /// Tokens of a forward pass.
    public let passTokens: Int
    /// Bytes of keys and values of all texts that grow at one time.
    public let cacheBytes: Int

    /// - Parameters:
    ///   - passTokens: as the user wants it; nil is planned
    ///   - availableBytes: what the device has left; nil asks it
    public init(
        _ decoder: Decoder, passTokens: Int? = nil, availableBytes: Int? = nil
    ) throws {
        let available = try availableBytes ?? decoder.device.availableBytes()
        let weights = decoder.weights.reduce(0) {
            $0 + $1.tensor.elementCount * $1.tensor.dtype.byteCount
        }
        // A pass has to be long enough that its products are fast, and small beside the weights.
        let passBytes = min(max(weights / 10, Self.leastPassBytes), available / 3)
        let perToken =
            Self.bytesPerToken(decoder)
            + KVCache.bytesPerToken(decoder.configuration, dtype: decoder.dtype)
        self.passTokens = passTokens ?? min(max(passBytes / perToken, 256), Self.mostPassTokens)
        cacheBytes = available / 2
    }

    private static let leastPassBytes = 100_000_000
    private static let mostPassTokens = 16_384

    /// Bytes of activations that a token of a pass without gradients takes, at most at one time: the
    /// sum and what is normed of it, heads, attention in float32, and the feed-forward part.
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
