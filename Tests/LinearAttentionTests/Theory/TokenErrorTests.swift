import Testing

@testable import LinearAttention

@Suite struct TokenErrorTests {
    private func heads(_ dimension: Int, count: Int, seed: UInt64) -> [TokenHead] {
        var numbers = NormalNumbers(seed: seed)
        return (0..<count).map { _ in
            TokenHead(
                numbers.head(dimension), v1: 0.4 * numbers.next(), c: 0.3 * numbers.next(),
                r: 0.3 * numbers.vector(dimension))
        }
    }

    @Test(arguments: [(1, 0), (1, 1), (2, 4), (3, 12)])
    func `the error is the mean over prompts of the model's own predictions`(
        headCount: Int, context: Int
    ) throws {
        let problem = try RegressionProblem.random(3, seed: 4)
        let heads = heads(3, count: headCount, seed: 7)
        var numbers = NormalNumbers(seed: 9)
        let task = numbers.vector(3)
        let lower = problem.factor.lower
        let deviation = problem.noise.squareRoot()
        let errors = (0..<120_000).map { _ in
            let inputs = (0..<context).map { _ in problem.input(&numbers, lower) }
            let labels = inputs.map { task.dot($0) + deviation * numbers.next() }
            let query = problem.input(&numbers, lower)
            let label = task.dot(query) + deviation * numbers.next()
            let predicted = heads.reduce(0) {
                $0 + $1.prediction(context: inputs, labels: labels, query: query)
            }
            return (label - predicted) * (label - predicted)
        }
        expectMean(of: errors, problem.error(of: heads, context: context, task: task))
    }

    @Test func `without labels and constant it is Lemma A_5`() throws {
        let problem = try RegressionProblem.random(4, seed: 2)
        var numbers = NormalNumbers(seed: 1)
        let plain = [numbers.head(4), numbers.head(4)]
        let task = numbers.vector(4)
        for n in [0, 1, 5, 40] {
            expectEqual(
                problem.error(of: plain.map { TokenHead($0) }, context: n, task: task),
                problem.error(of: plain, context: n, task: task))
        }
    }

    @Test func `every part of the label channel counts`() throws {
        // With the same v, an error that ignored v1, c or r would not change.
        let problem = try RegressionProblem.random(3, seed: 4)
        let head = heads(3, count: 1, seed: 7)[0]
        func error(_ change: (inout TokenHead) -> Void) -> Double {
            var moved = head
            change(&moved)
            return problem.error(of: [moved], context: 6, task: [0.3, -1, 0.2])
        }
        let whole = error { _ in }
        #expect(abs(whole - error { $0.v1 = 0 }) > 1e-3)
        #expect(abs(whole - error { $0.c = 0 }) > 1e-3)
        #expect(abs(whole - error { $0.r = [0, 0, 0] }) > 1e-3)
    }
}
