internal import CTorch

extension Tensor {
    /// Divided by the root mean square over the last axis, then times `weight`, in the order of
    /// transformers' Qwen2RMSNorm: normalise in float32, round to this type, multiply.
    public func rmsNormalized(weight: Tensor, epsilon: Double) throws(TorchError) -> Tensor {
        try .make { ct_rms_norm(handle, weight.handle, epsilon, &$0) }
    }

    /// self + delta, and that sum normalised as by `rmsNormalized(weight:epsilon:)`.
    public func addingAndNormalizing(
        _ delta: Tensor, weight: Tensor, epsilon: Double
    ) throws(TorchError) -> (sum: Tensor, normed: Tensor) {
        var sum = ct_tensor(impl: nil)
        var normed = ct_tensor(impl: nil)
        try check(
            ct_add_rms_norm(handle, delta.handle, weight.handle, epsilon, &sum, &normed), #function)
        return (Tensor(owning: sum), Tensor(owning: normed))
    }

    /// self · weightᵀ + bias + scale · self · aᵀ · bᵀ (Hu et al., arXiv 2106.09685).
    ///
    /// A frozen weight needs no input kept for its gradient.
    ///
    /// - Parameters:
    ///   - weight: `[output, input]`; self is `[rows, input]`
    ///   - bias: `[output]`
    ///   - transposed: a copy of the weight, `[input, output]`, for the input's gradient where that
    ///     is faster
    ///   - change: `a` `[rank, input]` and `b` `[output, rank]`, float32 (float64 for float64);
    ///     summed in that type and rounded once with the rest, as PEFT does
    ///   - reference: compose library operations instead of the fused kernels
    public func frozenLinear(
        weight: Tensor, bias: Tensor? = nil, transposed: Tensor? = nil,
        change: (a: Tensor, b: Tensor, scale: Double)? = nil, reference: Bool = false
    ) throws(TorchError) -> Tensor {
        let none = ct_tensor(impl: nil)
        return try .make {
            ct_frozen_linear(
                handle, weight.handle, bias?.handle ?? none, transposed?.handle ?? none,
                change?.a.handle ?? none, change?.b.handle ?? none, change?.scale ?? 0, reference,
                &$0
            )
        }
    }

    /// self · weightᵀ + bias, weight `[output, input]`, of bfloat16 matrices on the CPU; where
    /// `isTransposed`, self · weight + bias, weight `[input, output]`.
    ///
    /// - Throws: `TorchError` where this processor does not support that backend
    func product(
        _ way: GEMMBackend, weight: Tensor, bias: Tensor? = nil, isTransposed: Bool = false
    ) throws(TorchError) -> Tensor {
        let none = ct_tensor(impl: nil)
        return try .make {
            ct_gemm(way.code, handle, weight.handle, bias?.handle ?? none, isTransposed, &$0)
        }
    }

    /// Σᵢ weightᵢ · -log softmax(self[rowᵢ] · headᵀ)[tokenᵢ]: a weighted cross-entropy, in nats.
    ///
    /// Only a few rows of logits are in memory at one time.
    ///
    /// - Parameters:
    ///   - head: `[vocabulary, width]`; self is `[rows, width]`
    ///   - rows: the row of each target; several targets may have one row
    ///   - tokens: as many as `rows`
    ///   - weights: as many as `rows`
    ///   - reference: compose library operations instead of the fused kernels
    /// - Returns: a scalar, float32 or float64
    public func crossEntropy(
        head: Tensor, rows: [Int], tokens: [Int], weights: [Float], reference: Bool = false
    ) throws(TorchError) -> Tensor {
        precondition(
            rows.count == tokens.count && rows.count == weights.count,
            "a target is a row, a token and a weight")
        return try .make {
            ct_linear_cross_entropy(
                handle, head.handle, rows, tokens, weights, rows.count, reference, &$0)
        }
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
    ///   - scale: the factor of the scores
    ///   - path: how it is computed
    /// - Returns: `[queries, heads, headSize]`; a row does not depend on the other rows
    public func attending(
        to keys: Tensor, values: Tensor, blocks: AttentionLayout, scale: Double,
        path: AttentionPath = .fastest
    ) throws(TorchError) -> Tensor {
        try .make {
            ct_forest_attention(
                handle, keys.handle, values.handle, blocks.handle, scale, path.code, &$0)
        }
    }
}

/// A trained tensor, its gradient, and AdamW's moments of it; all of one shape.
public struct AdamWParameter {
    public let value: Tensor
    public let gradient: Tensor
    public let firstMoment: Tensor
    public let secondMoment: Tensor

    public init(value: Tensor, gradient: Tensor, firstMoment: Tensor, secondMoment: Tensor) {
        self.value = value
        self.gradient = gradient
        self.firstMoment = firstMoment
        self.secondMoment = secondMoment
    }
}

extension [AdamWParameter] {
    /// One step of AdamW on these parameters, in place, as torch.optim.AdamW does it.
    ///
    /// - Parameters:
    ///   - step: counted from 1
    ///   - gradientFactor: gradients are first multiplied by it, in place
    public func stepAdamW(
        step: Int, learningRate: Double, gradientFactor: Double = 1, settings: AdamWSettings
    ) throws(TorchError) {
        let code = ct_adamw(
            learning_rate: learningRate, beta1: settings.beta1, beta2: settings.beta2,
            epsilon: settings.epsilon, weight_decay: settings.weightDecay,
            gradient_factor: gradientFactor, step: step)
        try check(
            ct_adamw_step(
                map(\.value.handle), map(\.gradient.handle), map(\.firstMoment.handle),
                map(\.secondMoment.handle), count, code), #function)
    }
}

/// The settings of AdamW other than the learning rate (Loshchilov and Hutter, arXiv 1711.05101).
public struct AdamWSettings: Sendable, Equatable {
    public var beta1 = 0.9
    public var beta2 = 0.999
    public var epsilon = 1e-8
    public var weightDecay = 0.0

    public init() {}
}

/// How attention is computed.
public enum AttentionPath: CaseIterable, Sendable {
    /// By the fastest kernels that take the tensors.
    case fastest
    /// Every block as a composition of library operations.
    case composed
    /// By the calls of flash attention that CUDA gets, each as a composition of library operations;
    /// on any device.
    case flashComposed

    fileprivate var code: ct_attention_path {
        switch self {
        case .fastest: ct_attention_fastest
        case .composed: ct_attention_composed
        case .flashComposed: ct_attention_flash_composed
        }
    }
}

/// A rectangle of attention: a run of query rows attends to a run of key rows; when `isCausal`, the
/// i-th query only to the first i + 1 keys.
public struct AttentionBlock: Equatable, Sendable {
    public var queries: Range<Int>
    public var keys: Range<Int>
    public var isCausal: Bool
    /// Few queries with many keys, as in decoding: on the CPU they are computed one by one.
    public var isRowWise: Bool

    public init(
        queries: Range<Int>, keys: Range<Int>, isCausal: Bool = false, isRowWise: Bool = false
    ) {
        self.queries = queries
        self.keys = keys
        self.isCausal = isCausal
        self.isRowWise = isRowWise
    }

    fileprivate var code: ct_attention_block {
        ct_attention_block(
            query_start: queries.lowerBound, query_count: queries.count,
            key_start: keys.lowerBound, key_count: keys.count, causal: isCausal,
            row_wise: isRowWise)
    }
}

/// The attention blocks of a forward pass. What the kernels need of them is made by the first layer
/// and used by all.
public final class AttentionLayout {
    let handle: ct_attention_layout

    public init(_ blocks: [AttentionBlock]) throws(TorchError) {
        let codes = blocks.map(\.code)
        var handle = ct_attention_layout(impl: nil)
        try check(ct_attention_layout_create(codes, codes.count, &handle), #function)
        self.handle = handle
    }

    deinit { ct_attention_layout_free(handle) }
}
