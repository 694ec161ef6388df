import ArgumentParser

/// The paper's closed forms for linear attention.
struct TheoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "theory",
        abstract: "Evaluates the paper's closed forms for linear attention.",
        discussion: """
            A linear attention model reads n pairs (x, y) of a linear regression task and predicts \
            the y of one more x. Errors are mean squares of the prediction and include the noise of \
            the label. Formulas: arXiv 2602.23197, sections 4 and A.
            """,
        subcommands: [TheoryError.self, TheoryOptimum.self, TheoryTable.self])
}
