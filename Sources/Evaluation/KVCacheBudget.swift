import Torch
import Transformer

/// How much is generated at one time.
package struct KVCacheBudget: Equatable {
    /// Texts that grow at one time.
    package var leafLimit: Int
    /// Tokens that a pass over prompts may compute; a single question may exceed it.
    var promptTokens: Int
    /// Tokens of the cache of keys and values.
    package var cacheTokens: Int

    /// Texts that grow at one time at most: beyond, a step on the CPU takes as much longer as it has
    /// more texts.
    static let largestLeafCount = 256

    init(leafLimit: Int, promptTokens: Int, cacheTokens: Int) {
        self.leafLimit = leafLimit
        self.promptTokens = promptTokens
        self.cacheTokens = cacheTokens
    }

    /// As many texts as have room.
    ///
    /// - Parameters:
    ///   - cacheBytes: that the cache may take
    ///   - promptTokens: that a pass may compute
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
        // The prefixes of a group that ends and of the next; and no question may find only gaps.
        let fixed = 2 * prefix + question
        let affordable = max(0, cacheBytes / max(1, bytesPerToken) - fixed) / max(1, question)
        let questions = min(max(1, affordable), open, max(1, Self.largestLeafCount / repeats))
        leafLimit = questions * repeats
        self.promptTokens = promptTokens
        cacheTokens = fixed + questions * question
    }
}
