/// The prompt of lm-eval's task `mmlu_continuation`: the choices are not shown, and the text of
/// each is scored as a continuation.
///
/// Source: `lm_eval/tasks/mmlu/continuation` of lm-eval 0.4.13.
public struct Continuation: PromptPreset {
    public let name = "continuation"
    public let defaultScoring = Scoring.choice
    public let showsLetters = false
    public let usesChatTemplate = false
    public let appendsEndToken = false

    public init() {}

    public func header(topic: String) -> String {
        "The following are questions (with answers) about \(topic).\n\n"
    }

    public func question(_ question: Question) -> String {
        "Question: \(question.question.strippedAsInPython)\nAnswer:"
    }

    public func shot(_ question: Question, rationale: String?) -> String {
        self.question(question) + choiceText(question.answer, of: question) + shotEnd
    }

    public func target(for question: Question, rationale: String?) -> String {
        choiceText(question.answer, of: question)
    }

    public func letterText(_ letter: Letter) -> String { " " + letter.rawValue }
}
