import Benchmarks

/// Which questions were answered rightly, of one model behind one number of shots.
public struct Outcomes: Sendable, Equatable {
    /// By subject, split and row.
    public let questions: [QuestionID]
    /// `[question][repeat]`, in the order of `questions`.
    public let correct: [[Bool]]

    /// - Parameter answers: of a model, all behind the same number of shots
    public init(_ answers: [Answer]) {
        var byQuestion: [QuestionID: [(repetition: Int, isCorrect: Bool)]] = [:]
        for answer in answers {
            byQuestion[answer.question, default: []].append((answer.repetition, answer.isCorrect))
        }
        let sorted = byQuestion.sorted {
            ($0.key.subject, $0.key.split.rawValue, $0.key.row)
                < ($1.key.subject, $1.key.split.rawValue, $1.key.row)
        }
        questions = sorted.map(\.key)
        correct = sorted.map { $0.value.sorted { $0.repetition < $1.repetition }.map(\.isCorrect) }
    }

    private init(_ pairs: [(QuestionID, [Bool])]) {
        questions = pairs.map(\.0)
        correct = pairs.map(\.1)
    }

    /// Those of some subjects.
    func filtered(_ isWanted: (String) -> Bool) -> Outcomes {
        Outcomes(zip(questions, correct).filter { isWanted($0.0.subject) })
    }

    /// `[subject][question][repeat]`, subjects by name.
    var bySubject: [[[Bool]]] {
        let groups = Dictionary(grouping: questions.indices) { questions[$0].subject }
        return groups.sorted { $0.key < $1.key }.map { $0.value.map { correct[$0] } }
    }

    /// The questions that stand in both, in the same order.
    func common(with other: Outcomes) -> (Outcomes, Outcomes) {
        let here = Dictionary(uniqueKeysWithValues: zip(questions, correct))
        let there = Dictionary(uniqueKeysWithValues: zip(other.questions, other.correct))
        return (
            Outcomes(zip(questions, correct).filter { there[$0.0] != nil }),
            Outcomes(zip(other.questions, other.correct).filter { here[$0.0] != nil })
        )
    }
}

/// What accuracies are reported of: the four categories and "all".
enum QuestionGroup {
    /// The name of each group that a subject of these is in, with the test for it.
    static func all(
        of outcomes: Outcomes, by map: CategoryMap
    ) -> [(name: String, holds: (String) -> Bool)] {
        let categoryOf = Dictionary(
            uniqueKeysWithValues: Subjects.all.map { ($0.name, map.category(of: $0)) })
        let present = Set(outcomes.questions.compactMap { categoryOf[$0.subject] })
        return Category.allCases.filter(present.contains).map { category in
            (category.rawValue, { categoryOf[$0] == category })
        } + [("all", { _ in true })]
    }
}
