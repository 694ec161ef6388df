import Basics
import Benchmarks
import Evaluation
import Scoring
import Tracking
import Training
import Transformer

/// An event of a running run; an error that its receiver throws ends the run.
public enum RunEvent: Sendable {
    /// A message to the user.
    case notice(String)
    /// A training example, where the settings show one.
    case sample(TrainingSample)
    /// The estimated memory of a step, and whether layers are recomputed.
    case memory(StepMemory, recomputes: Bool)
    case step(StepReport, of: Int)
    /// The number of trained layer changes whose singular values are known so far, and the total.
    case measuredChange(Int, of: Int)
    /// The number of answers so far and the total, with the generations in progress at each
    /// decoding step.
    case answered(AnsweringModel, Int, of: Int, writing: GenerationProgress? = nil)
    /// The same numbers for the validation questions of a training.
    case validated(Int, of: Int, writing: GenerationProgress? = nil)
}

/// One run: trains or loads an adapter, and evaluates base and adapted model on the same questions.
///
/// Its phases are prepare, begin, fit, save, evaluate. Everything that can be refused is refused in
/// the first, before anything is written.
public struct Run {
    public let model: ModelSettings
    public let evaluation: EvaluationSettings
    /// The run's place in a sweep; nil for an independent run.
    public let place: TrialContext?
    /// The store that records results besides the run's folder; nil for none.
    public let store: Store?
    let session: ModelSession
    let report: (RunEvent) throws -> Void

    /// - Parameter session: the model and what was read for it; nil reads everything
    public init(
        model: ModelSettings, evaluation: EvaluationSettings, place: TrialContext? = nil,
        store: Store? = nil, session: ModelSession? = nil,
        report: @escaping (RunEvent) throws -> Void
    ) {
        self.model = model
        self.evaluation = evaluation
        self.place = place
        self.store = store
        self.session = session ?? ModelSession(model)
        self.report = report
    }

    /// How far a training run goes.
    public enum Extent: Sendable {
        /// Up to the saved adapter; the run can be resumed for its evaluation.
        case adapter
        /// Up to everything that its settings require.
        case results
    }

    /// Trains an adapter, saves it, and evaluates it unless the settings disable evaluation.
    ///
    /// - Parameter extent: how far the run goes; a run that stops at its adapter can be resumed
    /// - Returns: base and adapted; nil without evaluation
    public func train(
        _ settings: TrainSettings, into folder: RunDirectory, to extent: Extent = .results
    ) throws -> RunResults? {
        let recorder = recorder("train", folder)
        return try recorder.recording(evaluates: settings.evaluates && extent == .results) {
            let inputs = try prepare(settings, adapter: folder.adapter)
            try begin(inputs, in: folder, recorder)
            let kept = try fit(inputs, recorder, into: folder)
            try saveAdapter(inputs, to: folder.adapter, recorder)
            guard let evaluation = inputs.evaluation, extent == .results else { return nil }
            return try evaluate(evaluation, inputs, kept: kept, recorder, into: folder)
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
            let (inputs, evaluation) = try prepare(config)
            try begin(inputs, in: folder, recorder)
            return try evaluate(evaluation, inputs, recorder, into: folder)
        }
    }

    /// Reports the first examples that a training with these settings reads, without training.
    public func showSample(_ settings: TrainSettings) throws {
        try showSample(settings, trainingSet(settings), session.loaded())
    }

    /// Writes what the run is made of, and opens it in the store.
    ///
    /// - Throws: `FileError` where a resumed run's inputs have changed, before anything is written.
    private func begin(
        _ inputs: PreparedRun, in folder: RunDirectory, _ recorder: RunRecorder
    ) throws {
        let former = folder.isResumed ? try InputRecord.read(from: folder.path) : nil
        // A sweep has compared its trials already; it implies when they are evaluated.
        try former?.check(
            inputs.inputs, in: folder.path, ignoring: place == nil ? [] : ["eval-every"])
        if place == nil, let gap = former?.gap(in: folder.path) { try report(.notice(gap)) }
        try folder.writeConfig(inputs.record)
        if let evaluation = inputs.evaluation {
            try folder.settle(evaluation.task.record(evaluation.groups), in: RunFile.questions)
        }
        if former == nil { try inputs.inputs.write(to: folder) }
        try recorder.begin()
    }

    private func recorder(_ command: String, _ folder: RunDirectory) -> RunRecorder {
        RunRecorder(
            store, folder, command: command, place: place, categories: evaluation.categoryMap)
    }
}
