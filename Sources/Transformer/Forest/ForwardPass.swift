import Torch

/// The tokens that a forward pass computes, their positions in their sequences, and what attends to
/// what.
///
/// Query rows count from the first token of the forward pass. Key rows are those of the cache, or
/// of the forward pass when there is no cache.
public struct ForwardPass: Sendable {
    public var tokens: [Int32]
    public var positions: [Int32]
    public var blocks: [AttentionBlock]
    /// The rows of the cache that take the tokens' keys and values; empty without a cache.
    public var cacheRows: [Int] = []

    /// The blocks of some rows alone, whose queries then count by their index in `rows`; nil where
    /// the rows do not ascend.
    func blocks(of rows: [Int]) -> [AttentionBlock]? {
        guard zip(rows, rows.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
        return blocks.flatMap { block in
            let first = rows.partitioningIndex { $0 >= block.queries.lowerBound }
            let end = rows.partitioningIndex { $0 >= block.queries.upperBound }
            guard first < end else { return [AttentionBlock]() }
            var part = block
            part.queries = first..<end
            guard block.isCausal else { return [part] }
            return Self.runs(of: rows[first..<end]).flatMap { run -> [AttentionBlock] in
                // A run attends to itself as before, and to all of the block's keys before it.
                let start = block.keys.lowerBound
                let before = start + rows[run.lowerBound] - block.queries.lowerBound
                let own = AttentionBlock(
                    queries: run, keys: before..<before + run.count, isCausal: true)
                return before == start
                    ? [own] : [own, AttentionBlock(queries: run, keys: start..<before)]
            }
        }
    }

    /// The runs of consecutive rows, by their indices.
    private static func runs(of rows: ArraySlice<Int>) -> [Range<Int>] {
        var result: [Range<Int>] = []
        for place in rows.indices {
            if let last = result.last, rows[place - 1] + 1 == rows[place] {
                result[result.count - 1] = last.lowerBound..<place + 1
            } else {
                result.append(place..<place + 1)
            }
        }
        return result
    }
}

extension [Int] {
    /// The first index whose element satisfies the claim, in an array whose other elements come
    /// before.
    fileprivate func partitioningIndex(where claim: (Int) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if claim(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
