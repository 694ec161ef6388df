/// A prompt format: the texts before, between and after questions.
///
/// To add one, add a file with a type of this protocol and a line in `Prompts.all`.
public protocol PromptPreset: Sendable {
    /// The name by which users select it.
    var name: String { get }
    /// The scoring method unless the user sets one.
    var defaultScoring: Scoring { get }
    /// Whether the prompt is one user message in the checkpoint's chat template.
    var usesChatTemplate: Bool { get }
    /// Whether shots and targets show rationales, if they have any.
    var showsRationales: Bool { get }
    /// Whether the prompt shows the choices under their letters; without them, choices are scored
    /// by their own texts.
    var showsLetters: Bool { get }
    /// Whether a training target ends in the checkpoint's end token.
    var appendsEndToken: Bool { get }

    /// The beginning of a prompt.
    ///
    /// - Parameter topic: a subject's or category's title: "high school physics", "social
    ///   sciences".
    func header(topic: String) -> String
    /// The question and its choices, up to where the answer goes.
    func question(_ question: Question) -> String
    /// A question with its answer and the separator before the next; begins with `shotQuestion` and
    /// ends with `shotEnd`.
    func shot(_ question: Question, rationale: String?) -> String
    /// The beginning of a shot: its question and choices.
    func shotQuestion(_ question: Question) -> String
    /// The separator between a shot's answer and the next question.
    var shotEnd: String { get }
    /// The text after the prompt that training uses as the target.
    func target(for question: Question, rationale: String?) -> String
    /// The text that letter scoring scores after the prompt; one token in most tokenizers.
    func letterText(_ letter: Letter) -> String
    /// The text that scoring by choice scores after the prompt.
    func choiceText(_ letter: Letter, of question: Question) -> String
    /// The layout of training examples; most presets train as they ask.
    var training: any PromptPreset { get }
    /// Stop strings at which a generated answer ends; they stay in it.
    var stopTexts: [String] { get }
    /// The letter that a generated answer gives; nil where none can be read.
    func letter(in answer: String) -> Letter?
}

extension PromptPreset {
    /// The header for questions of one subject, given as in the file names.
    public func header(subject: String) throws -> String {
        header(topic: try Subjects.subject(named: subject).title)
    }

    public var showsRationales: Bool { false }

    public var showsLetters: Bool { true }

    public var shotEnd: String { "\n\n" }

    public var training: any PromptPreset { self }

    public var stopTexts: [String] { [] }

    public func letter(in answer: String) -> Letter? { AnswerReader.letter(in: answer) }

    public func shotQuestion(_ question: Question) -> String { self.question(question) }

    /// Hendrycks' layout, which the presets share: the question, a line for each choice, "Answer:".
    public func question(_ question: Question) -> String {
        question.question + "\n" + question.listedChoices + "Answer:"
    }

    /// The choice, with the preset's text before a letter.
    public func choiceText(_ letter: Letter, of question: Question) -> String {
        letterText(letter).dropLast(letter.rawValue.count) + question.choices[letter.index]
    }
}

extension Question {
    /// A line for each choice.
    var listedChoices: String {
        zip(Letter.allCases, choices).map { "\($0.rawValue). \($1)\n" }.joined()
    }
}
