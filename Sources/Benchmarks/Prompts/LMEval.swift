/// The prompt of lm-eval's task `mmlu`: one space before the topic, the question without leading
/// and trailing white space.
///
/// Source: `lm_eval/tasks/mmlu/default` of lm-eval 0.4.13. Choices are unchanged; each letter is
/// scored with its space.
public struct LMEval: PromptPreset {
    public let name = "lm-eval"
    public let defaultScoring = Scoring.letter
    public let usesChatTemplate = false
    public let appendsEndToken = false

    public init() {}

    public func header(topic: String) -> String {
        "The following are multiple choice questions (with answers) about \(topic).\n\n"
    }

    public func question(_ question: Question) -> String {
        question.question.strippedAsInPython + "\n" + question.listedChoices + "Answer:"
    }

    public func shot(_ question: Question, rationale: String?) -> String {
        self.question(question) + letterText(question.answer) + shotEnd
    }

    public func target(for question: Question, rationale: String?) -> String {
        letterText(question.answer)
    }

    public func letterText(_ letter: Letter) -> String { " " + letter.rawValue }
}

extension String {
    /// The text after Python's `str.strip()`.
    ///
    /// It removes Unicode's white space and the four separators U+001C to U+001F, scalar by scalar.
    var strippedAsInPython: String {
        func isSpace(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
        }
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(scalars[first...last])
    }
}
