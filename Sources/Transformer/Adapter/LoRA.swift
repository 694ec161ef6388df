import Torch

/// A low-rank change of a linear layer: x · aᵀ · bᵀ · scale (Hu et al., arXiv 2106.09685).
///
/// Both matrices are float32, also on a bfloat16 layer, as PEFT keeps them.
public final class LoRA {
    /// `[rank, input]`
    public let a: Tensor
    /// `[output, rank]`
    public let b: Tensor
    /// alpha / rank; 0 switches the adapter off.
    public var scale: Double
    /// Dropout on the adapter's input, in training; nil disables it.
    var dropout: LoRADropout?

    init(a: Tensor, b: Tensor, scale: Double) {
        self.a = a
        self.b = b
        self.scale = scale
    }

    /// PEFT's initialisation: `a` uniform on ±1/√input (Kaiming with a = √5), `b` zero.
    convenience init(
        for layer: Linear, rank: Int, scale: Double, using generator: Generator
    ) throws {
        let output = layer.weight.shape[0]
        let input = layer.weight.shape[1]
        let bound = 1 / Double(input).squareRoot()
        let a = try Tensor.zeros(shape: [rank, input])
        try a.fillUniform(from: -bound, to: bound, using: generator)
        let device = layer.weight.device
        self.init(
            a: try a.moved(to: device), b: try .zeros(shape: [output, rank], device: device),
            scale: scale)
    }
}

/// The layers that get adapters, and the adapters' sizes.
public struct LoRASettings: Sendable, Equatable {
    /// No layer is as wide as this; a larger rank is a mistake.
    public static let largestRank = 65_536
    /// The limit for either sign; a larger factor exceeds the range of float32.
    public static let largestAlpha = 1e6

    public var targets: Set<Projection>
    public var rank = 8
    public var alpha: Double
    /// alpha / √rank instead of alpha / rank (rsLoRA, arXiv 2312.03732).
    public var isRankStabilized = false
    /// The probability of each element of an adapter's input to be 0 in training.
    public var dropout = 0.0
    /// The decoder layers with adapters, each once, in order; nil is all.
    public var layers: [Int]?
    /// The projections of each of `layers`, where layers differ; nil where each has all `targets`.
    public var targetsByLayer: [Int: Set<Projection>]?

    /// - Parameter alpha: twice the rank unless given
    public init(targets: Set<Projection>, rank: Int = 8, alpha: Double? = nil) {
        self.targets = targets
        self.rank = rank
        self.alpha = alpha ?? Double(2 * rank)
    }

    /// The scale: the factor of an adapter's product.
    public var scale: Double {
        alpha / (isRankStabilized ? Double(rank).squareRoot() : Double(rank))
    }

    /// In the order of the model, which is the only order in which they are visited.
    public var orderedTargets: [Projection] { Projection.allCases.filter(targets.contains) }

    /// The layers that have adapters in a model of some layers.
    func adaptedLayers(of layerCount: Int) -> [Int] { layers ?? Array(0..<layerCount) }

    /// The adapted projections, layer by layer.
    func places(in layers: [Int]) -> [(layer: Int, projection: Projection)] {
        layers.flatMap { layer in
            orderedTargets.filter { targetsByLayer?[layer]?.contains($0) ?? true }
                .map { (layer: layer, projection: $0) }
        }
    }
}

extension Decoder {
    /// An adapter and its location.
    public struct PlacedAdapter {
        public let layer: Int
        public let projection: Projection
        public let adapter: LoRA

        /// The path of the adapted layer in the checkpoint.
        public var path: String { projection.path(layer: layer) }
    }

    /// All adapters, layer by layer.
    public var adapters: [PlacedAdapter] {
        layers.enumerated().flatMap { index, layer in
            Projection.allCases.compactMap { projection in
                layer.linear(projection).adapter.map {
                    PlacedAdapter(layer: index, projection: projection, adapter: $0)
                }
            }
        }
    }

    /// The matrices of all adapters, in training's order, each named as in PEFT's files but for
    /// prefix and suffix.
    public var trainableParameters: [(name: String, tensor: Tensor)] {
        adapters.flatMap {
            [("\($0.path).lora_A", $0.adapter.a), ("\($0.path).lora_B", $0.adapter.b)]
        }
    }

    /// Puts fresh adapters on the model in place of any that it has.
    public func attachAdapters(_ settings: LoRASettings, using generator: Generator) throws {
        guard settings.rank > 0, !settings.targets.isEmpty else {
            throw TorchError(
                operation: "adapters of rank \(settings.rank)",
                message: "an adapter needs a rank of at least 1 and a target")
        }
        let chosen = settings.adaptedLayers(of: layers.count)
        if let absent = chosen.first(where: { !layers.indices.contains($0) }) {
            throw TorchError(
                operation: "adapters on layer \(absent)",
                message: "the model has \(layers.count) layers, counted from 0")
        }
        removeAdapters()
        for (layer, projection) in settings.places(in: chosen) {
            let linear = layers[layer].linear(projection)
            linear.adapter = try LoRA(
                for: linear, rank: settings.rank, scale: settings.scale, using: generator)
        }
    }

    public func removeAdapters() {
        for layer in layers {
            for projection in Projection.allCases { layer.linear(projection).adapter = nil }
        }
    }

    /// Multiplies every adapter's effect: 0 is the base model, 1 the adapted one.
    public func setAdapterScale(_ factor: Double, of settings: LoRASettings) {
        for placed in adapters { placed.adapter.scale = settings.scale * factor }
    }

    func place(_ adapter: LoRA, on projection: Projection, layer: Int) {
        layers[layer].linear(projection).adapter = adapter
    }
}
