import CRegression

/// Draws minibatches of prompts by the moments of their tokens.
///
/// Linear attention reads the n examples of a prompt only through sum z_i z_i', z_i = (1, x_i,
/// y_i). For new examples these moments are drawn from their exact distribution. A step on such a
/// batch is a step of stochastic gradient descent on sampled prompts, at the cost of a few numbers
/// per prompt. For a `PairSet` the moments are summed pair by pair.
public struct PromptSampler: Sendable {
    /// d.
    public let dimension: Int
    /// n; 0 means the query alone.
    public let context: Int
    private let deviation: Float
    private let inputFactor: [Float]
    private let task: [Float]?
    private let taskFactor: [Float]?
    private let isOnSphere: Bool
    private let pairs: [Float]?

    /// The largest dimension that the loops support.
    public static let largestDimension = Int(CP_MAX_DIMENSION)

    private init(
        _ problem: RegressionProblem, context: Int, task: Vector? = nil,
        taskCovariance: Matrix? = nil, isOnSphere: Bool = false, pairs: PairSet? = nil
    ) throws {
        guard problem.dimension <= Self.largestDimension else {
            throw LinearAttentionError(
                "the prompts' dimension: is \(problem.dimension); at most "
                    + "\(Self.largestDimension) is possible")
        }
        guard context >= 0 else {
            throw LinearAttentionError(
                "a prompt's examples: their number is \(context); 0 or more is needed")
        }
        dimension = problem.dimension
        self.context = context
        deviation = Float(problem.noise.squareRoot())
        inputFactor = try Self.factor(problem.covariance)
        self.task = task.map { $0.elements.map { Float($0) } }
        taskFactor = try taskCovariance.map(Self.factor)
        self.isOnSphere = isOnSphere
        self.pairs = pairs?.numbers
    }

    /// A sampler whose prompts are all of one task.
    ///
    /// - Parameter pairs: the source of examples and queries; nil makes each of them new
    /// - Throws: `LinearAttentionError` for a dimension or a context that cannot be drawn.
    public init(
        _ problem: RegressionProblem, context: Int, task: Vector, pairs: PairSet? = nil
    ) throws {
        precondition(task.count == problem.dimension, "a task of another dimension")
        precondition(pairs.map { $0.dimension == task.count } ?? true, "pairs of another dimension")
        try self.init(problem, context: context, task: Optional(task), pairs: pairs)
    }

    /// A sampler whose prompts each draw their own task.
    ///
    /// - Throws: `LinearAttentionError` for a dimension, context or prior that cannot be drawn.
    public init(_ problem: RegressionProblem, context: Int, prior: TaskPrior) throws {
        let isOnSphere = prior == .sphere
        try self.init(
            problem, context: context,
            taskCovariance: isOnSphere
                ? Matrix(identity: problem.dimension) : prior.covariance(for: problem),
            isOnSphere: isOnSphere)
    }

    private static func factor(_ matrix: Matrix) throws -> [Float] {
        guard let factor = Cholesky(matrix) else {
            throw LinearAttentionError(
                "a covariance has an eigenvalue that is not above 0; a positive definite matrix is "
                    + "needed")
        }
        return factor.lower.elements.map { Float($0) }
    }

    /// A batch of `count` prompts; the same seed gives the same numbers on every processor.
    public func draw(count: Int, seed: UInt64) -> PromptBatch {
        var batch = PromptBatch(dimension: dimension, context: context, count: count)
        draw(into: &batch, seed: seed)
        return batch
    }

    /// Draws new prompts into a batch of this sampler's dimension, and of its context or of none.
    /// The queries of a seed are the same for both.
    func draw(into batch: inout PromptBatch, seed: UInt64) {
        precondition(
            batch.dimension == dimension && (batch.context == context || batch.context == 0))
        let context = batch.context
        let blockCount = batch.blockCount
        withSource(context: context, seed: seed) { source in
            batch.withNumbers { cp_sample(source, blockCount, $0) }
        }
    }

    /// New tokens of the task, `cp_token_stride` numbers each.
    fileprivate func pairs(count: Int, seed: UInt64) -> [Float] {
        let lanes = Int(CP_LANES)
        let blockCount = (count + lanes - 1) / lanes
        let size = cp_token_stride(dimension)
        var numbers = [Float](repeating: 0, count: blockCount * lanes * size)
        numbers.withUnsafeMutableBufferPointer { numbers in
            guard let start = numbers.baseAddress else { return }
            withSource(context: 0, seed: seed) { cp_draw_pairs($0, blockCount, start) }
        }
        return Array(numbers.prefix(count * size))
    }

    private func withSource(context: Int, seed: UInt64, _ body: (cp_source) -> Void) {
        inputFactor.withUnsafeBufferPointer { inputFactor in
            Self.withPointer(task) { task in
                Self.withPointer(taskFactor) { taskFactor in
                    Self.withPointer(pairs) { pairs in
                        guard let input = inputFactor.baseAddress else { return }
                        body(
                            cp_source(
                                dimension: dimension, context: context, input_factor: input,
                                task: task, task_factor: taskFactor, on_sphere: isOnSphere ? 1 : 0,
                                pairs: pairs,
                                pair_count: (self.pairs?.count ?? 0) / cp_token_stride(dimension),
                                noise: deviation, seed: seed))
                    }
                }
            }
        }
    }

    private static func withPointer(
        _ numbers: [Float]?, _ body: (UnsafePointer<Float>?) -> Void
    ) {
        guard let numbers else { return body(nil) }
        numbers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}

/// Pairs (x, y) of one task, drawn once, from which prompts are composed.
public struct PairSet: Sendable {
    public let dimension: Int
    public let count: Int
    /// Tokens (1, x, y, 0 …) of `cp_token_stride` numbers.
    let numbers: [Float]

    /// A pair, from 0.
    public subscript(index: Int) -> (x: Vector, y: Double) {
        let start = index * cp_token_stride(dimension)
        let numbers = numbers[start..<start + dimension + 2].map(Double.init)
        return (Vector(Array(numbers[1...dimension])), numbers[dimension + 1])
    }

    /// The largest number of pairs: an index is drawn from 32 bits.
    public static let largestCount = 10_000_000

    /// - Parameters:
    ///   - task: theta, `[dimension]`
    ///   - count: 1 ... `largestCount`
    /// - Throws: `LinearAttentionError` for a dimension that cannot be drawn.
    public init(_ problem: RegressionProblem, task: Vector, count: Int, seed: UInt64) throws {
        precondition((1...Self.largestCount).contains(count), "\(count) pairs")
        dimension = problem.dimension
        self.count = count
        numbers = try PromptSampler(problem, context: 0, task: task).pairs(count: count, seed: seed)
    }
}
