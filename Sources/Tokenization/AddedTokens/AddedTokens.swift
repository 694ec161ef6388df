/// A token that is found in text as a whole and takes no part in merges.
struct AddedToken: Equatable, Sendable {
    let id: Int32
    let content: String
    /// Found only where no letter, digit or other part of a word adjoins it.
    let isSingleWord: Bool
    /// Includes the white space before it.
    let stripsLeft: Bool
    /// Includes the white space after it.
    let stripsRight: Bool
    /// Searched for in the normalised text, not in the original one.
    let isNormalized: Bool
    /// A control token: in a part of a text that is literal, its name is no token.
    var isSpecial: Bool
}

/// Finds added tokens in text: the leftmost first, and the longest of several at one position.
struct AddedTokens: Sendable {
    /// A stretch of a text.
    enum Part { case text(Range<Int>), token(Int32) }

    private var tokens: [AddedToken] = []
    private var indices = ByteStringTable()
    /// For each first byte the lengths of the tokens, the longest first.
    private var lengths = [[Int]](repeating: [], count: 256)
    /// Whether a token begins with this byte.
    private var starts = [Bool](repeating: false, count: 256)
    /// Whether a token may begin with these two bytes, the first one times 256.
    private var begins = [Bool](repeating: false, count: 1 << 16)

    /// - Parameter spelling: the bytes of each token to search for
    init(_ tokens: [AddedToken], spelling: (AddedToken) -> [UInt8]) {
        for token in tokens {
            let bytes = spelling(token)
            guard let first = bytes.first else { continue }  // the empty text is never found
            bytes.withUnsafeBufferPointer {
                guard indices.insert($0, value: Int32(self.tokens.count)) == nil else { return }
                self.tokens.append(token)
                starts[Int(first)] = true
                for second in bytes.count == 1 ? 0...255 : Int(bytes[1])...Int(bytes[1]) {
                    begins[Int(first) << 8 | second] = true
                }
                let place = lengths[Int(first)].firstIndex { $0 <= bytes.count }
                if let place, lengths[Int(first)][place] == bytes.count { return }
                lengths[Int(first)].insert(bytes.count, at: place ?? lengths[Int(first)].count)
            }
        }
    }

    /// Cuts the text at every token, without empty stretches.
    ///
    /// - Parameter literal: where control tokens' names are text
    func forEachPart(
        of text: UnsafeBufferPointer<UInt8>, literal: [Range<Int>] = [],
        _ body: (Part) throws -> Void
    ) rethrows {
        var start = 0
        var position = tokens.isEmpty ? text.count : 0
        while position < text.count {
            if !starts[Int(text[position])] {
                position += 1
                continue
            }
            guard let (token, length) = token(in: text, at: position) else {
                position += 1
                continue
            }
            var found = position..<(position + length)
            if token.isSpecial, literal.contains(where: { $0.overlaps(found) }) {
                position += 1
                continue
            }
            position = found.upperBound
            if token.isSingleWord, WordBoundary.isMissing(around: found, in: text) { continue }
            if token.stripsLeft {
                let space = WordBoundary.spaceStart(before: found.lowerBound, in: text)
                found = max(space, start)..<found.upperBound
            }
            if token.stripsRight {
                found = found.lowerBound..<WordBoundary.spaceEnd(after: found.upperBound, in: text)
                position = found.upperBound
            }
            if start < found.lowerBound { try body(.text(start..<found.lowerBound)) }
            try body(.token(token.id))
            start = found.upperBound
        }
        if start < text.count { try body(.text(start..<text.count)) }
    }

    /// The first control token whose name is in a literal part of the text.
    func special(
        in text: UnsafeBufferPointer<UInt8>, literal: [Range<Int>]
    ) -> AddedToken? {
        for position in text.indices where starts[Int(text[position])] {
            guard let (token, length) = token(in: text, at: position), token.isSpecial,
                literal.contains(where: { $0.overlaps(position..<(position + length)) })
            else { continue }
            return token
        }
        return nil
    }

    private func token(
        in text: UnsafeBufferPointer<UInt8>, at position: Int
    ) -> (token: AddedToken, length: Int)? {
        let first = Int(text[position])
        if position + 1 < text.count, !begins[first << 8 | Int(text[position + 1])] { return nil }
        for length in lengths[first] where length <= text.count - position {
            let candidate = UnsafeBufferPointer(rebasing: text[position..<(position + length)])
            if let index = indices.value(of: candidate) { return (tokens[Int(index)], length) }
        }
        return nil
    }
}
