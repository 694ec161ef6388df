/// A cache of words' ids, which is cleared when it has too many.
struct WordCache {
    /// Longer words are rare and seldom repeated.
    static let longestWord = 64
    private static let wordLimit = 1 << 17

    private var words = ByteStringTable(capacity: 1 << 12)
    private var ids: [Int32] = []
    /// Where the ids of word i begin; one more entry ends the last.
    private var starts: [Int] = [0]

    /// Appends the ids of the word, if they are known.
    @inline(__always)
    func append(_ word: UnsafeBufferPointer<UInt8>, to result: inout [Int32]) -> Bool {
        guard let index = words.value(of: word) else { return false }
        let (start, end) = (starts[Int(index)], starts[Int(index) + 1])
        if end - start == 1 {
            result.append(ids[start])
        } else {
            result.append(contentsOf: ids[start..<end])
        }
        return true
    }

    /// Stores the ids of a new word.
    mutating func keep(_ word: UnsafeBufferPointer<UInt8>, ids new: ArraySlice<Int32>) {
        if words.count == Self.wordLimit {
            words.removeAll()
            ids.removeAll(keepingCapacity: true)
            starts = [0]
        }
        _ = words.insert(word, value: Int32(words.count))
        ids.append(contentsOf: new)
        starts.append(ids.count)
    }
}
