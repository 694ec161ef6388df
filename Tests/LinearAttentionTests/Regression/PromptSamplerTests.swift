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
        expectMean(
            batch, m * (m + 2) * variance * variance, "s_yy²"
        ) { $0.squareY * $0.squareY }
        expectMean(batch, m * variance, "s_yy") { $0.squareY }
        // As of any normal numbers: E s_yy s_xy = n (n+2) variance * pull, E s_yy s_y² = n (n+2) variance².
        expectMean(batch, m * (m + 2) * variance * pull[1], "s_yy s_xy") { $0.squareY * $0.xy[1] }
        expectMean(batch, m * (m + 2) * variance * variance, "s_yy s_y²") {
            $0.squareY * $0.sumY * $0.sumY
        }
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

    @Test func `tasks of the sphere have length 1 and no direction`() throws {
        let problem = try RegressionProblem(dimension: 3, noise: 0)
        let batch = try PromptSampler(problem, context: 6, prior: .sphere)
            .draw(count: Self.count, seed: 3)
        // y² = (theta'x)² has mean 1 and square 3 whatever theta of length 1; of N(0, I) tasks 3 and 45.
        expectMean(batch, 1, "y²") { $0.y * $0.y }
        expectMean(batch, 3, "y⁴") { $0.y * $0.y * $0.y * $0.y }
        for i in 0..<3 {
            // E (s_xy)_i² = n(n+1) E theta_i² + n = 42/3 + 6.
            expectMean(batch, 20, "s_xy²") { $0.xy[i] * $0.xy[i] }
        }
    }

    @Test func `prompts of a set hold its pairs`() throws {
        let problem = try RegressionProblem(dimension: 2, noise: 0.3)
        let task: Vector = [0.6, 0.8]
        let one = try PairSet(problem, task: task, count: 1, seed: 4)
        let (x, y) = (one[0].x.elements, one[0].y)
        let batch = try PromptSampler(problem, context: 8, task: task, pairs: one)
            .draw(count: 20, seed: 1)
        let prompt = batch.statistics(of: 19)
        #expect(prompt.x == x && prompt.y == y)
        for (found, expected) in [
            (prompt.sumX[1], 8 * x[1]), (prompt.sumY, 8 * y), (prompt.gram[1, 0], 8 * x[0] * x[1]),
            (prompt.xy[0], 8 * x[0] * y), (prompt.squareY, 8 * y * y),
        ] {
            #expect(abs(found - expected) < 1e-5)
        }
        // With three pairs, each is the query of a third of the prompts.
        let three = try PairSet(problem, task: task, count: 3, seed: 4)
        let labels = (0..<3).map { three[$0].y }
        let many = try PromptSampler(problem, context: 8, task: task, pairs: three)
            .draw(count: Self.count, seed: 2)
        for label in labels {
            expectMean(many, 1.0 / 3, "share") { $0.y == label ? 1 : 0 }
        }
        // An example and the query are drawn without regard to each other.
        let mean = labels.reduce(0, +) / 3
        expectMean(many, 8 * mean * mean, "y s_y") { $0.y * $0.sumY }
    }

    @Test func `pairs of a set are of its task`() throws {
        let problem = try #require(Self.problem)
        let set = try PairSet(problem, task: Self.theta, count: 120_001, seed: 6)
        let rests = (0..<set.count).map { index in
            let rest = set[index].y - Self.theta.dot(set[index].x)
            return rest * rest
        }
        LinearAttentionTests.expectMean(of: rests, problem.noise, "noise")
    }

    @Test func `the queries of a seed are the same with and without examples`() throws {
        let problem = try #require(Self.problem)
        let pairs = try PairSet(problem, task: Self.theta, count: 50, seed: 6)
        for set in [nil, pairs] {
            let sampler = try PromptSampler(
                problem, context: 20, task: Self.theta, pairs: set)
            let whole = sampler.draw(count: 70, seed: 9)
            var queries = PromptBatch(dimension: 3, context: 0, count: 70)
            sampler.draw(into: &queries, seed: 9)
            for index in 0..<70 {
                let (a, b) = (whole.statistics(of: index), queries.statistics(of: index))
                #expect(a.x == b.x && a.y == b.y)
            }
        }
    }

    @Test(arguments: [false, true])
    func `prompts of a batch are independent`(isOfSet: Bool) throws {
        // The mean over 800 prompts varies by a 800th of what a prompt does; 500 batches.
        let problem = try RegressionProblem(dimension: 5, noise: 0.1)
        let task = Vector(unit: 0, count: 5)
        let set = try isOfSet ? PairSet(problem, task: task, count: 5_000, seed: 1) : nil
        let sampler = try PromptSampler(problem, context: 20, task: task, pairs: set)
        var (within, means): (Double, [Double]) = (0, [])
        for seed in 0..<500 {
            let batch = sampler.draw(count: 800, seed: derivedSeed(UInt64(seed), .testPrompts))
            let numbers = (0..<800).map { index in
                let prompt = batch.statistics(of: index)
                return prompt.y * prompt.x[0] + prompt.xy[0] / 20
            }
            let mean = numbers.reduce(0, +) / 800
            within += numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 799 / 500
            means.append(mean)
        }
        let mean = means.reduce(0, +) / 500
        let between = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 499
        // The ratio of variances has a standard error of sqrt(2/499).
        #expect(abs(800 * between / within - 1) < 4 * (2.0 / 499).squareRoot())
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
