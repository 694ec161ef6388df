import ArgumentParser
import Basics
import Foundation
import LinearAttention

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

/// Formats numbers, vectors and matrices for people and programs.
enum TheoryText {
    /// Ten significant digits.
    static func number(_ value: Double) -> String { String(format: "%.10g", value) }

    static func vector(_ vector: Vector) -> String {
        vector.elements.map(number).joined(separator: " ")
    }

    /// One line per row.
    static func lines(_ matrix: Matrix) -> [String] {
        (0..<matrix.rowCount).map { vector(Vector(matrix.row($0))) }
    }

    static func json(_ vector: Vector) -> JSONValue {
        .array(vector.elements.map { .number($0) })
    }

    static func json(_ matrix: Matrix) -> JSONValue {
        .array((0..<matrix.rowCount).map { json(Vector(matrix.row($0))) })
    }
}
