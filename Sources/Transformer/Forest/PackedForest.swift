import Torch

/// Token sequences that share prefixes, in one flat run of tokens without padding.
///
/// The run is cut into segments. A segment attends causally to its own tokens and to all tokens of
/// its ancestors, which are its prefix; positions continue from the parent's end. A zero-shot
/// question is a root; a few-shot prompt is a root with the questions as its children. Linear layers
/// never see the structure, only attention does.
public struct PackedForest: Sendable {
    /// A run of tokens under a parent.
    public struct Segment: Sendable, Equatable {
        /// The index of the segment that ends where this one begins; nil for a root.
        public let parent: Int?
        /// The location of its own tokens in the run.
        public let range: Range<Int>
        /// The position, within its sequence, of its first token.
        public let startPosition: Int
        /// The end of its last descendant's tokens.
        public fileprivate(set) var subtreeEnd: Int

        /// The position that follows its last token.
        var endPosition: Int { startPosition + range.count }
    }

    public private(set) var tokens: [Int32] = []
    /// In depth-first order: a segment's descendants follow it without a gap.
    public private(set) var segments: [Segment] = []

    public init() {}

    /// A forest of separate sequences.
    public init(roots: [[Int32]]) {
        for root in roots { append(root) }
    }

    /// Adds a segment after all others.
    ///
    /// - Parameters:
    ///   - tokens: at least one
    ///   - parent: the last segment added or an ancestor of it; nil begins a new tree
    /// - Returns: the index of the new segment
    @discardableResult
    public mutating func append(_ tokens: [Int32], under parent: Int? = nil) -> Int {
        precondition(!tokens.isEmpty, "a segment of a forest needs at least one token")
        var start = 0
        if let parent {
            precondition(
                segments.indices.contains(parent)
                    && segments[parent].subtreeEnd == self.tokens.count,
                "a segment goes under the last segment added or under an ancestor of it")
            start = segments[parent].endPosition
        }
        let range = self.tokens.count..<self.tokens.count + tokens.count
        self.tokens += tokens
        segments.append(
            Segment(
                parent: parent, range: range, startPosition: start, subtreeEnd: range.upperBound))
        for ancestor in ancestors(of: segments.count - 1) {
            segments[ancestor].subtreeEnd = range.upperBound
        }
        return segments.count - 1
    }

    /// The parent, its parent and so on up to the root.
    public func ancestors(of segment: Int) -> [Int] {
        var result: [Int] = []
        var next = segments[segment].parent
        while let ancestor = next {
            result.append(ancestor)
            next = segments[ancestor].parent
        }
        return result
    }

    /// The tokens from the root to the end of the segment: the sequence that the segment ends.
    public func path(to segment: Int) -> [Int32] {
        (ancestors(of: segment).reversed() + [segment]).flatMap { tokens[segments[$0].range] }
    }

    /// The row of the token before the segment's `offset`-th one, which predicts that token.
    ///
    /// nil for the first token of a root, which nothing predicts.
    public func predictor(ofTokenAt offset: Int, in segment: Int) -> Int? {
        if offset > 0 { return segments[segment].range.lowerBound + offset - 1 }
        return segments[segment].parent.map { segments[$0].range.upperBound - 1 }
    }
}

extension PackedForest {
    /// The forward pass over the whole forest.
    public var pass: ForwardPass {
        var positions: [Int32] = []
        positions.reserveCapacity(tokens.count)
        for segment in segments {
            positions += (segment.startPosition..<segment.endPosition).map(Int32.init)
        }
        return ForwardPass(tokens: tokens, positions: positions, blocks: attentionBlocks)
    }

    /// The attention blocks. First each segment attends to itself. Then all its descendants, whose
    /// tokens are contiguous, attend to it.
    private var attentionBlocks: [AttentionBlock] {
        let own = segments.map {
            AttentionBlock(queries: $0.range, keys: $0.range, isCausal: true)
        }
        let inherited = segments.compactMap { segment in
            segment.subtreeEnd > segment.range.upperBound
                ? AttentionBlock(
                    queries: segment.range.upperBound..<segment.subtreeEnd, keys: segment.range)
                : nil
        }
        return own + inherited
    }
}
