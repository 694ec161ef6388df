import Foundation
import Tracking
import Statistics

/// A row's answers, question by question and run by run.
struct Outcomes {
    struct Question {
        let asked: AskedQuestion
        let category: String
        let correct: Int
        let repeats: Int

        /// Right ones first: their order tells nothing.
        var answers: [Bool] { (0..<repeats).map { $0 < correct } }
    }

    /// By run and number of shots, by subject, split and row.
    private let runs: [[Int: [Question]]]
    /// What the runs recorded of their prompts; nil where one does not say.
    private let prompts: [String?]
    private let ids: [String]
    /// Questions, over runs, that lack repeats which others have; they are left out.
    let incompleteCount: Int

    init(_ source: ModelRuns, in store: Store) throws {
        prompts = source.runs.map(Self.promptChecksum)
        ids = source.runs.map(\.id)
        var incomplete = 0
        runs = try source.runs.map { run in
            let entries = try store.questions(of: [run.id]).filter {
                $0.model == source.model && $0.adapterScale == source.scale
            }
            return Dictionary(grouping: entries, by: \.shots).mapValues { asked in
                let full = asked.map(\.repeats).max() ?? 0
                let whole = asked.filter { $0.repeats == full }
                incomplete += asked.count - whole.count
                return whole.map(Question.init)
            }
        }
        incompleteCount = incomplete
    }

    /// What a run says of its prompts, which name their questions: two that say the same asked the same.
    private static func promptChecksum(_ run: RunEntry) -> String? {
        (try? JSONDecoder().decode([String: String].self, from: Data(run.inputs.utf8)))?["prompts"]
    }

    private func isOfOneSource(with other: Outcomes) -> Bool {
        if ids == other.ids { return true }
        let all = Set(prompts + other.prompts)
        return all.count == 1 && all.first != .some(nil)
    }

    // MARK: Accuracies

    /// The accuracy of each run; none where the column was not asked.
    func accuracies(_ column: ResultTable.Column) throws -> [Accuracy] {
        try runs.compactMap { run in
            let questions = Self.part(run[column.shots] ?? [], column)
            if questions.isEmpty { return nil }
            return try Accuracy(strata: Self.strata(questions, column).map { $0.map(\.answers) })
        }
    }

    /// The accuracy of all runs together, each run's repeats taken as further ones: that of a model which
    /// no seed changes.
    func pooledAccuracy(_ column: ResultTable.Column) throws -> Accuracy? {
        let lists = runs.map { Self.part($0[column.shots] ?? [], column) }
        let common = QuestionPairs.common(
            lists.map { $0.map(\.asked) }, areOfOneSource: isOfOneSource(with: self))
        guard let first = common.first, !first.isEmpty else { return nil }
        // Copies of one run's answers are no further repeats.
        let aligned = zip(lists, common).map { list, indices in indices.map { list[$0] } }
        if aligned.dropFirst().allSatisfy({ $0.map(\.correct) == aligned[0].map(\.correct) }) {
            return try Accuracy(strata: Self.strata(aligned[0], column).map { $0.map(\.answers) })
        }
        let pooled = first.indices.map { index in
            let all = aligned.map { $0[index] }
            return Question(
                asked: all[0].asked, category: all[0].category,
                correct: all.reduce(0) { $0 + $1.correct },
                repeats: all.reduce(0) { $0 + $1.repeats })
        }
        return try Accuracy(strata: Self.strata(pooled, column).map { $0.map(\.answers) })
    }

    // MARK: Differences

    /// Which questions are the same as another model's, by number of shots that both were asked behind:
    /// of those that all runs of a model were asked.
    func pairs(with first: Outcomes) -> [Int: QuestionPairs] {
        let areOfOneSource = isOfOneSource(with: first)
        var pairs: [Int: QuestionPairs] = [:]
        for shots in runs.first.map(\.keys) ?? [:].keys {
            guard let own = shared(shots), let others = first.shared(shots) else { continue }
            pairs[shots] = QuestionPairs(others, own, areOfOneSource: areOfOneSource)
        }
        return pairs
    }

    private func shared(_ shots: Int) -> [AskedQuestion]? {
        let lists = runs.compactMap { $0[shots]?.map(\.asked) }
        guard lists.count == runs.count, let first = lists.first else { return nil }
        let common = QuestionPairs.common(lists, areOfOneSource: isOfOneSource(with: self))
        return common.first.map { indices in indices.map { first[$0] } }
    }

    /// How much oftener this model was right than another, over the runs; nil where no question is
    /// common to all.
    ///
    /// - Parameters:
    ///   - first: of one run, which stands beside each of this model's, or of as many
    ///   - runs: indices of this model's runs and of the other's, seed by seed; nil: all
    func difference(
        from first: Outcomes, _ column: ResultTable.Column,
        runs chosen: [(own: Int, other: Int)]? = nil
    ) throws -> PairedDifference? {
        let pairs =
            chosen
            ?? runs.indices.map { (own: $0, other: first.runs.count == 1 ? 0 : $0) }
        guard pairs.allSatisfy({ first.runs.indices.contains($0.other) }), !pairs.isEmpty else {
            return nil
        }
        let lists = pairs.flatMap { pair in
            [first.runs[pair.other][column.shots] ?? [], runs[pair.own][column.shots] ?? []].map {
                Self.part($0, column)
            }
        }
        let common = QuestionPairs.common(
            lists.map { $0.map(\.asked) }, areOfOneSource: isOfOneSource(with: first))
        guard let one = common.first, !one.isEmpty else { return nil }
        let aligned = zip(lists, common).map { list, indices in indices.map { list[$0] } }
        // Categories are the first's: another map may sort the same subject elsewhere.
        let places = Self.places(aligned[0], column)
        let seeds = try stride(from: 0, to: aligned.count, by: 2).map { index in
            try places.map { stratum in
                try PairedSample(
                    first: stratum.map { aligned[index][$0].answers },
                    second: stratum.map { aligned[index + 1][$0].answers })
            }
        }
        return try PairedDifference(seeds: seeds)
    }

    // MARK: Parts

    private static func part(
        _ questions: [Question], _ column: ResultTable.Column
    ) -> [Question] {
        column.isTotal ? questions : questions.filter { $0.category == column.category }
    }

    /// Indices of questions by category, for the total; else of all.
    private static func places(
        _ questions: [Question], _ column: ResultTable.Column
    ) -> [[Int]] {
        guard column.isTotal else { return [Array(questions.indices)] }
        let byCategory = Dictionary(grouping: questions.indices) { questions[$0].category }
        let known = ResultTable.categories.filter { byCategory[$0] != nil }
        let others = byCategory.keys.filter { !known.contains($0) }.sorted()
        return (known + others).compactMap { byCategory[$0] }
    }

    private static func strata(
        _ questions: [Question], _ column: ResultTable.Column
    ) -> [[Question]] {
        places(questions, column).map { $0.map { questions[$0] } }
    }
}

extension Outcomes.Question {
    fileprivate init(_ entry: QuestionEntry) {
        self.init(
            asked: AskedQuestion(
                subject: entry.subject, split: entry.split, row: entry.row,
                hash: entry.questionHash, answer: entry.answer),
            category: entry.category, correct: entry.correct, repeats: entry.repeats)
    }
}
