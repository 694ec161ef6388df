/// One model in training: its parameters, its updates, and whether it has stopped.
struct TrainingTrack: Sendable {
    private(set) var model: AttentionModel
    let recipe: TrainingRecipe
    /// The weight of each loss at an iteration.
    let weights: @Sendable (Int) -> [Double]
    /// Whether the weights change from iteration to iteration.
    let isAnnealed: Bool
    /// The number of iterations done.
    private(set) var iteration = 0
    private(set) var hasStopped = false
    /// The reason why it stopped before its end.
    private var failure: LinearAttentionError?
    private var step: ParameterStep
    private var losses: [Double] = []

    init(
        _ model: AttentionModel, _ recipe: TrainingRecipe, target: FineTuningTarget,
        isAnnealed: Bool, weights: @escaping @Sendable (Int) -> [Double]
    ) {
        self.model = model
        self.recipe = recipe
        self.weights = weights
        self.isAnnealed = isAnnealed
        step = ParameterStep(recipe, isTrained: model.isTrained(target))
        hasStopped = recipe.iterationCount == 0
    }

    /// The current model, or why there is none.
    var outcome: TrainingCache.Outcome<AttentionModel> {
        failure.map { .failure($0) } ?? .success(model)
    }

    mutating func stop(_ error: LinearAttentionError) {
        failure = error
        hasStopped = true
    }

    /// Whether it needs a minibatch now.
    var needsPrompts: Bool { !hasStopped && recipe.optimizer != .population }

    /// Whether it also needs the examples of the minibatch.
    func needsExamples(_ losses: [PromptLoss]) -> Bool {
        needsPrompts
            && zip(losses, weights(iteration)).contains { $0.context > 0 && $1 != 0 }
    }

    /// - Parameters:
    ///   - losses: in the order of `weights`
    ///   - batch: nil where none is needed
    /// - Throws: `LinearAttentionError` where a number is no longer finite.
    mutating func advance(_ losses: [PromptLoss], _ batch: PromptBatch?) throws {
        guard !hasStopped else { return }
        let weights = weights(iteration)
        let numbers = model.headNumbers
        var gradient = [Double](repeating: 0, count: numbers.count)
        if recipe.optimizer == .population {
            let heads = model.plainHeads
            for (loss, weight) in zip(losses, weights) where weight != 0 {
                for (i, slope) in try loss.exactGradient(heads).enumerated() {
                    gradient[i] += weight * slope
                }
            }
        } else {
            for (loss, weight) in zip(losses, weights) where weight != 0 {
                _ = batch?.addGradient(
                    of: numbers, headCount: model.design.headCount,
                    isZeroShot: loss.context == 0, promptCount: recipe.batchSize, weight: weight,
                    to: &gradient)
            }
        }
        step.apply(model.pulledBack(gradient), to: &model.parameters)
        iteration += 1
        guard model.parameters.allSatisfy(\.isFinite) else {
            throw LinearAttentionError(
                "training \(model.design) reached numbers that are not finite at iteration "
                    + "\(iteration); a learning rate below \(recipe.learningRate) is needed")
        }
        hasStopped = try iteration == recipe.iterationCount || hasSettled(losses)
    }

    /// `TrainingRecipe.stopTolerance`'s rule.
    private mutating func hasSettled(_ sources: [PromptLoss]) throws -> Bool {
        guard let tolerance = recipe.stopTolerance, !isAnnealed,
            iteration % TrainingRecipe.stopInterval == 0
        else { return false }
        let heads = model.heads
        var loss = 0.0
        for (source, weight) in zip(sources, weights(iteration)) where weight != 0 {
            loss += weight * (try source.exact(heads))
        }
        losses.append(loss)
        guard losses.count > TrainingRecipe.stopWindow else { return false }
        let before = losses[losses.count - 1 - TrainingRecipe.stopWindow]
        return before - loss < tolerance * before
    }
}

/// Trains several models together on the same prompts; one that fails does not stop the others.
enum TrainingLoop {
    /// - Parameters:
    ///   - tracks: the initial states; replaced by the final ones
    ///   - seed: of the prompts; iteration t's are a function of it and t alone
    ///   - report: called after every iteration; may throw to stop
    static func run(
        _ tracks: inout [TrainingTrack], _ source: PromptSource, seed: UInt64,
        report: () throws -> Void
    ) throws {
        let sampler = source.sampler
        let size = tracks.map(\.recipe.batchSize).max() ?? 0
        func buffer(_ context: Int) -> PromptBatch {
            PromptBatch(dimension: sampler.dimension, context: context, count: size)
        }
        // The batches by their context, reused.
        var buffers: [Int: PromptBatch] = [:]
        for iteration in 0..<(tracks.map(\.recipe.iterationCount).max() ?? 0) {
            let key = derivedSeed(seed, source.purpose, iteration)
            var batch: PromptBatch?
            if tracks.contains(where: \.needsPrompts) {
                let readsExamples = tracks.contains { $0.needsExamples(source.losses) }
                let context = readsExamples ? sampler.context : 0
                var drawn = buffers.removeValue(forKey: context) ?? buffer(context)
                sampler.draw(into: &drawn, seed: key)
                batch = drawn
            }
            for index in tracks.indices {
                do {
                    try tracks[index].advance(source.losses, batch)
                } catch let error as LinearAttentionError {
                    tracks[index].stop(error)
                }
            }
            if let batch { buffers[batch.context] = batch }
            try report()
        }
    }
}
