import Testing

@testable import LinearAttention

@Suite struct ParameterStepTests {
    private func recipe(_ optimizer: TrainingRecipe.Optimizer) -> TrainingRecipe {
        var recipe = TrainingRecipe()
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

    @Test func `a target names its parameters`() throws {
        func trained(_ design: AttentionDesign, _ target: FineTuningTarget) -> [Int] {
            let model = AttentionModel(design, dimension: 1, scale: 1, seed: 0)
            return model.isTrained(target).enumerated().filter(\.element).map(\.offset)
        }
        // d = 1: v21, v, then Q of four numbers; with separate keys W_K and W_Q.
        #expect(trained(.merged, .v) == [0, 1])
        #expect(trained(.merged, .q) == [2, 3, 4, 5])
        #expect(trained(.merged, .all) == Array(0..<6))
        #expect(trained(.separate, .k) == [2, 3, 4, 5])
        #expect(trained(.separate, .q) == [6, 7, 8, 9])
        #expect(trained(.twoHead, .v) == [0, 1, 6, 7])
    }

    @Test func `the few-shot weight falls on a line to 0, or stays`() {
        var tuning = FineTuning(.v, .withFewShot)
        tuning.fewShotWeight = 2
        tuning.recipe.iterationCount = 4
        #expect((0..<4).map(tuning.weight) == [2, 1.5, 1, 0.5])
        tuning.annealing = .constant
        #expect((0..<4).map(tuning.weight) == [2, 2, 2, 2])
        tuning.objective = .zeroShot
        #expect(tuning.weight(at: 0) == 0)
    }
}
