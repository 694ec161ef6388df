import Basics
import Benchmarks
import Foundation
import Torch

/// How the next token is drawn, in the order of HF transformers: repetition penalty, temperature,
/// top-k, top-p, renormalise, draw.
public struct TokenSampler: ConfigGroup {
    /// The temperature; 0 takes the likeliest token.
    public var temperature = 0.7
    /// Only the likeliest tokens that together reach this probability; 1 is all.
    @Setting(.above(0, upTo: 1)) public var topP = 0.8
    /// Only that many likeliest tokens; 0 is all.
    public var topK = 20
    /// Divides (multiplies, below 0) the logits of tokens that are in the text already; 1 is no
    /// penalty (arXiv 1909.05858).
    @Setting(.number(0.01...100)) public var repetitionPenalty = 1.0

    public init() {}

    public var isGreedy: Bool { temperature == 0 }

    /// Draws a token for each row.
    ///
    /// - Parameters:
    ///   - logits: `[rows, vocabulary]`
    ///   - texts: for each row the tokens before; read only with a repetition penalty
    ///   - generators: one for each row; each gives one number, or none when greedy
    public func draw(
        _ logits: Tensor, texts: [Set<Int32>], using generators: inout [SeededGenerator]
    ) throws -> [Int32] {
        let logits = try penalized(logits.converted(to: .float32), texts: texts)
        if isGreedy { return try logits.argmax().values(as: Int.self).map(Int32.init) }
        let vocabulary = logits.shape[1]
        let count = topK > 0 ? min(topK, vocabulary) : vocabulary
        let best = try logits.largest(count)
        let scores = try best.values.floats()
        let tokens = try best.indices.values(as: Int.self)
        return generators.indices.map { row in
            let range = row * count..<(row + 1) * count
            let place = place(in: scores[range], at: generators[row].unit())
            return Int32(tokens[range.lowerBound + place])
        }
    }

    /// The index of the score, largest first, that a number in [0, 1) falls on.
    func place(in scores: ArraySlice<Float>, at unit: Double) -> Int {
        let largest = Double(scores.first ?? 0)
        var weights = scores.map { exp((Double($0) - largest) / temperature) }
        let total = weights.reduce(0, +)
        var cumulative = 0.0
        for (index, weight) in weights.enumerated() {
            // As in HF's TopPLogitsWarper, the token that crosses the threshold stays.
            if cumulative >= topP * total, index > 0 {
                weights.removeLast(weights.count - index)
                break
            }
            cumulative += weight
        }
        var rest = unit * weights.reduce(0, +)
        for (index, weight) in weights.enumerated() {
            if rest < weight { return index }
            rest -= weight
        }
        return weights.count - 1
    }

    private func penalized(_ logits: Tensor, texts: [Set<Int32>]) throws -> Tensor {
        guard repetitionPenalty != 1 else { return logits }
        let shape = logits.shape
        var scores = try logits.floats()
        for (row, text) in texts.enumerated() {
            for token in text {
                let place = row * shape[1] + Int(token)
                let score = scores[place]
                scores[place] =
                    score < 0
                    ? score * Float(repetitionPenalty) : score / Float(repetitionPenalty)
            }
        }
        return try Tensor(scores, shape: shape)
    }
}
