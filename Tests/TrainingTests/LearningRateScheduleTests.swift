import Foundation
import Testing
import Training

/// The formulas of transformers' `optimization.py`, by hand.
@Suite struct LearningRateScheduleTests {
    private func rates(_ shape: LearningRateSchedule.Shape, warmup: Int) -> [Double] {
        let schedule = LearningRateSchedule(
            shape: shape, peak: 8, warmupStepCount: warmup, stepCount: 6)
        return (0...6).map { schedule.rate(at: $0) }
    }

    private func isClose(_ found: [Double], _ expected: [Double]) -> Bool {
        found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-14 }
    }

    @Test func `linear falls from the peak to zero`() {
        #expect(isClose(rates(.linear, warmup: 2), [0, 4, 8, 6, 4, 2, 0]))
        #expect(isClose(rates(.linear, warmup: 0), (0...6).map { 8 * (1 - Double($0) / 6) }))
    }

    @Test func `cosine falls along half a wave`() {
        let root = 0.5.squareRoot()
        #expect(
            isClose(rates(.cosine, warmup: 2), [0, 4, 8, 4 * (1 + root), 4, 4 * (1 - root), 0]))
        let third = 0.75.squareRoot()
        #expect(
            isClose(
                rates(.cosine, warmup: 0),
                [8, 4 * (1 + third), 6, 4, 2, 4 * (1 - third), 0]))
    }

    @Test func `constant stays after its warm-up`() {
        #expect(isClose(rates(.constant, warmup: 4), [0, 2, 4, 6, 8, 8, 8]))
    }

    @Test(arguments: LearningRateSchedule.Shape.allCases)
    func `a warm-up as long as the training never passes the peak`(
        shape: LearningRateSchedule.Shape
    ) {
        #expect(
            isClose(Array(rates(shape, warmup: 6).prefix(6)), (0..<6).map { 8 * Double($0) / 6 }))
    }

    @Test func `a share of steps is rounded up`() {
        #expect(LearningRateSchedule.warmupStepCount(ratio: 0.1, of: 11) == 2)
        #expect(LearningRateSchedule.warmupStepCount(ratio: 0.1, of: 10) == 1)
        #expect(LearningRateSchedule.warmupStepCount(ratio: 0, of: 10) == 0)
    }
}
