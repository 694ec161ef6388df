import CPrompts

/// Prompts by their sufficient statistics, sixteen side by side in memory.
public struct PromptBatch: Sendable {
    public let dimension: Int
    /// Examples before the query.
    public let context: Int
    public let count: Int
    private var numbers: [Float]

    init(dimension: Int, context: Int, count: Int) {
        precondition(count > 0, "a batch of no prompts")
        self.dimension = dimension
        self.context = context
        self.count = count
        let blockCount = (count + Int(CP_LANES) - 1) / Int(CP_LANES)
        numbers = [Float](
            repeating: 0, count: blockCount * Int(CP_LANES) * cp_prompt_size(dimension, context))
    }

    var blockCount: Int { (count + Int(CP_LANES) - 1) / Int(CP_LANES) }

    mutating func withNumbers(_ body: (UnsafeMutablePointer<Float>) -> Void) {
        numbers.withUnsafeMutableBufferPointer { buffer in
            if let start = buffer.baseAddress { body(start) }
        }
    }

    /// The mean squared error on the first prompts, and `weight` times its gradient added to `sum`.
    ///
    /// - Parameters:
    ///   - heads: `[headCount, d + 1 + (d + 1)²]`: v21, v, then Q row by row
    ///   - promptCount: how many of the batch count
    ///   - sum: as `heads`
    func addGradient(
        of heads: [Float], headCount: Int, promptCount: Int, weight: Double,
        to sum: inout [Double]
    ) -> Double {
        let size = headCount * (dimension + 1) * (dimension + 2)
        precondition(heads.count == size && sum.count == size, "numbers of another model")
        precondition(0 < promptCount && promptCount <= count, "more prompts than there are")
        precondition(headCount <= AttentionDesign.mostHeads)
        return numbers.withUnsafeBufferPointer { prompts in
            heads.withUnsafeBufferPointer { heads in
                sum.withUnsafeMutableBufferPointer { sum in
                    guard let prompts = prompts.baseAddress, let heads = heads.baseAddress,
                        let sum = sum.baseAddress
                    else { return 0 }
                    return cp_add_gradient(
                        dimension, context, promptCount, prompts, headCount, heads, weight, sum)
                }
            }
        }
    }

    /// The numbers of one prompt.
    public struct Statistics: Sendable {
        /// The query, `[d]`.
        public let x: [Double]
        /// Its label.
        public let y: Double
        /// sum x_i x_i', `[d, d]`.
        public let gram: Matrix
        /// sum x_i y_i, `[d]`.
        public let xy: [Double]
        /// sum x_i, `[d]`.
        public let sumX: [Double]
        public let sumY: Double
    }

    /// - Parameter index: from 0
    public func statistics(of index: Int) -> Statistics {
        let lanes = Int(CP_LANES)
        let size = cp_prompt_size(dimension, context)
        let start = index / lanes * lanes * size + index % lanes
        func number(_ place: Int) -> Double { Double(numbers[start + place * lanes]) }
        func vector(_ place: Int) -> [Double] { (0..<dimension).map { number(place + $0) } }
        let d = dimension
        let end = d + 1 + d * (d + 1) / 2
        let isEmpty = context == 0
        return Statistics(
            x: vector(0), y: number(d),
            gram: Matrix(rowCount: d, columnCount: d) { i, j in
                isEmpty ? 0 : number(d + 1 + max(i, j) * (max(i, j) + 1) / 2 + min(i, j))
            },
            xy: isEmpty ? [Double](repeating: 0, count: d) : vector(end),
            sumX: isEmpty ? [Double](repeating: 0, count: d) : vector(end + d),
            sumY: isEmpty ? 0 : number(end + 2 * d))
    }
}
