import Basics

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
    /// The layout of training examples; most presets train on the layout that they evaluate.
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

    public var defaultScoring: Scoring { .letter }

    public var usesChatTemplate: Bool { false }

    public var showsRationales: Bool { false }

    public var showsLetters: Bool { true }

    public var appendsEndToken: Bool { false }

    public var shotEnd: String { "\n\n" }

    public var training: any PromptPreset { self }

    public var stopTexts: [String] { [] }

    public func letter(in answer: String) -> Letter? { AnswerReader.letter(in: answer) }

    /// lm-eval's header, which most presets share.
    public func header(topic: String) -> String {
        "The following are multiple choice questions (with answers) about \(topic).\n\n"
    }

    public func shot(_ question: Question, rationale: String?) -> String {
        self.question(question) + target(for: question, rationale: rationale) + shotEnd
    }

    public func shotQuestion(_ question: Question) -> String { self.question(question) }

    public func target(for question: Question, rationale: String?) -> String {
        letterText(question.answer)
    }

    public func letterText(_ letter: Letter) -> String { " " + letter.rawValue }

    /// Hendrycks' layout, which the presets share: the question, a line for each choice, "Answer:".
    public func question(_ question: Question) -> String {
        question.question + "\n" + question.listedChoices + "Answer:"
    }

    /// The choice, with the preset's text before a letter.
    public func choiceText(_ letter: Letter, of question: Question) -> String {
        letterText(letter).dropLast(letter.rawValue.count) + question.choices[letter.index]
    }
}

extension PromptPreset {
    /// SHA-256, in hexadecimal, of the preset's complete text for two fixed invented questions.
    ///
    /// Results record it. If two results have the same name and different hashes, their prompts
    /// differ.
    public var promptHash: String {
        var texts = layoutTexts
        let trained = training.layoutTexts
        if trained != texts { texts += trained }
        return SHA256.hexDigest(of: texts.map { "\($0.utf8.count):\($0)" }.joined())
    }

    private var layoutTexts: [String] {
        let question = Self.invented(row: 2, answer: .c)
        let text = self.question(question)
        let shots = [Self.invented(row: 0, answer: .a), Self.invented(row: 1, answer: .d)]
        var texts = ["\(usesChatTemplate)", "\(appendsEndToken)"]
        texts += Letter.allCases.map(letterText)
        for rationale in [nil, "Because one follows from two."] {
            texts.append(header(topic: "world religions") + text)
            texts.append(
                header(topic: "world religions")
                    + shots.map { shot($0, rationale: rationale) }.joined()
                    + self.question(question))
            texts.append(target(for: question, rationale: rationale))
        }
        return texts
    }

    private static func invented(row: Int, answer: Letter) -> Question {
        Question(
            id: QuestionID(subject: "world_religions", split: .dev, row: row),
            question: " Which word is number \(row)?\nSay it. ",
            choices: ["one", "two ", "3", "None"], answer: answer)
    }
}

extension Question {
    /// A line for each choice.
    var listedChoices: String {
        zip(Letter.allCases, choices).map { "\($0.rawValue). \($1)\n" }.joined()
    }
}
