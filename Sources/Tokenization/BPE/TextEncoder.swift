/// Converts text to ids: added tokens, normalizers, pre-tokenizers, merges.
///
/// Text is always UTF-8 bytes; ids of earlier words come from a cache. Every call writes into
/// memory of the encoder, so calls must not overlap.
struct TextEncoder {
    private let rawTokens: AddedTokens
    private let normalizedTokens: AddedTokens
    private let normalizers: [Normalizer]
    private let steps: [PreTokenizer]
    /// Whether a step checks if the text begins with its piece.
    private let asksForStart: Bool
    /// Whether a step runs a regular expression.
    private let hasPatterns: Bool
    /// The words that are pieces, where those are not merged.
    private let wholeWords: ByteStringTable?
    private var merger: WordMerger
    private var cache = WordCache()
    private var limit = GrowthLimit(ofText: 0)
    /// Whether control tokens' names in the normalised text are text.
    private var isLiteral = false

    init(_ description: BPEDescription) throws {
        normalizers = description.normalizers
        steps = description.preTokenizers
        asksForStart = steps.contains(where: \.asksForStart)
        hasPatterns = steps.contains(where: \.isPattern)
        rawTokens = AddedTokens(description.addedTokens.filter { !$0.isNormalized }) {
            Array($0.content.utf8)
        }
        let spellings = try description.normalizedSpellings()
        normalizedTokens = AddedTokens(description.addedTokens.filter(\.isNormalized)) {
            spellings[$0.id] ?? Array($0.content.utf8)
        }
        wholeWords = description.ignoresMerges ? description.wholeWords() : nil
        merger = WordMerger(table: description.merges, alphabet: description.alphabet)
    }

    /// - Parameter literal: where control tokens' names are text
    mutating func ids(of text: String, literal: [Range<Int>]) throws -> [Int32] {
        var text = text
        var ids: [Int32] = []
        try text.withUTF8 { text in
            ids.reserveCapacity(text.count / 3)
            limit = GrowthLimit(ofText: text.count)
            try append(text, literal: literal, to: &ids)
        }
        return ids
    }

    /// The name of a control token in the text.
    func controlToken(in text: String) -> String? {
        var text = text
        return text.withUTF8 { text in
            (rawTokens.special(in: text, literal: [text.indices])
                ?? normalizedTokens.special(in: text, literal: [text.indices]))?.content
        }
    }

    /// Appends the ids of the text, which is well-formed UTF-8.
    private mutating func append(
        _ text: UnsafeBufferPointer<UInt8>, literal: [Range<Int>], to ids: inout [Int32]
    ) throws {
        // Normalizing moves the text: a stretch with such a name in a literal part is all literal.
        isLiteral =
            !literal.isEmpty && normalizedTokens.special(in: text, literal: literal) != nil
        try rawTokens.forEachPart(of: text, literal: literal) { part in
            switch part {
            case .token(let id): ids.append(id)
            case .text(let range):
                try appendNormalizing(
                    UnsafeBufferPointer(rebasing: text[range]), by: 0,
                    isFirst: range.lowerBound == 0, to: &ids)
            }
        }
    }

    private mutating func appendNormalizing(
        _ text: UnsafeBufferPointer<UInt8>, by index: Int, isFirst: Bool, to ids: inout [Int32]
    ) throws {
        guard index < normalizers.count else {
            return try appendNormalized(text, isFirst: isFirst, to: &ids)
        }
        let normalizer = normalizers[index]
        let isFirst = try isFirst && !(asksForStart && normalizer.movesStart(of: text))
        guard let changed = try normalizer.normalized(text) else {
            return try appendNormalizing(text, by: index + 1, isFirst: isFirst, to: &ids)
        }
        try limit.check(changed)
        try changed.withUnsafeBufferPointer {
            try appendNormalizing($0, by: index + 1, isFirst: isFirst, to: &ids)
        }
    }

    private mutating func appendNormalized(
        _ text: UnsafeBufferPointer<UInt8>, isFirst: Bool, to ids: inout [Int32]
    ) throws {
        try normalizedTokens.forEachPart(of: text, literal: isLiteral ? [text.indices] : []) {
            part in
            switch part {
            case .token(let id): ids.append(id)
            case .text(let range):
                try appendStretch(
                    UnsafeBufferPointer(rebasing: text[range]), by: 0,
                    isFirst: isFirst && range.lowerBound == 0, to: &ids)
            }
        }
    }
}

// MARK: Words

extension TextEncoder {
    /// Appends the ids of text without added tokens, cut by the steps from `index` on.
    private mutating func appendStretch(
        _ text: UnsafeBufferPointer<UInt8>, by index: Int, isFirst: Bool, to ids: inout [Int32]
    ) throws {
        guard hasPatterns, let copy = StandIns.copy(of: text) else {
            return try cut(text, seenAs: text, by: index, isFirst: isFirst, into: &ids)
        }
        try copy.withUnsafeBufferPointer {
            try cut(text, seenAs: $0, by: index, isFirst: isFirst, into: &ids)
        }
    }

    /// Cuts the text by a step, and each piece by the next one; the results are words.
    ///
    /// - Parameter view: the text that a pattern sees instead; of the same length
    private mutating func cut(
        _ text: UnsafeBufferPointer<UInt8>, seenAs view: UnsafeBufferPointer<UInt8>,
        by index: Int, isFirst: Bool, into ids: inout [Int32]
    ) throws {
        guard index < steps.count else { return try append(word: text, to: &ids) }
        guard case .split(let separator, let behavior, let isInverted) = steps[index] else {
            guard let changed = steps[index].rewritten(text, isFirst: isFirst) else {
                return try cut(text, seenAs: view, by: index + 1, isFirst: isFirst, into: &ids)
            }
            try limit.check(changed)
            return try changed.withUnsafeBufferPointer {
                try appendStretch($0, by: index + 1, isFirst: isFirst, to: &ids)
            }
        }
        var matches = SeparatorMatches(of: separator, in: text, seenAs: view)
        var start = 0
        if behavior == .isolated {
            while let match = try matches.next() {
                try cut(
                    text, seenAs: view, at: start..<match.lowerBound, index, isFirst, into: &ids)
                try cut(text, seenAs: view, at: match, index, isFirst, into: &ids)
                start = match.upperBound
            }
            return try cut(
                text, seenAs: view, at: start..<text.count, index, isFirst, into: &ids)
        }
        var stretches: [(range: Range<Int>, isMatch: Bool)] = []
        while let match = try matches.next() {
            if start < match.lowerBound {
                stretches.append((start..<match.lowerBound, isInverted))
            }
            stretches.append((match, !isInverted))
            start = match.upperBound
        }
        if start < text.count { stretches.append((start..<text.count, isInverted)) }
        for range in behavior.pieces(of: stretches) {
            try cut(text, seenAs: view, at: range, index, isFirst, into: &ids)
        }
    }

    /// Cuts a piece by the steps after `index`; does nothing where it is empty.
    @inline(__always)
    private mutating func cut(
        _ text: UnsafeBufferPointer<UInt8>, seenAs view: UnsafeBufferPointer<UInt8>,
        at range: Range<Int>, _ index: Int, _ isFirst: Bool, into ids: inout [Int32]
    ) throws {
        if range.isEmpty { return }
        try cut(
            UnsafeBufferPointer(rebasing: text[range]),
            seenAs: UnsafeBufferPointer(rebasing: view[range]), by: index + 1,
            isFirst: isFirst && range.lowerBound == 0, into: &ids)
    }

    private mutating func append(
        word: UnsafeBufferPointer<UInt8>, to ids: inout [Int32]
    ) throws {
        guard word.count <= WordCache.longestWord else { return appendNew(word, to: &ids) }
        if cache.append(word, to: &ids) { return }
        let start = ids.count
        appendNew(word, to: &ids)
        cache.keep(word, ids: ids[start...])
    }

    private mutating func appendNew(_ word: UnsafeBufferPointer<UInt8>, to ids: inout [Int32]) {
        if let id = wholeWords?.value(of: word) {
            ids.append(id)
        } else {
            merger.append(word, to: &ids)
        }
    }
}
