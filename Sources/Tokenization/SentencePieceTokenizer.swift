internal import CSentencePiece
import Foundation
import Synchronization

/// The tokenizer of a SentencePiece `tokenizer.model`.
///
/// Encoding loses nothing where the model falls back to bytes, with one exception: SentencePiece
/// writes a space as `▁` (U+2581), so a `▁` in the text comes back as a space.
public final class SentencePieceTokenizer: Tokenizer {
    public let vocabularySize: Int
    public let endToken: Int32?
    private let file: String
    private let controls: ControlPieces
    private let model: Mutex<csp_processor>

    /// Reads the model from its file.
    ///
    /// - Throws: `TokenizerError` if the file cannot be read or is no SentencePiece model.
    public convenience init(file: URL) throws {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: file)
        } catch {
            throw TokenizerError(
                "\(file.path): a SentencePiece model was to be read, but "
                    + "\(error.localizedDescription) Name a readable tokenizer.model.")
        }
        try self.init(model: bytes, name: file.path)
    }

    /// Reads the model from the bytes of its file.
    ///
    /// - Parameter name: what errors call the model.
    public init(model bytes: Data, name: String) throws {
        let loaded: csp_processor
        do {
            var processor = csp_processor()
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
            var end: Int32 = -1
            try csp { csp_processor_end_id(loaded, &end) }
            controls = try ControlPieces(of: loaded, count: count)
            vocabularySize = Int(count)
            endToken = end < 0 ? nil : end
        } catch {
            csp_processor_free(loaded)
            throw TokenizerError("\(name): its pieces were to be listed, but \(error).")
        }
        file = name
        model = Mutex(loaded)
    }

    deinit { model.withLock { csp_processor_free($0) } }

    public func encode(_ text: String) throws -> [Int32] {
        try reporting("text was to be encoded") { processor in
            var ids: [Int32] = []
            for part in controls.parts(of: Array(text.utf8)) {
                switch part {
                case .text(let bytes): ids += try processor.encode(bytes)
                case .control(let id): ids.append(id)
                }
            }
            return ids
        }
    }

    public func decode(_ ids: [Int32]) throws -> String {
        try reporting("\(ids.count) ids were to be decoded") { processor in
            var bytes: [UInt8] = []
            for run in ids.split(
                omittingEmptySubsequences: false, whereSeparator: controls.contains)
            {
                bytes += try processor.decode(Array(run))
                if run.endIndex < ids.endIndex { bytes += controls.name(of: ids[run.endIndex]) }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    public func id(ofPiece piece: String) throws -> Int32? {
        try reporting("the piece '\(piece)' was looked for") { processor in
            let bytes = Array(piece.utf8)
            var id: Int32 = -1
            try csp {
                bytes.withBytes { first, count in
                    first.withMemoryRebound(to: CChar.self, capacity: count) {
                        csp_processor_find_piece(processor, $0, count, &id)
                    }
                }
            }
            return id < 0 ? nil : id
        }
    }

    /// Runs `body` with the model; a failure names the file and what was attempted.
    private func reporting<Result: Sendable>(
        _ attempt: String, _ body: (csp_processor) throws -> Result
    ) throws -> Result {
        do {
            return try model.withLock { try body($0) }
        } catch {
            throw TokenizerError("\(file): \(attempt), but \(error).")
        }
    }
}
