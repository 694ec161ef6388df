import Torch
import Transformer

/// The capacity of generation: the KV cache and the number of sequences.
package struct KVCacheBudget: Equatable {
    /// Generations in progress at one time.
    package var leafLimit: Int
    /// Tokens that a prefill pass may compute; a single question may exceed it.
    var promptTokens: Int
    /// Tokens of the KV cache.
    package var cacheTokens: Int

    /// The maximum number of generations in progress: beyond it, the time of a decoding step on the
    /// CPU grows in proportion to their number.
    static let largestLeafCount = 256

    init(leafLimit: Int, promptTokens: Int, cacheTokens: Int) {
        self.leafLimit = leafLimit
        self.promptTokens = promptTokens
        self.cacheTokens = cacheTokens
    }

    /// As many generations as the cache can hold.
    ///
    /// - Parameters:
    ///   - cacheBytes: bytes that the cache may take
    ///   - promptTokens: tokens that a prefill pass may compute
    package init(
        _ groups: [PromptGroup], _ settings: GenerationSettings, cacheBytes: Int,
        bytesPerToken: Int, promptTokens: Int
    ) {
        let prefix = groups.map(\.prefix.count).max() ?? 0
        let suffix = groups.flatMap { $0.questions.map(\.suffix.count) }.max() ?? 0
        let repeats =
            groups.map { $0.repetitions?.count ?? settings.effectiveRepeats }.max()
            ?? settings.effectiveRepeats
        let question = suffix + repeats * settings.maxNewTokens
        let open = groups.reduce(0) { $0 + $1.questions.count }
        // Reserves the prefixes of a group that ends and of the next. It also reserves a spare
        // question, as free space may be fragmented.
        let fixed = 2 * prefix + question
        let affordable = max(0, cacheBytes / max(1, bytesPerToken) - fixed) / max(1, question)
        let questions = min(max(1, affordable), open, max(1, Self.largestLeafCount / repeats))
        leafLimit = questions * repeats
        self.promptTokens = promptTokens
        cacheTokens = fixed + questions * question
    }
}
