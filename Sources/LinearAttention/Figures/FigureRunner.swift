/// Trains what figures need.
public struct FigureRunner: Sendable {
    /// Two seeds and short trainings: shapes, not numbers.
    let isQuick: Bool
    private let models: TrainedModels
    private let run: @Sendable (_ title: String, TrainingPlan) throws -> Void

    /// - Parameters:
    ///   - isQuick: two seeds and short trainings: shapes, not numbers
    ///   - models: what other figures have trained
    ///   - run: runs a plan of trainings, shows how far it is
    public init(
        isQuick: Bool, models: TrainedModels,
        run: @escaping @Sendable (_ title: String, TrainingPlan) throws -> Void
    ) {
        self.isQuick = isQuick
        self.models = models
        self.run = run
    }

    /// Training seeds of a point.
    public static let seedCount = 5

    /// Trains the studies side by side; one whose training leaves the finite numbers has the cause.
    func outcomes(
        _ title: String, _ studies: [RegressionStudy]
    ) throws -> [Result<RegressionResults, LinearAttentionError>] {
        let studies = studies.map { study in
            var study = study
            study.seeds = (0..<UInt64(isQuick ? 2 : Self.seedCount)).map { $0 }
            guard isQuick else { return study }
            study.pretraining.shorten()
            for index in study.fineTunings.indices { study.fineTunings[index].recipe.shorten() }
            return study
        }
        return try models.results(of: studies) { try run(title, $0) }
    }

    func results(_ title: String, _ studies: [RegressionStudy]) throws -> [RegressionResults] {
        try outcomes(title, studies).map { try $0.get() }
    }

    func results(_ title: String, _ study: RegressionStudy) throws -> RegressionResults {
        try results(title, [study])[0]
    }

    /// What only a whole run can say; nil in a quick one.
    func whole(_ words: @autoclosure () throws -> String) rethrows -> String? {
        isQuick ? nil : try words()
    }

    /// How points were made.
    var recipeText: String {
        isQuick
            ? "Quick: two seeds, at most 1,000 iterations of 100 prompts. Shapes, not numbers; what a "
                + "whole run finds is left out."
            : "Points: \(Self.seedCount) trainings with different first weights and prompts, bars one "
                + "standard error over them; SGD, learning rate 0.01, 5,000 iterations of 5,000 fresh "
                + "prompts a phase unless said otherwise. Each point is the exact expected error of "
                + "the trained weights. Lines: theory."
    }
}

extension TrainingRecipe {
    fileprivate mutating func shorten() {
        iterationCount = min(iterationCount, 1_000)
        batchSize = min(batchSize, 100)
    }
}
