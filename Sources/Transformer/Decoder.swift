import Torch

/// A language model of the Llama kind: embedding, decoder layers, norm, head.
///
/// Source: transformers, `modeling_llama.py` and `modeling_qwen2.py`.
public final class Decoder {
    public let configuration: ModelConfiguration
    public let dtype: DType
    public let device: Device
    let embedding: Tensor
    let layers: [DecoderLayer]
    let norm: RMSNorm
    /// `[vocabulary, width]`; the embedding itself when the two are tied.
    let head: Tensor
    /// The base model's weights under their names in a checkpoint, without adapters.
    public let weights: [(name: String, tensor: Tensor)]

    /// - Parameter weights: the decoder takes every tensor from it that the configuration requires
    public init(
        _ configuration: ModelConfiguration, weights: some WeightSource, dtype: DType,
        device: Device
    ) throws {
        self.configuration = configuration
        self.dtype = dtype
        self.device = device
        let ledger = WeightLedger()
        let scope = WeightScope(
            source: weights, path: "", dtype: dtype, device: device, ledger: ledger)
        let model = scope["model"]
        let table = [configuration.vocabularySize, configuration.width]
        embedding = try model["embed_tokens"].tensor("weight", shape: table)
        // No memory is reserved for the number of layers in config.json: a file may lack some.
        var layers: [DecoderLayer] = []
        for index in 0..<configuration.layerCount {
            layers.append(
                try DecoderLayer(configuration, weights: model["layers.\(index)"], index: index))
        }
        self.layers = layers
        norm = try RMSNorm(configuration, weights: model["norm"], size: configuration.width)
        head =
            configuration.tiesEmbeddings
            ? embedding : try scope["lm_head"].tensor("weight", shape: table)
        self.weights = ledger.weights
    }

    /// The last layer's output at the tokens of the forward pass, `[rows, width]`, before the last
    /// norm.
    ///
    /// - Parameters:
    ///   - rows: the tokens whose output is needed; nil for all. No more than needed is computed.
    ///   - cache: holds the keys and values of earlier forward passes and takes those of this one,
    ///     at the rows that it names
    public func hidden(
        _ pass: ForwardPass, rows: [Int]? = nil, cache: KVCache? = nil
    ) throws -> Tensor {
        let rotary = try rotary(of: pass)
        // One upload: the tokens, then the rows of the cache.
        let count = pass.tokens.count
        let indices = try Tensor(pass.tokens.map(Int.init) + pass.cacheRows).moved(to: device)
        var x = Residual(try embed(pass, indices.narrowed(to: 0..<count)))
        let place = try cache.map {
            CachePlace($0, rows: try indices.narrowed(to: count..<count + pass.cacheRows.count))
        }
        let areAll = rows.map { $0.elementsEqual(0..<count) } ?? true
        let chosen =
            areAll ? nil : try rows.map { try ChosenRows($0, of: pass, rotary: rotary, on: device) }
        let blocks = try AttentionLayout(pass.blocks)
        for (index, layer) in layers.enumerated() {
            x = try layer(
                x, blocks: blocks, rotary: rotary, cache: place,
                rows: index == layers.count - 1 ? chosen : nil)
            // Gradients of the sum and of its norm are rounded one by one.
            if x.change?.requiresGradient == true { x = Residual(try x.value()) }
        }
        return try x.value()
    }

    /// The embeddings of the forward pass's tokens, `[tokens, width]`.
    ///
    /// - Parameter indices: the tokens on the device; nil uploads them
    func embed(_ pass: ForwardPass, _ indices: Tensor? = nil) throws -> Tensor {
        if let bad = pass.tokens.first(where: {
            $0 < 0 || $0 >= Int32(configuration.vocabularySize)
        }) {
            throw TorchError(
                operation: "forward pass",
                message: "token \(bad) is outside the vocabulary of "
                    + "\(configuration.vocabularySize)")
        }
        return try embedding.selecting(indices ?? Tensor(pass.tokens).moved(to: device))
    }

    func rotary(of pass: ForwardPass) throws -> RotaryTable {
        try RotaryTable(pass, configuration, dtype: dtype, device: device)
    }

    /// Logits after some tokens.
    ///
    /// - Parameters:
    ///   - hidden: `[rows, width]`, from `hidden(_:rows:cache:)`
    ///   - vocabularyRows: which rows of the head, an int64 vector; nil for all
    /// - Returns: `[rows, vocabulary]`
    public func logits(of hidden: Tensor, vocabularyRows: Tensor? = nil) throws -> Tensor {
        let head = try vocabularyRows.map { try self.head.selecting($0) } ?? self.head
        return try norm(hidden).linear(weight: head)
    }

    /// The weighted sum of targets' negative log-probabilities, in nats.
    ///
    /// - Parameters:
    ///   - hidden: `[rows, width]`, from `hidden(_:rows:cache:)`
    ///   - rows: the row of each target
    ///   - tokens: the token of each target
    ///   - weights: the weight of each target
    public func crossEntropy(
        of hidden: Tensor, rows: [Int], tokens: [Int], weights: [Float]
    ) throws -> Tensor {
        try norm(hidden).crossEntropy(head: head, rows: rows, tokens: tokens, weights: weights)
    }

    /// Logits of every token of every sequence of the forest, `[tokens, vocabulary]`.
    public func logits(_ forest: PackedForest) throws -> Tensor {
        try logits(of: hidden(forest.pass))
    }
}

/// The rows of a forward pass whose last-layer output is needed.
struct ChosenRows {
    /// An int64 vector.
    let indices: Tensor
    /// The blocks that these rows attend to, and their angles; nil where attention needs all rows.
    let attention: (blocks: AttentionLayout, rotary: RotaryTable)?

    init(_ rows: [Int], of pass: ForwardPass, rotary: RotaryTable, on device: Device) throws {
        let indices = try Tensor(rows).moved(to: device)
        self.indices = indices
        attention = try pass.blocks(of: rows).map {
            (try AttentionLayout($0), try rotary.selecting(indices))
        }
    }
}

/// The residual stream, `[tokens, width]`: a sum, and the last change of it, which the next norm adds
/// in its own pass over memory.
struct Residual {
    let sum: Tensor
    let change: Tensor?

    init(_ sum: Tensor, change: Tensor? = nil) {
        self.sum = sum
        self.change = change
    }

    func value() throws -> Tensor { try change.map { try sum + $0 } ?? sum }

    func normalized(by norm: RMSNorm) throws -> (value: Tensor, normed: Tensor) {
        try change.map { try norm(adding: $0, to: sum) } ?? (sum, norm(sum))
    }
}

/// One decoder layer: attention, then a gated feed-forward, each normalised first and added back.
final class DecoderLayer {
    let attentionNorm: RMSNorm
    let attention: Attention
    let feedForwardNorm: RMSNorm
    let feedForward: FeedForward

    init(_ configuration: ModelConfiguration, weights: WeightScope, index: Int) throws {
        let width = configuration.width
        attentionNorm = try RMSNorm(configuration, weights: weights["input_layernorm"], size: width)
        attention = try Attention(configuration, weights: weights["self_attn"], layer: index)
        feedForwardNorm = try RMSNorm(
            configuration, weights: weights["post_attention_layernorm"], size: width)
        feedForward = try FeedForward(configuration, weights: weights["mlp"])
    }

    /// - Parameter rows: the tokens whose output is needed; nil for all
    func callAsFunction(
        _ x: Residual, blocks: AttentionLayout, rotary: RotaryTable, cache: CachePlace?,
        rows: ChosenRows? = nil
    ) throws -> Residual {
        let (value, normed) = try x.normalized(by: attentionNorm)
        let change = try attention(
            normed, blocks: blocks, rotary: rotary, cache: cache, rows: rows)
        let chosen = try rows.map { try value.selecting($0.indices) } ?? value
        let (sum, normedSum) = try feedForwardNorm(adding: change, to: chosen)
        return try Residual(sum, change: feedForward(normedSum))
    }

    func linear(_ projection: Projection) -> Linear {
        switch projection {
        case .q: attention.query
        case .k: attention.key
        case .v: attention.value
        case .o: attention.output
        case .gate: feedForward.gate
        case .up: feedForward.up
        case .down: feedForward.down
        }
    }
}

/// down(silu(gate(x)) · up(x))
final class FeedForward {
    let gate: Linear
    let up: Linear
    let down: Linear

    init(_ configuration: ModelConfiguration, weights: WeightScope) throws {
        let width = configuration.width
        let hidden = configuration.hiddenWidth
        let hasBias = configuration.hasFeedForwardBias
        gate = try Linear(weights["gate_proj"], input: width, output: hidden, hasBias: hasBias)
        up = try Linear(weights["up_proj"], input: width, output: hidden, hasBias: hasBias)
        down = try Linear(weights["down_proj"], input: hidden, output: width, hasBias: hasBias)
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor { try down(gate(x).swiglu(up(x))) }
}

/// Divides by the root mean square and multiplies with a learned weight.
final class RMSNorm {
    let weight: Tensor
    let epsilon: Double

    init(_ configuration: ModelConfiguration, weights: WeightScope, size: Int) throws {
        weight = try weights.tensor("weight", shape: [size])
        epsilon = configuration.normEpsilon
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
        try x.rmsNormalized(weight: weight, epsilon: epsilon)
    }

    /// The sum x + delta, and that sum normalised.
    func callAsFunction(
        adding delta: Tensor, to x: Tensor
    ) throws -> (sum: Tensor, normed: Tensor) {
        try x.addingAndNormalizing(delta, weight: weight, epsilon: epsilon)
    }
}
