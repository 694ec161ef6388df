import Benchmarks
import Statistics

/// Accuracies of a set of answers by category and by subject.
public struct AccuracyTable: Sendable {
    /// One cell: a group of questions behind a number of shots.
    public struct Row: Sendable {
        /// A category's or a subject's name, or "all".
        public let group: String
        public let shots: Int
        public let accuracy: Accuracy
        /// Answers in which no letter could be read; they count as wrong.
        public let unreadable: Int
    }

    /// The four categories and "all", micro averages over their questions; categories without a
    /// question have no row.
    public let categories: [Row]
    /// By name.
    public let subjects: [Row]

    public init(_ answers: [Answer], by map: CategoryMap = .hendrycks) throws {
        let categoryOf = Dictionary(
            uniqueKeysWithValues: Subjects.all.map { ($0.name, map.category(of: $0)) })
        let shots = Set(answers.map(\.shots)).sorted()
        var categories: [Row] = []
        var subjects: [Row] = []
        for count in shots {
            let here = answers.filter { $0.shots == count }
            for category in Category.allCases {
                let part = here.filter { categoryOf[$0.question.subject] == category }
                if !part.isEmpty {
                    categories.append(try Row(category.rawValue, shots: count, part))
                }
            }
            categories.append(try Row("all", shots: count, here))
            for subject in Set(here.map(\.question.subject)).sorted() {
                subjects.append(
                    try Row(
                        subject, shots: count, here.filter { $0.question.subject == subject }))
            }
        }
        self.categories = categories
        self.subjects = subjects
    }

    public subscript(_ group: String, shots shots: Int) -> Row? {
        categories.first { $0.group == group && $0.shots == shots }
    }
}

extension AccuracyTable.Row {
    /// - Parameter answers: of one or more questions, each with the same repeats
    init(_ group: String, shots: Int, _ answers: [Answer]) throws {
        var byQuestion: [QuestionID: [(Int, Bool)]] = [:]
        var order: [QuestionID] = []
        for answer in answers {
            if byQuestion[answer.question] == nil { order.append(answer.question) }
            byQuestion[answer.question, default: []].append((answer.repetition, answer.isCorrect))
        }
        self.init(
            group: group, shots: shots,
            accuracy: try Accuracy(
                correct: order.map { question in
                    (byQuestion[question] ?? []).sorted { $0.0 < $1.0 }.map(\.1)
                }),
            unreadable: answers.count { $0.chosen == nil })
    }
}
