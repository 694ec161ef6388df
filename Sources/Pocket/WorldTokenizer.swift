import Benchmarks
import Foundation
import Tokenization

/// The tokenizer of the world: each of its words and each phrase of its prompts is one token.
///
/// A question with its choices and rationale is therefore twenty tokens, so that a prompt of seven
/// shots stays short enough to pretrain on within minutes. Any other text falls back to letters and
/// bytes. Only texts without spaces are symbols: Hugging Face's tokenizers find symbols before they
/// turn spaces into `▁`, SentencePiece after.
public enum WorldTokenizer {
    /// The bytes of `tokenizer.model`, the same anywhere.
    public static func train() throws -> Data {
        try SentencePieceTrainer.train(
            sentences: sentences, symbols: symbols, vocabularyLimit: vocabularySize)
    }

    /// The least with which the longest phrase is one piece; a larger one adds leftovers of words.
    public static let vocabularySize = 991

    static let symbols = ["\n", "\n\n", "\nA.", "\nB.", "\nC.", "\nD.", "Answer:"]

    /// The texts that become one token each, in addition to the symbols.
    static var pieces: [String] { phrases + letters + words.map { " " + $0 } }

    /// Every piece as a sentence. The words of phrases are also there, and all words occur so often
    /// that each is whole before the first two are joined.
    private static var sentences: [String] {
        let parts = phrases.flatMap(Self.parts) + letters + words.map { " " + $0 } + ["?", "."]
        return phrases + Array(repeatElement(parts, count: 20).joined())
    }

    /// The words of a phrase, each with the space before it.
    private static func parts(of phrase: String) -> [String] {
        var parts: [String] = []
        for character in phrase {
            if character == " " || parts.isEmpty { parts.append("") }
            parts[parts.count - 1].append(character)
        }
        return parts
    }

    /// The phrases of prompts; letters and words are separate.
    private static var phrases: [String] {
        [
            " The answer is", "What goes with the",
            "The following are multiple choice questions (with answers) about",
            ". Think step by step, then finish with \"The answer is X.\"",
        ] + Relation.allCases.map { " Its \($0.rawValue):" }
    }

    private static var letters: [String] {
        Letter.allCases.flatMap { [$0.rawValue, " " + $0.rawValue] }
    }

    /// Items, values, and the words of the subjects' names, each once.
    private static var words: [String] {
        let names = Category.allCases.flatMap(WorldSubject.names(of:))
        let subjectWords = names.flatMap { $0.split(separator: "_").map(String.init) }
        return World.items + Relation.allCases.flatMap(\.values) + subjectWords
    }
}

extension WorldTokenizer {
    /// The most tokens of a prompt with its answer; seven shots with rationales are about 165.
    public static let contextLength = 512

    /// The text of `tokenizer_config.json`: the settings that Hugging Face's tokenizer needs to
    /// agree.
    static var configuration: String {
        """
        {
          "add_bos_token": false,
          "add_eos_token": false,
          "add_prefix_space": false,
          "bos_token": null,
          "clean_up_tokenization_spaces": false,
          "eos_token": "</s>",
          "legacy": false,
          "model_max_length": \(contextLength),
          "pad_token": null,
          "tokenizer_class": "LlamaTokenizer",
          "unk_token": "<unk>"
        }

        """
    }
}
