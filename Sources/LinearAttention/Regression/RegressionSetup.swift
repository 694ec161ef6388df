/// The tasks of a regression experiment, for pretraining and for fine-tuning.
public struct RegressionSetup: Hashable, Sendable {
    public let problem: RegressionProblem
    /// theta0, the task of fine-tuning, `[dimension]`, of length 1 in the metric of Sigma.
    public let task: Vector
    /// The distribution of pretraining's tasks.
    public var prior: TaskPrior = .standard
    /// m, the examples of a prompt in pretraining.
    public var context = 20
    /// The examples of a few-shot prompt in fine-tuning.
    public var shots = 20
    /// Pairs (x, y) of theta0, drawn once for each training seed, from which fine-tuning draws queries and
    /// examples with replacement. Nil: every prompt has new pairs.
    public var pairCount: Int?

    /// - Parameter direction: the direction of theta0; any length
    /// - Throws: `LinearAttentionError` if the direction does not fit the problem or has length 0.
    public init(_ problem: RegressionProblem, direction: Vector) throws {
        guard direction.count == problem.dimension else {
            throw LinearAttentionError(
                "the task has \(direction.count) elements; the problem's dimension is "
                    + "\(problem.dimension)")
        }
        let length = problem.squaredNorm(direction).squareRoot()
        guard length.isFinite, length > 0 else {
            throw LinearAttentionError(
                "the task has length \(length); a finite length above 0 is needed")
        }
        self.problem = problem
        task = (1 / length) * direction
    }

    /// The setup with theta0 in a random direction: one for all training seeds, as in the paper.
    ///
    /// - Parameter seed: the seed of the direction
    public init(_ problem: RegressionProblem, taskSeed seed: UInt64 = 0) throws {
        var normals = NormalStream(seed: seed, purpose: .task)
        try self.init(
            problem, direction: Vector((0..<problem.dimension).map { _ in normals.next() }))
    }

    /// The authors' setup: d = 5, Sigma = I, sigma2 = 0.1, m = 20, 20 shots, tasks on the unit
    /// sphere, 100,000 pairs to fine-tune on.
    public static func paper() throws -> RegressionSetup {
        var setup = try plain()
        setup.prior = .sphere
        setup.pairCount = 100_000
        return setup
    }

    /// The same numbers with tasks theta ~ N(0, I) and new pairs in every prompt.
    public static func plain() throws -> RegressionSetup {
        try RegressionSetup(RegressionProblem(dimension: 5, noise: 0.1))
    }

    /// A task as long as theta0 with a given cosine to it, in the metric of Sigma.
    ///
    /// - Parameter cosine: -1 ... 1
    /// - Throws: `LinearAttentionError` as `RegressionProblem.task(atCosine:to:)`.
    public func task(cosine: Double) throws -> Vector {
        try problem.task(atCosine: cosine, to: task)
    }
}
