/// A word of many bytes, merged in time n log n: a list of pieces and a heap of possible merges.
struct LongWord {
    private struct Candidate {
        let merge: MergeTable.Merge
        let position: Int
        let left: Int32
        let right: Int32

        static func < (first: Candidate, second: Candidate) -> Bool {
            (first.merge, first.position) < (second.merge, second.position)
        }
    }

    /// The piece that begins at each position; -1 where it was merged into the piece before it.
    private var pieces: [Int32]
    /// The positions of the neighbours; -1 and the count at the ends.
    private var previous: [Int]
    private var next: [Int]
    private var heap: [Candidate] = []

    init(pieces: [Int32]) {
        self.pieces = pieces
        previous = Array(-1..<(pieces.count - 1))
        next = Array(1..<(pieces.count + 1))
    }

    /// The pieces in their order.
    var remaining: [Int32] { pieces.filter { $0 >= 0 } }

    mutating func merge(by table: MergeTable) {
        for position in pieces.indices.dropLast() { offer(position, table) }
        while let best = popLowest() {
            let position = best.position
            guard pieces[position] == best.left, next[position] < pieces.count,
                pieces[next[position]] == best.right
            else { continue }  // one of the two has been merged since
            let right = next[position]
            pieces[position] = MergeTable.piece(of: best.merge)
            pieces[right] = -1
            next[position] = next[right]
            if next[position] < pieces.count { previous[next[position]] = position }
            if previous[position] >= 0 { offer(previous[position], table) }
            offer(position, table)
        }
    }

    /// Puts the merge of the pieces at `position` and after it on the heap, where there is one.
    private mutating func offer(_ position: Int, _ table: MergeTable) {
        guard next[position] < pieces.count else { return }
        let (left, right) = (pieces[position], pieces[next[position]])
        let merge = table.merge(left, right)
        guard merge != MergeTable.none else { return }
        heap.append(Candidate(merge: merge, position: position, left: left, right: right))
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func popLowest() -> Candidate? {
        guard let lowest = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return lowest }
        heap[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { return lowest }
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < heap[parent] else { return lowest }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
