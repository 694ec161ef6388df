import Benchmarks
import Tracking

/// The steps of a run, with its rows in the store.
extension Run {
    /// Trains an adapter, saves it, and evaluates it unless the settings disable evaluation.
    ///
    /// - Parameter extent: how far the run goes; a run that stops at its adapter can be resumed
    /// - Returns: base and adapted; nil without evaluation
    public func train(
        _ settings: TrainSettings, into folder: RunDirectory, to extent: Extent = .results
    ) throws -> RunResults? {
        let recorder = recorder("train", folder)
        return try recorder.recording(evaluates: settings.evaluates && extent == .results) {
            try train(settings, into: folder, to: extent, recorder)
        }
    }

    /// Evaluates the base model, or an adapter and, if the config says so, the base model too.
    ///
    /// - Parameter config: which adapter, and which target category the report uses
    public func evaluate(
        _ config: AdapterEvaluationConfig, into folder: RunDirectory
    ) throws -> RunResults {
        let recorder = recorder("eval", folder)
        return try recorder.recording(evaluates: true) {
            try evaluate(config, into: folder, recorder)
        }
    }

    private func recorder(_ command: String, _ folder: RunDirectory) -> RunRecorder {
        RunRecorder(
            store, folder, command: command, place: place, categories: evaluation.categoryMap)
    }
}
