/// Updates parameters with a gradient: clips it, and keeps the state of momentum and Adam.
struct ParameterStep: Sendable {
    private let recipe: TrainingRecipe
    private let isTrained: [Bool]
    /// The velocity of momentum, Adam's mean.
    private var mean: [Double]
    private var square: [Double]
    private var firstDecayPower = 1.0
    private var secondDecayPower = 1.0

    init(_ recipe: TrainingRecipe, isTrained: [Bool]) {
        self.recipe = recipe
        self.isTrained = isTrained
        mean = [Double](repeating: 0, count: isTrained.count)
        square = [Double](repeating: 0, count: recipe.optimizer == .adam ? isTrained.count : 0)
    }

    mutating func apply(_ gradient: [Double], to parameters: inout [Double]) {
        precondition(gradient.count == parameters.count && isTrained.count == parameters.count)
        let scale = clipping(gradient)
        switch recipe.optimizer {
        case .sgd, .population:
            for i in parameters.indices where isTrained[i] {
                mean[i] = recipe.momentum * mean[i] + scale * gradient[i]
                parameters[i] -= recipe.learningRate * mean[i]
            }
        case .adam:
            firstDecayPower *= 0.9
            secondDecayPower *= 0.999
            for i in parameters.indices where isTrained[i] {
                let slope = scale * gradient[i]
                mean[i] += 0.1 * (slope - mean[i])
                square[i] += 0.001 * (slope * slope - square[i])
                let first = mean[i] / (1 - firstDecayPower)
                let second = square[i] / (1 - secondDecayPower)
                parameters[i] -= recipe.learningRate * first / (second.squareRoot() + 1e-8)
            }
        }
    }

    /// The gradient's clipping factor: it reduces the Euclidean norm over all trained numbers
    /// together to the clipping norm.
    private func clipping(_ gradient: [Double]) -> Double {
        guard let most = recipe.clippingNorm else { return 1 }
        var sum = 0.0
        for i in gradient.indices where isTrained[i] { sum += gradient[i] * gradient[i] }
        let norm = sum.squareRoot()
        return norm > most ? most / norm : 1
    }
}
