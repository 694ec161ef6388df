import Torch
import Transformer

/// The prompts of groups in the KV cache; a shared prefix stays until its last question is
/// evaluated.
package final class PromptForest {
    private let forest: ForestKVCache
    private let groups: [PromptGroup]
    /// The kept prefixes, by group.
    private var prefixes: [Int: ForestKVCache.Segment] = [:]

    /// - Parameter batches: all that will be evaluated; the cache's capacity is for the largest
    init(_ groups: [PromptGroup], _ batches: [PromptBatch], decoder: Decoder) throws {
        self.groups = groups
        forest = try ForestKVCache(capacity: Self.capacity(groups, batches), decoder: decoder)
    }

    /// The maximum number of tokens in the cache at one time.
    package static func capacity(_ groups: [PromptGroup], _ batches: [PromptBatch]) -> Int {
        let parts = batches.flatMap(\.parts)
        // Two prefixes may be in the cache at one time: the last questions of one group share a
        // forward pass with the first of the next. The gap that the first prefix leaves may be too
        // short for a third, which then follows the second.
        let kept = parts.filter(\.isOfMany).map { groups[$0.group].prefix.count }.max() ?? 0
        let passing = batches.map { batch in
            batch.parts.reduce(0) { sum, part in
                sum + groups[part.group].tokenCount(of: part.questions)
                    + (part.isOfMany ? 0 : groups[part.group].prefix.count)
            }
        }
        return 3 * kept + (passing.max() ?? 0)
    }

    /// The last layer's hidden state at each question's last token, `[questions, width]`.
    func hidden(after batch: PromptBatch) throws -> Tensor {
        var runs: [(segment: ForestKVCache.Segment, tokens: [Int32])] = []
        var outputRows: [Int] = []
        var passing: [ForestKVCache.Segment] = []
        // A group whose last forward pass was left out, as its questions are answered, ends here
        // too.
        for group in prefixes.keys.sorted() where group < (batch.parts.first?.group ?? 0) {
            if let prefix = prefixes.removeValue(forKey: group) { forest.remove(prefix) }
        }
        // Kept prefixes come before temporary segments, so that they are contiguous.
        for part in batch.parts where part.isOfMany { try keepPrefix(of: part.group) }
        for part in batch.parts {
            let group = groups[part.group]
            var parent = prefixes[part.group]
            if parent == nil, !group.prefix.isEmpty {
                let segment = try room(group.prefix.count)
                runs.append((segment, group.prefix))
                passing.append(segment)
                parent = segment
            }
            for item in group.questions[part.questions] {
                let segment = try room(item.suffix.count, under: parent)
                outputRows.append(runs.count)
                runs.append((segment, item.suffix))
                passing.append(segment)
            }
        }
        let hidden = try forest.extend(runs, outputRows: outputRows)
        for segment in passing.reversed() { forest.remove(segment) }
        for part in batch.parts
        where part.questions.upperBound == groups[part.group].questions.count {
            if let prefix = prefixes.removeValue(forKey: part.group) { forest.remove(prefix) }
        }
        return hidden
    }

    private func keepPrefix(of group: Int) throws {
        let tokens = groups[group].prefix
        guard prefixes[group] == nil, !tokens.isEmpty else { return }
        let segment = try room(tokens.count)
        try forest.compute([(segment, tokens)])
        prefixes[group] = segment
    }

    private func room(
        _ count: Int, under parent: ForestKVCache.Segment? = nil
    ) throws -> ForestKVCache.Segment {
        guard let segment = forest.addPrompt(count, under: parent) else {
            throw TorchError(
                operation: "evaluation", message: "no room is left for \(count) tokens of prompts")
        }
        return segment
    }
}
