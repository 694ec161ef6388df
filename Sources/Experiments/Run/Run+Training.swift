import Basics
import Foundation
import Torch
import Tracking
import Training
import Transformer

/// The training of a run: its steps, and the saved adapter.
extension Run {
    /// Makes all steps, or those that a stopped run has not made.
    ///
    /// - Returns: nil where nothing was trained
    func fit(
        _ inputs: PreparedRun, _ recorder: RunRecorder, into folder: RunDirectory
    ) throws -> KeptAdapter? {
        guard let training = inputs.training else { return nil }
        let start = ContinuousClock.now
        let decoder = inputs.loaded.decoder
        var steps = training.steps
        let memory = try steps.fitMicroBatches(to: decoder)
        let recomputes = training.settings.activationCheckpointing.recomputes(memory)
        steps.trainer.usesActivationCheckpointing = recomputes
        try report(.memory(memory, recomputes: recomputes))
        let checks = try TrainingChecks(
            steps, decoder, isUntrained: model.shape != nil,
            notice: { try report(.notice($0)) })
        let former = try folder.trainingCheckpoint(decoder, of: steps.stepCount)
        let metrics = try MetricsCallback(
            steps, after: former?.state.stepCount ?? 0, folder, recorder, report: report)
        let validation = try ValidationCallback(
            training.validation, steps, decoder, from: former, folder, recorder, report: report)
        let checkpoint = CheckpointCallback(
            folder, decoder, every: training.settings.checkpoints.checkpointEvery,
            metrics: metrics, validation: validation)
        if let former { try resume(former, of: steps, decoder, validation) }
        try steps.trainer.train(
            decoder, from: former?.state, input: steps.input,
            callbacks: [metrics, checks, validation, checkpoint])
        try recorder.measure("training", since: start)
        return try validation.restoreKept(training.settings.checkpoints.keep)
    }

    /// Gives the model the parameters of a checkpoint, and makes the evaluation that a signal
    /// prevented.
    private func resume(
        _ checkpoint: TrainingCheckpoint, of steps: TrainingSteps, _ decoder: Decoder,
        _ validation: ValidationCallback
    ) throws {
        let made = checkpoint.state.stepCount
        if made < steps.stepCount {
            try report(.notice("resuming after step \(made) of \(steps.stepCount)"))
        }
        try decoder.assignTrainable(checkpoint.state.parameters)
        try validation.catchUp(to: made)
    }

    /// Saves the adapter, after its training manifest: no adapter ever exists without one.
    ///
    /// - Parameter folder: the adapter's folder; where saving fails, it contains no partial adapter
    func saveAdapter(_ inputs: PreparedRun, to folder: String, _ recorder: RunRecorder) throws {
        guard let training = inputs.training else { return }
        try FileManager.default.makeFolder(folder)
        do {
            try TrainingManifest.write(
                training.trained, category: training.settings.category,
                baseChecksum: BaseModel(model)?.checksum(),
                to: folder)
            try AdapterFiles.write(
                inputs.loaded.decoder, settings: training.settings.adapter, baseModel: model.name,
                to: folder)
        } catch {
            if !AdapterFiles.exist(in: folder) {
                TrainingManifest.remove(from: folder)
                rmdir(folder)
            }
            throw error
        }
        // Everything is saved: a run that is stopped now can be resumed.
        try recorder.measure(
            AdapterSpectrum.all(in: folder) { try report(.measuredChange($0, of: $1)) })
    }
}
