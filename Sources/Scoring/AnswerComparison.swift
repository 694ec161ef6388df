import Basics
import Benchmarks
import Statistics

/// A comparison of two models' answers, question by question; questions of the same content are the
/// same, whatever their position.
public struct AnswerComparison: Sendable {
    /// A question with a number of shots to which the two models' answers differ.
    public struct Change: Sendable, Equatable {
        /// The question's position in the first model's data, and in the second's.
        public let question: QuestionID
        public let partner: QuestionID
        public let shots: Int
        public let answer: Letter
        /// Letters by repeat; nil where none could be parsed.
        public let first: [Letter?]
        public let second: [Letter?]
        public let effect: Effect
    }

    public enum Effect: String, CaseIterable, Codable, Sendable {
        /// Correct more often the first time than the second.
        case lost
        case gained
        /// Other letters, equally often correct.
        case neither
    }

    public let first: AnsweringModel
    public let second: AnsweringModel
    public let firstTable: AccuracyTable
    public let secondTable: AccuracyTable
    public let table: ComparisonTable
    /// Pairs of question and number of shots that each model was evaluated on.
    public let firstCount: Int
    public let secondCount: Int
    /// The number of these that both models share.
    public let commonCount: Int
    /// Questions of the same content whose correct letters differ: the data differ.
    public let otherDataCount: Int
    /// Lost, then gained, then the others; each sorted by shots, subject and row.
    public let changes: [Change]

    public var onlyFirstCount: Int { firstCount - commonCount }
    public var onlySecondCount: Int { secondCount - commonCount }

    /// The basis on which questions are matched.
    public var basis: QuestionPairs.Basis {
        table.pairs.values.map(\.basis).first { $0 != .content } ?? .content
    }

    /// Why questions at the same positions are not paired; nil where there is no doubt.
    public var doubt: QuestionPairs.Doubt? {
        table.pairs.sorted { $0.key < $1.key }.lazy.compactMap(\.value.doubt).first
    }

    /// One side of the comparison: a model and its answers.
    public typealias Side = (model: AnsweringModel, answers: [Answer])

    /// - Parameter areOfOneSource: whether both are known to have read the same data
    public init(
        _ first: Side, _ second: Side, by map: CategoryMap, areOfOneSource: Bool,
        marginPoints: Double
    ) throws {
        self.first = first.model
        self.second = second.model
        let one = try AccuracyTable(first.answers, by: map)
        let other = try AccuracyTable(second.answers, by: map)
        let table = try ComparisonTable(
            first: one, second: other, areOfOneSource: areOfOneSource, marginPoints: marginPoints)
        let here = Self.byItem(first.answers)
        let there = Self.byItem(second.answers)
        var changes: [Change] = []
        var otherData = 0
        for (shots, found) in table.pairs.sorted(by: { $0.key < $1.key }) {
            for pair in found.pairs {
                guard
                    let question = one.outcomes.byShots[shots].map({ $0.questions[pair.first] }),
                    let partner = other.outcomes.byShots[shots].map({ $0.questions[pair.second] }),
                    let given = here[ItemID(question: question, shots: shots)],
                    let later = there[ItemID(question: partner, shots: shots)]
                else { continue }
                if given[0].answer != later[0].answer {
                    otherData += 1
                } else if let change = Change(given, later) {
                    changes.append(change)
                }
            }
        }
        firstTable = one
        secondTable = other
        self.table = table
        firstCount = here.count
        secondCount = there.count
        commonCount = table.pairs.values.reduce(0) { $0 + $1.pairs.count }
        otherDataCount = otherData
        self.changes = Effect.allCases.flatMap { effect in
            changes.filter { $0.effect == effect }
        }
    }

    public func count(of effect: Effect) -> Int { changes.count { $0.effect == effect } }

    /// An error that says that nothing can be compared, and why.
    ///
    /// - Parameter path: the path of the two results
    public func refusal(of path: String) -> FileError {
        if let doubt, doubt.commonCount > 0 {
            return FileError(
                path: path,
                problem:
                    "cannot be known to be on the same questions: answers have no content hashes, "
                    + "and of the questions \(doubt)",
                remedy: "results on the same questions, by this version, are needed")
        }
        return FileError(
            path: path,
            problem:
                "have no question that both models answered with as many shots (A: "
                + "\(firstTable.questionText), B: \(secondTable.questionText))",
            remedy: "results on the same questions are needed")
    }

    /// Answers by item, sorted by repeat.
    private static func byItem(_ answers: [Answer]) -> [ItemID: [Answer]] {
        Dictionary(grouping: answers, by: \.item)
            .mapValues { $0.sorted { $0.repetition < $1.repetition } }
    }
}

extension AnswerComparison.Change {
    /// nil where both answered the same in every repeat.
    ///
    /// - Parameters:
    ///   - one: one or more answers to a question
    ///   - other: the other model's answers to the same question
    fileprivate init?(_ one: [Answer], _ other: [Answer]) {
        let first = one.map(\.chosen)
        let second = other.map(\.chosen)
        guard first != second else { return nil }
        // All pairs of repeats, because the numbers of repeats may differ.
        let gain =
            other.count(where: \.isCorrect) * one.count
            - one.count(where: \.isCorrect) * other.count
        self.init(
            question: one[0].question, partner: other[0].question, shots: one[0].shots,
            answer: one[0].answer, first: first, second: second,
            effect: gain > 0 ? .gained : gain < 0 ? .lost : .neither)
    }
}

extension AccuracyTable {
    /// "24 questions of 12 subjects with 0, 7 shots".
    fileprivate var questionText: String {
        func count(_ count: Int, _ word: String) -> String {
            "\(count) \(word)\(count == 1 ? "" : "s")"
        }
        let questions = Set(outcomes.byShots.values.flatMap(\.questions))
        let shots = outcomes.byShots.keys.sorted().map { "\($0)" }.joined(separator: ", ")
        return count(questions.count, "question") + " of "
            + count(Set(questions.map(\.subject)).count, "subject") + " with \(shots) shots"
    }
}
