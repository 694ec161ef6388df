internal import CTorch

extension Tensor {
    /// Divided by the root mean square over the last axis, then times `weight`, in the order of
    /// transformers' Qwen2RMSNorm: normalise in float32, round to this type, multiply.
    public func rmsNormalized(weight: Tensor, epsilon: Double) throws(TorchError) -> Tensor {
        try .make { ct_rms_norm(handle, weight.handle, epsilon, &$0) }
    }

    /// silu(self) · up.
    public func swiglu(_ up: Tensor) throws(TorchError) -> Tensor {
        try .make { ct_swiglu(handle, up.handle, &$0) }
    }

    /// Rotates the two halves of each head by its position.
    ///
    /// Qwen checkpoints pair element i with i + headSize / 2, not with i + 1.
    ///
    /// - Parameters:
    ///   - cosines: `[tokens, headSize]`; self is `[tokens, heads, headSize]`
    ///   - sines: `[tokens, headSize]`
    public func rotated(cosines: Tensor, sines: Tensor) throws(TorchError) -> Tensor {
        try .make { ct_rotary(handle, cosines.handle, sines.handle, &$0) }
    }

    /// Attention of these queries over a packed forest.
    ///
    /// - Parameters:
    ///   - keys: `[keys, keyHeads, headSize]`; self is `[queries, heads, headSize]`
    ///   - values: as `keys`
    ///   - blocks: which rows attend to which; the softmax of a row runs over all its blocks
    ///   - scale: what scores are multiplied with
    ///   - plainly: compute every block by a composition of library operations (the reference)
    /// - Returns: `[queries, heads, headSize]`
    public func attending(
        to keys: Tensor, values: Tensor, blocks: [AttentionBlock], scale: Double,
        plainly: Bool = false
    ) throws(TorchError) -> Tensor {
        let codes = blocks.map(\.code)
        return try .make {
            ct_forest_attention(
                handle, keys.handle, values.handle, codes, codes.count, scale, plainly, &$0)
        }
    }

    /// One step of AdamW on this parameter, in place, as torch.optim.AdamW does it.
    public func stepAdamW(
        gradient: Tensor, firstMoment: Tensor, secondMoment: Tensor, step: Int,
        learningRate: Double,
        settings: AdamWSettings
    ) throws(TorchError) {
        let code = ct_adamw(
            learning_rate: learningRate, beta1: settings.beta1, beta2: settings.beta2,
            epsilon: settings.epsilon, weight_decay: settings.weightDecay, step: step)
        try check(
            ct_adamw_step(
                handle, gradient.handle, firstMoment.handle, secondMoment.handle, code), #function)
    }
}

/// What AdamW needs beside a learning rate (Loshchilov and Hutter, arXiv 1711.05101).
public struct AdamWSettings: Sendable, Equatable {
    public var beta1 = 0.9
    public var beta2 = 0.999
    public var epsilon = 1e-8
    public var weightDecay = 0.0

    public init() {}
}

/// A rectangle of attention, `batch` times: query rows `queryStart + b · queryStride + i` attend to
/// key rows `keyStart + b · keyStride + j · keyStep`; when `isCausal`, only to j <= i.
public struct AttentionBlock: Equatable, Sendable {
    public var batch = 1
    public var queryStart: Int
    public var queryCount: Int
    public var queryStride = 0
    public var keyStart: Int
    public var keyCount: Int
    public var keyStride = 0
    public var keyStep = 1
    public var isCausal: Bool

    public init(queries: Range<Int>, keys: Range<Int>, isCausal: Bool = false) {
        queryStart = queries.lowerBound
        queryCount = queries.count
        keyStart = keys.lowerBound
        keyCount = keys.count
        self.isCausal = isCausal
    }

    /// `batch` queries, one row each from `queryStart`; query b attends to `keyCount` keys, from
    /// `keyStart + b` in steps of `keyStep`.
    public init(decoding batch: Int, queryStart: Int, keyStart: Int, keyCount: Int, keyStep: Int) {
        self.batch = batch
        self.queryStart = queryStart
        queryCount = 1
        queryStride = 1
        self.keyStart = keyStart
        self.keyCount = keyCount
        keyStride = 1
        self.keyStep = keyStep
        isCausal = false
    }

    var code: ct_attention_block {
        ct_attention_block(
            batch: batch, query_start: queryStart, query_count: queryCount,
            query_stride: queryStride, key_start: keyStart, key_count: keyCount,
            key_stride: keyStride, key_step: keyStep, causal: isCausal)
    }
}
