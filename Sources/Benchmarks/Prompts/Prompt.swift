import Basics

/// A whole prompt: the prefix that many questions share, and the evaluated question.
public struct Prompt: Hashable, Sendable {
    /// Header and shots.
    public let prefix: String
    /// The question, up to where the answer goes.
    public let question: String

    public init(prefix: String, question: String) {
        self.prefix = prefix
        self.question = question
    }

    public var text: String { prefix + question }
}

/// The header and shots that several prompts begin with.
public struct PromptPrefix: Sendable {
    public let text: String
    /// Whether the shots show their rationales: only where every one has one.
    public let showsRationales: Bool
    /// Positions of the shots' answers in the text, in bytes of UTF-8, without the separator before
    /// the next question.
    public let answerRanges: [Range<Int>]
    private let preset: any PromptPreset
    private let shotHashes: Set<String>
    private let marking: @Sendable (String) -> String

    /// - Parameters:
    ///   - topic: the title of a subject or, over shots of several subjects, of their category (see
    ///     `topic(of:)`).
    ///   - shots: in the order shown; none for zero-shot.
    ///   - rationales: where the shots' rationales are looked up.
    ///   - marking: changes the texts of questions and rationales before they are shown.
    public init(
        _ preset: any PromptPreset, topic: String, shots: [Question] = [],
        rationales: RationaleIndex = RationaleIndex(),
        marking: @escaping @Sendable (String) -> String = { $0 }
    ) {
        let found = shots.map(rationales.rationale)
        showsRationales = !shots.isEmpty && !found.contains(nil)
        let shown = showsRationales ? found.map { $0.map(marking) } : found.map { _ in nil }
        var text = preset.header(topic: topic)
        var ranges: [Range<Int>] = []
        for (shot, rationale) in zip(shots.map({ $0.mapTexts(marking) }), shown) {
            let shotText = preset.shot(shot, rationale: rationale)
            let question = preset.shotQuestion(shot)
            precondition(
                shotText.utf8.starts(with: question.utf8)
                    && shotText.utf8.reversed().starts(with: preset.shotEnd.utf8.reversed()),
                "a shot begins with its question and ends as the preset says")
            let start = text.utf8.count + question.utf8.count
            text += shotText
            ranges.append(start..<text.utf8.count - preset.shotEnd.utf8.count)
        }
        self.text = text
        answerRanges = ranges
        self.preset = preset
        self.marking = marking
        shotHashes = Set(shots.map(\.contentHash))
    }

    /// The prompt for a question after this prefix.
    ///
    /// - Throws: `InputError` if a shot is the question, by content.
    public func prompt(asking question: Question) throws -> Prompt {
        if !shotHashes.isEmpty, shotHashes.contains(question.contentHash) {
            throw InputError(
                "the prompt for \(question.id.place): has that question among its shots, with the"
                    + " answer; other shots are needed")
        }
        return Prompt(prefix: text, question: preset.question(question.mapTexts(marking)))
    }

    /// The texts that scoring by choice compares, from A to D.
    public func choiceTexts(of question: Question) -> [String] {
        Letter.allCases.map { preset.choiceText($0, of: question.mapTexts(marking)) }
    }

    /// The title for a prefix over these questions: their subject's, or their category's if mixed.
    ///
    /// - Throws: `InputError` if they are of several categories, or there are none.
    public static func topic(
        of questions: [Question], by map: CategoryMap = .hendrycks
    ) throws -> String {
        let subjects = try questions.map { try Subjects.subject(named: $0.id.subject) }
        guard let first = subjects.first else {
            throw InputError("a prompt's topic: there are no questions; one or more are needed")
        }
        if subjects.allSatisfy({ $0 == first }) { return first.title }
        let category = map.category(of: first)
        guard let odd = subjects.first(where: { map.category(of: $0) != category }) else {
            return category.title
        }
        throw InputError(
            "a prompt's shots: are of \(first.name) (\(category.title)) and \(odd.name)"
                + " (\(map.category(of: odd).title)); shots of one category are needed")
    }
}
