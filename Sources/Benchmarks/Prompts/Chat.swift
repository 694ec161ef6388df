/// The text of `LMEval`, shots included, as one user message in the checkpoint's chat template.
///
/// The answer begins a message of its own, so target and letters have no leading space. lm-eval
/// likewise has no delimiter before them under `--apply_chat_template`. (There the header is the
/// system message; here the template's own system prompt stays, and the header begins the user's
/// message.)
public struct Chat: PromptPreset {
    public let name = "chat"
    public let defaultScoring = Scoring.letter
    public let usesChatTemplate = true
    public let appendsEndToken = true

    private let body = LMEval()

    public init() {}

    public func header(topic: String) -> String { body.header(topic: topic) }

    public func question(_ question: Question) -> String { body.question(question) }

    public func shot(_ question: Question, rationale: String?) -> String {
        body.shot(question, rationale: rationale)
    }

    public func target(for question: Question, rationale: String?) -> String {
        letterText(question.answer)
    }

    public func letterText(_ letter: Letter) -> String { letter.rawValue }
}

/// The markers of LLaMA-Factory's template `qwen`.
///
/// Source: `data/template.py` of LLaMA-Factory. The markers belong to the template and not to the
/// checkpoint. So does the line break after each `<|im_end|>`, which LLaMA-Factory trains on too.
enum ChatML {
    static let userTurn = "<|im_start|>user\n"
    static let assistantTurn = "<|im_start|>assistant\n"
    static let turnEnd = "<|im_end|>\n"

    static func system(_ text: String) -> String { "<|im_start|>system\n\(text)\(turnEnd)" }
}
