/// A linear-attention model as it is trained: its numbers, and the heads that they make.
public struct AttentionModel: Hashable, Sendable {
    public let design: AttentionDesign
    /// d.
    public let dimension: Int
    /// A head after the other: v21 [d], v, then Q [d + 1, d + 1] by rows, or W_K and W_Q of that shape.
    public internal(set) var parameters: [Double]

    /// Normal numbers of standard deviation `scale`.
    public init(_ design: AttentionDesign, dimension: Int, scale: Double, seed: UInt64) {
        self.design = design
        self.dimension = dimension
        var normals = NormalStream(seed: seed, purpose: .start)
        let count = design.headCount * Self.headSize(design, dimension)
        parameters = (0..<count).map { _ in scale * normals.next() }
    }

    /// One head, or as many equal ones that share its value; separate keys are the symmetric root of
    /// what they make.
    ///
    /// - Parameter head: with q11 a multiple of the identity, q12 = q21 = 0 and q >= 0 where keys are
    ///   separate
    /// - Throws: `LinearAttentionError` where separate keys cannot be taken from the head.
    public init(_ design: AttentionDesign, head: AttentionHead) throws {
        self.design = design
        dimension = head.dimension
        let share = 1 / Double(design.headCount)
        let query = Self.queryMatrix(head)
        var keys = query.elements
        if design.keys == .separate {
            var root = Matrix(zeros: dimension + 1)
            for i in 0...dimension { root[i, i] = max(query[i, i], 0).squareRoot() }
            guard (root * root).elements == query.elements || (root * root).isClose(to: query)
            else {
                throw LinearAttentionError(
                    "separate keys were asked for of a Q that is not diagonal with numbers from 0; "
                        + "such a Q is needed")
            }
            keys = root.elements + root.elements
        }
        let one = (share * head.v21).elements + [share * head.v] + keys
        parameters = Array(repeating: one, count: design.headCount).flatMap { $0 }
    }

    /// Adds normal numbers of standard deviation `scale` to all but v.
    mutating func perturb(by scale: Double, seed: UInt64) {
        var normals = NormalStream(seed: seed, purpose: .start)
        for index in parameters.indices {
            let change = scale * normals.next()
            if index % headSize != dimension { parameters[index] += change }
        }
    }

    private static func headSize(_ design: AttentionDesign, _ d: Int) -> Int {
        d + 1 + (design.keys == .merged ? 1 : 2) * (d + 1) * (d + 1)
    }

    private var headSize: Int { Self.headSize(design, dimension) }
    private var width: Int { dimension + 1 }

    /// Which parameters a target moves, one truth value for each.
    func isTrained(_ target: FineTuningTarget) -> [Bool] {
        let square = width * width
        func repeated(_ value: Bool, _ count: Int) -> [Bool] {
            [Bool](repeating: value, count: count)
        }
        let values = target == .all || target == .v
        let queries = target == .all || target == .q
        let keys = target == .all || target == .k
        let head =
            repeated(values, width)
            + (design.keys == .merged
                ? repeated(queries, square) : repeated(keys, square) + repeated(queries, square))
        return Array(repeating: head, count: design.headCount).flatMap { $0 }
    }
}

extension AttentionModel {
    /// v21, v and Q row by row of each head: what the minibatch loops take.
    var headNumbers: [Double] {
        guard design.keys == .separate else { return parameters }
        var numbers: [Double] = []
        let square = width * width
        for start in stride(from: 0, to: parameters.count, by: headSize) {
            numbers += parameters[start..<start + width]
            let keys = start + width
            for i in 0..<width {
                for j in 0..<width {
                    var sum = 0.0
                    for a in 0..<width {
                        sum +=
                            parameters[keys + a * width + i]
                            * parameters[keys + square + a * width + j]
                    }
                    numbers.append(sum)
                }
            }
        }
        return numbers
    }

    /// The gradient by the parameters from that by the head numbers: with Q = K'W, dK = W dQ' and
    /// dW = K dQ.
    func pulledBack(_ gradient: [Double]) -> [Double] {
        guard design.keys == .separate else { return gradient }
        let square = width * width
        var result = [Double](repeating: 0, count: parameters.count)
        for head in 0..<design.headCount {
            let from = head * (width + square)
            let to = head * headSize
            for i in 0..<width { result[to + i] = gradient[from + i] }
            let keys = to + width
            for a in 0..<width {
                for i in 0..<width {
                    for j in 0..<width {
                        let slope = gradient[from + width + i * width + j]
                        result[keys + a * width + i] +=
                            slope * parameters[keys + square + a * width + j]
                        result[keys + square + a * width + j] +=
                            slope * parameters[keys + a * width + i]
                    }
                }
            }
        }
        return result
    }

    /// What the model computes, as the theory writes it.
    public var heads: [AttentionHead] {
        let numbers = headNumbers
        let (d, size) = (dimension, width + width * width)
        return stride(from: 0, to: numbers.count, by: size).map { start in
            func query(_ i: Int, _ j: Int) -> Double { numbers[start + width + i * width + j] }
            return AttentionHead(
                v21: Vector(Array(numbers[start..<start + d])), v: numbers[start + d],
                q11: Matrix(rowCount: d, columnCount: d, query),
                q12: Vector((0..<d).map { query($0, d) }),
                q21: Vector((0..<d).map { query(d, $0) }), q: query(d, d))
        }
    }

    /// Head numbers from heads: of a gradient, say.
    static func numbers(of heads: [AttentionHead]) -> [Double] {
        heads.flatMap { $0.v21.elements + [$0.v] + queryMatrix($0).elements }
    }

    private static func queryMatrix(_ head: AttentionHead) -> Matrix {
        let d = head.dimension
        return Matrix(rowCount: d + 1, columnCount: d + 1) { i, j in
            switch (i < d, j < d) {
            case (true, true): head.q11[i, j]
            case (true, false): head.q12[i]
            case (false, true): head.q21[j]
            case (false, false): head.q
            }
        }
    }
}

extension Matrix {
    fileprivate func isClose(to other: Matrix) -> Bool {
        zip(elements, other.elements).allSatisfy { abs($0 - $1) <= 1e-12 * (1 + abs($1)) }
    }
}
