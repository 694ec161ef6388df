import CPrompts

/// Draws minibatches of prompts by their sufficient statistics.
///
/// Linear attention reads the n examples of a prompt only through S_xx = sum x_i x_i', s_xy = sum x_i y_i,
/// s_x = sum x_i and s_y = sum y_i; these are drawn from their own exact law, so that a step on such a
/// batch is a step of stochastic gradient descent on sampled prompts, at the cost of a few numbers a prompt.
public struct PromptSampler: Sendable {
    /// d.
    public let dimension: Int
    /// n; 0: the query alone.
    public let context: Int
    private let deviation: Float
    private let inputFactor: [Float]
    private let task: [Float]?
    private let taskFactor: [Float]?

    /// The largest dimension there are loops for.
    public static let largestDimension = Int(CP_MAX_DIMENSION)

    private init(
        _ problem: RegressionProblem, context: Int, task: Vector?, taskCovariance: Matrix?
    ) throws {
        guard problem.dimension <= Self.largestDimension else {
            throw LinearAttentionError(
                "prompts of dimension \(problem.dimension) were asked for; at most "
                    + "\(Self.largestDimension) can be drawn")
        }
        guard context >= 0 else {
            throw LinearAttentionError(
                "prompts with \(context) examples were asked for; 0 or more can be drawn")
        }
        dimension = problem.dimension
        self.context = context
        deviation = Float(problem.noise.squareRoot())
        inputFactor = try Self.factor(problem.covariance)
        self.task = task.map { $0.elements.map { Float($0) } }
        taskFactor = try taskCovariance.map(Self.factor)
    }

    /// Every prompt is of one task.
    ///
    /// - Throws: `LinearAttentionError` for a dimension or a context that cannot be drawn.
    public init(_ problem: RegressionProblem, context: Int, task: Vector) throws {
        precondition(task.count == problem.dimension, "a task of another dimension")
        try self.init(problem, context: context, task: task, taskCovariance: nil)
    }

    /// Every prompt draws its own task.
    ///
    /// - Throws: `LinearAttentionError` for a dimension, context or prior that cannot be drawn.
    public init(_ problem: RegressionProblem, context: Int, prior: TaskPrior) throws {
        try self.init(
            problem, context: context, task: nil, taskCovariance: prior.covariance(for: problem))
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

    /// Draws anew into a batch of this sampler's dimension and context.
    func draw(into batch: inout PromptBatch, seed: UInt64) {
        precondition(batch.dimension == dimension && batch.context == context)
        let blockCount = batch.blockCount
        inputFactor.withUnsafeBufferPointer { inputFactor in
            Self.withPointer(task) { task in
                Self.withPointer(taskFactor) { taskFactor in
                    guard let input = inputFactor.baseAddress else { return }
                    let source = cp_source(
                        dimension: dimension, context: context, input_factor: input, task: task,
                        task_factor: taskFactor, noise: deviation, seed: seed)
                    batch.withNumbers { cp_sample(source, blockCount, $0) }
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
