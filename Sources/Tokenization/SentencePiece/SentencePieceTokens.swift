internal import CSentencePiece

/// The tokens that a SentencePiece model never makes from text: control tokens, such as `</s>`, and
/// the added tokens of a folder.
///
/// As in Hugging Face's tokenizers, and unlike in SentencePiece alone, their names in a text are
/// encoded as these tokens, and decoding writes their names.
struct SentencePieceTokens: Sendable {
    /// The pieces of the model and the added tokens beyond them.
    private(set) var vocabularySize: Int
    private var byID: [Int32: AddedToken] = [:]
    /// By their names' bytes, since strings with different spellings may compare equal.
    private var byName: [[UInt8]: Int32] = [:]
    private var named: Set<Int32> = []
    private var matcher = AddedTokens([]) { _ in [] }

    /// - Throws: `FileProblem` if a token is not implemented, or has another id than the library
    ///   assigns, which numbers tokens itself.
    init(
        of processor: csp_processor, pieceCount: Int32, _ configuration: SentencePieceConfiguration
    ) throws {
        vocabularySize = Int(pieceCount)
        for id in 0..<pieceCount {
            var kind = CSP_PIECE_TEXT
            try csp { csp_processor_piece_kind(processor, id, &kind) }
            guard kind == CSP_PIECE_CONTROL || kind == CSP_PIECE_UNKNOWN else { continue }
            let name = String(decoding: try processor.piece(id), as: UTF8.self)
            insert(
                AddedToken(
                    id: id, content: name, isSingleWord: false, stripsLeft: false,
                    stripsRight: false, isNormalized: false, isSpecial: true))
        }
        for token in configuration.addedTokens {
            let expected = try nextID(for: token.content, processor)
            guard token.id == expected else {
                throw FileProblem(
                    "the added token '\(token.content.prefix(80))' has id \(token.id); by the "
                        + "pieces before it, it is \(expected)")
            }
            try add(token)
        }
        for name in configuration.roles.defaultNames {
            if let id = try id(named: name) ?? processor.id(ofPiece: name) { named.insert(id) }
        }
        let described = Set(configuration.addedTokens.map { Array($0.content.utf8) })
        for value in configuration.roles.tokens {
            let name = value.text ?? value["content"]?.text ?? ""
            if name.isEmpty { continue }
            let id = try nextID(for: name, processor)
            named.insert(id)
            if described.contains(Array(name.utf8)) {
                byID[id]?.isSpecial = true
                continue
            }
            let isString = value.text != nil
            let object = isString ? .object([("content", value)]) : value
            try add(AddedToken(id: id, object))
        }
        matcher = AddedTokens(byID.values.sorted { $0.id < $1.id }) { Array($0.content.utf8) }
    }

    subscript(id: Int32) -> AddedToken? { byID[id] }

    /// Whether the token has a role of its own in the configuration, such as start token.
    func hasRole(_ id: Int32) -> Bool { named.contains(id) }

    func id(named name: String) -> Int32? { byName[Array(name.utf8)] }

    /// Cuts the text at every token's name, without empty stretches.
    ///
    /// - Parameter literal: where control tokens' names are text
    func forEachPart(
        of text: UnsafeBufferPointer<UInt8>, literal: [Range<Int>],
        _ body: (AddedTokens.Part) throws -> Void
    ) rethrows {
        try matcher.forEachPart(of: text, literal: literal, body)
    }

    /// The first control token whose name is in the text.
    func special(in text: UnsafeBufferPointer<UInt8>) -> AddedToken? {
        matcher.special(in: text, literal: [text.indices])
    }

    private func nextID(for name: String, _ processor: csp_processor) throws -> Int32 {
        try byName[Array(name.utf8)] ?? processor.id(ofPiece: name) ?? Int32(vocabularySize)
    }

    private mutating func add(_ token: AddedToken) throws {
        guard !token.isSingleWord else {
            throw FileProblem(
                "the added token '\(token.content.prefix(80))' has 'single_word', which is not "
                    + "implemented beside a tokenizer.model")
        }
        if token.id == vocabularySize { vocabularySize += 1 }
        insert(token)
    }

    private mutating func insert(_ token: AddedToken) {
        byID[token.id] = token
        byName[Array(token.content.utf8)] = token.id
    }
}
