import Basics
internal import CSentencePiece
import Foundation
import Synchronization

/// The tokenizer of a SentencePiece `tokenizer.model`, with the tokens that its folder adds.
///
/// Encoding is lossless where the model falls back to bytes, with one exception: SentencePiece
/// writes a space as `▁` (U+2581), so a `▁` in the text comes back as a space.
///
/// Where the folder has a `tokenizer_config.json`, spaces are those of Hugging Face's
/// LlamaTokenizer. With `legacy` every stretch between added tokens gets the model's own space in
/// front. Without it only the whole text gets one, unless `add_prefix_space` is false.
public final class SentencePieceTokenizer: Tokenizer {
    public let vocabularySize: Int
    public let endToken: Int32?
    public let startToken: Int32?
    public let specialPrefix: [Int32]
    public let specialSuffix: [Int32]
    private let file: String
    private let prefix: SpacePrefix
    private let tokens: SentencePieceTokens
    private let model: Mutex<csp_processor>

    /// Reads the tokenizer of a checkpoint's folder: `tokenizer.model`, and from
    /// `tokenizer_config.json` and `added_tokens.json`, where they are, the added tokens, the end
    /// token and how spaces are written.
    ///
    /// - Throws: `TokenizerError` if a file cannot be read or requires what is not implemented.
    public convenience init(folder: URL) throws {
        let file = folder.appending(path: TokenizerFile.sentencePiece.rawValue)
        guard let bytes = try FileFormat.sentencePiece.contents(of: file.path) else {
            throw TokenizerError(
                "\(file.path): a SentencePiece model was to be read, but: "
                    + "\(String(cString: strerror(errno))). Name a readable tokenizer.model.")
        }
        try self.init(
            model: bytes, name: file.path, SentencePieceConfiguration(folder: folder))
    }

    /// Reads the model from the bytes of its file, without other files.
    ///
    /// - Parameter name: the model's name in errors
    public convenience init(model bytes: Data, name: String) throws {
        try self.init(model: bytes, name: name, SentencePieceConfiguration())
    }

    private init(
        model bytes: Data, name: String, _ configuration: SentencePieceConfiguration
    ) throws {
        prefix = configuration.prefix
        if let problem = CharacterMap.problem(inModel: Array(bytes)) {
            throw TokenizerError(
                "\(name): a SentencePiece model was to be read, but it \(problem); a model that "
                    + "SentencePiece trained would be right.")
        }
        let loaded: csp_processor
        do {
            var processor = csp_processor()
            let bytes = prefix == .ofModel ? bytes : bytes + Self.withoutPrefix
            try csp { bytes.withBytes { csp_processor_load($0, $1, &processor) } }
            loaded = processor
        } catch {
            throw TokenizerError(
                "\(name): a SentencePiece model was to be read, but the library said '\(error)'; "
                    + "a model that SentencePiece trained would be right.")
        }
        do {
            var count: Int32 = 0
            try csp { csp_processor_vocabulary_size(loaded, &count) }
            tokens = try SentencePieceTokens(of: loaded, pieceCount: count, configuration)
            vocabularySize = tokens.vocabularySize
            endToken = try Self.endToken(of: loaded, tokens, configuration.roles.endPiece)
            let tokens = tokens
            startToken = try configuration.roles.pieceOrDefault(of: "bos_token").flatMap {
                try tokens.id(named: $0) ?? loaded.id(ofPiece: $0)
            }
            let frame = try Self.frame(of: loaded, tokens, configuration)
            (specialPrefix, specialSuffix) = (frame.prefix, frame.suffix)
            if prefix != .ofModel { try Self.checkSpaces(of: loaded, name) }
        } catch let problem as FileProblem {
            csp_processor_free(loaded)
            throw TokenizerError("\(configuration.file): \(problem).")
        } catch let error as TokenizerError {
            csp_processor_free(loaded)
            throw error
        } catch {
            csp_processor_free(loaded)
            throw TokenizerError("\(name): its pieces were to be listed, but \(error).")
        }
        file = name
        model = Mutex(loaded)
    }

    deinit { model.withLock { csp_processor_free($0) } }

    public func encode(_ text: String, literal: [Range<Int>]) throws -> [Int32] {
        if text.isEmpty { return [] }
        let shift = prefix == .first ? Self.space.utf8.count : 0
        let literal = literal.map { range in
            func moved(_ offset: Int) -> Int {
                guard prefix != .ofModel, text.utf8.contains(0xE2) else { return offset + shift }
                let before = String(decoding: text.utf8.prefix(offset), as: UTF8.self)
                return Self.withPlainSpaces(before).utf8.count + shift
            }
            return moved(range.lowerBound)..<moved(range.upperBound)
        }
        var text = prefix == .ofModel ? text : Self.withPlainSpaces(text)
        if prefix == .first { text = Self.space + text }
        return try reporting("text was to be encoded") { processor in
            var ids: [Int32] = []
            var isPrefixAlone = false
            try text.withUTF8 { text in
                try tokens.forEachPart(of: text, literal: literal) { part in
                    switch part {
                    case .text(let range):
                        ids += try processor.encode(Array(text[range]))
                        isPrefixAlone =
                            prefix == .first && range == 0..<Self.space.utf8.count
                    case .token(let id):
                        // LlamaTokenizer removes its prefix where a token with a role follows.
                        if isPrefixAlone, tokens.hasRole(id) { ids.removeAll() }
                        isPrefixAlone = false
                        ids.append(id)
                    }
                }
            }
            return ids
        }
    }

    public func controlToken(in text: String) -> String? {
        var text = text
        return text.withUTF8 { tokens.special(in: $0)?.content }
    }

    public func decode(_ ids: [Int32]) throws -> String {
        try reporting("\(ids.count) ids were to be decoded") { processor in
            if let id = ids.first(where: { $0 < 0 || $0 >= vocabularySize }) {
                throw SentencePieceFailure(
                    description: "the id \(id) is not in the vocabulary of \(vocabularySize) pieces"
                )
            }
            var bytes: [UInt8] = []
            for run in ids.split(
                omittingEmptySubsequences: false, whereSeparator: { tokens[$0] != nil })
            {
                bytes += try processor.decode(Array(run))
                if run.endIndex < ids.endIndex, let token = tokens[ids[run.endIndex]] {
                    bytes += Array(token.content.utf8)
                }
            }
            if prefix == .first, bytes.first == UInt8(ascii: " ") { bytes.removeFirst() }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    public func id(ofPiece piece: String) throws -> Int32? {
        try reporting("the piece '\(piece)' was looked for") { processor in
            try tokens.id(named: piece) ?? processor.id(ofPiece: piece)
        }
    }

    /// Runs `body` with the model; a failure names the file and what was attempted.
    func reporting<Result: Sendable>(
        _ attempt: String, _ body: (csp_processor) throws -> Result
    ) throws -> Result {
        do {
            return try model.withLock { try body($0) }
        } catch {
            throw TokenizerError("\(file): \(attempt), but \(error).")
        }
    }
}

// MARK: Details

extension SentencePieceTokenizer {
    /// How SentencePiece spells a space.
    private static let space = "\u{2581}"

    /// The text with a space for each `▁`, as LlamaTokenizer reads it.
    private static func withPlainSpaces(_ text: String) -> String {
        guard text.utf8.contains(0xE2) else { return text }  // the first byte of U+2581
        let scalars = text.unicodeScalars.map { $0 == "\u{2581}" ? " " : $0 }
        return String(String.UnicodeScalarView(scalars))
    }

    /// Appended to a model, sets `normalizer_spec.add_dummy_prefix` (field 3 of field 3 in
    /// sentencepiece_model.proto) to false: of a field that occurs twice the last one counts.
    private static let withoutPrefix = Data([0x1A, 2, 0x18, 0])

    private static func endToken(
        of processor: csp_processor, _ tokens: SentencePieceTokens, _ piece: String?
    ) throws -> Int32? {
        if let piece {
            guard let id = try tokens.id(named: piece) ?? processor.id(ofPiece: piece) else {
                throw FileProblem(
                    "the model has no piece '\(piece.prefix(80))', with which texts are to end")
            }
            return id
        }
        var end: Int32 = -1
        try csp { csp_processor_end_id(processor, &end) }
        return end < 0 ? nil : end
    }

    /// The tokens that the files put around a text.
    private static func frame(
        of processor: csp_processor, _ tokens: SentencePieceTokens,
        _ configuration: SentencePieceConfiguration
    ) throws -> TokenFrame {
        if let frame = configuration.frame {
            try frame.check { (0..<tokens.vocabularySize).contains(Int($0)) }
            return frame
        }
        func ids(of role: String?) throws -> [Int32] {
            guard let piece = role.flatMap(configuration.roles.pieceOrDefault) else { return [] }
            guard let id = try tokens.id(named: piece) ?? processor.id(ofPiece: piece) else {
                throw FileProblem(
                    "the model has no piece '\(piece.prefix(80))', which is to stand around texts")
            }
            return [id]
        }
        return try TokenFrame(
            prefix: ids(of: configuration.framing.before),
            suffix: ids(of: configuration.framing.after))
    }

    /// Refuses a model that changes spaces or letters, where this program writes the prefix.
    private static func checkSpaces(of processor: csp_processor, _ name: String) throws {
        let text = Array("  a  \u{FB01} ".utf8)
        guard try processor.decode(processor.encode(text)) == text else {
            throw TokenizerError(
                "\(name): its normalizer changes or drops text, which is implemented only where "
                    + "tokenizer_config.json has 'legacy' true; one that keeps every space and "
                    + "falls back to bytes, as Llama's, is needed.")
        }
    }
}
