import Benchmarks
import Evaluation
import Statistics

/// One model's answers beside another's, question by question.
public struct AnswerComparison: Sendable {
    /// A question behind a number of shots that the two answered otherwise.
    public struct Change: Sendable, Equatable {
        public let question: QuestionID
        public let shots: Int
        public let answer: Letter
        /// By repeat; nil where none could be read.
        public let first: [Letter?]
        public let second: [Letter?]
        public let effect: Effect
    }

    public enum Effect: String, CaseIterable, Sendable {
        /// Right oftener the first time than the second.
        case lost
        case gained
        /// Other letters, as often right.
        case neither
    }

    public let first: AnsweringModel
    public let second: AnsweringModel
    public let table: ComparisonTable
    /// Questions, over numbers of shots, that both were asked.
    public let commonCount: Int
    public let onlyFirstCount: Int
    public let onlySecondCount: Int
    /// Questions of the same place whose right letters differ: the data are others.
    public let otherDataCount: Int
    /// Lost, then gained, then the others; each by shots, subject and row.
    public let changes: [Change]

    init(
        _ first: (RecordedAnswers, AnsweringModel), _ second: (RecordedAnswers, AnsweringModel)
    ) throws {
        self.first = first.1
        self.second = second.1
        let here = Self.byPlace(first.0[first.1])
        let there = Self.byPlace(second.0[second.1])
        let map = first.0.categoryMap
        table = try ComparisonTable(
            first: AccuracyTable(first.0[first.1], by: map),
            second: AccuracyTable(second.0[second.1], by: map))
        let common = here.keys.filter { there[$0] != nil }
        commonCount = common.count
        onlyFirstCount = here.count - common.count
        onlySecondCount = there.count - common.count
        var changes: [Change] = []
        var otherData = 0
        for place in common.sorted(by: Place.precedes) {
            guard let one = here[place], let other = there[place] else { continue }
            if one[0].answer != other[0].answer {
                otherData += 1
            } else if let change = Change(place, one, other) {
                changes.append(change)
            }
        }
        otherDataCount = otherData
        self.changes = Effect.allCases.flatMap { effect in
            changes.filter { $0.effect == effect }
        }
    }

    public func count(of effect: Effect) -> Int { changes.count { $0.effect == effect } }

    fileprivate struct Place: Hashable {
        let question: QuestionID
        let shots: Int

        static func precedes(_ a: Place, _ b: Place) -> Bool {
            (a.shots, a.question.subject, a.question.split.rawValue, a.question.row)
                < (b.shots, b.question.subject, b.question.split.rawValue, b.question.row)
        }
    }

    /// By repeat.
    private static func byPlace(_ answers: [Answer]) -> [Place: [Answer]] {
        Dictionary(grouping: answers) { Place(question: $0.question, shots: $0.shots) }
            .mapValues { $0.sorted { $0.repetition < $1.repetition } }
    }
}

extension AnswerComparison.Change {
    /// nil where both answered the same, repeat by repeat.
    fileprivate init?(
        _ place: AnswerComparison.Place, _ one: [Answer], _ other: [Answer]
    ) {
        let first = one.map(\.chosen)
        let second = other.map(\.chosen)
        guard first != second else { return nil }
        // Crosswise, because numbers of repeats may differ.
        let gain =
            other.count(where: \.isCorrect) * one.count
            - one.count(where: \.isCorrect) * other.count
        self.init(
            question: place.question, shots: place.shots, answer: one[0].answer, first: first,
            second: second, effect: gain > 0 ? .gained : gain < 0 ? .lost : .neither)
    }
}
