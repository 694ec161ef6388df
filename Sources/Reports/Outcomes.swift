import Results
import Statistics

/// A row's answers, question by question: the repeats of all of its runs together.
struct Outcomes {
    private struct Place: Hashable {
        let shots: Int
        let subject: String
        let split: String
        let row: Int
    }

    private struct Outcome {
        let category: String
        var correct: Int
        var repeats: Int
        var runs: Int
    }

    private let byPlace: [Place: Outcome]
    private let runCount: Int

    init(_ source: ModelRuns, in store: Store) throws {
        var byPlace: [Place: Outcome] = [:]
        for entry in try store.questions(of: source.runs.map(\.id))
        where entry.model == source.model && entry.adapterScale == source.scale {
            let place = Place(
                shots: entry.shots, subject: entry.subject, split: entry.split, row: entry.row)
            var outcome =
                byPlace[place]
                ?? Outcome(category: entry.category, correct: 0, repeats: 0, runs: 0)
            outcome.correct += entry.correct
            outcome.repeats += entry.repeats
            outcome.runs += 1
            byPlace[place] = outcome
        }
        self.byPlace = byPlace
        runCount = source.runs.count
    }

    /// How much oftener this model was right than another, by column; nil where no question is common.
    func differences(
        from first: Outcomes, _ columns: [ResultTable.Column]
    ) throws -> [(cell: ResultTable.Cell, pValue: Double)?] {
        try columns.map { column in
            let places = byPlace.filter { place, outcome in
                place.shots == column.shots && outcome.runs == runCount
                    && (column.category == "all" || outcome.category == column.category)
                    && first.byPlace[place]?.runs == first.runCount
            }.keys.sorted {
                ($0.subject, $0.split, $0.row) < ($1.subject, $1.split, $1.row)
            }
            if places.isEmpty { return nil }
            let sample = try PairedSample(
                first: places.map(first.answers), second: places.map(answers))
            return (
                ResultTable.Cell(mean: sample.difference, standardError: sample.standardError),
                McNemarTest(sample).pValue
            )
        }
    }

    /// Right ones first: their order tells nothing.
    private func answers(_ place: Place) -> [Bool] {
        guard let outcome = byPlace[place] else { return [] }
        return (0..<outcome.repeats).map { $0 < outcome.correct }
    }
}
