import Foundation

/// A row of a table of theory: the value of a quantity, and its conditions.
public struct TheoryRow: Hashable, Sendable {
    /// The columns of a table, by which the fields of a row are found.
    public static let columns = [
        "figure", "curve", "d", "m", "n", "sigma2", "w", "task", "quantity", "value",
    ]

    public let figure: String
    public let curve: String
    /// d.
    public let dimension: Int
    /// m, the pairs of a pretraining prompt.
    public let pretrainingContext: Int?
    /// n, the pairs of the evaluated prompt.
    public let context: Int?
    /// sigma2.
    public let noise: Double
    /// w.
    public let weight: Double?
    public let task: String
    public let quantity: String
    /// The quantity without its indices: `dE/dQ11` of `dE/dQ11[1,2]`.
    public let quantityName: String
    /// From 1.
    public let indices: [Int]
    public let value: Double

    /// - Parameter fields: by column
    /// - Throws: `LinearAttentionError` for a field that is no number or is out of range.
    public init(_ fields: [String: String]) throws {
        func text(_ column: String) -> String {
            (fields[column] ?? "").trimmingCharacters(in: .whitespaces)
        }
        figure = text("figure")
        curve = text("curve")
        task = text("task")
        quantity = text("quantity")
        guard let d = try Self.count("d", text("d"), in: 1...500) else {
            throw LinearAttentionError("d is empty; the dimension is needed")
        }
        dimension = d
        pretrainingContext = try Self.count("m", text("m"), in: 0...1_000_000_000)
        context = try Self.count("n", text("n"), in: 0...1_000_000_000)
        guard let noise = Double(text("sigma2")), noise.isFinite, noise >= 0 else {
            throw LinearAttentionError(
                "sigma2 is '\(text("sigma2"))'; a finite number from 0 is needed")
        }
        self.noise = noise
        weight = try text("w").isEmpty ? nil : Self.number("w", text("w"))
        value = try Self.number("value", text("value"))
        (quantityName, indices) = try Self.parts(of: quantity)
    }

    private static func number(_ column: String, _ text: String) throws -> Double {
        guard let number = Double(text), number.isFinite else {
            throw LinearAttentionError("\(column) is '\(text)'; a finite number is needed")
        }
        return number
    }

    /// A whole number, "20" or "20.0"; nil where the column is empty.
    private static func count(
        _ column: String, _ text: String, in range: ClosedRange<Int>
    ) throws -> Int? {
        if text.isEmpty { return nil }
        guard let number = Double(text), let count = Int(exactly: number), range.contains(count)
        else {
            throw LinearAttentionError(
                "\(column) is '\(text)'; a whole number from \(range.lowerBound) to "
                    + "\(range.upperBound) is needed")
        }
        return count
    }

    private static func parts(of quantity: String) throws -> (String, [Int]) {
        guard let bracket = quantity.firstIndex(of: "[") else { return (quantity, []) }
        let inside = quantity[quantity.index(after: bracket)...].dropLast()
        let indices = inside.split(separator: ",", omittingEmptySubsequences: false).map {
            Int($0.trimmingCharacters(in: .whitespaces))
        }
        guard quantity.hasSuffix("]"), indices.allSatisfy({ $0 != nil }) else {
            throw LinearAttentionError(
                "quantity '\(quantity)' is not understood; indices are needed as in A[1,2]")
        }
        return (String(quantity[..<bracket]), indices.compactMap { $0 })
    }
}
