import Torch

/// A forest whose leaves grow token by token: generation.
///
/// The prompts are computed once. Each leaf continues one segment; several leaves may continue the
/// same one (samples of one question). All leaves grow by one token a step.
public final class GrowingForest {
    private let decoder: Decoder
    private let prompts: PackedForest
    private let cache: KeyValueCache
    /// The segment that each leaf continues, in the order of the segments.
    private var segmentOfLeaf: [Int]
    /// Tokens that each leaf has grown by.
    private var length = 0
    /// Log-odds of each leaf's next token, `[leaves, vocabulary]`.
    public private(set) var logits: Tensor

    public var leafCount: Int { segmentOfLeaf.count }

    /// Computes the prompts.
    ///
    /// - Parameters:
    ///   - leaves: for each leaf the index of the segment that it continues, not descending
    ///   - largestLength: tokens that a leaf may grow by
    public init(
        _ prompts: PackedForest, leaves: [Int], largestLength: Int, decoder: Decoder
    ) throws {
        precondition(
            !leaves.isEmpty && zip(leaves, leaves.dropFirst()).allSatisfy { $0 <= $1 },
            "leaves stand in the order of their segments")
        self.decoder = decoder
        self.prompts = prompts
        segmentOfLeaf = leaves
        let cache = try KeyValueCache(
            capacity: prompts.tokens.count + leaves.count * largestLength,
            configuration: decoder.configuration, dtype: decoder.dtype, device: decoder.device)
        self.cache = cache
        logits = try withoutGradient {
            let ends = leaves.map { prompts.segments[$0].range.upperBound - 1 }
            return try decoder.logits(of: decoder.hidden(prompts.pass, rows: ends, cache: cache))
        }
    }

    /// Appends one token to every leaf and computes what may follow it.
    ///
    /// - Parameter tokens: one a leaf
    public func grow(by tokens: [Int32]) throws {
        precondition(tokens.count == leafCount, "every leaf grows by one token")
        let promptCount = prompts.tokens.count
        let positions = segmentOfLeaf.map {
            Int32(prompts.segments[$0].startPosition + prompts.segments[$0].range.count + length)
        }
        length += 1
        var blocks = [
            AttentionBlock(
                decoding: leafCount, queryStart: 0, keyStart: promptCount, keyCount: length,
                keyStep: leafCount)
        ]
        blocks += promptBlocks
        let pass = ForwardPass(tokens: tokens, positions: positions, blocks: blocks)
        logits = try withoutGradient {
            try decoder.logits(of: decoder.hidden(pass, cache: cache))
        }
    }

    /// Goes on with only the leaves that `kept` names, ascending; `logits` follow.
    public func retain(_ kept: [Int]) throws {
        guard kept.count < leafCount else { return }
        let promptCount = prompts.tokens.count
        let rows = (0..<length).flatMap { step in
            kept.map { promptCount + step * leafCount + $0 }
        }
        try cache.compact(from: promptCount, keeping: rows)
        segmentOfLeaf = kept.map { segmentOfLeaf[$0] }
        if !kept.isEmpty { logits = try logits.selecting(Tensor(kept).moved(to: logits.device)) }
    }

    /// For each segment the run of leaves below it, which attends to it.
    private var promptBlocks: [AttentionBlock] {
        var runs: [Int: Range<Int>] = [:]
        var order: [Int] = []
        for (leaf, segment) in segmentOfLeaf.enumerated() {
            for ancestor in [segment] + prompts.ancestors(of: segment) {
                if let run = runs[ancestor] {
                    runs[ancestor] = run.lowerBound..<leaf + 1
                } else {
                    runs[ancestor] = leaf..<leaf + 1
                    order.append(ancestor)
                }
            }
        }
        return order.compactMap { segment in
            runs[segment].map {
                AttentionBlock(queries: $0, keys: prompts.segments[segment].range)
            }
        }
    }
}
