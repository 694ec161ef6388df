import Benchmarks
import Statistics

/// Accuracies of a set of answers by category and by subject.
public struct AccuracyTable: Sendable {
    /// One cell: a group of questions with a number of shots.
    public struct Row: Sendable {
        /// A category's or a subject's name, or "all".
        public let group: String
        public let shots: Int
        public let accuracy: Accuracy
        /// The mean over the group's subjects; nil for a subject.
        public let macro: MacroAccuracy?
        /// Answers from which no letter could be parsed; they count as wrong.
        public let unreadable: Int
        /// Answers whose two best letters differ by less than `Answer.nearTieMargin`; nil where
        /// answers have no margin.
        public let nearTies: Int?
    }

    /// The four categories and "all", micro averages over their questions; categories without a
    /// question have no row.
    public let categories: [Row]
    /// The subjects, by name.
    public let subjects: [Row]
    public let outcomes: RunOutcomes

    public init(_ answers: [Answer], by map: CategoryMap = .hendrycks) throws {
        let byShots = Dictionary(grouping: answers, by: \.shots)
        var categories: [Row] = []
        var subjects: [Row] = []
        var outcomes: [Int: Outcomes] = [:]
        for (shots, here) in byShots.sorted(by: { $0.key < $1.key }) {
            let whole = Outcomes(here)
            outcomes[shots] = whole
            for group in QuestionGroup.all(of: whole, by: map) {
                let part = here.filter { group.holds($0.question.subject) }
                let correct = whole.filtered(group.holds)
                categories.append(
                    try Row(
                        group.name, shots: shots, part, correct.byCategory(map),
                        macro: MacroAccuracy(correct: correct.bySubject)))
            }
            let bySubject = Dictionary(grouping: here, by: \.question.subject)
            for (subject, part) in bySubject.sorted(by: { $0.key < $1.key }) {
                let correct = whole.filtered { $0 == subject }.correct
                subjects.append(try Row(subject, shots: shots, part, [correct], macro: nil))
            }
        }
        self.categories = categories
        self.subjects = subjects
        self.outcomes = RunOutcomes(outcomes, by: map)
    }

    public subscript(_ group: String, shots shots: Int) -> Row? {
        categories.first { $0.group == group && $0.shots == shots }
    }
}

extension AccuracyTable.Row {
    /// - Parameters:
    ///   - answers: answers to one or more questions, each with the same number of repeats
    ///   - strata: `[category][question][repeat]`
    fileprivate init(
        _ group: String, shots: Int, _ answers: [Answer], _ strata: [[[Bool]]],
        macro: MacroAccuracy?
    ) throws {
        let margins = answers.compactMap(\.margin)
        self.init(
            group: group, shots: shots, accuracy: try Accuracy(strata: strata), macro: macro,
            unreadable: answers.count { $0.chosen == nil },
            nearTies: margins.isEmpty ? nil : margins.count { $0 < Answer.nearTieMargin })
    }
}
