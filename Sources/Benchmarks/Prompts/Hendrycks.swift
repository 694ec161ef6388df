/// The prompt of Hendrycks' `evaluate.py`: letters only, two spaces before the topic.
///
/// Source: github.com/hendrycks/test at commit 4450500. There `format_subject` begins with a space
/// of its own, and each letter is scored with its space.
public struct Hendrycks: PromptPreset {
    public let name = "hendrycks"
    public let defaultScoring = Scoring.letter
    public let usesChatTemplate = false
    public let appendsEndToken = false

    public init() {}

    public func header(topic: String) -> String {
        "The following are multiple choice questions (with answers) about  \(topic).\n\n"
    }

    public func shot(_ question: Question, rationale: String?) -> String {
        self.question(question) + letterText(question.answer) + shotEnd
    }

    public func target(for question: Question, rationale: String?) -> String {
        letterText(question.answer)
    }

    public func letterText(_ letter: Letter) -> String { " " + letter.rawValue }
}
