/// The choice within a group, from the sweep's runs so far.
struct FamilyChoice {
    /// Scores of the candidates whose training is complete, in the order of the settings.
    let scores: [(candidate: Hyperparameters, score: ValidationScore)]
    let failures: [(candidate: Hyperparameters, failure: CellFailure)]
    /// Whether every candidate was trained, or failed.
    let isComplete: Bool

    init(_ family: SweepGroup, _ settings: SweepSettings, _ folder: SweepDirectory) throws {
        var scores: [(Hyperparameters, ValidationScore)] = []
        var failures: [(Hyperparameters, CellFailure)] = []
        var isComplete = true
        let seed = settings.grid.seeds.first ?? 0
        for candidate in family.candidates {
            let cell = family.cell(candidate, seed: seed)
            let place = folder.cell(cell.name)
            switch try place.state(.adapter) {
            case .open: isComplete = false
            case .failed(let failure): failures.append((candidate, failure))
            case .done:
                let keeps = try settings.training(of: cell).checkpoints.keep
                scores.append((candidate, try ValidationScore(run: place.path, keeps: keeps)))
            }
        }
        self.scores = scores
        self.failures = failures
        self.isComplete = isComplete
    }

    /// nil before every candidate is trained, and where all failed.
    var winner: Hyperparameters? {
        isComplete ? SelectionRule.winner(of: scores.map { ($0.candidate, $0.score) }) : nil
    }
}
