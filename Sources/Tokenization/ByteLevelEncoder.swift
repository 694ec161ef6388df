/// Turns text into ids: added tokens, normalisation, words, merges.
///
/// Text is UTF-8 bytes all the way; words that were met before come from a cache. Has memory of its
/// own that every call writes into, so calls must come one after the other.
struct ByteLevelEncoder {
    private let rawTokens: AddedTokens
    private let normalizedTokens: AddedTokens
    private let composes: Bool
    private let patterns: [SplitPattern]
    /// The pieces by their bytes, where a word that is a piece is not merged at all.
    private let wholeWords: ByteStringTable?
    private var merger: WordMerger
    private var cache = WordCache()

    init(_ description: ByteLevelDescription) throws {
        let composes = description.composes
        self.composes = composes
        rawTokens = AddedTokens(description.addedTokens.filter { !$0.isNormalized }) {
            Array($0.content.utf8)
        }
        normalizedTokens = AddedTokens(description.addedTokens.filter(\.isNormalized)) {
            let bytes = Array($0.content.utf8)
            guard composes else { return bytes }
            return bytes.withUnsafeBufferPointer(CanonicalComposition.composed) ?? bytes
        }
        patterns = try description.patterns.map { expression in
            do {
                return try SplitPattern(expression)
            } catch {
                throw FileProblem(
                    "the regular expression '\(expression.prefix(200))' of 'pre_tokenizer' cannot "
                        + "be used: \(error)")
            }
        }
        wholeWords = description.ignoresMerges ? description.wholeWords() : nil
        merger = WordMerger(table: description.merges, bytePieces: description.bytePieces)
    }

    mutating func ids(of text: String) throws -> [Int32] {
        var text = text
        var ids: [Int32] = []
        try text.withUTF8 { text in
            ids.reserveCapacity(text.count / 3)
            try append(text, to: &ids)
        }
        return ids
    }

    /// Appends the ids of the text, which is well-formed UTF-8.
    private mutating func append(_ text: UnsafeBufferPointer<UInt8>, to ids: inout [Int32]) throws {
        try rawTokens.forEachPart(of: text) { part in
            switch part {
            case .token(let id): ids.append(id)
            case .text(let range):
                let text = UnsafeBufferPointer(rebasing: text[range])
                if composes, let composed = CanonicalComposition.composed(text) {
                    try composed.withUnsafeBufferPointer { try appendNormalized($0, to: &ids) }
                } else {
                    try appendNormalized(text, to: &ids)
                }
            }
        }
    }

    private mutating func appendNormalized(
        _ text: UnsafeBufferPointer<UInt8>, to ids: inout [Int32]
    ) throws {
        guard !normalizedTokens.isEmpty else { return try appendStretch(text, to: &ids) }
        try normalizedTokens.forEachPart(of: text) { part in
            switch part {
            case .token(let id): ids.append(id)
            case .text(let range):
                try appendStretch(UnsafeBufferPointer(rebasing: text[range]), to: &ids)
            }
        }
    }

    /// Appends the ids of text without added tokens.
    private mutating func appendStretch(
        _ text: UnsafeBufferPointer<UInt8>, to ids: inout [Int32]
    ) throws {
        guard let copy = StandIns.copy(of: text) else {
            return try split(text, seenAs: text, by: 0, into: &ids)
        }
        try copy.withUnsafeBufferPointer { try split(text, seenAs: $0, by: 0, into: &ids) }
    }

    /// Cuts the text by a pattern, each stretch by the next one; what is left are words.
    ///
    /// - Parameter view: what the pattern sees in place of the text; of the same length.
    private mutating func split(
        _ text: UnsafeBufferPointer<UInt8>, seenAs view: UnsafeBufferPointer<UInt8>,
        by index: Int, into ids: inout [Int32]
    ) throws {
        guard index < patterns.count else { return append(word: text, to: &ids) }
        var start = 0
        while start < text.count {
            let match =
                try patterns[index].match(in: view, from: start) ?? text.count..<text.count
            for range in [start..<match.lowerBound, match] where !range.isEmpty {
                try split(
                    UnsafeBufferPointer(rebasing: text[range]),
                    seenAs: UnsafeBufferPointer(rebasing: view[range]), by: index + 1, into: &ids)
            }
            start = match.upperBound
        }
    }

    private mutating func append(word: UnsafeBufferPointer<UInt8>, to ids: inout [Int32]) {
        guard word.count <= WordCache.longestWord else {
            return appendNew(word, to: &ids)
        }
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
