import Torch
import Transformer

/// An error for a trained model that gives every token the same logit at every target, so that it
/// cannot answer.
public struct CollapsedModel: Error, CustomStringConvertible {
    /// Steps made.
    public let stepCount: Int

    /// The largest difference between logits that count as equal.
    public static let tolerance = 1e-4

    /// Checks a step's examples until one of their targets has logits that differ.
    ///
    /// - Parameters:
    ///   - stepCount: steps made
    ///   - name: what messages call the step's examples
    /// - Returns: nil where a target has such logits, and where there is no target
    /// - Throws: `LogitsRefusal` for logits that are not finite.
    public init?(
        _ decoder: Decoder, after stepCount: Int, _ input: StepInput, naming name: () -> String
    ) throws {
        let trees = input.zeroShot + input.fewShot
        guard trees.contains(where: { !PackedForest.packing([$0]).1.rows.isEmpty }) else {
            return nil
        }
        for tree in trees {
            guard try decoder.hasEqualLogits(at: tree, naming: name) else { return nil }
        }
        self.stepCount = stepCount
    }

    public var description: String {
        "after step \(stepCount - 1) the logits of all tokens are equal (to \(Self.tolerance)) at every "
            + "target: the model has collapsed, and answers nothing; a lower --learning-rate, or "
            + "another checkpoint, is needed"
    }
}

extension Decoder {
    /// Whether at each of a tree's targets all logits are equal.
    fileprivate func hasEqualLogits(
        at tree: ExampleTree, naming name: () -> String
    ) throws -> Bool {
        // As many rows of the head's output at once as cost little memory.
        let rowsAtOnce = 16
        let (forest, targets) = PackedForest.packing([tree])
        let rows = Set(targets.rows).sorted()
        guard !rows.isEmpty else { return true }
        return try withoutGradient {
            let hidden = try hidden(forest.pass, rows: rows)
            for first in stride(from: 0, to: rows.count, by: rowsAtOnce) {
                let range = first..<min(first + rowsAtOnce, rows.count)
                let logits = try finiteLogits(of: hidden.narrowed(to: range)) { _ in name() }
                    .converted(to: .float32)
                let largest = try logits.largest(1).values.floats()
                let least = try (logits * -1).largest(1).values.floats()
                let isEqual = zip(largest, least).allSatisfy {
                    Double($0) + Double($1) <= CollapsedModel.tolerance
                }
                if !isEqual { return false }
            }
            return true
        }
    }
}
