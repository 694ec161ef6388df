import Basics
import Benchmarks

/// Epochs that mix few-shot prompts as separate rows with zero-shot ones; their share falls to 0
/// from the first epoch to the last.
///
/// Each row's kind is drawn with that probability, and each kind reads its examples from the first
/// on. An epoch ends when one kind has none left. Source: how the authors of arXiv 2602.23197
/// trained on both (October 2025), with Hugging Face's `interleave_datasets` and shares .5, .375,
/// .25, .125 and 0.
public struct EpochMixture: Sendable {
    /// The share of few-shot rows in each epoch.
    public let shares: [Double]
    private let epochs: [[Row]]

    private struct Row {
        let example: Int
        let isFewShot: Bool
    }

    /// - Parameters:
    ///   - initialShare: share of few-shot rows in the first epoch, in 0..<1
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

    /// Number of rows in each epoch.
    var counts: [Int] { epochs.map(\.count) }

    /// The examples of some rows of an epoch, by index.
    func examples(of epoch: Int, in range: Range<Int>, fewShot: Bool) -> [Int] {
        epochs[epoch][range].filter { $0.isFewShot == fewShot }.map(\.example)
    }
}
