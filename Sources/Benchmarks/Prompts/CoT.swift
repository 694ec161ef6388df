/// Reasoning first, then "The answer is X.", as plain text; the built-in world's prompt.
public struct PlainCoT: PromptPreset {
    public let name = "plain-cot"
    public let defaultScoring = Scoring.generate
    public let showsRationales = true
    public let appendsEndToken = true

    public init() {}

    public func header(topic: String) -> String {
        "The following are multiple choice questions (with answers) about \(topic). "
            + "Think step by step, then finish with \"The answer is X.\"\n\n"
    }

    public func target(for question: Question, rationale: String?) -> String {
        (rationale.map { " \($0)" } ?? "") + " The answer is \(question.answer.rawValue)."
    }
}

/// The body of `PlainCoT`, shots included, as one user message in the checkpoint's chat template.
///
/// The answer begins a message of its own, so target and letters have no leading space.
public struct CoT: PromptPreset {
    public let name = "cot"
    public let defaultScoring = Scoring.generate
    public let showsRationales = true
    public let usesChatTemplate = true
    public let appendsEndToken = true

    private let body = PlainCoT()

    public init() {}

    public func header(topic: String) -> String { body.header(topic: topic) }

    public func shot(_ question: Question, rationale: String?) -> String {
        body.shot(question, rationale: rationale)
    }

    public func target(for question: Question, rationale: String?) -> String {
        String(body.target(for: question, rationale: rationale).dropFirst())
    }

    public func letterText(_ letter: Letter) -> String { letter.rawValue }
}
