import Foundation
import Synchronization

/// The BPE tokenizer of a Hugging Face `tokenizer.json`.
///
/// Ids and texts are those of the library `tokenizers`, without special tokens of its own. Decoding
/// cannot restore what its normalizers, pre-tokenizers and decoder drop.
public final class BPETokenizer: Tokenizer {
    public let vocabularySize: Int
    public let endToken: Int32?
    public let startToken: Int32?
    public let specialPrefix: [Int32]
    public let specialSuffix: [Int32]
    private let file: String
    private let pieces: ByteStringTable
    private let spellings: PieceSpellings
    private let decoder: Decoder
    private let encoder: Mutex<TextEncoder>

    /// Reads the tokenizer of a checkpoint's folder: `tokenizer.json`, and from
    /// `tokenizer_config.json` the end token, where the folder has that file.
    ///
    /// - Throws: `TokenizerError` if a file cannot be read or requires what is not implemented.
    public convenience init(folder: URL) throws {
        let configuration = try TokenizerConfiguration(folder: folder)
        let file = folder.appending(path: TokenizerFile.bpe.rawValue)
        try self.init(
            json: try readBytes(of: file), name: file.path, startPiece: configuration?.startPiece,
            endPiece: configuration?.endPiece)
    }

    /// Reads the tokenizer from the bytes of a `tokenizer.json`.
    ///
    /// - Parameters:
    ///   - name: the file's name in errors
    ///   - startPiece: the start token's piece
    ///   - endPiece: the end token's piece
    public init(
        json bytes: [UInt8], name: String, startPiece: String? = nil, endPiece: String? = nil
    ) throws {
        file = name
        do {
            let description = try BPEDescription(json: bytes)
            var pieces = description.vocabulary
            for token in description.addedTokens {
                var content = token.content
                _ = content.withUTF8 { pieces.insert($0, value: token.id) }
            }
            startToken = startPiece.flatMap { piece in
                var piece = piece
                return piece.withUTF8 { pieces.value(of: $0) }
            }
            if var endPiece {
                endToken = endPiece.withUTF8 { pieces.value(of: $0) }
                guard endToken != nil else {
                    throw FileProblem("it has no piece '\(endPiece)', with which texts are to end")
                }
            } else {
                endToken = nil
            }
            specialPrefix = description.frame.prefix
            specialSuffix = description.frame.suffix
            decoder = description.decoder
            let isByteLevel = decoder.isByteLevel
            let changed = try description.normalizedSpellings().mapValues { spelling in
                var bytes = isByteLevel ? [] : spelling
                if isByteLevel { ByteAlphabet.append(meaning: spelling, to: &bytes) }
                return bytes
            }
            spellings = PieceSpellings(pieces, changed: changed, isByteLevel: isByteLevel)
            try description.frame.check { [spellings] in spellings[$0] != nil }
            vocabularySize = spellings.count
            self.pieces = pieces
            encoder = Mutex(try TextEncoder(description))
        } catch {
            throw TokenizerError.named(name, error)
        }
    }

    public func encode(_ text: String, literal: [Range<Int>]) throws -> [Int32] {
        do {
            return try encoder.withLock { try $0.ids(of: text, literal: literal) }
        } catch {
            throw TokenizerError(
                "\(file): text of \(text.utf8.count) bytes was to be encoded, but \(error).")
        }
    }

    public func controlToken(in text: String) -> String? {
        encoder.withLock { $0.controlToken(in: text) }
    }

    /// The text of the ids; bytes that are no UTF-8 become U+FFFD.
    public func decode(_ ids: [Int32]) throws -> String {
        let pieces = try ids.map { id in
            guard let piece = spellings[id] else {
                throw TokenizerError(
                    "\(file): \(ids.count) ids were to be decoded, but the id \(id) is not in the "
                        + "vocabulary of \(vocabularySize) pieces.")
            }
            return piece
        }
        return decoder.isByteLevel
            ? String(decoding: Array(pieces.joined()), as: UTF8.self)
            : decoder.text(of: pieces.map(Array.init))
    }

    public func id(ofPiece piece: String) throws -> Int32? {
        var piece = piece
        return piece.withUTF8 { pieces.value(of: $0) }
    }
}

/// The bytes of every piece, by its id.
private struct PieceSpellings: Sendable {
    private var bytes: [UInt8] = []
    /// Empty for an id that no piece has.
    private var ranges: [Range<Int>?] = []

    /// - Parameters:
    ///   - changed: the bytes of pieces that differ from the file's spelling.
    ///   - isByteLevel: whether to keep the bytes that the letters represent.
    init(_ pieces: ByteStringTable, changed: [Int32: [UInt8]], isByteLevel: Bool) {
        bytes.reserveCapacity(pieces.byteCount)
        pieces.forEach { spelled, id in
            let start = bytes.count
            if let other = changed[id] {
                bytes.append(contentsOf: other)
            } else if !isByteLevel || !ByteAlphabet.append(spelled: spelled, to: &bytes) {
                bytes.append(contentsOf: spelled)
            }
            while ranges.count <= Int(id) { ranges.append(nil) }
            ranges[Int(id)] = start..<bytes.count
        }
    }

    /// One more than the highest id.
    var count: Int { ranges.count }

    subscript(id: Int32) -> ArraySlice<UInt8>? {
        guard ranges.indices.contains(Int(id)), let range = ranges[Int(id)] else { return nil }
        return bytes[range]
    }
}
