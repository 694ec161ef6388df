/// The pattern at which text is cut.
enum Separator {
    case pattern(SplitPattern)
    case literal([UInt8])
    case character(CharacterClass)
    /// A run of `\w`, or of characters that are neither that nor white space; its tables differ
    /// from those of patterns.
    case wordOrSymbols

    var isPattern: Bool {
        if case .pattern = self { true } else { false }
    }

    fileprivate var mayMatchNothing: Bool {
        if case .pattern(let pattern) = self { pattern.mayMatchNothing } else { false }
    }

    /// The first match from `start` on; nil where there is none.
    ///
    /// - Parameters:
    ///   - text: well-formed UTF-8.
    ///   - view: the text that a pattern sees instead; of the same length
    @inline(__always)
    func match(
        in text: UnsafeBufferPointer<UInt8>, seenAs view: UnsafeBufferPointer<UInt8>,
        from start: Int
    ) throws -> Range<Int>? {
        switch self {
        case .pattern(let pattern): try pattern.match(in: view, from: start)
        case .literal(let bytes): text.firstRange(of: bytes, from: start)
        case .character(let wanted): Self.first(wanted, in: text, from: start)
        case .wordOrSymbols: Self.firstRun(in: text, from: start)
        }
    }

    private static func first(
        _ wanted: CharacterClass, in text: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Range<Int>? {
        var offset = start
        while offset < text.count {
            let (scalar, length) = text.scalar(at: offset)
            if wanted.contains(scalar) { return offset..<(offset + length) }
            offset += length
        }
        return nil
    }

    private static func firstRun(
        in text: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Range<Int>? {
        var offset = start
        var run: (start: Int, isWord: Bool)?
        while offset < text.count {
            let (scalar, length) = text.scalar(at: offset)
            let isWord = WordBoundary.isOfWord(scalar)
            let isSpace = !isWord && scalar.properties.isWhitespace
            if let run, isSpace || isWord != run.isWord { return run.start..<offset }
            if run == nil, !isSpace { run = (offset, isWord) }
            offset += length
        }
        return run.map { $0.start..<text.count }
    }
}

/// The matches in a text, in order.
///
/// An empty match counts, except at the end of the match before it (rust-onig, find.rs).
struct SeparatorMatches {
    private let separator: Separator
    private let text: UnsafeBufferPointer<UInt8>
    private let view: UnsafeBufferPointer<UInt8>
    private let last: Int
    private var position = 0
    private var end = -1

    init(
        of separator: Separator, in text: UnsafeBufferPointer<UInt8>,
        seenAs view: UnsafeBufferPointer<UInt8>
    ) {
        (self.separator, self.text, self.view) = (separator, text, view)
        last = separator.mayMatchNothing ? text.count : text.count - 1
    }

    @inline(__always)
    mutating func next() throws -> Range<Int>? {
        while position <= last {
            guard let match = try separator.match(in: text, seenAs: view, from: position) else {
                position = last + 1
                return nil
            }
            if match.isEmpty, match.lowerBound == end {
                position += position < text.count ? text.scalar(at: position).length : 1
                continue
            }
            (position, end) = (match.upperBound, match.upperBound)
            return match
        }
        return nil
    }
}
