/// Moves parameters by a gradient, and remembers what Adam needs.
struct ParameterStep: Sendable {
    private let recipe: TrainingRecipe
    private let isTrained: [Bool]
    private var mean: [Double]
    private var square: [Double]
    private var count = 0

    init(_ recipe: TrainingRecipe, isTrained: [Bool]) {
        self.recipe = recipe
        self.isTrained = isTrained
        let size = recipe.optimizer == .adam ? isTrained.count : 0
        mean = [Double](repeating: 0, count: size)
        square = mean
    }

    mutating func apply(_ gradient: [Double], to parameters: inout [Double]) {
        precondition(gradient.count == parameters.count && isTrained.count == parameters.count)
        count += 1
        switch recipe.optimizer {
        case .sgd, .population:
            for i in parameters.indices where isTrained[i] {
                parameters[i] -= recipe.learningRate * gradient[i]
            }
        case .adam:
            firstDecayPower *= 0.9
            secondDecayPower *= 0.999
            for i in parameters.indices where isTrained[i] {
                mean[i] += 0.1 * (gradient[i] - mean[i])
                square[i] += 0.001 * (gradient[i] * gradient[i] - square[i])
                let first = mean[i] / (1 - firstDecayPower)
                let second = square[i] / (1 - secondDecayPower)
                parameters[i] -= recipe.learningRate * first / (second.squareRoot() + 1e-8)
            }
        }
    }

    private var firstDecayPower = 1.0
    private var secondDecayPower = 1.0
}
