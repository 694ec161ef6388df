/// Converts text to token ids and back, exactly as a checkpoint's tokenizer file defines.
public protocol Tokenizer: Sendable {
    /// The number of pieces; ids are 0 up to, not including, this one.
    var vocabularySize: Int { get }

    /// The token that ends a text, where the tokenizer has one.
    var endToken: Int32? { get }

    /// The tokens that belong before a text, such as a start token; `encode` does not add them.
    ///
    /// transformers 5 adds them to a single text.
    var specialPrefix: [Int32] { get }

    /// The tokens that belong after a text; `encode` does not add them.
    var specialSuffix: [Int32] { get }

    /// The token with the role of a start token, where the tokenizer's files name one.
    var startToken: Int32? { get }

    /// The ids of the whole text.
    ///
    /// Adds no tokens of its own. A control token's name in the text (`</s>`) becomes that token,
    /// but not where the text is literal.
    ///
    /// - Parameter literal: offsets into the UTF-8 text, in order
    func encode(_ text: String, literal: [Range<Int>]) throws -> [Int32]

    /// The name of a control token that the text has, as text; nil where it has none.
    func controlToken(in text: String) -> String?

    /// The text of the ids; control tokens are written by their names.
    func decode(_ ids: [Int32]) throws -> String

    /// The id of the piece with exactly this spelling in the file, if there is one.
    ///
    /// Files have their own spelling of a space: SentencePiece writes `▁A` for " A".
    func id(ofPiece piece: String) throws -> Int32?
}

extension Tokenizer {
    public var specialPrefix: [Int32] { [] }
    public var specialSuffix: [Int32] { [] }
    public var startToken: Int32? { nil }

    /// The ids of the whole text, in which every control token's name becomes that token.
    public func encode(_ text: String) throws -> [Int32] { try encode(text, literal: []) }
}
