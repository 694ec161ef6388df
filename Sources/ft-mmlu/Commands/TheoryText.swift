import Basics
import Foundation
import LinearAttention
import Experiments

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
