import Tracking
import Training
import Transformer

/// Saves the training state: at regular steps, at the end, and where the training is stopped.
final class CheckpointCallback: TrainingCallback {
    private let folder: RunDirectory
    private let names: [String]
    private let every: Int
    private let metrics: MetricsCallback
    private let validation: ValidationCallback

    /// - Parameters:
    ///   - every: steps between checkpoints; 0 saves only at the end and where stopped
    ///   - metrics: runs before this callback, as does `validation`
    init(
        _ folder: RunDirectory, _ decoder: Decoder, every: Int, metrics: MetricsCallback,
        validation: ValidationCallback
    ) {
        self.folder = folder
        names = decoder.trainableParameters.map(\.name)
        self.every = every
        self.metrics = metrics
        self.validation = validation
    }

    func didFinish(_ step: FinishedStep) throws {
        let isDue = every > 0 && step.state.stepCount.isMultiple(of: every)
        guard isDue || step.isLast || step.stop != nil else { return }
        // The lines are on disk before the checkpoint that counts them.
        try metrics.synchronize()
        try validation.synchronize()
        try folder.makeCheckpointFolder()
        try TrainingCheckpoint(state: step.state, validation: validation.progress)
            .write(names, to: folder.checkpoint)
    }
}

extension RunDirectory {
    /// The training state that a stopped run saved; nil where it saved none.
    ///
    /// - Parameter stepCount: the steps of the whole training
    func trainingCheckpoint(
        _ decoder: Decoder, of stepCount: Int
    ) throws -> TrainingCheckpoint? {
        guard TrainingCheckpoint.exists(in: checkpoint) else { return nil }
        return try TrainingCheckpoint(
            from: checkpoint, parameters: decoder.trainableParameters, of: stepCount)
    }
}
