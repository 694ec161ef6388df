import CRegression

/// Prompts by the moments of their tokens, in interleaved groups of sixteen.
public struct PromptBatch: Sendable {
    public let dimension: Int
    /// The number of examples before the query.
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
    ///   - heads: `[headCount, d + 2 + (d + 2)²]`: `AttentionModel.headNumbers`
    ///   - isZeroShot: whether only the query's token is read
    ///   - promptCount: the number of prompts of the batch that are used
    ///   - sum: as `heads`
    func addGradient(
        of heads: [Double], headCount: Int, isZeroShot: Bool = false, promptCount: Int,
        weight: Double, to sum: inout [Double]
    ) -> Double {
        let size = headCount * (dimension + 2) * (dimension + 3)
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
                        dimension, context, isZeroShot ? 0 : 1, promptCount, prompts, headCount,
                        heads, weight, sum)
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
        /// sum y_i².
        public let squareY: Double
    }

    /// - Parameter index: from 0
    public func statistics(of index: Int) -> Statistics {
        let lanes = Int(CP_LANES)
        let start = index / lanes * lanes * cp_prompt_size(dimension, context) + index % lanes
        func number(_ index: Int) -> Double { Double(numbers[start + index * lanes]) }
        let d = dimension
        /// Of tokens (1, x, y), by the lower triangle without its first entry.
        func moment(_ i: Int, _ j: Int) -> Double {
            let (row, column) = (max(i, j), min(i, j))
            return context == 0 ? 0 : number(d + 1 + row * (row + 1) / 2 + column - 1)
        }
        return Statistics(
            x: (0..<d).map(number), y: number(d),
            gram: Matrix(rowCount: d, columnCount: d) { moment($0 + 1, $1 + 1) },
            xy: (0..<d).map { moment(d + 1, $0 + 1) }, sumX: (0..<d).map { moment($0 + 1, 0) },
            sumY: moment(d + 1, 0), squareY: moment(d + 1, d + 1))
    }
}
