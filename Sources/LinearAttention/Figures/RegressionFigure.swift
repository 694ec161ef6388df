import Plots

/// A figure or table of the regression half of the study, made anew.
public struct RegressionFigure: Sendable {
    /// As `reproduce` takes it.
    public let name: String
    /// What it shows, in a line.
    public let summary: String
    private let body: @Sendable (FigureRunner) throws -> FigureReport

    init(
        _ name: String, _ summary: String,
        _ body: @escaping @Sendable (FigureRunner) throws -> FigureReport
    ) {
        self.name = name
        self.summary = summary
        self.body = body
    }

    public func make(_ runner: FigureRunner) throws -> FigureReport { try body(runner) }

    /// Those of the paper, then those beyond it.
    public static let all: [RegressionFigure] = [
        figure1, figure2, figure3, figure4, figure5, figure7, figure8, table1,
        beyondCosine, beyondLambda, beyondAnisotropy, beyondHeads, beyondWeight,
    ]
}

/// What came out: a picture, a text, and tables beside the picture's own.
public struct FigureReport: Sendable {
    /// Nil for a table.
    public var figure: Figure?
    /// Further files.
    public var files: [(name: String, text: String)] = []
    /// What the paper shows, what came out here, where they differ and why.
    public var text: String

    init(_ figure: Figure?, _ paragraphs: [String]) {
        self.figure = figure
        text = paragraphs.joined(separator: "\n\n") + "\n"
    }
}

/// Trains what figures need.
public struct FigureRunner: Sendable {
    private let isQuick: Bool
    private let train: @Sendable (_ title: String, RegressionStudy) throws -> RegressionResults

    /// - Parameters:
    ///   - isQuick: two seeds and short trainings: shapes, not numbers
    ///   - train: runs a study, shows how far it is
    public init(
        isQuick: Bool,
        train: @escaping @Sendable (_ title: String, RegressionStudy) throws -> RegressionResults
    ) {
        self.isQuick = isQuick
        self.train = train
    }

    /// Training seeds of a point.
    public static let seedCount = 5

    func results(_ title: String, _ study: RegressionStudy) throws -> RegressionResults {
        var study = study
        study.seeds = (0..<UInt64(isQuick ? 2 : Self.seedCount)).map { $0 }
        if isQuick {
            study.pretraining.shorten()
            for index in study.fineTunings.indices { study.fineTunings[index].recipe.shorten() }
        }
        return try train(title, study)
    }

    /// How points were made.
    var recipeText: String {
        isQuick
            ? "Quick: two seeds, at most 1,000 iterations of 100 prompts. Shapes, not numbers: "
                + "what is said above of numbers is of a whole run."
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
