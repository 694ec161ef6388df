import Plots

/// A reproduced figure or table of the regression half of the study.
public struct RegressionFigure: Sendable {
    /// The name that `reproduce` takes.
    public let name: String
    /// A description in one line.
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

    /// The paper's figures, then those beyond it.
    public static let all: [RegressionFigure] = [
        figure1, figure2, figure3, figure4, figure5, figure7, figure8, table1,
        beyondCosine, beyondLambda, beyondAnisotropy, beyondHeads, beyondWeight,
    ]
}

/// The outputs: a picture, a text, and tables in addition to the picture's own.
public struct FigureReport: Sendable {
    /// Nil for a table.
    public var figure: Figure?
    /// Further files.
    public var files: [(name: String, text: String)] = []
    /// What the paper shows, what this study found, where they differ and why.
    public var text: String

    init(_ figure: Figure?, _ text: String) {
        self.figure = figure
        self.text = text
    }
}
