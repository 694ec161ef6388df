import ArgumentParser
import Basics
import Evaluation
import Tokenization

/// How prompts become tokens.
struct TokenOptions: ParsableArguments {
    @Option(
        "file|name", "Chat template of the presets chat and cot: a Jinja file, chatml or none.",
        default: "the model's own", completion: .list(ChatFormat.names))
    var chatTemplate: String?

    @Option("text", "System message of chat and cot; none leaves it to the chat template.")
    var system: String?

    @Option("name=value,…", "Values that the chat template reads, as enable_thinking=false.")
    var templateArgument: CommaList<String>?

    @Option(
        \EvaluationConfig.bos, "auto|on|off",
        """
        Whether a start token (BOS) is put before a text; auto as the tokenizer's files say. A chat \
        template writes its own.
        """)
    var bos: PromptEncoder.StartToken?

    @Flag(
        help: """
            Parse names of control tokens, such as <|im_end|>, in questions, shots and rationales. \
            Otherwise they stay text.
            """)
    var parseSpecialTokens = false
}

extension PromptEncoder.StartToken: ExpressibleByArgument {}
