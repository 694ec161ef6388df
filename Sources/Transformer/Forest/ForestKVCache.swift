import Torch

/// A KV cache of prompts and of the generations that continue them.
///
/// A segment is reserved, computed, and released when nothing needs it any more. Other segments
/// then take its rows while the remaining ones keep growing. A prompt is computed at once
/// (prefill); a generation grows by one token per forward pass (decode). The values of a segment's
/// tokens do not depend on what else a forward pass computes, except for rounding: libtorch sums
/// products in another order for another number of rows. On the CPUs that were tried, bfloat16
/// shows no such differences.
public final class ForestKVCache {
    /// A run of tokens that continues its parent.
    public struct Segment: Hashable, Sendable {
        fileprivate let index: Int
    }

    private struct Node {
        let parent: Segment?
        /// The rows of the cache; as many as the segment may have tokens.
        let rows: Range<Int>
        /// The position of its first token.
        let position: Int
        let isText: Bool
        var count = 0
    }

    private let decoder: Decoder
    private let cache: KVCache
    private var nodes: [Int: Node] = [:]
    private var nextIndex = 0

    /// - Parameter capacity: tokens of all segments together, including those that generations may
    ///   still grow by
    public init(capacity: Int, decoder: Decoder) throws {
        self.decoder = decoder
        cache = try KVCache(
            capacity: capacity, configuration: decoder.configuration, dtype: decoder.dtype,
            device: decoder.device)
    }

    /// Reserves capacity for a prompt, or for a part of one that others share.
    ///
    /// - Parameter parent: computed before, or earlier in the same forward pass; nil begins a tree
    /// - Returns: nil where the remaining capacity is too small
    public func addPrompt(_ tokenCount: Int, under parent: Segment? = nil) -> Segment? {
        add(tokenCount, parent, position: parent.map { end(of: $0) } ?? 0)
    }

    /// Reserves capacity for a generation that continues a prompt.
    ///
    /// - Returns: nil where the remaining capacity is too small
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

    /// The position after the last token that a segment may have.
    private func end(of segment: Segment) -> Int {
        let node = node(segment)
        return node.position + node.rows.count
    }

    /// Releases a segment's rows. The segments that continue it must be removed first.
    public func remove(_ segment: Segment) {
        guard let node = nodes.removeValue(forKey: segment.index) else { return }
        cache.release(node.rows)
    }

    /// Computes runs of tokens: whole prompts, and the next token of each generation.
    ///
    /// - Parameters:
    ///   - runs: each segment once, parents before children, those of one tree together
    ///   - outputRows: the indices of the runs whose last token's output is needed, ascending
    /// - Returns: the last layer's output at those tokens, `[outputRows, width]`, for
    ///   `Decoder.logits(of:)`
    public func extend(
        _ runs: [(segment: Segment, tokens: [Int32])], outputRows: [Int]
    ) throws -> Tensor {
        let (pass, ends) = try take(runs)
        return try withoutGradient {
            try decoder.hidden(pass, rows: outputRows.map { ends[$0] }, cache: cache)
        }
    }

    /// Computes prompts whose next token is not needed yet (prefill).
    public func compute(_ runs: [(segment: Segment, tokens: [Int32])]) throws {
        // One row of the last layer is enough for its keys and values to be computed.
        _ = try extend(runs, outputRows: [runs.count - 1])
    }

    /// The forward pass that computes the runs, and the row of each run's last token.
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

    /// The blocks of ancestors; adjacent runs with the same ancestor share a block.
    private func inherited(
        _ lines: [(segment: Segment, queries: Range<Int>)]
    ) -> [AttentionBlock] {
        var blocks: [AttentionBlock] = []
        let ancestors = lines.map { self.ancestors(of: $0.segment) }
        for level in 0..<(ancestors.map(\.count).max() ?? 0) {
            var last: Segment?
            for (line, ancestors) in zip(lines, ancestors) where ancestors.count > level {
                let above = node(ancestors[level])
                // Keys that several questions share are read once for all of them, in tiles.
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
