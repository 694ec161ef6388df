/// Merges the bytes or characters of one word into pieces: always the pair of the lowest rank, and
/// of these the leftmost first.
struct WordMerger {
    private let table: MergeTable
    private let alphabet: PieceAlphabet
    private var pieces: [Int32] = []
    private var merges: [MergeTable.Merge] = []

    /// From this length on, a heap finds the lowest rank.
    private static let longWord = 64

    init(table: MergeTable, alphabet: PieceAlphabet) {
        self.table = table
        self.alphabet = alphabet
    }

    /// Appends the pieces of the word.
    mutating func append(_ word: UnsafeBufferPointer<UInt8>, to ids: inout [Int32]) {
        pieces.removeAll(keepingCapacity: true)
        alphabet.append(word, to: &pieces)
        guard pieces.count < Self.longWord else {
            var long = LongWord(pieces: pieces)
            long.merge(by: table)
            ids.append(contentsOf: long.remaining)
            return
        }
        merges.removeAll(keepingCapacity: true)
        for position in pieces.indices.dropLast() {
            merges.append(table.merge(pieces[position], pieces[position + 1]))
        }
        while let (position, merge) = lowest() {
            pieces[position] = MergeTable.piece(of: merge)
            pieces.remove(at: position + 1)
            merges.remove(at: position)
            if position > 0 {
                merges[position - 1] = table.merge(pieces[position - 1], pieces[position])
            }
            if position < merges.count {
                merges[position] = table.merge(pieces[position], pieces[position + 1])
            }
        }
        ids.append(contentsOf: pieces)
    }

    private func lowest() -> (position: Int, merge: MergeTable.Merge)? {
        var lowest = (position: 0, merge: MergeTable.none)
        for position in merges.indices where merges[position] < lowest.merge {
            lowest = (position, merges[position])
        }
        return lowest.merge == MergeTable.none ? nil : lowest
    }
}
