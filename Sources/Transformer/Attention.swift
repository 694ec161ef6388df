import Torch

/// Grouped-query attention over a packed forest.
final class Attention {
    let query: Linear
    let key: Linear
    let value: Linear
    let output: Linear
    /// Qwen3 normalises each head before it is rotated.
    let queryNorm: RMSNorm?
    let keyNorm: RMSNorm?
    private let layer: Int
    private let headSize: Int

    init(_ configuration: ModelConfiguration, weights: WeightScope, layer: Int) throws {
        let width = configuration.width
        let queries = configuration.headCount * configuration.headSize
        let keys = configuration.keyHeadCount * configuration.headSize
        let hasBias = configuration.hasQueryKeyValueBias
        query = try Linear(weights["q_proj"], input: width, output: queries, hasBias: hasBias)
        key = try Linear(weights["k_proj"], input: width, output: keys, hasBias: hasBias)
        value = try Linear(weights["v_proj"], input: width, output: keys, hasBias: hasBias)
        output = try Linear(
            weights["o_proj"], input: queries, output: width,
            hasBias: configuration.hasOutputBias)
        self.layer = layer
        headSize = configuration.headSize
        if configuration.normalizesQueryAndKey {
            queryNorm = try RMSNorm(configuration, weights: weights["q_norm"], size: headSize)
            keyNorm = try RMSNorm(configuration, weights: weights["k_norm"], size: headSize)
        } else {
            queryNorm = nil
            keyNorm = nil
        }
    }

    /// - Parameter rows: the tokens whose output is needed; nil for all
    func callAsFunction(
        _ x: Tensor, blocks: AttentionLayout, rotary: RotaryTable, cache: CachePlace?,
        rows: ChosenRows? = nil
    ) throws -> Tensor {
        let some = rows?.attention
        let asking = try some == nil ? x : rows.map { try x.selecting($0.indices) } ?? x
        var q = try query(asking).reshaped([asking.shape[0], -1, headSize])
        var k = try key(x).reshaped([x.shape[0], -1, headSize])
        var v = try value(x).reshaped([x.shape[0], -1, headSize])
        q = try (some?.rotary ?? rotary)(queryNorm?(q) ?? q)
        k = try rotary(keyNorm?(k) ?? k)
        if let cache { (k, v) = try cache.keep(layer: layer, keys: k, values: v) }
        let heads = try q.attending(
            to: k, values: v, blocks: some?.blocks ?? blocks,
            scale: 1 / Double(headSize).squareRoot()
        ).reshaped([asking.shape[0], -1])
        guard some == nil, let rows else { return try output(heads) }
        return try output(heads.selecting(rows.indices))
    }
}
