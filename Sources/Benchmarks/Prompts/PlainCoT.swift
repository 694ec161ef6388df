/// Reasoning first, then "The answer is X.", as plain text; the built-in world's prompt.
public struct PlainCoT: PromptPreset {
    public let name = "plain-cot"
    public let defaultScoring = Scoring.generate
    public let showsRationales = true
    public let usesChatTemplate = false
    public let appendsEndToken = true

    public init() {}

    public func header(topic: String) -> String {
        "The following are multiple choice questions (with answers) about \(topic). "
            + "Think step by step, then finish with \"The answer is X.\"\n\n"
    }

    public func shot(_ question: Question, rationale: String?) -> String {
        self.question(question) + target(for: question, rationale: rationale) + shotEnd
    }

    public func target(for question: Question, rationale: String?) -> String {
        (rationale.map { " \($0)" } ?? "") + " The answer is \(question.answer.rawValue)."
    }

    public func letterText(_ letter: Letter) -> String { " " + letter.rawValue }
}
