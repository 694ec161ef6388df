import Foundation

/// The rule by which rotary frequencies differ from θ^(-2i/d), for sequences longer than those that
/// a model was first trained on.
///
/// Source: transformers 5.23, `modeling_rope_utils.py`.
public enum RopeScaling: Sendable, Equatable {
    case none
    /// Divides all frequencies by a factor.
    ///
    /// - Parameter originalContext: tokens; `max_position_embeddings`
    case linear(factor: Double, originalContext: Int)
    /// Raises θ by the length of a sequence that is longer than the original context ("NTK").
    case dynamic(factor: Double, originalContext: Int)
    case llama3(Llama3)
    case yarn(YaRN)

    /// The rule of Llama 3.1: low frequencies are divided, high ones kept, those between blended.
    public struct Llama3: Sendable, Equatable {
        public var factor: Double
        public var lowFrequencyFactor: Double
        public var highFrequencyFactor: Double
        /// Tokens.
        public var originalContext: Int
    }

    /// YaRN (arXiv 2309.00071).
    public struct YaRN: Sendable, Equatable {
        public var factor: Double
        /// Tokens.
        public var originalContext: Int
        /// Rotations over the original context, above which a frequency is kept.
        public var betaFast: Double
        /// Rotations below which a frequency is divided by the factor.
        public var betaSlow: Double
        /// Whether the bounds between the two are rounded to whole dimensions.
        public var truncatesBounds: Bool
        /// Multiplies cosines and sines, which are float32.
        public var attentionFactor: Float
    }
}

extension RopeScaling {
    /// Its `rope_type` in config.json; nil for none.
    public var name: String? {
        switch self {
        case .none: nil
        case .linear: "linear"
        case .dynamic: "dynamic"
        case .llama3: "llama3"
        case .yarn: "yarn"
        }
    }

    /// The angle from one position to the next for each pair of elements of a head, in float32 as
    /// transformers computes them.
    ///
    /// - Parameters:
    ///   - theta: the base θ
    ///   - size: the size of a head
    ///   - length: the tokens of the sequence; only `dynamic` depends on it
    func frequencies(theta: Double, size: Int, length: Int = 0) -> [Float] {
        switch self {
        case .none: Self.powers(theta, size).map { 1 / $0 }
        case .linear(let factor, _): Self.powers(theta, size).map { 1 / $0 / Float(factor) }
        case .dynamic(let factor, let context):
            Self.powers(Self.stretched(theta, factor, context, size, length), size).map { 1 / $0 }
        case .llama3(let rule): Self.powers(theta, size).map { rule.frequency(1 / $0) }
        case .yarn(let rule): rule.frequencies(Self.powers(theta, size), theta: theta)
        }
    }

    /// The factor of cosines and sines.
    var attentionFactor: Double {
        if case .yarn(let rule) = self { Double(rule.attentionFactor) } else { 1 }
    }

    /// θ^(2i/d)
    private static func powers(_ theta: Double, _ size: Int) -> [Float] {
        stride(from: 0, to: size, by: 2).map { powf(Float(theta), Float($0) / Float(size)) }
    }

    private static func stretched(
        _ theta: Double, _ factor: Double, _ context: Int, _ size: Int, _ length: Int
    ) -> Double {
        guard length > context else { return theta }
        let growth = factor * Double(length) / Double(context) - (factor - 1)
        return theta * pow(growth, Double(size) / Double(size - 2))
    }
}

extension RopeScaling.Llama3 {
    fileprivate func frequency(_ frequency: Float) -> Float {
        let context = Float(originalContext)
        let (low, high) = (Float(lowFrequencyFactor), Float(highFrequencyFactor))
        let length = 2 * Float.pi / frequency
        if length < context / high { return frequency }
        if length > context / low { return frequency / Float(factor) }
        let blend = (context / length - low) / (high - low)
        return (1 - blend) * frequency / Float(factor) + blend * frequency
    }
}

extension RopeScaling.YaRN {
    fileprivate func frequencies(_ powers: [Float], theta: Double) -> [Float] {
        let size = 2 * powers.count
        /// The dimension whose frequency rotates so often over the original context.
        func dimension(_ rotations: Double) -> Double {
            Double(size) * log(Double(originalContext) / (rotations * 2 * .pi)) / (2 * log(theta))
        }
        var (low, high) = (dimension(betaFast), dimension(betaSlow))
        if truncatesBounds { (low, high) = (low.rounded(.down), high.rounded(.up)) }
        (low, high) = (max(low, 0), min(high, Double(size - 1)))
        if low == high { high += 0.001 }
        return powers.enumerated().map { index, power in
            let ramp = min(max((Float(index) - Float(low)) / Float(high - low), 0), 1)
            return 1 / (Float(factor) * power) * ramp + 1 / power * (1 - ramp)
        }
    }

    /// The factor that the paper gives cosines and sines: 0.1 · mscale · ln(factor) + 1.
    static func attentionFactor(_ factor: Double, mscale: Double = 1) -> Double {
        factor <= 1 ? 1 : 0.1 * mscale * log(factor) + 1
    }
}
