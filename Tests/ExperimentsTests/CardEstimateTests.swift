import Testing

@testable import Experiments
@testable import Training

/// What a plan would take on a card, by hand.
@Suite struct CardEstimateTests {
    /// Two trainings of 1e6 tokens, of which 1e5 are targets, by 3e9 parameters in 4 bytes each.
    ///
    /// - Parameter kept: in float32: half of it in bfloat16
    private func plan(_ checkpointing: ActivationCheckpointing, kept: Int) -> SweepPlan {
        SweepPlan(
            cellCount: 3,
            families: [
                SweepPlan.Family(
                    name: "ZS on V", trainingCount: 2, stepCount: 10, tokenCount: 1_000_000,
                    targetCount: 100_000, hasFewShotLoss: false, isScaled: false)
            ], reportedCount: 3, reported: [], watchedCount: 0, watched: [], watchesReported: false,
            parameterCount: 3_000_000_000, layerParameterCount: 2_500_000_000,
            headParameterCount: 500_000_000, weightBytes: 12_000_000_000, bytesPerElement: 4,
            activationCheckpointing: checkpointing,
            memory: StepMemory(
                keptBytes: kept, recomputedBytes: 2_000_000_000, availableBytes: 100_000_000_000),
            diskBytes: 0)
    }

    // 24e9 - 6e9 bytes are left on the small card; of a step's 30e9 and 28e9 bytes half.
    @Test(arguments: [
        (ActivationCheckpointing.auto, 30_000_000_000, true),
        (.auto, 28_000_000_000, false), (.on, 28_000_000_000, true), (.off, 30_000_000_000, false),
    ])
    func `layers are computed twice as the setting says`(
        checkpointing: ActivationCheckpointing, kept: Int, isTwice: Bool
    ) {
        let estimate = CardEstimate(
            plan(checkpointing, kept: kept), on: CardEstimate.Card.rtx4090)
        #expect(estimate.recomputes == isTwice)
        #expect(estimate.memoryBytes == 6e9 + (isTwice ? 1e9 : Double(kept) / 2))
        let operations =
            2 * ((isTwice ? 6.0 : 4) * 1e6 * 2.5e9 + 4 * 1e5 * 5e8)
        let seconds = operations / (0.35 * 165e12)
        #expect(abs(estimate.trainingSeconds / seconds - 1) < 1e-12)
        // 21e9 of 24e9 bytes fit, 20e9 and 7e9 too.
        #expect(estimate.fits)
    }

    @Test func `a step here is as the setting says too`() {
        let bytes = [ActivationCheckpointing.auto, .on, .off].map {
            plan($0, kept: 28_000_000_000).stepBytes
        }
        #expect(bytes == [28_000_000_000, 2_000_000_000, 28_000_000_000])
    }

    @Test func `what is kept though it does not fit is said not to fit`() {
        let estimate = CardEstimate(
            plan(.off, kept: 40_000_000_000), on: CardEstimate.Card.rtx4090)
        #expect(!estimate.fits)
    }

    // 3 s for 8 tokens and 7 s for 40 are 2 s and an eighth of a second each.
    @Test func `answers that nothing ends are reckoned from their beginnings`() {
        #expect(SweepPlan.wholeSeconds(short: 3, long: 7, longest: 256) == 34)
        // A second run that was faster by chance takes nothing away.
        #expect(SweepPlan.wholeSeconds(short: 3, long: 2.5, longest: 256) == 3)
    }
}
