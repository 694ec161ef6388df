import Basics
import Foundation

/// The files in which a checkpoint's folder may keep its tokenizer, in order of precedence.
public enum TokenizerFile: String, CaseIterable, Sendable {
    case sentencePiece = "tokenizer.model"
    case bpe = "tokenizer.json"
}

extension TokenizerFile {
    /// Loads the tokenizer of a checkpoint's folder.
    ///
    /// - Throws: `TokenizerError` if the folder has no tokenizer or one that cannot be read.
    public static func loadTokenizer(folder: URL) throws -> any Tokenizer {
        let found = allCases.first {
            FileFormat.isThere(folder.appending(path: $0.rawValue).path)
        }
        guard let found else {
            let names = allCases.map(\.rawValue).joined(separator: " or ")
            throw TokenizerError(
                "\(folder.path): a tokenizer was looked for, but the folder has no \(names); "
                    + "name the folder of a checkpoint in Hugging Face's layout.")
        }
        return switch found {
        case .sentencePiece: try SentencePieceTokenizer(folder: folder)
        case .bpe: try BPETokenizer(folder: folder)
        }
    }
}
