import LinearAttention
import TestSupport
import Testing

@Suite struct ForgettingRegionTests {
    @Test func `Theorem 4_5 says of every v21 whether pairs hurt`() throws {
        var worse = 0
        for seed in 80..<140 as Range<UInt64> {
            var numbers = NormalNumbers(seed: seed)
            let problem = try RegressionProblem.random(3, noise: 0.3, seed: seed + 1000)
            let (q11, task) = (numbers.definite(3), numbers.vector(3))
            let (v, context) = (numbers.next(), 1 + Int(seed % 9))
            let region = try ForgettingRegion(
                problem, q11: q11, v: v, context: context, task: task)
            for scale in [0, 0.1, 0.5, 2] {
                let v21 = region.center + scale * numbers.vector(3)
                let head = AttentionHead(v21: v21, v: v, q11: q11)
                let difference =
                    problem.error(of: [head], context: context, task: task)
                    - problem.error(of: [head], context: 0, task: task)
                let size = problem.error(of: [head], context: 0, task: task)
                #expect(abs(region.errorDifference(v21) - difference) <= 1e-12 * max(size, 1))
                #expect(region.contains(v21) == (difference >= 0))
                if difference >= 0 { worse += 1 }
            }
            #expect(Cholesky(region.a) != nil)
        }
        #expect((60...200).contains(worse))
    }

    @Test func `what Theorem 4_5 does not cover is refused`() throws {
        let problem = try RegressionProblem(dimension: 2, noise: 0.1)
        expectRefusal("Theorem 4.5: the context has 0 pairs; 1 or more are needed") {
            try ForgettingRegion(
                problem, q11: Matrix(identity: 2), context: 0, task: [1, 0])
        }
        expectRefusal(
            "Q11 of Theorem 4.5 has an eigenvalue that is not above 0; a positive definite matrix "
                + "is needed"
        ) {
            try ForgettingRegion(
                problem, q11: Matrix(diagonal: [1, -1]), context: 1, task: [1, 0])
        }
    }
}
