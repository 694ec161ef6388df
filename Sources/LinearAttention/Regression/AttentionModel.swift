/// A linear-attention model in training: its parameters, and the heads that they define.
///
/// Tokens are (1, x, y), the query's label 0; d + 2 numbers. A head has V's last row, all of V that reaches
/// the prediction of one layer, and Q, or W_Q and W_K with Q = W_Q' W_K. Token a attends to token b by
/// z_a'Q z_b: rows of Q belong to the query.
public struct AttentionModel: Hashable, Sendable {
    public let design: AttentionDesign
    /// d.
    public let dimension: Int
    /// The heads in sequence: V's last row (v1, v21, v), then Q by rows, or W_Q and W_K of that
    /// shape.
    public internal(set) var parameters: [Double]

    /// Normal random numbers of standard deviation `scale`; 0 where the design does not read.
    public init(_ design: AttentionDesign, dimension: Int, scale: Double, seed: UInt64) {
        self.design = design
        self.dimension = dimension
        var normals = NormalStream(seed: seed, purpose: .start)
        parameters = Self.isLive(design, dimension).map { $0 ? scale * normals.next() : 0 }
    }

    /// One head, or several equal ones that share its value. Separate keys are the symmetric root
    /// of their product.
    ///
    /// - Parameter head: with q11 a multiple of the identity, q12 = q21 = 0 and q >= 0 where keys are
    ///   separate
    /// - Throws: `LinearAttentionError` where separate keys cannot be taken from the head.
    public init(_ design: AttentionDesign, head: AttentionHead) throws {
        self.design = design
        dimension = head.dimension
        let share = design.reading.averagesHeads ? 1 : 1 / Double(design.headCount)
        let query = Self.queryMatrix(head)
        var keys = query.elements
        if design.keys == .separate {
            var root = Matrix(zeros: dimension + 2)
            for i in 0...dimension { root[i, i] = max(query[i, i], 0).squareRoot() }
            guard (root * root).elements == query.elements || (root * root).isClose(to: query)
            else {
                throw LinearAttentionError(
                    "separate keys: Q is not diagonal with numbers from 0; such a Q is needed")
            }
            keys = root.elements + root.elements
        }
        let one = [0] + (share * head.v21).elements + [share * head.v] + keys
        parameters = Array(repeating: one, count: design.headCount).flatMap { $0 }
    }

    /// Adds normal random numbers of standard deviation `scale` to all that the design reads but v.
    mutating func perturb(by scale: Double, seed: UInt64) {
        var normals = NormalStream(seed: seed, purpose: .start)
        let isLive = Self.isLive(design, dimension)
        for index in parameters.indices where isLive[index] {
            let change = scale * normals.next()
            if index % headSize != dimension + 1 { parameters[index] += change }
        }
    }

    private static func headSize(_ design: AttentionDesign, _ d: Int) -> Int {
        d + 2 + (design.keys == .merged ? 1 : 2) * (d + 2) * (d + 2)
    }

    private var headSize: Int { Self.headSize(design, dimension) }
    /// The dimension of a token.
    private var size: Int { dimension + 2 }

    /// The mask of parameters that a design has.
    private static func isLive(_ design: AttentionDesign, _ d: Int) -> [Bool] {
        let (size, reading) = (d + 2, design.reading)
        func square(_ isLive: (_ row: Int, _ column: Int) -> Bool) -> [Bool] {
            (0..<size * size).map { isLive($0 / size, $0 % size) }
        }
        // A plain model does not have the label's row and column.
        let plain = square { $0 <= d && $1 <= d }
        let whole = square { _, column in reading.labels || column <= d }
        let free = square { _, _ in true }
        let matrices =
            switch (design.isPlain, design.keys) {
            case (true, .merged): plain
            case (true, .separate): plain + plain
            case (false, .merged): whole
            case (false, .separate): free + whole
            }
        let value = [reading.constant] + [Bool](repeating: true, count: d + 1)
        return Array(repeating: value + matrices, count: design.headCount).flatMap { $0 }
    }

    /// The mask of parameters that a target updates.
    func isTrained(_ target: FineTuningTarget) -> [Bool] {
        let square = size * size
        func repeated(_ value: Bool, _ count: Int) -> [Bool] {
            [Bool](repeating: value, count: count)
        }
        let values = target == .all || target == .v
        let queries = target == .all || target == .q
        let keys = target == .all || target == .k
        let head =
            repeated(values, size) + repeated(queries, square)
            + (design.keys == .merged ? [] : repeated(keys, square))
        return zip(
            Array(repeating: head, count: design.headCount).flatMap { $0 },
            Self.isLive(design, dimension)
        ).map { $0 && $1 }
    }
}

extension AttentionModel {
    /// 1 over the number of heads where they are averaged.
    private var share: Double {
        design.reading.averagesHeads ? 1 / Double(design.headCount) : 1
    }

    /// The inputs of the minibatch loops: (v1, v21, v), scaled so that the prediction is the sum
    /// over heads, and Q row by row of each head.
    var headNumbers: [Double] {
        let square = size * size
        var numbers: [Double] = []
        for start in stride(from: 0, to: parameters.count, by: headSize) {
            numbers += parameters[start..<start + size].map { share * $0 }
            let queries = start + size
            guard design.keys == .separate else {
                numbers += parameters[queries..<queries + square]
                continue
            }
            for i in 0..<size {
                for j in 0..<size {
                    var sum = 0.0
                    for a in 0..<size {
                        sum +=
                            parameters[queries + a * size + i]
                            * parameters[queries + square + a * size + j]
                    }
                    numbers.append(sum)
                }
            }
        }
        return numbers
    }

    /// The gradient by the parameters from that by the head numbers: with Q = W_Q'W_K,
    /// dW_Q = W_K dQ' and dW_K = W_Q dQ.
    func pulledBack(_ gradient: [Double]) -> [Double] {
        let square = size * size
        var result = [Double](repeating: 0, count: parameters.count)
        for head in 0..<design.headCount {
            let from = head * (size + square)
            let to = head * headSize
            for i in 0..<size { result[to + i] = share * gradient[from + i] }
            let queries = to + size
            guard design.keys == .separate else {
                for i in 0..<square { result[queries + i] = gradient[from + size + i] }
                continue
            }
            for a in 0..<size {
                for i in 0..<size {
                    for j in 0..<size {
                        let slope = gradient[from + size + i * size + j]
                        result[queries + a * size + i] +=
                            slope * parameters[queries + square + a * size + j]
                        result[queries + square + a * size + j] +=
                            slope * parameters[queries + a * size + i]
                    }
                }
            }
        }
        return result
    }

    /// The heads in the theory's notation; the prediction is their sum.
    public var heads: [TokenHead] {
        let numbers = headNumbers
        let (d, length) = (dimension, size + size * size)
        return stride(from: 0, to: numbers.count, by: length).map { start in
            func value(_ i: Int) -> Double { numbers[start + i] }
            func query(_ i: Int, _ j: Int) -> Double { numbers[start + size + i * size + j] }
            let plain = AttentionHead(
                v21: Vector((1...d).map(value)), v: value(d + 1),
                q11: Matrix(rowCount: d, columnCount: d) { query($1 + 1, $0 + 1) },
                q12: Vector((1...d).map { query(0, $0) }),
                q21: Vector((1...d).map { query($0, 0) }), q: query(0, 0))
            return TokenHead(
                plain, v1: value(0), c: query(0, d + 1), r: Vector((1...d).map { query($0, d + 1) })
            )
        }
    }

    /// The mean squared error on the first prompts of a batch.
    func loss(on batch: PromptBatch, promptCount: Int) -> Double {
        let numbers = headNumbers
        var unused = [Double](repeating: 0, count: numbers.count)
        return batch.addGradient(
            of: numbers, headCount: design.headCount, promptCount: promptCount, weight: 0,
            to: &unused)
    }

    /// The heads of a plain model.
    var plainHeads: [AttentionHead] {
        precondition(design.isPlain, "heads that read labels or the constant are not plain")
        return heads.map(\.plain)
    }

    /// Head numbers from plain heads, for example of a gradient.
    static func numbers(of heads: [AttentionHead]) -> [Double] {
        heads.flatMap { [0] + $0.v21.elements + [$0.v] + queryMatrix($0).elements }
    }

    private static func queryMatrix(_ head: AttentionHead) -> Matrix {
        let d = head.dimension
        return Matrix(rowCount: d + 2, columnCount: d + 2) { i, j in
            if i > d || j > d { return 0 }
            return switch (i, j) {
            case (0, 0): head.q
            case (0, _): head.q12[j - 1]
            case (_, 0): head.q21[i - 1]
            default: head.q11[j - 1, i - 1]
            }
        }
    }
}

extension Matrix {
    fileprivate func isClose(to other: Matrix) -> Bool {
        zip(elements, other.elements).allSatisfy { abs($0 - $1) <= 1e-12 * (1 + abs($1)) }
    }
}
