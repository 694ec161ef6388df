/// The prompt of the working repository (October 2025) of the authors of arXiv 2602.23197.
///
/// There models train in chat form (`AuthorsTraining`) and are evaluated on raw text. The prompt
/// has these parts: the instructions with the answer's format in bold; for each shot `[Query]`,
/// `Subject: high school geography.`, the question, the choices, an empty line, the rationale and
/// an empty line; last the evaluated question, with the empty line after its choices. Each part
/// begins and ends at a line break, so that its tokens are the same alone and in the whole prompt.
public struct Authors: AuthorsPrompt {
    public static let name = "authors"
    public var name: String { Self.name }
    let instructions: PromptInstructions

    public init(_ instructions: PromptInstructions) { self.instructions = instructions }

    public var training: any PromptPreset { AuthorsTraining(instructions) }

    public func header(topic: String) -> String { instructions.withBoldFormat + "\n\n" }

    public func question(_ question: Question) -> String {
        "[Query]\nSubject: \(question.id.subject.replacing("_", with: " ")).\n"
            + question.authorsText + "\n\n"
    }

    public func target(for question: Question, rationale: String?) -> String {
        question.authorsAnswer(rationale)
    }
}

/// The layout in which models of `Authors` are trained: LLaMA-Factory's template `qwen`, with the
/// instructions as the system message.
///
/// Shots are in the user's message: question, line break, rationale, empty line.
public struct AuthorsTraining: AuthorsPrompt {
    public var name: String { Authors.name }
    let instructions: PromptInstructions

    public init(_ instructions: PromptInstructions) { self.instructions = instructions }

    public func header(topic: String) -> String {
        ChatML.system(instructions.text + "\n\n") + ChatML.userTurn
    }

    public func shotQuestion(_ question: Question) -> String {
        "[Query]\nSubject: \(question.id.subject)\n" + question.authorsText
    }

    public func question(_ question: Question) -> String {
        shotQuestion(question) + ChatML.turnEnd + ChatML.assistantTurn
    }

    public func shot(_ question: Question, rationale: String?) -> String {
        shotQuestion(question) + "\n" + question.authorsAnswer(rationale) + shotEnd
    }

    public func target(for question: Question, rationale: String?) -> String {
        question.authorsAnswer(rationale) + ChatML.turnEnd
    }
}

/// The prompt of the repository that the authors of arXiv 2602.23197 published (January 2026), in
/// LLaMA-Factory's template `qwen` with its own system text.
///
/// Every shot and the question repeat the instructions, and an answer begins with a line break and
/// "Reasoning: ". Training and evaluation share this layout.
public struct AuthorsPublished: AuthorsPrompt {
    public static let name = "authors-published"
    public var name: String { Self.name }
    let instructions: PromptInstructions

    public init(_ instructions: PromptInstructions) { self.instructions = instructions }

    public func header(topic: String) -> String {
        ChatML.system(LlamaFactory.Release.from093.systemPrompt) + ChatML.userTurn
    }

    public func shotQuestion(_ question: Question) -> String {
        "[Query]\n\(instructions.text)\n\nSubject: \(question.id.subject)\n"
            + question.authorsText
    }

    public func question(_ question: Question) -> String {
        shotQuestion(question) + ChatML.turnEnd + ChatML.assistantTurn
    }

    public func shot(_ question: Question, rationale: String?) -> String {
        shotQuestion(question) + "\n" + answer(question, rationale) + shotEnd
    }

    public func target(for question: Question, rationale: String?) -> String {
        answer(question, rationale) + ChatML.turnEnd
    }

    private func answer(_ question: Question, _ rationale: String?) -> String {
        (rationale == nil ? "\n" : "\nReasoning: ") + question.authorsAnswer(rationale)
    }
}

/// The common parts of the authors' layouts.
public protocol AuthorsPrompt: PromptPreset {
    init(_ instructions: PromptInstructions)
}

extension AuthorsPrompt {
    public var defaultScoring: Scoring { .generate }
    public var showsRationales: Bool { true }
    public var stopTexts: [String] {
        ["[Query]"] + Letter.allCases.map { "Answer: \($0.rawValue)" }
    }

    public func letterText(_ letter: Letter) -> String { letter.rawValue }

    public func letter(in answer: String) -> Letter? { AuthorsReader.letter(in: answer) }
}

extension Question {
    /// The question and its choices as the authors list them, without a line break at the end.
    fileprivate var authorsText: String {
        "Question: \(question)\n"
            + zip(Letter.allCases, choices).map { "\($0.rawValue)) \($1)" }.joined(separator: "\n")
    }

    /// A rationale, an empty line and the answer; the answer alone where there is none.
    fileprivate func authorsAnswer(_ rationale: String?) -> String {
        (rationale.map { $0 + "\n\n" } ?? "") + "Answer: \(answer.rawValue)"
    }
}
