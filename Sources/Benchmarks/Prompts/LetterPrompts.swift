/// The prompt of Hendrycks' `evaluate.py`: letters only, two spaces before the topic.
///
/// Source: github.com/hendrycks/test at commit 4450500. There `format_subject` begins with a space
/// of its own, and each letter is scored with its space.
public struct Hendrycks: PromptPreset {
    public let name = "hendrycks"

    public init() {}

    public func header(topic: String) -> String {
        "The following are multiple choice questions (with answers) about  \(topic).\n\n"
    }
}

/// The prompt of lm-eval's task `mmlu`: one space before the topic, the question without leading
/// and trailing white space.
///
/// Source: `lm_eval/tasks/mmlu/default` of lm-eval 0.4.13. Choices are unchanged; each letter is
/// scored with its space.
public struct LMEval: PromptPreset {
    public let name = "lm-eval"

    public init() {}

    public func question(_ question: Question) -> String {
        question.question.strippedAsInPython + "\n" + question.listedChoices + "Answer:"
    }
}

/// The text of `LMEval`, shots included, as one user message in the checkpoint's chat template.
///
/// The answer begins a message of its own, so target and letters have no leading space. lm-eval
/// likewise has no delimiter before them under `--apply_chat_template`. (There the header is the
/// system message; here the template's own system prompt stays, and the header begins the user's
/// message.)
public struct Chat: PromptPreset {
    public let name = "chat"
    public let usesChatTemplate = true
    public let appendsEndToken = true

    private let body = LMEval()

    public init() {}

    public func question(_ question: Question) -> String { body.question(question) }

    public func shot(_ question: Question, rationale: String?) -> String {
        body.shot(question, rationale: rationale)
    }

    public func letterText(_ letter: Letter) -> String { letter.rawValue }
}

/// The prompt of lm-eval's task `mmlu_continuation`: the choices are not shown, and the text of
/// each is scored as a continuation.
///
/// Source: `lm_eval/tasks/mmlu/continuation` of lm-eval 0.4.13.
public struct Continuation: PromptPreset {
    public let name = "continuation"
    public let defaultScoring = Scoring.choice
    public let showsLetters = false

    public init() {}

    public func header(topic: String) -> String {
        "The following are questions (with answers) about \(topic).\n\n"
    }

    public func question(_ question: Question) -> String {
        "Question: \(question.question.strippedAsInPython)\nAnswer:"
    }

    public func target(for question: Question, rationale: String?) -> String {
        choiceText(question.answer, of: question)
    }
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
