/// What a byte-level BPE `tokenizer.json` says: read, checked, nothing left out.
struct ByteLevelDescription {
    /// The pieces as the file spells them, with their ids: 0 to `vocabulary.count` - 1.
    var vocabulary = ByteStringTable()
    var merges = MergeTable(capacity: 0)
    /// In the order of the file; ids follow those of the vocabulary, or are of it.
    var addedTokens: [AddedToken] = []
    /// The piece of each byte.
    var bytePieces: [Int32] = []
    /// Whether text is brought to normalisation form C.
    var composes = false
    /// The regular expressions that cut text into words, one after the other.
    var patterns: [String] = []
    /// Whether a word that is a piece stays whole, whatever the merges make of it.
    var ignoresMerges = false
}

extension ByteLevelDescription {
    /// Reads the bytes of a `tokenizer.json`.
    ///
    /// - Throws: `JSONFailure` or `FileProblem`, which name what is not implemented.
    init(json bytes: [UInt8]) throws {
        var json = try JSONScanner(bytes)
        var model: ByteLevelModel?
        var parts: [String: JSONValue] = [:]
        try json.enter(.object)
        while try json.next() {
            let name = json.keyName
            guard parts[name] == nil, name != "model" || model == nil else {
                throw json.failure("the name '\(name)' stands a second time")
            }
            if name == "model" {
                model = try ByteLevelModel(from: &json)
            } else {
                parts[name] = try JSONValue(from: &json)
            }
        }
        try json.end()
        guard let model else { throw FileProblem("it has no 'model'; byte-level BPE is needed") }
        vocabulary = try model.checkedVocabulary()
        merges = try model.mergeTable()
        bytePieces = try model.bytePieces()
        ignoresMerges = model.ignoresMerges
        try read(parts)
    }

    private mutating func read(_ parts: [String: JSONValue]) throws {
        for (name, value) in parts.sorted(by: { $0.key < $1.key }) {
            switch name {
            case "version": break
            case "truncation", "padding":
                guard value == .null else {
                    throw FileProblem("'\(name)' is \(value.shown); only null is implemented")
                }
            case "added_tokens": try readAddedTokens(value)
            case "normalizer": composes = try Components.composes(value)
            case "pre_tokenizer": patterns = try Components.patterns(value)
            case "post_processor": try Components.checkPostProcessor(value)
            case "decoder": try Components.checkDecoder(value)
            default: throw FileProblem("it has a component '\(name)', which is not implemented")
            }
        }
        for name in ["pre_tokenizer", "decoder"] where parts[name] == nil {
            throw FileProblem("it has no '\(name)'; one of type 'ByteLevel' is needed")
        }
    }

    /// Checks that the ids are those that Hugging Face's library gives: it counts on by itself.
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

    /// The pieces that are made of bytes, by their bytes.
    func wholeWords() -> ByteStringTable {
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
