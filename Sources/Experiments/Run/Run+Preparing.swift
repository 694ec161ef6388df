import Basics
import Benchmarks
import Evaluation
import Foundation
import Tokenization
import Torch
import Training
import Transformer

/// The first phase of a run: reads everything, and refuses what cannot be used.
extension Run {
    /// - Parameter adapter: the folder that the adapter will be saved in
    func prepare(_ settings: TrainSettings, adapter: String) throws -> PreparedRun {
        let loaded = try session.loaded()
        try noteKernels(loaded)
        let needsTokenizer =
            settings.examples == nil || settings.evaluates
            || settings.checkpoints.evalEvery != nil
        let tokenizer = needsTokenizer ? try session.tokenizer() : nil
        if let tokenizer { try noteVocabulary(loaded, tokenizer) }
        let set = try trainingSet(settings)
        let steps = TrainingSteps(settings, set, maxTokensPerMicroBatch: evaluation.batchTokens)
        try set.checkFewShot(steps.plan, stepCount: steps.stepCount)
        try showSample(settings, set, loaded)
        let trained = try trainedQuestions(settings, set)
        // Excludes the known training questions, even where not all are known.
        let known = (trained ?? set.hashes) ?? []
        let prompts = settings.evaluates ? try checkedPrompts(trained: known) : nil
        let validation = try validation(settings, trained: known, reported: prompts?.groups)
        try attachAdapter(settings, loaded.decoder)

        return PreparedRun(
            loaded: loaded,
            training: .init(
                settings: settings, steps: steps, trained: trained, validation: validation),
            evaluation: try prompts.map {
                .init(
                    tokenizer: try session.tokenizer(), task: $0.task, groups: $0.groups,
                    adapter: adapter, scales: [1], withBase: true, target: settings.category)
            },
            record: InputRecord.settings(model, evaluation, settings),
            inputs: try inputs(settings, set, validation, prompts: prompts?.groups ?? []))
    }

    func prepare(
        _ config: AdapterEvaluationConfig
    ) throws -> (PreparedRun, PreparedRun.Evaluation) {
        _ = try session.dataset(evaluation)
        let loaded = try session.loaded()
        try noteKernels(loaded)
        var config = config
        var trained: Set<String>?
        if let adapter = config.adapter {
            try checkBase(of: adapter, isStrict: config.strict)
            try AdapterFiles.read(from: adapter, onto: loaded.decoder)
            trained = try TrainingManifest.read(from: adapter)
            if trained == nil { try report(.notice(Self.unknownTraining(of: adapter))) }
            config.targetCategory =
                try config.targetCategory ?? TrainingManifest.category(of: adapter)
        }
        let tokenizer = try session.tokenizer()
        try noteVocabulary(loaded, tokenizer)
        let (task, groups) = try checkedPrompts(trained: trained ?? [])

        let settings = PreparedRun.Evaluation(
            tokenizer: tokenizer, task: task, groups: groups, adapter: config.adapter,
            scales: config.adapterScale.scales,
            withBase: config.withBase || config.adapter == nil, target: config.targetCategory)
        let inputs = PreparedRun(
            loaded: loaded, training: nil, evaluation: settings,
            record: InputRecord.settings(model, evaluation, config),
            inputs: try self.inputs(config, prompts: groups))
        return (inputs, settings)
    }

    /// Reports where a CUDA device computes without our kernels: correctly, but slower.
    private func noteKernels(_ loaded: LoadedModel) throws {
        guard let reason = CUDAKernels.absence(on: loaded.decoder.device) else { return }
        try report(
            .notice(
                "our CUDA kernels are not used (\(reason)); library operations run in their place"))
    }

    /// Reports where texts may have tokens that the model has no row for; such prompts are refused.
    private func noteVocabulary(_ loaded: LoadedModel, _ tokenizer: any Tokenizer) throws {
        guard tokenizer.vocabularySize > loaded.vocabularySize else { return }
        try report(
            .notice(
                "the tokenizer has \(tokenizer.vocabularySize) pieces, the model rows for "
                    + "\(loaded.vocabularySize) tokens: a text with another token is refused"))
    }

    func trainingSet(_ settings: TrainSettings) throws -> TrainingSet {
        if let path = settings.examples {
            let loaded = try session.loaded()
            let set = try TrainingSet(
                idsFrom: path, contextLength: loaded.contextLength,
                vocabularySize: loaded.vocabularySize,
                readsFewShot: settings.objective != .zeroShot,
                skipsTooLong: evaluation.tooLong == .skip)
            try noteTooLong(set)
            return set
        }
        guard let category = settings.category else {
            throw UsageError("--category: not given; one is needed to train on")
        }
        let read = try session.trainingQuestions(settings, evaluation, category)
        let set = try TrainingSet(
            settings, evaluation, category: category, dataset: session.dataset(evaluation), read)
        try noteControlTokens(read.questions, in: "training")
        try noteTooLong(set)
        if set.rejectedCount > 0 {
            try report(
                .notice(
                    "lines of rationales with accepted: false, which are not trained on: "
                        + "\(set.rejectedCount)"))
        }
        if set.rationaleCount < set.examples.count, settings.rationales != nil {
            try report(
                .notice(
                    "\(set.examples.count - set.rationaleCount) of \(set.examples.count) training "
                        + "questions have no rationale; their targets are the answer alone"))
        }
        return set
    }

    /// Reports questions with names of control tokens, which stay text.
    private func noteControlTokens(_ questions: [Question], in part: String) throws {
        guard !evaluation.config.parseSpecialTokens else { return }
        let tokenizer = try session.tokenizer()
        let found = questions.compactMap { question in
            tokenizer.controlToken(
                in: ([question.question] + question.choices).joined(separator: "\n")
            ).map { (question, $0) }
        }
        guard let (first, name) = found.first else { return }
        try report(
            .notice(
                "\(found.count) of \(questions.count) \(part) questions have names of control tokens, "
                    + "the first of them \(first.id.place) '\(name)'; they stay text "
                    + "(--parse-special-tokens reads them as tokens)"))
    }

    private func noteTooLong(_ set: TrainingSet) throws {
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
        "\(adapter): does not say what it was trained on; questions that it has seen may be evaluated"
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
                loaded: try session.loaded(), tokenizer: try session.tokenizer())
        }
        let validation = try session.validation(
            of: category, settings.checkpoints, evaluation, trained: trained)
        if let notice = validation.tooLongNotice { try report(.notice("validation: " + notice)) }
        return validation
    }

    /// The prompts as tokens, checked to fit the model and the scoring.
    ///
    /// - Parameter trained: content hashes of questions that must not be evaluated
    func checkedPrompts(
        trained: Set<String>
    ) throws -> (task: EvaluationTask, groups: [PromptGroup]) {
        let (task, groups) = try session.prompts(evaluation, trained: trained)
        if evaluation.scoring == .letter {
            _ = try Evaluator(
                decoder: session.loaded().decoder, tokenizer: session.tokenizer(),
                preset: evaluation.prompt
            ).letterTokens(after: groups)
        }
        if evaluation.scoring == .generate {
            try session.loaded().checkEndTokens(evaluation, session.tokenizer())
        }
        if let notice = task.tooLongNotice { try report(.notice(notice)) }
        try noteControlTokens(task.questions, in: "evaluated")
        let shortened = EvaluationTask.shortened(groups)
        if !shortened.isEmpty {
            let count = shortened.reduce(0) { $0 + $1.questions.count }
            try report(
                .notice(
                    "\(count) prompts show fewer shots than --shots says: the context or the rows do not "
                        + "suffice; questions.json lists them"))
        }
        return (task, groups)
    }

    /// Reports the first example of each loss where the settings show one.
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
