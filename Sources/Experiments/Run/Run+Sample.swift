import Tokenization
import Training

extension Run {
    /// Reports the first examples that a training with these settings reads, without training.
    public func showSample(_ settings: TrainSettings) throws {
        try showSample(settings, trainingSet(settings), bench.loaded())
    }

    /// Reports the first example of each loss where the settings ask for it.
    func showSample(
        _ settings: TrainSettings, _ training: TrainingSet, _ loaded: LoadedModel
    ) throws {
        guard settings.showsSample else { return }
        // Token ids may belong to a model without a tokenizer; then ids are shown.
        let tokenizer =
            settings.examples == nil ? try loaded.tokenizer() : try? loaded.tokenizer()
        let plan = settings.plan(exampleCount: training.examples.count)
        for sample in try training.samples(plan, tokenizer: tokenizer) {
            try report(.sample(sample))
        }
    }
}
