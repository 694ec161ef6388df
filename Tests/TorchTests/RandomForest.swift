import Torch

/// A random forest of token runs: which blocks of attention it needs, and, told in another way, which
/// key each query sees.
struct RandomForest {
    /// By segment: its tokens, and its parent.
    private(set) var ranges: [Range<Int>] = []
    private(set) var parents: [Int?] = []
    private(set) var tokenCount = 0
    private(set) var blocks: [AttentionBlock] = []

    init(depth: Int, roots: Int, largestSegment: Int, seed: UInt64) {
        var state = seed
        for _ in 0..<roots { grow(under: nil, depth: depth, largest: largestSegment, &state) }
        for segment in ranges.indices {
            blocks.append(.init(queries: ranges[segment], keys: ranges[segment], isCausal: true))
        }
        for segment in ranges.indices {
            let below = ranges.indices.filter { ancestors(of: $0).contains(segment) }
            guard let last = below.max() else { continue }
            blocks.append(
                .init(
                    queries: ranges[segment].upperBound..<ranges[last].upperBound,
                    keys: ranges[segment]))
        }
    }

    private mutating func grow(
        under parent: Int?, depth: Int, largest: Int, _ state: inout UInt64
    ) {
        let length = 1 + Self.draw(largest, &state)
        ranges.append(tokenCount..<tokenCount + length)
        parents.append(parent)
        tokenCount += length
        let segment = ranges.count - 1
        guard depth > 1 else { return }
        for _ in 0..<Self.draw(4, &state) {
            grow(under: segment, depth: depth - 1, largest: largest, &state)
        }
    }

    /// A number from 0 to `bound` - 1, from a linear congruence (Knuth's MMIX).
    private static func draw(_ bound: Int, _ state: inout UInt64) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }

    private func ancestors(of segment: Int) -> [Int] {
        parents[segment].map { [$0] + ancestors(of: $0) } ?? []
    }

    /// For each query, for each key: whether it is hidden.
    var hidden: [[Bool]] {
        let segmentOf = ranges.indices.flatMap { Array(repeating: $0, count: ranges[$0].count) }
        return (0..<tokenCount).map { query in
            let line = ancestors(of: segmentOf[query])
            return (0..<tokenCount).map { key in
                let isOwn = segmentOf[key] == segmentOf[query] && key <= query
                return !isOwn && !line.contains(segmentOf[key])
            }
        }
    }
}

extension Tensor {
    /// Attention over blocks that no other call uses.
    func attending(
        to keys: Tensor, values: Tensor, blocks: [AttentionBlock], scale: Double,
        path: AttentionPath = .fastest
    ) throws(TorchError) -> Tensor {
        try attending(
            to: keys, values: values, blocks: AttentionLayout(blocks), scale: scale,
            path: path)
    }
}
