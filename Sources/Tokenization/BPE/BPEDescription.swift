import Basics

/// The contents of a `tokenizer.json` of BPE, read and checked completely.
///
/// `truncation` and `padding` are about batches; transformers sets them again at each call, so they
/// are skipped.
struct BPEDescription {
    /// The pieces as the file spells them, with their ids.
    private(set) var vocabulary = ByteStringTable()
    private(set) var merges = MergeTable(capacity: 0)
    /// In the order of the file; ids follow those of the vocabulary, or belong to it.
    private(set) var addedTokens: [AddedToken] = []
    private(set) var alphabet: PieceAlphabet
    private(set) var normalizers: [Normalizer] = []
    /// Without the last step, where that one spells bytes and the alphabet takes them as they are.
    private(set) var preTokenizers: [PreTokenizer] = []
    private(set) var decoder = Decoder(steps: nil)
    private(set) var frame = TokenFrame()
    /// Whether a word that is a piece is one token, regardless of the merges.
    private(set) var ignoresMerges = false
}

extension BPEDescription {
    /// Reads the bytes of a `tokenizer.json`.
    ///
    /// - Throws: `JSONSyntax` or `FileProblem`, which name what is not implemented.
    init(json bytes: [UInt8]) throws {
        var json = try JSONReader(tokenizer: bytes)
        var model: BPEModel?
        var parts: [String: JSONValue] = [:]
        try json.enter(.object)
        while try json.next() {
            let name = json.keyName
            guard parts[name] == nil, name != "model" || model == nil else {
                throw json.repeated(name)
            }
            if name == "model" {
                model = try BPEModel(from: &json)
            } else {
                parts[name] = try json.value()
            }
        }
        try json.end()
        guard let model else { throw FileProblem("it has no 'model'; one of BPE is needed") }
        try model.checkVocabulary()
        vocabulary = model.vocabulary
        merges = try model.mergeTable()
        ignoresMerges = model.ignoresMerges
        normalizers = try Normalizer.steps(parts["normalizer"])
        preTokenizers = try PreTokenizer.steps(parts["pre_tokenizer"])
        var spellsBytes = false
        if case .byteLetters? = preTokenizers.last { spellsBytes = true }
        alphabet = try model.alphabet(spellsBytes: spellsBytes)
        if alphabet.isOfBytes { preTokenizers.removeLast() }
        decoder = try Decoder(parts["decoder"])
        try readAddedTokens(parts["added_tokens"] ?? .array([]))
        frame = try TokenFrame(parts["post_processor"])
        let known = [
            "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer",
            "post_processor", "decoder",
        ]
        if let name = parts.keys.sorted().first(where: { !known.contains($0) }) {
            throw FileProblem("it has a component '\(name)', which is not implemented")
        }
    }

    /// Checks that the ids are those that Hugging Face's library assigns, since it numbers tokens
    /// itself.
    private mutating func readAddedTokens(_ list: JSONValue) throws {
        guard case .array(let list) = list else {
            throw FileProblem("'added_tokens' is \(list.shown); an array is needed")
        }
        var next = Int32(vocabulary.count)
        var known = ByteStringTable(capacity: list.count)
        for value in list {
            let token = try AddedToken(value)
            var name = token.content
            let expected = name.withUTF8 { name -> Int32 in
                let id = vocabulary.value(of: name) ?? next
                return known.insert(name, value: id) ?? id
            }
            guard token.id == expected else {
                throw FileProblem(
                    "the added token '\(token.content.prefix(80))' has id \(token.id); by the "
                        + "pieces before it, it is \(expected)")
            }
            if expected == next { next += 1 }
            addedTokens.append(token)
        }
    }

    /// The normalized text of the added tokens that are searched for after normalization, by id.
    func normalizedSpellings() throws -> [Int32: [UInt8]] {
        var spellings: [Int32: [UInt8]] = [:]
        for token in addedTokens where token.isNormalized {
            let content = Array(token.content.utf8)
            let limit = GrowthLimit(ofText: content.count)
            spellings[token.id] = try normalizers.reduce(content) { text, normalizer in
                let changed = try text.withUnsafeBufferPointer { try normalizer.normalized($0) }
                try limit.check(changed ?? [])
                return changed ?? text
            }
        }
        return spellings
    }

    /// The pieces by the text that they match.
    func wholeWords() -> ByteStringTable {
        guard alphabet.isOfBytes else { return vocabulary }
        var words = ByteStringTable(capacity: vocabulary.count)
        var bytes: [UInt8] = []
        vocabulary.forEach { spelled, id in
            bytes.removeAll(keepingCapacity: true)
            guard ByteAlphabet.append(spelled: spelled, to: &bytes) else { return }
            _ = bytes.withUnsafeBufferPointer { words.insert($0, value: id) }
        }
        return words
    }
}
