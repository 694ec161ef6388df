/// What a family chooses, by the runs of the study so far.
struct FamilyChoice {
    /// Of the candidates that were trained to the end, in the order of the settings.
    let scores: [(candidate: Candidate, score: SelectionScore)]
    let failures: [(candidate: Candidate, failure: CellFailure)]
    /// Whether every candidate was trained, or failed.
    let isComplete: Bool

    init(_ family: SweepFamily, _ settings: SweepSettings, _ folder: StudyFolder) throws {
        var scores: [(Candidate, SelectionScore)] = []
        var failures: [(Candidate, CellFailure)] = []
        var isComplete = true
        let seed = settings.grid.seeds.first ?? 0
        for candidate in family.candidates {
            let cell = family.cell(candidate, seed: seed)
            let place = folder.cell(cell.name)
            switch try place.state(.adapter) {
            case .open: isComplete = false
            case .failed(let failure): failures.append((candidate, failure))
            case .done:
                let keeps = try settings.training(of: cell).keeping.adapter
                scores.append((candidate, try SelectionScore(run: place.path, keeps: keeps)))
            }
        }
        self.scores = scores
        self.failures = failures
        self.isComplete = isComplete
    }

    /// nil before every candidate is trained, and where all failed.
    var winner: Candidate? {
        isComplete ? SelectionRule.winner(of: scores.map { ($0.candidate, $0.score) }) : nil
    }
}
