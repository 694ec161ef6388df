/// The treatment of matches when text is cut at them; names as in `tokenizer.json`.
enum SplitBehavior: String, CaseIterable {
    /// Each match is a piece of its own.
    case isolated = "Isolated"
    case removed = "Removed"
    /// As `isolated`, but adjacent matches are one piece.
    case contiguous = "Contiguous"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"

    /// The pieces of a text.
    ///
    /// - Parameter stretches: the matches and the parts between them, which together are the text
    func pieces(
        of stretches: [(range: Range<Int>, isMatch: Bool)]
    ) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var previous = false
        for (range, isMatch) in stretches {
            let joins =
                switch self {
                case .isolated, .removed: false
                case .contiguous: isMatch == previous
                case .mergedWithPrevious: isMatch && !previous
                case .mergedWithNext: !isMatch && previous
                }
            if joins, let last = pieces.last {
                pieces[pieces.count - 1] = last.lowerBound..<range.upperBound
            } else if self != .removed || !isMatch {
                pieces.append(range)
            }
            previous = isMatch
        }
        return pieces
    }
}
