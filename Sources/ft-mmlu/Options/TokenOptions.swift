import ArgumentParser
import Basics
import Evaluation
import Tokenization

/// How prompts become tokens.
struct TokenOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The system message of chat and cot; none leaves it to the chat template.",
            valueName: "text"))
    var system: String?

    @Option(
        help: ArgumentHelp(
            "Values that the chat template reads, as enable_thinking=false.",
            valueName: "name=value,…"))
    var templateArgument: CommaList<String>?

    @Option(
        help: .setting(
            \EvaluationConfig.bos,
            """
            Whether a start token (BOS) is put before a text: auto as the tokenizer's files say; a \
            chat template writes its own.
            """, valueName: "auto|on|off"),
        completion: .cases(of: PromptEncoder.StartToken.self))
    var bos: PromptEncoder.StartToken?

    @Flag(
        help: """
            Read the names of control tokens, such as <|im_end|>, in questions, shots and rationales \
            as those tokens. Otherwise they stay text.
            """)
    var parseSpecialTokens = false
}

extension PromptEncoder.StartToken: ExpressibleByArgument {}
