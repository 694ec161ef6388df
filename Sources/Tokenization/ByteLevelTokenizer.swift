import Foundation
import Synchronization

/// The byte-level BPE tokenizer of a Hugging Face `tokenizer.json`.
///
/// Ids and texts are those of the library `tokenizers`, without special tokens of its own. Text comes
/// back as it was, but for normalisation where the file asks for it.
public final class ByteLevelTokenizer: Tokenizer {
    public let vocabularySize: Int
    public let endToken: Int32?
    private let file: String
    private let pieces: ByteStringTable
    private let decoded: PieceBytes
    private let encoder: Mutex<ByteLevelEncoder>

    /// Reads the tokenizer of a checkpoint's folder: `tokenizer.json`, and from
    /// `tokenizer_config.json` the end token, where the folder has that file.
    ///
    /// - Throws: `TokenizerError` if a file cannot be read or asks for what is not implemented.
    public convenience init(folder: URL) throws {
        let configuration = try TokenizerConfiguration(folder: folder)
        let file = folder.appending(path: TokenizerFile.byteLevelBPE.rawValue)
        try self.init(
            json: try readBytes(of: file), name: file.path, endPiece: configuration?.endPiece)
    }

    /// Reads the tokenizer from the bytes of a `tokenizer.json`.
    ///
    /// - Parameters:
    ///   - name: what errors call the file.
    ///   - endPiece: the piece that ends a text.
    public init(json bytes: [UInt8], name: String, endPiece: String? = nil) throws {
        file = name
        do {
            let description = try ByteLevelDescription(json: bytes)
            var pieces = description.vocabulary
            for token in description.addedTokens {
                var content = token.content
                _ = content.withUTF8 { pieces.insert($0, value: token.id) }
            }
            if var endPiece {
                endToken = endPiece.withUTF8 { pieces.value(of: $0) }
                guard endToken != nil else {
                    throw FileProblem("it has no piece '\(endPiece)', with which texts are to end")
                }
            } else {
                endToken = nil
            }
            vocabularySize = pieces.count
            decoded = PieceBytes(pieces)
            self.pieces = pieces
            encoder = Mutex(try ByteLevelEncoder(description))
        } catch let problem as FileProblem {
            throw TokenizerError("\(name): \(problem).")
        } catch let failure as JSONFailure {
            throw TokenizerError("\(name): JSON was to be read, but \(failure).")
        }
    }

    public func encode(_ text: String) throws -> [Int32] {
        do {
            return try encoder.withLock { try $0.ids(of: text) }
        } catch {
            throw TokenizerError(
                "\(file): text of \(text.utf8.count) bytes was to be encoded, but its regular "
                    + "expression cannot be run: \(error).")
        }
    }

    /// The text of the ids; bytes that are no UTF-8 become U+FFFD.
    public func decode(_ ids: [Int32]) throws -> String {
        var bytes: [UInt8] = []
        for id in ids { bytes += try self.bytes(of: id, among: ids.count) }
        return String(decoding: bytes, as: UTF8.self)
    }

    public func id(ofPiece piece: String) throws -> Int32? {
        var piece = piece
        return piece.withUTF8 { pieces.value(of: $0) }
    }

    /// The bytes that the piece stands for.
    func bytes(of id: Int32, among count: Int = 1) throws -> ArraySlice<UInt8> {
        guard let bytes = decoded[id] else {
            throw TokenizerError(
                "\(file): \(count) ids were to be decoded, but the id \(id) is not in the "
                    + "vocabulary of \(vocabularySize) pieces.")
        }
        return bytes
    }
}

/// The bytes of every piece, in the order of the ids.
private struct PieceBytes: Sendable {
    private var bytes: [UInt8] = []
    private var ranges: [Range<Int>]

    init(_ pieces: ByteStringTable) {
        ranges = Array(repeating: 0..<0, count: pieces.count)
        bytes.reserveCapacity(pieces.byteCount)
        pieces.forEach { spelled, id in
            let start = bytes.count
            // Added tokens are not spelled in letters for bytes, but those that could be are read so.
            if !ByteAlphabet.append(spelled: spelled, to: &bytes) {
                bytes.append(contentsOf: spelled)
            }
            ranges[Int(id)] = start..<bytes.count
        }
    }

    subscript(id: Int32) -> ArraySlice<UInt8>? {
        ranges.indices.contains(Int(id)) ? bytes[ranges[Int(id)]] : nil
    }
}
