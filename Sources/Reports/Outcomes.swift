import Foundation
import Results
import Statistics

/// A row's answers, question by question: the repeats of all of its runs together.
struct Outcomes {
    fileprivate struct Outcome {
        let asked: AskedQuestion
        let category: String
        var correct: Int
        var repeats: Int

        /// Right ones first: their order tells nothing.
        var answers: [Bool] { (0..<repeats).map { $0 < correct } }
    }

    /// By number of shots, the questions that all runs were asked, by subject, split and row.
    private let byShots: [Int: [Outcome]]
    /// Whether all runs recorded the same prompts, and which; nil where they do not say.
    private let prompts: String?

    init(_ source: ModelRuns, in store: Store) throws {
        let prompts = source.runs.map(Self.promptChecksum)
        let shared = Set(prompts).count == 1 ? prompts.first ?? nil : nil
        self.prompts = shared
        var byShots: [Int: [Outcome]]?
        for run in source.runs {
            let entries = try store.questions(of: [run.id]).filter {
                $0.model == source.model && $0.adapterScale == source.scale
            }
            let own = Dictionary(grouping: entries, by: \.shots).mapValues { $0.map(Outcome.init) }
            guard let known = byShots else {
                byShots = own
                continue
            }
            var merged: [Int: [Outcome]] = [:]
            for (shots, outcomes) in known {
                merged[shots] = own[shots].map {
                    Self.merged(outcomes, $0, areOfOneSource: shared != nil)
                }
            }
            byShots = merged
        }
        self.byShots = byShots ?? [:]
    }

    /// What a run says of its prompts, which name their questions: two that say the same asked the same.
    private static func promptChecksum(_ run: RunEntry) -> String? {
        (try? JSONDecoder().decode([String: String].self, from: Data(run.inputs.utf8)))?["prompts"]
    }

    private static func merged(
        _ first: [Outcome], _ second: [Outcome], areOfOneSource: Bool
    ) -> [Outcome] {
        QuestionPairs(first.map(\.asked), second.map(\.asked), areOfOneSource: areOfOneSource)
            .pairs.map { pair in
                var outcome = first[pair.first]
                outcome.correct += second[pair.second].correct
                outcome.repeats += second[pair.second].repeats
                return outcome
            }
    }

    /// Which questions are the same as another model's, by number of shots that both were asked behind.
    ///
    /// - Parameter isOfSameRuns: whether the same runs asked the other model
    func pairs(with first: Outcomes, isOfSameRuns: Bool) -> [Int: QuestionPairs] {
        let areOfOneSource = isOfSameRuns || prompts != nil && prompts == first.prompts
        var pairs: [Int: QuestionPairs] = [:]
        for (shots, outcomes) in byShots {
            pairs[shots] = first.byShots[shots].map { others in
                QuestionPairs(
                    others.map(\.asked), outcomes.map(\.asked), areOfOneSource: areOfOneSource)
            }
        }
        return pairs
    }

    /// How much oftener this model was right than another, by column; nil where no question is common.
    ///
    /// - Parameter pairs: the other's questions first
    func differences(
        from first: Outcomes, _ pairs: [Int: QuestionPairs], _ columns: [ResultTable.Column]
    ) throws -> [(cell: ResultTable.Cell, pValue: Double)?] {
        try columns.map { column in
            let here = byShots[column.shots] ?? []
            let there = first.byShots[column.shots] ?? []
            let common = (pairs[column.shots]?.pairs ?? []).filter {
                column.category == "all" || here[$0.second].category == column.category
            }
            if common.isEmpty { return nil }
            let sample = try PairedSample(
                first: common.map { there[$0.first].answers },
                second: common.map { here[$0.second].answers })
            return (
                ResultTable.Cell(mean: sample.difference, standardError: sample.standardError),
                McNemarTest(sample).pValue
            )
        }
    }
}

extension Outcomes.Outcome {
    fileprivate init(_ entry: QuestionEntry) {
        self.init(
            asked: AskedQuestion(
                subject: entry.subject, split: entry.split, row: entry.row,
                hash: entry.questionHash, answer: entry.answer),
            category: entry.category, correct: entry.correct, repeats: entry.repeats)
    }
}
