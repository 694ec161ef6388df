import Torch

/// Prompts and the texts that grow behind them, in one cache of keys and values.
///
/// A segment is set aside, computed, and given back when nothing asks for it any more, so that others
/// take its place while their neighbours go on growing. A prompt is computed at once; a text grows
/// by a token a pass. What a segment's tokens come to does not depend on what else a pass computes,
/// but for the rounding of products that libtorch sums in another order for another number of rows:
/// on the CPUs that were tried there are none in bfloat16.
public final class ForestKVCache {
    /// A run of tokens behind another.
    public struct Segment: Hashable, Sendable {
        fileprivate let index: Int
    }

    private struct Node {
        let parent: Segment?
        /// Of the cache; as many as the segment may have tokens.
        let rows: Range<Int>
        /// Of its first token.
        let position: Int
        let isText: Bool
        var count = 0
    }

    private let decoder: Decoder
    private let cache: KVCache
    private var nodes: [Int: Node] = [:]
    private var nextIndex = 0

    /// - Parameter capacity: tokens of all segments together, those that texts may still grow by
    ///   among them
    public init(capacity: Int, decoder: Decoder) throws {
        self.decoder = decoder
        cache = try KVCache(
            capacity: capacity, configuration: decoder.configuration, dtype: decoder.dtype,
            device: decoder.device)
    }

    /// Sets room aside for a prompt, or the part of one that others share.
    ///
    /// - Parameter parent: computed before, or earlier in the same pass; nil begins a tree
    /// - Returns: nil where there is no room
    public func addPrompt(_ tokenCount: Int, under parent: Segment? = nil) -> Segment? {
        add(tokenCount, parent, position: parent.map { end(of: $0) } ?? 0)
    }

    /// Sets room aside for a text that grows behind a prompt.
    ///
    /// - Returns: nil where there is no room
    public func addText(largestLength: Int, under prompt: Segment) -> Segment? {
        add(largestLength, prompt, position: end(of: prompt), isText: true)
    }

    private func add(
        _ count: Int, _ parent: Segment?, position: Int, isText: Bool = false
    ) -> Segment? {
        guard let rows = cache.reserve(count) else { return nil }
        defer { nextIndex += 1 }
        nodes[nextIndex] = Node(parent: parent, rows: rows, position: position, isText: isText)
        return Segment(index: nextIndex)
    }

    private func node(_ segment: Segment) -> Node {
        guard let node = nodes[segment.index] else {
            preconditionFailure("a segment is not used after it was removed")
        }
        return node
    }

    /// The position behind all that a segment has room for.
    private func end(of segment: Segment) -> Int {
        let node = node(segment)
        return node.position + node.rows.count
    }

    /// Gives a segment's room back. Those behind it go first.
    public func remove(_ segment: Segment) {
        guard let node = nodes.removeValue(forKey: segment.index) else { return }
        cache.release(node.rows)
    }

    /// Computes runs of tokens: whole prompts, and the next token of each text.
    ///
    /// - Parameters:
    ///   - runs: each segment once, parents before children, those of one tree together
    ///   - outputRows: the places of the runs after whose last token the next is asked for, ascending
    /// - Returns: what the last layer makes of those tokens, `[outputRows, width]`, for
    ///   `Decoder.logits(of:)`
    public func extend(
        _ runs: [(segment: Segment, tokens: [Int32])], outputRows: [Int]
    ) throws -> Tensor {
        let (pass, ends) = try take(runs)
        return try withoutGradient {
            try decoder.hidden(pass, rows: outputRows.map { ends[$0] }, cache: cache)
        }
    }

    /// Computes prompts behind which nothing is asked yet.
    public func compute(_ runs: [(segment: Segment, tokens: [Int32])]) throws {
        // One row of the last layer is enough for its keys and values to be computed.
        _ = try extend(runs, outputRows: [runs.count - 1])
    }

    /// The pass that computes the runs, and the row of each run's last token.
    private func take(
        _ runs: [(segment: Segment, tokens: [Int32])]
    ) throws -> (pass: ForwardPass, ends: [Int]) {
        var pass = ForwardPass(tokens: [], positions: [], blocks: [])
        var ends: [Int] = []
        for (segment, tokens) in runs {
            let old = node(segment)
            precondition(
                old.isText ? tokens.count == 1 : old.count == 0 && tokens.count == old.rows.count,
                "a prompt is computed whole, a text token by token")
            guard old.count + tokens.count <= old.rows.count else {
                throw TorchError(
                    operation: "generation",
                    message: "a text was to grow by more than the \(old.rows.count) tokens that it "
                        + "has room for")
            }
            let start = old.rows.lowerBound + old.count
            let queries = pass.tokens.count..<pass.tokens.count + tokens.count
            pass.tokens += tokens
            pass.positions += (0..<tokens.count).map { Int32(old.position + old.count + $0) }
            pass.cacheRows += start..<start + tokens.count
            pass.blocks.append(
                AttentionBlock(
                    queries: queries, keys: old.rows.lowerBound..<start + tokens.count,
                    isCausal: !old.isText, isRowWise: old.isText))
            ends.append(queries.upperBound - 1)
            nodes[segment.index]?.count += tokens.count
        }
        pass.blocks += inherited(
            zip(runs, ends).map { run, end in (run.segment, end + 1 - run.tokens.count..<end + 1) })
        return (pass, ends)
    }

    /// The blocks of ancestors; neighbours behind the same one share a block.
    private func inherited(
        _ lines: [(segment: Segment, queries: Range<Int>)]
    ) -> [AttentionBlock] {
        var blocks: [AttentionBlock] = []
        let ancestors = lines.map { self.ancestors(of: $0.segment) }
        for level in 0..<(ancestors.map(\.count).max() ?? 0) {
            var last: Segment?
            for (line, ancestors) in zip(lines, ancestors) where ancestors.count > level {
                let above = node(ancestors[level])
                // What several questions share is read once for all of them, in tiles.
                let isRowWise = level == 0 && node(line.segment).isText
                if last == ancestors[level], let block = blocks.last,
                    block.isRowWise == isRowWise,
                    block.queries.upperBound == line.queries.lowerBound
                {
                    blocks[blocks.count - 1].queries =
                        block.queries.lowerBound..<line.queries.upperBound
                } else {
                    let keys = above.rows.lowerBound..<above.rows.lowerBound + above.count
                    blocks.append(
                        AttentionBlock(queries: line.queries, keys: keys, isRowWise: isRowWise))
                }
                last = ancestors[level]
            }
        }
        return blocks
    }

    /// The parent, its parent and so on up to the root.
    private func ancestors(of segment: Segment) -> [Segment] {
        var result: [Segment] = []
        var next = node(segment).parent
        while let ancestor = next {
            result.append(ancestor)
            next = node(ancestor).parent
        }
        return result
    }
}
