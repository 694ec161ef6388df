import Testing
import Torch

/// An operation on a few numbers, and what comes out by hand.
struct WorkedExample: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let shape: [Int]
    let values: [Double]
    let result: @Sendable () throws -> Tensor

    init(
        _ name: String, _ values: [Double], shape: [Int]? = nil,
        _ result: @escaping @Sendable () throws -> Tensor
    ) {
        testDescription = name
        self.values = values
        self.shape = shape ?? [values.count]
        self.result = result
    }
}

/// A matrix of float64, row by row.
func matrix(_ rows: [Double]...) throws -> Tensor {
    try Tensor(rows.flatMap { $0 }, shape: [rows.count, rows.first?.count ?? 0])
}

/// A vector of float64.
func vector(_ values: Double...) throws -> Tensor { try Tensor(values) }
