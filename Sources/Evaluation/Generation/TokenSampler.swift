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
        var logits = try logits.converted(to: .float32)
        if repetitionPenalty != 1 {
            let places = texts.enumerated().flatMap { row, text in
                text.sorted().map { (row: row, token: Int($0)) }
            }
            logits = try logits.penalized(at: places, by: repetitionPenalty)
        }
        if isGreedy { return try logits.argmax().values(as: Int.self).map(Int32.init) }
        let units = generators.indices.map { generators[$0].unit() }
        return logits.device == .cpu
            ? try drawOnHost(logits, units) : try drawOnDevice(logits, units)
    }

    /// How many of the likeliest tokens are drawn from.
    private func candidateCount(_ logits: Tensor) -> Int {
        let vocabulary = logits.shape[1]
        return topK > 0 ? min(topK, vocabulary) : vocabulary
    }

    func drawOnHost(_ logits: Tensor, _ units: [Double]) throws -> [Int32] {
        let count = candidateCount(logits)
        let best = try logits.largest(count)
        let scores = try best.values.floats()
        let tokens = try best.indices.values(as: Int.self)
        return units.enumerated().map { row, unit in
            let range = row * count..<(row + 1) * count
            return Int32(tokens[range.lowerBound + place(in: scores[range], at: unit)])
        }
    }

    /// The same where the logits are: a GPU's whole vocabulary does not come to the host.
    func drawOnDevice(_ logits: Tensor, _ units: [Double]) throws -> [Int32] {
        try logits.sampled(
            units: units, temperature: temperature, topP: topP, topK: candidateCount(logits)
        ).values(as: Int.self).map(Int32.init)
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
}
