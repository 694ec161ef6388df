import Torch
import Transformer

/// Scores the letters after many prompts, one forward pass at a time.
package struct LetterScoring {
    let decoder: Decoder
    let groups: [PromptGroup]
    /// The maximum number of tokens in a forward pass; a single question may exceed it.
    let passTokens: Int

    package init(decoder: Decoder, groups: [PromptGroup], passTokens: Int) {
        self.decoder = decoder
        self.groups = groups
        self.passTokens = passTokens
    }

    /// Questions whose log-probabilities over the whole vocabulary are in memory at one time.
    private static let headRows = 16

    /// - Parameters:
    ///   - letters: the tokens that are scored
    ///   - isLeftOut: whether a forward pass need not be computed
    ///   - report: receives each forward pass and its log-probabilities over the whole vocabulary,
    ///     in nats, `[questions, letters]`; an error that it throws ends the scoring
    /// - Throws: `LogitsRefusal`, which names the question, before its forward pass is reported.
    package func run(
        _ letters: [Int32], except isLeftOut: (PromptBatch) -> Bool = { _ in false },
        report: (PromptBatch, [Float]) throws -> Void
    ) throws {
        let columns = try Tensor(letters.map(Int.init)).moved(to: decoder.device)
        let batches = PromptBatch.cut(groups, budget: passTokens)
        let forest = try PromptForest(groups, batches, decoder: decoder)
        for batch in batches where !isLeftOut(batch) {
            let hidden = try forest.hidden(after: batch)
            let logprobs = try withoutGradient {
                try stride(from: 0, to: hidden.shape[0], by: Self.headRows).flatMap { first in
                    let end = min(first + Self.headRows, hidden.shape[0])
                    let logits = try decoder.finiteLogits(of: hidden.narrowed(to: first..<end)) {
                        batch.name(of: first + $0, groups)
                    }
                    return try logits.logSoftmax().selecting(columns, along: 1).floats()
                }
            }
            // Finite logits may lie too far apart for a difference of them to be finite.
            if let bad = logprobs.firstIndex(where: { !$0.isFinite }) {
                throw LogitsRefusal(of: batch.name(of: bad / letters.count, groups))
            }
            try report(batch, logprobs)
        }
    }
}
