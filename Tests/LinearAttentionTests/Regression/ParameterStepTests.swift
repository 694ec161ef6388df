import Testing

@testable import LinearAttention

@Suite struct ParameterStepTests {
    private func recipe(_ optimizer: TrainingRecipe.Optimizer) -> TrainingRecipe {
        var recipe = TrainingRecipe.plain
        recipe.optimizer = optimizer
        recipe.learningRate = 0.1
        return recipe
    }

    @Test func `descent moves what is trained, and nothing else`() {
        var step = ParameterStep(recipe(.sgd), isTrained: [true, false])
        var parameters = [1.0, 2.0]
        step.apply([0.5, 0.5], to: &parameters)
        #expect(parameters == [0.95, 2])
    }

    @Test func `Adam divides corrected means`() {
        var step = ParameterStep(recipe(.adam), isTrained: [true, false])
        var parameters = [1.0, 2.0]
        step.apply([0.5, 0.5], to: &parameters)
        // By hand: mean 0.05/0.1 = 0.5, square 0.00025/0.001 = 0.25: a step of 0.1.
        #expect(abs(parameters[0] - 0.9) < 1e-8)
        step.apply([-1, 0.5], to: &parameters)
        // mean (0.045 - 0.1)/0.19, square (0.00024975 + 0.001)/0.001999.
        let expected = 0.9 + 0.1 * (0.055 / 0.19) / (0.001_249_75 / 0.001_999).squareRoot()
        #expect(abs(parameters[0] - expected) < 1e-8)
        #expect(parameters[1] == 2)
    }

    @Test func `momentum adds up what was descended`() {
        var recipe = recipe(.sgd)
        recipe.momentum = 0.9
        var step = ParameterStep(recipe, isTrained: [true])
        var parameters = [1.0]
        // u = 0.5, then 0.9 * 0.5 + 0.25 = 0.7, then 0.63 - 1 = -0.37.
        for (gradient, expected) in [(0.5, 0.95), (0.25, 0.88), (-1, 0.917)] {
            step.apply([gradient], to: &parameters)
            #expect(abs(parameters[0] - expected) < 1e-15)
        }
    }

    @Test func `one norm over all trained numbers is clipped, before momentum`() {
        var recipe = recipe(.sgd)
        recipe.momentum = 0.5
        recipe.clippingNorm = 1
        var step = ParameterStep(recipe, isTrained: [true, true, false])
        var parameters = [0.0, 0, 0]
        // The norm of (3, 4) is 5; the frozen 100 does not count. Momentum adds to 0.6, 0.8.
        step.apply([3, 4, 100], to: &parameters)
        #expect(abs(parameters[0] + 0.06) < 1e-15 && abs(parameters[1] + 0.08) < 1e-15)
        // Below 1 it stays: u = (0.3 + 0.3, 0.4 + 0.4).
        step.apply([0.3, 0.4, 100], to: &parameters)
        #expect(abs(parameters[0] + 0.12) < 1e-15 && abs(parameters[1] + 0.16) < 1e-15)
        #expect(parameters[2] == 0)
    }

    @Test func `the few-shot weight falls on a line to 0, or stays`() {
        var tuning = FineTuning(.v, .withFewShot)
        tuning.fewShotWeight = 2
        tuning.recipe.iterationCount = 5
        #expect((0..<5).map(tuning.weight) == [2, 1.5, 1, 0.5, 0])
        tuning.annealing = .constant
        #expect((0..<5).map(tuning.weight) == [2, 2, 2, 2, 2])
        tuning.objective = .zeroShot
        #expect(tuning.weight(at: 0) == 0)
    }
}
