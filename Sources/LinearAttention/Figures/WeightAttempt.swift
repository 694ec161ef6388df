/// A training that might give the w of Figure 4(b).
struct WeightAttempt {
    let name: String
    let study: RegressionStudy
    /// c, where Sigma = c I is what is tried.
    let scale: Double?

    init(_ name: String, _ study: RegressionStudy, scale: Double? = nil) {
        self.name = name
        self.study = study
        self.scale = scale
    }

    /// A study that fine-tunes all parameters on zero-shot prompts.
    static func zeroShot(_ setup: RegressionSetup) -> RegressionStudy {
        var study = RegressionStudy(setup)
        study.fineTunings = [FineTuning(.all, .zeroShot)]
        return study
    }

    /// Starts, optimisers, designs and covariances that might give another w.
    static func others() throws -> [WeightAttempt] {
        let paper = try RegressionSetup.paper()
        func study(
            _ setup: RegressionSetup, _ change: (inout RegressionStudy) throws -> Void
        ) rethrows -> RegressionStudy {
            var study = zeroShot(setup)
            try change(&study)
            return study
        }
        func fromOptimum(_ v: Double) throws -> RegressionStudy {
            try study(paper) {
                $0.start = .head(try paper.optimum(value: v), perturbation: 0.01)
            }
        }
        func adam(_ rate: Double) -> RegressionStudy {
            study(paper) {
                $0.fineTunings[0].recipe.optimizer = .adam
                $0.fineTunings[0].recipe.learningRate = rate
            }
        }
        let ahn = try RegressionSetup(
            RegressionProblem(
                covariance: Matrix(diagonal: [1, 1, 0.25, 2.25, 1]), noise: 0.1))
        var inverse = ahn
        inverse.prior = .inverseCovariance
        let tried: [(name: String, study: RegressionStudy)] = [
            ("first weights of deviation 0.02", study(paper) { $0.start = .random(scale: 0.02) }),
            ("first weights of deviation 0.5", study(paper) { $0.start = .random(scale: 0.5) }),
            ("pretraining optimum split as v = 0.4", try fromOptimum(0.4)),
            ("pretraining optimum split as v = 0.45", try fromOptimum(0.45)),
            ("pretraining optimum split as v = 0.5", try fromOptimum(0.5)),
            ("pretraining optimum split as v = 0.8, Q11 = I", try fromOptimum(0.8046)),
            ("pretraining optimum split as v = 3", try fromOptimum(3)),
            (
                "no pretraining at all, deviation 0.3",
                study(paper) {
                    $0.pretraining.iterationCount = 0
                    $0.start = .random(scale: 0.3)
                }
            ),
            (
                "500 iterations of pretraining",
                study(paper) {
                    $0.pretraining.iterationCount = 500
                }
            ),
            ("Adam in fine-tuning, rate 0.01", adam(0.01)),
            ("Adam in fine-tuning, rate 0.001", adam(0.001)),
            (
                "Adam in both, rate 0.01",
                study(paper) {
                    $0.pretraining.optimizer = .adam
                    $0.fineTunings[0].recipe.optimizer = .adam
                }
            ),
            (
                "exact gradients in fine-tuning",
                study(paper) {
                    $0.fineTunings[0].recipe.optimizer = .population
                }
            ),
            ("separate W_K and W_Q", study(paper) { $0.design = .separate }),
            ("two heads", study(paper) { $0.design = .twoHead }),
            ("Sigma = diag(1, 1, .25, 2.25, 1)", study(ahn) { _ in }),
            ("the same, tasks from N(0, Sigma^-1)", study(inverse) { _ in }),
        ]
        return tried.map { WeightAttempt($0.name, $0.study) }
    }
}

/// What an attempt led to; no weight where training left the finite numbers.
struct WeightOutcome {
    let name: String
    /// c, where Sigma = c I is what was tried.
    let scale: Double?
    let weight: Estimate?
    let line: String

    init(
        _ attempt: WeightAttempt, _ result: Result<RegressionResults, LinearAttentionError>
    ) throws {
        name = attempt.name
        scale = attempt.scale
        switch result {
        case .success(let results):
            let weight = try results.estimate(.fineTuned(0)) { $0.fullWeight }
            let error = try results.error(.fineTuned(0), context: 0)
            self.weight = weight
            line = "\(name): \(weight.fixed()), \(error.mean.fixed())"
        case .failure(let error):
            weight = nil
            line = "\(name): \(error.message)"
        }
    }
}
