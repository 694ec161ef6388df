import Benchmarks
import Statistics

/// Which questions were answered correctly, by one model with one number of shots.
public struct Outcomes: Sendable, Equatable {
    /// Sorted by subject, split and row.
    public let questions: [QuestionID]
    /// The same questions with their content.
    let answered: [AnsweredQuestion]
    /// `[question][repeat]`, in the order of `questions`.
    public let correct: [[Bool]]

    /// One question and its repeats.
    package struct Row {
        let question: QuestionID
        let answered: AnsweredQuestion
        let correct: [Bool]

        /// - Parameters:
        ///   - hash: the question's content hash; nil where it is not known
        ///   - answer: the correct letter
        package init(_ question: QuestionID, hash: String?, answer: String, correct: [Bool]) {
            self.question = question
            answered = AnsweredQuestion(
                subject: question.subject, split: question.split.rawValue, row: question.row,
                hash: hash, answer: answer)
            self.correct = correct
        }
    }

    /// - Parameter answers: a model's answers, all with the same number of shots
    public init(_ answers: [Answer]) {
        self.init(
            Dictionary(grouping: answers, by: \.question).map { question, repeats in
                Row(
                    question, hash: repeats[0].questionHash, answer: repeats[0].answer.rawValue,
                    correct: repeats.sorted { $0.repetition < $1.repetition }.map(\.isCorrect))
            })
    }

    /// - Parameter rows: one a question, in any order
    package init(_ rows: [Row]) {
        let sorted = rows.sorted { AnsweredQuestion.precedes($0.answered, $1.answered) }
        questions = sorted.map(\.question)
        answered = sorted.map(\.answered)
        correct = sorted.map(\.correct)
    }

    private init(_ indices: [Int], of whole: Outcomes, correct: [[Bool]]? = nil) {
        questions = indices.map { whole.questions[$0] }
        answered = indices.map { whole.answered[$0] }
        self.correct = correct ?? indices.map { whole.correct[$0] }
    }

    /// The questions of some subjects.
    func filtered(_ isWanted: (String) -> Bool) -> Outcomes {
        Outcomes(questions.indices.filter { isWanted(questions[$0].subject) }, of: self)
    }

    /// `[subject][question][repeat]`, subjects by name.
    var bySubject: [[[Bool]]] {
        let groups = Dictionary(grouping: questions.indices) { questions[$0].subject }
        return groups.sorted { $0.key < $1.key }.map { $0.value.map { correct[$0] } }
    }

    /// `[category][question][repeat]`: the strata of all questions.
    func byCategory(_ map: CategoryMap) -> [[[Bool]]] {
        QuestionGroup.all(of: self, by: map).dropLast().map { filtered($0.holds).correct }
    }

    /// The questions that several models answered, each in the same order.
    static func common(of all: [Outcomes], areOfOneSource: Bool) -> [Outcomes] {
        zip(QuestionPairs.common(all.map(\.answered), areOfOneSource: areOfOneSource), all).map {
            Outcomes($0, of: $1)
        }
    }

    /// The questions that all runs of a model answered; each run's repeats count as further
    /// repeats.
    ///
    /// Copies of one run's answers are no further repeats.
    static func pooled(_ runs: [Outcomes]) -> Outcomes {
        let common = common(of: runs, areOfOneSource: true)
        let first = common[0]
        if common.allSatisfy({ $0.correct == first.correct }) { return first }
        let indices = Array(first.questions.indices)
        return Outcomes(
            indices, of: first,
            correct: indices.map { index in common.flatMap { $0.correct[index] } })
    }
}

extension Sequence {
    /// Those with all repeats: as many as any other with the same number of shots.
    ///
    /// A stopped run leaves questions that lack repeats; they do not count.
    package func withAllRepeats(
        shots: (Element) -> Int, repeats: (Element) -> Int
    ) -> [Element] {
        var most: [Int: Int] = [:]
        for element in self {
            most[shots(element)] = Swift.max(most[shots(element)] ?? 0, repeats(element))
        }
        return filter { repeats($0) == most[shots($0)] }
    }
}

/// The groups that accuracies are reported for: the four categories and "all".
enum QuestionGroup {
    /// The name of each group that contains one of these subjects, with the test for membership.
    static func all(
        of outcomes: Outcomes, by map: CategoryMap
    ) -> [(name: String, holds: (String) -> Bool)] {
        let categoryOf = Dictionary(
            uniqueKeysWithValues: Subjects.all.map { ($0.name, map.category(of: $0)) })
        let present = Set(outcomes.questions.compactMap { categoryOf[$0.subject] })
        return Category.allCases.filter(present.contains).map { category in
            (category.rawValue, { categoryOf[$0] == category })
        } + [(Category.total, { _ in true })]
    }
}
