import Testing

@testable import LinearAttention

@Suite struct PromptSamplerTests {
    private static let count = 120_000
    private static let theta: Vector = [0.7, -0.4, 0.5]
    private static let problem: RegressionProblem? = try? RegressionProblem(
        covariance: Matrix([[1.5, 0.4, -0.2], [0.4, 0.8, 0.1], [-0.2, 0.1, 0.6]]), noise: 0.3)

    /// Compares a mean over prompts with its expectation, at four standard errors.
    private func expectMean(
        _ batch: PromptBatch, _ expected: Double, _ what: String,
        sourceLocation: SourceLocation = #_sourceLocation,
        of number: (PromptBatch.Statistics) -> Double
    ) {
        var (sum, squares) = (0.0, 0.0)
        for index in 0..<batch.count {
            let value = number(batch.statistics(of: index))
            sum += value
            squares += value * value
        }
        let count = Double(batch.count)
        let mean = sum / count
        let error = ((squares / count - mean * mean) / count).squareRoot()
        #expect(
            abs(mean - expected) <= 4 * error,
            "\(what): \(mean) ± \(error), expected \(expected)", sourceLocation: sourceLocation)
    }

    // 2: summed example by example; 5: the fewest that Bartlett's factor takes at d = 3; 20: the paper's.
    @Test(arguments: [2, 5, 20])
    func `the statistics of n examples have the moments of their law`(n: Int) throws {
        let problem = try #require(Self.problem)
        let sigma = problem.covariance
        let theta = Self.theta
        let pull = sigma * theta
        let length = problem.squaredNorm(theta)
        let variance = length + problem.noise
        let batch = try PromptSampler(problem, context: n, task: theta)
            .draw(count: Self.count, seed: 11)
        let m = Double(n)
        for i in 0..<3 {
            expectMean(batch, m * pull[i], "s_xy") { $0.xy[i] }
            expectMean(batch, 0, "s_x") { $0.sumX[i] }
            expectMean(batch, m * pull[i], "s_y s_x") { $0.sumY * $0.sumX[i] }
            expectMean(batch, pull[i], "y x") { $0.y * $0.x[i] }
            let j = (i + 1) % 3
            for (a, b) in [(i, i), (i, j)] {
                expectMean(batch, m * sigma[a, b], "S") { $0.gram[a, b] }
                expectMean(batch, m * sigma[a, b], "s_x s_x'") { $0.sumX[a] * $0.sumX[b] }
                expectMean(batch, sigma[a, b], "x x'") { $0.x[a] * $0.x[b] }
                // Wishart: E S_ab S_cd = n² Sigma_ab Sigma_cd + n (Sigma_ac Sigma_bd + Sigma_ad Sigma_bc);
                // s_x s_x' in place of one S gives the same.
                let k = (i + 2) % 3
                let product =
                    m * m * sigma[a, b] * sigma[k, k] + 2 * m * sigma[a, k] * sigma[b, k]
                expectMean(batch, product, "S S") { $0.gram[a, b] * $0.gram[k, k] }
                expectMean(batch, product, "s_x s_x' S") {
                    $0.sumX[a] * $0.sumX[b] * $0.gram[k, k]
                }
                // E S theta theta' S, and the noise.
                expectMean(
                    batch,
                    m * (m + 1) * pull[a] * pull[b] + m * length * sigma[a, b]
                        + problem.noise * m * sigma[a, b], "s_xy s_xy'"
                ) { $0.xy[a] * $0.xy[b] }
                expectMean(
                    batch, m * sigma[a, b] * variance + m * (m + 1) * pull[a] * pull[b],
                    "s_xy s_y s_x'"
                ) { $0.xy[a] * $0.sumY * $0.sumX[b] }
            }
        }
        expectMean(batch, m * variance, "s_y²") { $0.sumY * $0.sumY }
        expectMean(batch, variance, "y²") { $0.y * $0.y }
        // A diagonal entry over its variance is chi-square with n degrees of freedom.
        let unit = sigma[2, 2]
        expectMean(batch, m * (m + 2) * (m + 4), "S³") {
            let chi = $0.gram[2, 2] / unit
            return chi * chi * chi
        }
        // The query knows nothing of the examples.
        expectMean(batch, 0, "y s_y") { $0.y * $0.sumY - $0.y * $0.sumX[0] }
    }

    @Test func `a chi-square with two degrees of freedom is exponential`() throws {
        // d = 1, n = 3: the scatter S - s_x²/3 has two degrees of freedom, the fewest of the rejection.
        let problem = try RegressionProblem(dimension: 1, noise: 0)
        let batch = try PromptSampler(problem, context: 3, task: [1])
            .draw(count: Self.count, seed: 5)
        func scatter(_ prompt: PromptBatch.Statistics) -> Double {
            prompt.gram[0, 0] - prompt.sumX[0] * prompt.sumX[0] / 3
        }
        // P(chi² > 2 log 2) = 1/2, P(chi² > 2 log 100) = 1/100, E chi⁸ = 2⁴ 4!.
        expectMean(batch, 0.5, "median") { scatter($0) > 1.386_294_361 ? 1 : 0 }
        expectMean(batch, 0.01, "tail") { scatter($0) > 9.210_340_372 ? 1 : 0 }
        expectMean(batch, 2, "mean", of: scatter)
        expectMean(batch, 8, "square") { scatter($0) * scatter($0) }
    }

    @Test func `tasks of a prior are drawn for every prompt`() throws {
        let problem = try #require(Self.problem)
        let batch = try PromptSampler(problem, context: 6, prior: .standard)
            .draw(count: Self.count, seed: 3)
        let trace = problem.covariance.trace
        expectMean(batch, trace + problem.noise, "y²") { $0.y * $0.y }
        // The query's task is that of the examples: E y s_xy'x = 6 tr(Sigma Lambda Sigma).
        let square = problem.covariance * problem.covariance
        expectMean(batch, 6 * square.trace, "y s_xy'x") { prompt in
            prompt.y * (0..<3).reduce(0) { $0 + prompt.xy[$1] * prompt.x[$1] }
        }
    }

    @Test func `a seed gives the same numbers, another one others`() throws {
        let problem = try #require(Self.problem)
        let sampler = try PromptSampler(problem, context: 20, task: Self.theta)
        func first(_ count: Int, _ seed: UInt64) -> [Double] {
            let batch = sampler.draw(count: count, seed: seed)
            return (0..<32).map { batch.statistics(of: $0).sumY }
        }
        #expect(first(40, 1) == first(40, 1))
        #expect(first(40, 1) == first(4_000, 1))
        #expect(Set(first(40, 1)).isDisjoint(with: first(40, 2)))
    }
}
