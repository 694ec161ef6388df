import Basics
import Evaluation
import Foundation
import TensorBoard
import Tokenization
import Torch
import Tracking
import Training
import Transformer

/// The training part of a run: its examples, its adapter, its steps.
extension Run {
    func trainingSet(_ settings: TrainSettings) throws -> TrainingSet {
        if let path = settings.examples {
            let loaded = try bench.loaded()
            let set = try TrainingSet(
                idsFrom: path, contextLength: loaded.contextLength,
                vocabularySize: loaded.vocabularySize,
                readsFewShot: settings.objective != .zeroShot,
                skipsTooLong: evaluation.tooLong == .skip)
            try tellOfTooLong(set)
            return set
        }
        guard let category = settings.category else {
            throw UsageError("--category: not given; one is needed to train on")
        }
        let set = try TrainingSet(
            settings, evaluation, category: category, dataset: bench.dataset(evaluation),
            bench.trainingQuestions(settings, evaluation, category))
        try tellOfTooLong(set)
        if set.rationaleCount < set.examples.count, settings.rationales != nil {
            try report(
                .notice(
                    "\(set.examples.count - set.rationaleCount) of \(set.examples.count) training "
                        + "questions have no rationale; their targets are the answer alone"))
        }
        return set
    }

    private func tellOfTooLong(_ set: TrainingSet) throws {
        guard !set.tooLong.isEmpty else { return }
        try report(
            .notice(
                "\(set.tooLong.count) of \(set.tooLong.count + set.examples.count) training examples "
                    + "are left out, too long for the model: "
                    + set.tooLong.joined(separator: ", ")))
    }

    func attachAdapter(_ settings: TrainSettings, _ decoder: Decoder) throws {
        if let initial = settings.initAdapter {
            try checkBase(of: initial, isStrict: settings.strict)
            try AdapterFiles.read(from: initial, onto: decoder)
        } else {
            let generator = try Generator(seed: UInt64(bitPattern: Int64(settings.seed)))
            try decoder.attachAdapters(settings.adapter, using: generator)
        }
    }

    /// Reports an adapter that was trained on another model, or refuses it.
    func checkBase(of adapter: String, isStrict: Bool) throws {
        try BaseModel(model)?.check(adapter, isStrict: isStrict) { try report(.notice($0)) }
    }

    /// Content hashes of all questions that the adapter will have been trained on; nil where that
    /// is not known.
    ///
    /// They are the training set, and the training questions of the adapter that it starts from.
    func trainedQuestions(
        _ settings: TrainSettings, _ training: TrainingSet
    ) throws -> Set<String>? {
        guard let initial = settings.initAdapter else { return training.hashes }
        guard let seen = try TrainingManifest.read(from: initial) else {
            try report(.notice(Self.unknownTraining(of: initial)))
            return nil
        }
        return training.hashes.map { $0.union(seen) }
    }

    static func unknownTraining(of adapter: String) -> String {
        "\(adapter): does not say what it was trained on; questions that it has seen may be asked"
    }

    /// Saves the adapter, after its training manifest: no adapter ever exists without one.
    ///
    /// - Parameters:
    ///   - trained: content hashes; nil where they are not known
    ///   - folder: the adapter's folder; where saving fails, it contains no partial adapter
    func saveAdapter(
        _ settings: TrainSettings, of decoder: Decoder, trained: Set<String>?, to folder: String
    ) throws {
        try FileManager.default.makeFolder(folder)
        do {
            try TrainingManifest.write(
                trained, category: settings.category, baseChecksum: BaseModel(model)?.checksum(),
                to: folder)
            try AdapterFiles.write(
                decoder, settings: settings.adapter, baseModel: model.name, to: folder)
        } catch {
            if !AdapterFiles.exist(in: folder) {
                TrainingManifest.remove(from: folder)
                rmdir(folder)
            }
            throw error
        }
    }

    /// The validation of the training; nil where there is none.
    ///
    /// - Parameter reported: the prompts of the evaluation after training; nil where they are not
    ///   checked yet
    func validation(
        _ settings: TrainSettings, trained: Set<String>, reported: [PromptGroup]? = nil
    ) throws -> Validation? {
        guard settings.checkpoints.evalEvery != nil, let category = settings.category
        else { return nil }
        if settings.checkpoints.evalQuestions == .reported {
            return Validation(
                reporting: try reported ?? checkedPrompts(trained: trained).groups, evaluation,
                loaded: try bench.loaded(), tokenizer: try bench.tokenizer())
        }
        let validation = try bench.validation(
            of: category, settings.checkpoints, evaluation, trained: trained)
        if let notice = validation.tooLongNotice { try report(.notice("validation: " + notice)) }
        return validation
    }

    /// Makes all steps, or those that a stopped run has not made.
    ///
    /// Each step is a line of metrics.jsonl and an event for TensorBoard.
    ///
    /// - Returns: the record of the kept adapter for results.json
    func fit(
        _ settings: TrainSettings, _ training: TrainingSet, _ decoder: Decoder,
        _ validation: Validation?, _ recorder: RunRecorder, into folder: RunDirectory
    ) throws -> JSONValue {
        let start = ContinuousClock.now
        var course = TrainingCourse(settings, training, evaluation)
        let memory = try course.memory(decoder)
        let recomputes = settings.activationCheckpointing.recomputes(memory)
        course.trainer.usesActivationCheckpointing = recomputes
        try report(.memory(memory, recomputes: recomputes))
        let stepCount = course.stepCount
        var guards = try TrainingChecks(
            training, course.plan, stepCount: stepCount, decoder, isUntrained: model.shape != nil,
            isStrict: settings.strict, notice: { try report(.notice($0)) })
        defer { decoder.setAdapterDropout(nil) }
        let keeper = try CheckpointCallback(
            settings, folder, decoder, stepCount: stepCount,
            plan: course.plan,
            validation: validation, recorder: recorder, report: report)
        try keeper.begin()
        let events = try EventFile(in: folder.path, firstStep: keeper.start?.stepCount ?? 0)
        try course.trainer.train(
            decoder, parameters: decoder.adapters.flatMap { [$0.adapter.a, $0.adapter.b] },
            from: keeper.start,
            input: { step in
                decoder.setAdapterDropout(try settings.dropout(at: step, on: decoder.device))
                return try course.input(step)
            },
            report: { step in
                try keeper.record(step)
                try events.append(step.scalars, step: step.step)
                try guards.watch(step)
            },
            keep: { state in
                decoder.setAdapterDropout(nil)
                // Before the last state is saved, so that --resume cannot skip this check.
                if state.stepCount == stepCount {
                    try course.checkLogits(decoder)
                    try guards.finish(decoder)
                }
                try keeper.keep(state)
            })
        try recorder.measure("training", since: start)
        return try keeper.finish()
    }
}
