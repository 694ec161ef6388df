import Foundation
import LinearAttention

/// Trains the models that figures need.
public struct FigureRunner: Sendable {
    /// Two seeds and short trainings, which show shapes, not exact numbers.
    let isQuick: Bool
    private let models: TrainingCache
    private let run: @Sendable (_ title: String, TrainingPlan) throws -> Void

    /// - Parameters:
    ///   - isQuick: two seeds and short trainings, which show shapes, not exact numbers
    ///   - models: the models that other figures have trained
    ///   - run: runs a plan of trainings and shows its progress
    public init(
        isQuick: Bool, models: TrainingCache,
        run: @escaping @Sendable (_ title: String, TrainingPlan) throws -> Void
    ) {
        self.isQuick = isQuick
        self.models = models
        self.run = run
    }

    /// The training seeds of a point.
    public static let seedCount = 5

    /// Trains the studies in parallel; a study whose numbers do not stay finite gets the cause
    /// instead.
    func outcomes(
        _ title: String, _ studies: [RegressionExperiment]
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

    func results(_ title: String, _ studies: [RegressionExperiment]) throws -> [RegressionResults] {
        try outcomes(title, studies).map { try $0.get() }
    }

    func results(_ title: String, _ study: RegressionExperiment) throws -> RegressionResults {
        try results(title, [study])[0]
    }

    /// How points were computed.
    var recipeText: String {
        FigureText(PackageResources.points_md).filled(
            ["seeds": "\(Self.seedCount)"], flags: ["quick": isQuick]
        ).trimmingCharacters(in: .newlines)
    }
}

extension TrainingRecipe {
    fileprivate mutating func shorten() {
        iterationCount = min(iterationCount, 1_000)
        batchSize = min(batchSize, 100)
    }
}
