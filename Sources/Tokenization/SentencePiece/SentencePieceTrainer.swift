internal import CSentencePiece
import Foundation

/// Trains SentencePiece models that are lossless and byte for byte reproducible.
///
/// Byte-pair encoding with identity normalisation: no space is added or removed, and text that no
/// piece covers falls back to bytes. One thread reads the sentences in their order, so that nothing
/// depends on the machine. The scores of byte-pair encoding are whole numbers, so there is no
/// rounding.
public enum SentencePieceTrainer {
    /// Trains a model and returns the bytes of its `tokenizer.model`.
    ///
    /// - Parameters:
    ///   - sentences: the text to learn from; every character of it becomes a piece, and then the
    ///     most frequent pair of pieces, again and again. A piece may span words, not sentences.
    ///   - symbols: texts that each become one piece, wherever they occur; the longest one takes
    ///     precedence.
    ///   - vocabularyLimit: the largest number of pieces; the model has fewer if the text yields no
    ///     more.
    public static func train(
        sentences: [String], symbols: [String], vocabularyLimit: Int
    ) throws -> Data {
        if let text = (sentences + symbols).first(where: { $0.isEmpty || $0.utf8.contains(0) }) {
            throw TokenizerError(
                "A tokenizer was to be trained, but the text '\(text)' is empty or holds a zero "
                    + "byte; sentences and symbols without either would be right.")
        }
        let options =
            fixedOptions + [
                ("vocab_size", String(vocabularyLimit)),
                ("user_defined_symbols", symbols.map(listed).joined(separator: ",")),
            ]
        var model = csp_bytes()
        do {
            try withCStrings(options.map(\.0)) { names in
                try withCStrings(options.map(\.1)) { values in
                    try withCStrings(sentences) { sentences in
                        try csp {
                            csp_train(
                                names, values, options.count, sentences, sentences.count, &model)
                        }
                    }
                }
            }
        } catch {
            throw TokenizerError(
                "A tokenizer of at most \(vocabularyLimit) pieces was to be trained, but the "
                    + "library said '\(error)'.")
        }
        return Data(model.taken())
    }

    /// The flags of `spm_train` that never change. Unknown text is piece 0, the end is piece 1.
    private static let fixedOptions = [
        ("model_type", "bpe"), ("hard_vocab_limit", "false"), ("byte_fallback", "true"),
        ("character_coverage", "1.0"), ("normalization_rule_name", "identity"),
        ("add_dummy_prefix", "false"), ("remove_extra_whitespaces", "false"),
        ("split_by_whitespace", "false"), ("split_by_unicode_script", "false"),
        ("split_by_number", "false"), ("max_sentencepiece_length", "100"),
        ("num_threads", "1"), ("shuffle_input_sentence", "false"),
        ("unk_id", "0"), ("eos_id", "1"), ("bos_id", "-1"), ("pad_id", "-1"),
        ("minloglevel", "2"),  // errors only: libraries do not print
    ]

    /// A symbol as a cell of a comma-separated list, with SentencePiece's spelling of a space.
    private static func listed(_ symbol: String) -> String {
        let symbol = symbol.replacing(" ", with: "\u{2581}").replacing("\"", with: "\"\"")
        return "\"" + symbol + "\""
    }
}

/// Runs `body` with null-terminated copies of the strings.
private func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafePointer<CChar>?]) throws -> Result
) rethrows -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return try body(copies.map { $0.map { UnsafePointer($0) } })
}
