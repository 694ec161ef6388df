import Basics
import Benchmarks

/// Epochs in which few-shot prompts are rows of their own between zero-shot ones, in a share that
/// falls to 0 from the first epoch to the last.
///
/// The two kinds are drawn one by one with that probability, each from its first example on, until
/// one kind has none left. Source: how the authors of arXiv 2602.23197 trained on both (October
/// 2025), with Hugging Face's `interleave_datasets` and shares .5, .375, .25, .125 and 0.
public struct EpochMixture: Sendable {
    /// Of each epoch, the share of few-shot rows.
    public let shares: [Double]
    private let epochs: [[Row]]

    private struct Row {
        let example: Int
        let isFewShot: Bool
    }

    /// - Parameters:
    ///   - initialShare: of few-shot rows in the first epoch, in 0..<1
    ///   - shuffleSeed: draws kinds and order; nil keeps the order of the draw
    public init(exampleCount: Int, epochCount: Int, initialShare: Double, shuffleSeed: Int?) {
        precondition((0..<1).contains(initialShare), "zero-shot rows have a share")
        shares = (0..<epochCount).map {
            initialShare * (1 - Double($0) / Double(max(1, epochCount - 1)))
        }
        epochs = shares.enumerated().map { epoch, share in
            var generator = SeededGenerator(
                seed: UInt64(bitPattern: Int64(shuffleSeed ?? 0)), for: ["mixture", "\(epoch)"])
            var rows: [Row] = []
            var next = (zeroShot: 0, fewShot: 0)
            while next.zeroShot < exampleCount, next.fewShot < exampleCount {
                if generator.unit() < share {
                    rows.append(Row(example: next.fewShot, isFewShot: true))
                    next.fewShot += 1
                } else {
                    rows.append(Row(example: next.zeroShot, isFewShot: false))
                    next.zeroShot += 1
                }
            }
            return shuffleSeed == nil ? rows : generator.shuffled(rows)
        }
    }

    /// Rows of each epoch.
    var counts: [Int] { epochs.map(\.count) }

    /// The examples of some rows of an epoch, by index.
    func examples(of epoch: Int, in range: Range<Int>, fewShot: Bool) -> [Int] {
        epochs[epoch][range].filter { $0.isFewShot == fewShot }.map(\.example)
    }
}
