import Benchmarks
import Tracking

/// What a study does, with its rows in the store.
extension Run {
    /// Trains an adapter, saves it, and evaluates unless the settings say not to.
    ///
    /// - Parameter extent: how far; a run that stops at its adapter can be resumed
    /// - Returns: base and adapted; nil without evaluation
    public func train(
        _ settings: TrainSettings, into folder: RunDirectory, to extent: Extent = .results
    ) throws -> RunResults? {
        let recorder = recorder("train", folder)
        return try recorder.recording(evaluates: settings.evaluates && extent == .results) {
            try train(settings, into: folder, to: extent, recorder)
        }
    }

    /// Evaluates the base model, or an adapter and, if asked, the base model beside it.
    ///
    /// - Parameters:
    ///   - scales: what the adapter's effect is multiplied by, each asked in its turn
    ///   - target: the category whose gain the forgetting report sets against losses; nil is the one
    ///     that the adapter says it was trained on
    ///   - isStrict: whether an adapter that was trained on another model is an error
    public func evaluate(
        adapter: String?, scales: [Double], withBase: Bool, target: Benchmarks.Category?,
        isStrict: Bool = false, into folder: RunDirectory
    ) throws -> RunResults {
        let recorder = recorder("eval", folder)
        return try recorder.recording(evaluates: true) {
            try evaluate(
                adapter: adapter, scales: scales, withBase: withBase, target: target,
                isStrict: isStrict, into: folder, recorder)
        }
    }

    private func recorder(_ command: String, _ folder: RunDirectory) -> RunRecorder {
        RunRecorder(
            store, folder, command: command, place: place, categories: evaluation.categoryMap)
    }
}
