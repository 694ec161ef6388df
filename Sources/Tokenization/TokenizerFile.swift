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
    /// Of two files the `tokenizer.json` is taken where `tokenizer_class` is another than
    /// LlamaTokenizer, as transformers 5 does. Else both must have the same pieces.
    ///
    /// - Throws: `TokenizerError` if the folder has no tokenizer, one that cannot be read, or two
    ///   that differ.
    public static func loadTokenizer(folder: URL) throws -> any Tokenizer {
        let found = allCases.filter {
            FileFormat.isThere(folder.appending(path: $0.rawValue).path)
        }
        if found.count > 1 {
            guard try SentencePieceConfiguration.isUsed(in: folder) else {
                return try BPETokenizer(folder: folder)
            }
            let tokenizer = try SentencePieceTokenizer(folder: folder)
            try tokenizer.checkAgreement(with: folder.appending(path: Self.bpe.rawValue))
            return tokenizer
        }
        guard let found = found.first else {
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
