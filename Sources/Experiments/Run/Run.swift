import Basics
import Scoring
import Benchmarks
import Evaluation
import Foundation
import Tracking
import Tokenization
import Torch
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
public struct Run {
    public let model: ModelSettings
    public let evaluation: EvaluationSettings
    /// The run's place in a sweep; nil for an independent run.
    public let place: TrialContext?
    /// The store that records results besides the run's folder; nil for none.
    public let store: Store?
    let bench: ModelSession
    let report: (RunEvent) throws -> Void

    /// - Parameter bench: the model and what was read for it; nil reads everything
    public init(
        model: ModelSettings, evaluation: EvaluationSettings, place: TrialContext? = nil,
        store: Store? = nil, bench: ModelSession? = nil,
        report: @escaping (RunEvent) throws -> Void
    ) {
        self.model = model
        self.evaluation = evaluation
        self.place = place
        self.store = store
        self.bench = bench ?? ModelSession(model)
        self.report = report
    }

    /// How far a training run goes.
    public enum Extent: Sendable {
        /// Up to the saved adapter; the run can be resumed for its evaluation.
        case adapter
        /// Up to everything that its settings require.
        case results
    }

    func train(
        _ settings: TrainSettings, into folder: RunDirectory, to extent: Extent,
        _ recorder: RunRecorder
    ) throws -> RunResults? {
        let loaded = try bench.loaded()
        try tellOfKernels(loaded)
        let needsWords =
            settings.examples == nil || settings.evaluates
            || settings.checkpoints.evalEvery != nil
        let tokenizer = needsWords ? try bench.tokenizer() : nil
        if let tokenizer { try tellOfVocabulary(loaded, tokenizer) }
        let training = try trainingSet(settings)
        let steps = TrainingCourse(settings, training, evaluation)
        try training.checkFewShot(steps.plan, stepCount: steps.stepCount)
        try showSample(settings, training, loaded)
        let trained = try trainedQuestions(settings, training)
        // Excludes the known training questions, even where not all are known.
        let known = (trained ?? training.hashes) ?? []
        // Checks everything that may be refused before anything is trained or written.
        let prompts = settings.evaluates ? try checkedPrompts(trained: known) : nil
        let (plan, groups) = (prompts?.plan, prompts?.groups)
        let validation = try validation(settings, trained: known, reported: groups)
        try attachAdapter(settings, loaded.decoder)
        try folder.writeConfig(record + settings.record)
        if let plan {
            try folder.settle(plan.record(groups ?? []), in: RunFile.questions)
        }
        var inputs = InputChecksums()
        try inputs.add(model: loaded.folder)
        if let initial = settings.initAdapter { try inputs.add(adapter: initial) }
        inputs.add(
            filesOf: record + settings.record + evaluation.unnamedFiles + settings.unnamedFiles)
        inputs.add(examples: training.examples)
        inputs.add(prompts: validation?.groups ?? [], as: "validation questions")
        inputs.add(prompts: groups ?? [], as: "prompts")
        try inputs.settle(in: folder)
        try recorder.begin()
        let kept = try fit(
            settings, training, loaded.decoder, validation, recorder, into: folder)
        try saveAdapter(settings, of: loaded.decoder, trained: trained, to: folder.adapter)
        // Everything is saved: a run that is stopped now can be resumed.
        try recorder.measure(
            AdapterSpectrum.all(in: folder.adapter) {
                try report(.measuredChange($0, of: $1))
            })
        guard let plan, let groups, let tokenizer, extent == .results else { return nil }
        return try evaluate(
            plan, groups, loaded, tokenizer, adapter: folder.adapter, scales: [1], withBase: true,
            target: settings.category, extra: settings.record, kept: kept, recorder, into: folder)
    }

    /// Reports where a CUDA device computes without our kernels: correctly, but slower.
    private func tellOfKernels(_ loaded: LoadedModel) throws {
        guard let reason = CUDAKernels.absence(on: loaded.decoder.device) else { return }
        try report(
            .notice(
                "our CUDA kernels are not used (\(reason)); library operations run in their place"))
    }

    /// Reports where texts may have tokens that the model has no row for; such prompts are refused.
    private func tellOfVocabulary(_ loaded: LoadedModel, _ tokenizer: any Tokenizer) throws {
        guard tokenizer.vocabularySize > loaded.vocabularySize else { return }
        try report(
            .notice(
                "the tokenizer has \(tokenizer.vocabularySize) pieces, the model rows for "
                    + "\(loaded.vocabularySize) tokens: a text with another token is refused"))
    }

    func evaluate(
        _ config: AdapterEvaluationConfig, into folder: RunDirectory, _ recorder: RunRecorder
    ) throws -> RunResults {
        let adapter = config.adapter
        _ = try bench.dataset(evaluation)
        let loaded = try bench.loaded()
        try tellOfKernels(loaded)
        // Checked here, so that an unusable adapter is refused before anything is written.
        if let adapter {
            try checkBase(of: adapter, isStrict: config.strict)
            try AdapterFiles.read(from: adapter, onto: loaded.decoder)
        }
        let trained = try adapter.flatMap { try TrainingManifest.read(from: $0) }
        if let adapter, trained == nil {
            try report(.notice(Self.unknownTraining(of: adapter)))
        }
        let target =
            try config.targetCategory ?? adapter.flatMap { try TrainingManifest.category(of: $0) }
        let tokenizer = try bench.tokenizer()
        try tellOfVocabulary(loaded, tokenizer)
        let (plan, groups) = try checkedPrompts(trained: trained ?? [])
        var recorded = config
        recorded.targetCategory = target
        let extra = ConfigCoder.settings(of: recorded)
        try folder.writeConfig(record + extra)
        try folder.settle(plan.record(groups), in: RunFile.questions)
        var inputs = InputChecksums()
        try inputs.add(model: loaded.folder)
        if let adapter { try inputs.add(adapter: adapter) }
        inputs.add(prompts: groups, as: "prompts")
        try inputs.settle(in: folder)
        try recorder.begin()
        return try evaluate(
            plan, groups, loaded, tokenizer, adapter: adapter,
            scales: config.adapterScale.scales, withBase: config.withBase || adapter == nil,
            target: target, extra: extra, recorder,
            into: folder)
    }
}

extension Run {
    private var record: [(String, JSONValue)] {
        model.record + evaluation.record
    }

    /// Evaluates each model, in the order base, adapted by scale; writes answers and results.
    private func evaluate(
        _ plan: EvaluationTask, _ groups: [PromptGroup], _ loaded: LoadedModel,
        _ tokenizer: any Tokenizer, adapter: String?, scales: [Double], withBase: Bool,
        target: Benchmarks.Category?, extra: [(String, JSONValue)], kept: JSONValue? = nil,
        _ recorder: RunRecorder, into folder: RunDirectory
    ) throws -> RunResults {
        let memory = try EvaluationMemory(loaded.decoder, passTokens: evaluation.batchTokens)
        let answers = try AnswerLog(
            folder, questions: plan.questions, shots: evaluation.shots,
            repeats: evaluation.repeats, scoring: evaluation.scoring,
            prompt: evaluation.prompt.name,
            models: (withBase ? [.base] : [])
                + (adapter == nil ? [] : scales.map { .adapted(scale: $0) }),
            watch: recorder.append)
        var models: [ModelResult] = []
        if withBase {
            loaded.decoder.removeAdapters()
            models.append(
                try ask(
                    .base, groups, loaded, tokenizer, answers, memory.passTokens, recorder))
        }
        if let adapter {
            // Read from the files, so that the evaluated adapter is the saved one.
            let settings = try AdapterFiles.read(from: adapter, onto: loaded.decoder)
            for scale in scales {
                loaded.decoder.setAdapterScale(scale, of: settings)
                models.append(
                    try ask(
                        .adapted(scale: scale), groups, loaded, tokenizer, answers,
                        memory.passTokens, recorder))
            }
        }
        var results = try RunResults(
            models: models, target: target, marginPoints: evaluation.margin)
        results.tooLongNotice = plan.tooLongNotice
        try folder.write(
            ResultsFile(
                settings: record + extra, evaluation: evaluation, plan: plan, groups: groups,
                results: results,
                decoder: loaded.decoder, maxTokensPerMicroBatch: memory.passTokens, kept: kept
            ).record, to: RunFile.results)
        return results
    }

    /// The prompts as tokens, checked to fit the model and the scoring.
    ///
    /// - Parameter trained: content hashes of questions that must not be evaluated
    func checkedPrompts(
        trained: Set<String>
    ) throws -> (plan: EvaluationTask, groups: [PromptGroup]) {
        let (plan, groups) = try bench.prompts(evaluation, trained: trained)
        if evaluation.scoring == .letter {
            _ = try Evaluator(
                decoder: bench.loaded().decoder, tokenizer: bench.tokenizer(),
                preset: evaluation.prompt
            ).letterTokens(behind: groups)
        }
        if evaluation.scoring == .generate {
            try bench.loaded().checkEndTokens(bench.tokenizer())
        }
        if let notice = plan.tooLongNotice { try report(.notice(notice)) }
        let shortened = EvaluationTask.shortened(groups)
        if !shortened.isEmpty {
            let count = shortened.reduce(0) { $0 + $1.questions.count }
            try report(
                .notice(
                    "\(count) prompts show fewer shots than asked for, for want of room or of rows; "
                        + "questions.json says which"))
        }
        return (plan, groups)
    }

    private func ask(
        _ model: AnsweringModel, _ groups: [PromptGroup], _ loaded: LoadedModel,
        _ tokenizer: any Tokenizer, _ file: AnswerLog, _ maxTokensPerMicroBatch: Int,
        _ recorder: RunRecorder
    ) throws -> ModelResult {
        let total = groups.reduce(0) { $0 + $1.answerCount(repeats: evaluation.repeats) }
        let start = ContinuousClock.now
        var answers = file.kept(of: model)
        var answered = Set(answers.map(\.id))
        if !answers.isEmpty {
            try report(.notice("\(answers.count) of \(total) answers of \(model.label) are kept"))
        }
        if model == .base {
            let known = known(groups).filter { !answered.contains($0.id) }
            answers += known
            answered.formUnion(known.map(\.id))
            try file.append(known, of: model)
        }
        do {
            try evaluation.ask(
                groups, of: loaded, tokenizer, except: answered,
                maxTokensPerMicroBatch: maxTokensPerMicroBatch,
                watch: { try report(.answered(model, answers.count, of: total, writing: $0)) }
            ) { pass in
                let new = pass.filter { !answered.contains($0.id) }
                answers += new
                try file.append(new, of: model)
                try report(.answered(model, answers.count, of: total))
            }
        } catch var refusal as LogitsRefusal {
            refusal.model = model.label
            throw refusal
        }
        try recorder.measure("answers of \(model.label)", since: start)
        return ModelResult(
            model: model, table: try AccuracyTable(answers, by: evaluation.categoryMap))
    }

    /// The session's base model answers that belong to the prompts: at the same position, and with
    /// the same content hash where they have one.
    private func known(_ groups: [PromptGroup]) -> [Answer] {
        if bench.baseAnswers.isEmpty { return [] }
        var hashes: [ItemID: String] = [:]
        for group in groups {
            for (item, hash) in zip(group.questions, group.hashes) {
                hashes[ItemID(question: item.question.id, shots: group.shotCount)] = hash
            }
        }
        return bench.baseAnswers.compactMap { answer in
            guard let hash = hashes[answer.item],
                answer.questionHash == nil || answer.questionHash == hash
            else { return nil }
            var answer = answer
            answer.questionHash = hash
            return answer
        }
    }
}
