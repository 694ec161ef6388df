import Benchmarks
import Statistics

/// Which questions were answered rightly, of one model behind one number of shots.
public struct Outcomes: Sendable, Equatable {
    /// By subject, split and row.
    public let questions: [QuestionID]
    /// The same questions with what they say.
    let asked: [AskedQuestion]
    /// `[question][repeat]`, in the order of `questions`.
    public let correct: [[Bool]]

    /// - Parameter answers: of a model, all behind the same number of shots
    public init(_ answers: [Answer]) {
        let byQuestion = Dictionary(grouping: answers, by: \.question)
        let sorted = byQuestion.sorted {
            ($0.key.subject, $0.key.split.rawValue, $0.key.row)
                < ($1.key.subject, $1.key.split.rawValue, $1.key.row)
        }
        questions = sorted.map(\.key)
        asked = sorted.map { AskedQuestion($0.value[0]) }
        correct = sorted.map { $0.value.sorted { $0.repetition < $1.repetition }.map(\.isCorrect) }
    }

    private init(_ indices: [Int], of whole: Outcomes) {
        questions = indices.map { whole.questions[$0] }
        asked = indices.map { whole.asked[$0] }
        correct = indices.map { whole.correct[$0] }
    }

    /// Those of some subjects.
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

    /// The questions that several models were asked, each in the same order.
    static func common(of all: [Outcomes], areOfOneSource: Bool) -> [Outcomes] {
        zip(QuestionPairs.common(all.map(\.asked), areOfOneSource: areOfOneSource), all).map {
            Outcomes($0, of: $1)
        }
    }
}

extension AskedQuestion {
    fileprivate init(_ answer: Answer) {
        self.init(
            subject: answer.question.subject, split: answer.question.split.rawValue,
            row: answer.question.row, hash: answer.questionHash, answer: answer.answer.rawValue)
    }
}

/// What accuracies are reported of: the four categories and "all".
enum QuestionGroup {
    /// The name of all questions together.
    static let total = "all"

    /// The name of each group that a subject of these is in, with the test for it.
    static func all(
        of outcomes: Outcomes, by map: CategoryMap
    ) -> [(name: String, holds: (String) -> Bool)] {
        let categoryOf = Dictionary(
            uniqueKeysWithValues: Subjects.all.map { ($0.name, map.category(of: $0)) })
        let present = Set(outcomes.questions.compactMap { categoryOf[$0.subject] })
        return Category.allCases.filter(present.contains).map { category in
            (category.rawValue, { categoryOf[$0] == category })
        } + [(total, { _ in true })]
    }
}
