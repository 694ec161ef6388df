import Benchmarks
import Evaluation
import Foundation
import TensorBoard
import Tokenization
import Torch
import Training
import Transformer

/// What a study tells while it runs; what a receiver throws ends the study.
public enum StudyEvent: Sendable {
    /// A sentence worth reading.
    case notice(String)
    /// An example that training reads, where the settings ask to see one.
    case sample(TrainingSample)
    case step(StepReport, of: Int)
    /// Answers so far, of all.
    case answered(AnsweringModel, Int, of: Int)
    /// The same, of the questions by which a training is watched.
    case validated(Int, of: Int)
}

/// Accuracies of one model in a run.
public struct ModelResult: Sendable {
    public let model: AnsweringModel
    public let table: AccuracyTable
}

/// One run: trains an adapter, or takes one, and asks base and adapted model the same questions.
public struct Study {
    public let model: ModelSettings
    public let evaluation: EvaluationSettings
    let report: (StudyEvent) throws -> Void

    public init(
        model: ModelSettings, evaluation: EvaluationSettings,
        report: @escaping (StudyEvent) throws -> Void
    ) {
        self.model = model
        self.evaluation = evaluation
        self.report = report
    }

    /// Trains an adapter, saves it, and evaluates unless the settings say not to.
    ///
    /// - Returns: base and adapted; empty without evaluation
    public func train(_ settings: TrainSettings, into folder: RunFolder) throws -> [ModelResult] {
        let loaded = try LoadedModel(model)
        let needsWords =
            settings.examples == nil || settings.evaluates
            || settings.keeping.evaluationEvery != nil
        let tokenizer = needsWords ? try loaded.tokenizer() : nil
        let training = try trainingSet(settings, loaded, tokenizer)
        try showSample(settings, training, loaded)
        let plan =
            settings.evaluates
            ? try QuestionPlan(
                evaluation, dataset: evaluation.dataset(), trained: training.hashes) : nil
        // Whatever may be refused is looked at before anything is trained or written.
        let groups = try plan.map { try promptGroups($0, loaded, tokenizer) }
        let validation = try validation(settings, training, loaded, tokenizer)
        try attachAdapter(settings, loaded.decoder)
        try folder.writeConfig(record + settings.record)
        if let plan {
            try folder.settle(plan.record, in: "questions.json")
        }
        var inputs = RunInputs()
        try inputs.add(model: loaded.folder)
        if let initial = settings.initialAdapter { try inputs.add(adapter: initial) }
        inputs.add(filesOf: record + settings.record)
        inputs.add(examples: training.examples)
        inputs.add(prompts: validation?.groups ?? [], as: "validation questions")
        inputs.add(prompts: groups ?? [], as: "prompts")
        try inputs.settle(in: folder)
        let kept = try fit(settings, training, loaded.decoder, validation, into: folder)
        try AdapterFiles.write(
            loaded.decoder, settings: settings.adapter, baseModel: model.name,
            to: folder.adapter)
        try TrainedQuestions.write(training.hashes, to: folder.adapter)
        guard let plan, let groups, let tokenizer else { return [] }
        return try evaluate(
            plan, groups, loaded, tokenizer, adapter: folder.adapter, scale: 1, withBase: true,
            extra: settings.record, kept: kept, into: folder)
    }

    /// Evaluates the base model, or an adapter and, if asked, the base model beside it.
    public func evaluate(
        adapter: String?, scale: Double, withBase: Bool, into folder: RunFolder
    ) throws -> [ModelResult] {
        let dataset = try evaluation.dataset()
        let loaded = try LoadedModel(model)
        // Now, so that one that cannot be used is refused before anything is written.
        if let adapter { try AdapterFiles.read(from: adapter, onto: loaded.decoder) }
        let trained = try adapter.flatMap { try TrainedQuestions.read(from: $0) }
        if let adapter, trained == nil {
            try report(
                .notice(
                    "\(adapter): does not say what it was trained on; questions that it has seen "
                        + "may be asked"))
        }
        let plan = try QuestionPlan(evaluation, dataset: dataset, trained: trained ?? [])
        let tokenizer = try loaded.tokenizer()
        let groups = try promptGroups(plan, loaded, tokenizer)
        let extra: [(String, JSONValue)] = [
            ("adapter", adapter.map { .string($0) } ?? .null), ("adapter-scale", .number(scale)),
            ("with-base", .bool(withBase)),
        ]
        try folder.writeConfig(record + extra)
        try folder.settle(plan.record, in: "questions.json")
        var inputs = RunInputs()
        try inputs.add(model: loaded.folder)
        if let adapter { try inputs.add(adapter: adapter) }
        inputs.add(prompts: groups, as: "prompts")
        try inputs.settle(in: folder)
        return try evaluate(
            plan, groups, loaded, tokenizer, adapter: adapter, scale: scale,
            withBase: withBase || adapter == nil, extra: extra, into: folder)
    }
}

extension Study {
    private var record: [(String, JSONValue)] {
        model.record + evaluation.record
    }

    func trainingSet(
        _ settings: TrainSettings, _ loaded: LoadedModel, _ tokenizer: (any Tokenizer)?
    ) throws -> TrainingSet {
        if let path = settings.examples {
            return try TrainingSet(idsFrom: path, contextLength: loaded.contextLength)
        }
        guard let category = settings.category, let tokenizer else {
            throw UsageError("--category: not given; one is needed to train on")
        }
        let set = try TrainingSet(
            settings, evaluation, category: category, dataset: evaluation.dataset(),
            tokenizer: tokenizer, contextLength: loaded.contextLength)
        if set.rationaleCount < set.examples.count, settings.rationales != nil {
            try report(
                .notice(
                    "\(set.examples.count - set.rationaleCount) of \(set.examples.count) training "
                        + "questions have no rationale; their targets are the answer alone"))
        }
        return set
    }

    private func attachAdapter(_ settings: TrainSettings, _ decoder: Decoder) throws {
        if let initial = settings.initialAdapter {
            try AdapterFiles.read(from: initial, onto: decoder)
        } else {
            let generator = try Generator(seed: UInt64(bitPattern: Int64(settings.seed)))
            try decoder.attachAdapters(settings.adapter, using: generator)
        }
    }

    /// The questions that watch the training; nil where it is not watched.
    private func validation(
        _ settings: TrainSettings, _ training: TrainingSet, _ loaded: LoadedModel,
        _ tokenizer: (any Tokenizer)?
    ) throws -> Validation? {
        guard settings.keeping.evaluationEvery != nil, let category = settings.category,
            let tokenizer
        else { return nil }
        return try Validation(
            of: category, limit: settings.keeping.validationLimit, evaluation,
            trained: training.hashes,
            loaded: loaded, tokenizer: tokenizer)
    }

    /// Makes all steps, or those that a stopped run has not made; each is a
    /// line of metrics.jsonl and an event for TensorBoard.
    ///
    /// - Returns: what results.json says of the adapter that is kept
    private func fit(
        _ settings: TrainSettings, _ training: TrainingSet, _ decoder: Decoder,
        _ validation: Validation?, into folder: RunFolder
    ) throws -> JSONValue {
        let plan = settings.plan(exampleCount: training.examples.count)
        let stepCount = min(plan.stepCount, settings.largestStepCount ?? plan.stepCount)
        var trainer = Trainer(schedule: settings.learningRates(stepCount: stepCount))
        trainer.optimizer.weightDecay = settings.weightDecay
        trainer.largestGradientNorm =
            settings.largestGradientNorm > 0 ? settings.largestGradientNorm : nil
        trainer.tokensPerPass = evaluation.batchTokens
        var guards = try TrainingGuards(
            training, plan, stepCount: stepCount, decoder, isStrict: settings.isStrict,
            notice: { try report(.notice($0)) })
        defer { decoder.setAdapterDropout(nil) }
        let keeper = try TrainingKeeper(
            settings, folder, decoder, stepCount: stepCount, stepsPerEpoch: plan.stepsPerEpoch,
            validation: validation, report: report)
        try keeper.begin()
        let events = try EventFile(in: folder.path, firstStep: keeper.start?.stepCount ?? 0)
        try trainer.train(
            decoder, parameters: decoder.adapters.flatMap { [$0.adapter.a, $0.adapter.b] },
            from: keeper.start,
            input: { step in
                let batch = plan.batch(at: step)
                decoder.setAdapterDropout(try settings.dropout(at: step, on: decoder.device))
                var input = StepInput(batch.map { training.examples[$0] })
                if settings.objective == .zeroShotAndFewShot {
                    input.fewShot = try training.fewShotTrees(step: step, batch: batch)
                    input.fewShotWeight = settings.fewShotAnneal.weight(
                        from: settings.fewShot.weight, at: step, stepsPerEpoch: plan.stepsPerEpoch)
                }
                return input
            },
            report: { step in
                try keeper.record(step)
                try events.append(step.scalars, step: step.step)
                try guards.watch(step)
            },
            keep: { state in
                decoder.setAdapterDropout(nil)
                try keeper.keep(state)
            })
        try guards.finish(decoder)
        return try keeper.finish()
    }

    /// Asks everything of each model, in the order base, adapted; writes answers and results.
    private func evaluate(
        _ plan: QuestionPlan, _ groups: [PromptGroup], _ loaded: LoadedModel,
        _ tokenizer: any Tokenizer, adapter: String?, scale: Double, withBase: Bool,
        extra: [(String, JSONValue)], kept: JSONValue? = nil, into folder: RunFolder
    ) throws -> [ModelResult] {
        let answers = try AnswerFile(
            folder, evaluation, plan: plan,
            models: (withBase ? [.base] : []) + (adapter == nil ? [] : [.adapted(scale: scale)]))
        var results: [ModelResult] = []
        if withBase {
            loaded.decoder.removeAdapters()
            results.append(try ask(.base, groups, loaded, tokenizer, answers))
        }
        if let adapter {
            // From the files, so that what was saved is what is measured.
            let settings = try AdapterFiles.read(from: adapter, onto: loaded.decoder)
            loaded.decoder.setAdapterScale(scale, of: settings)
            results.append(try ask(.adapted(scale: scale), groups, loaded, tokenizer, answers))
        }
        try folder.write(
            ResultsFile(
                settings: record + extra, evaluation: evaluation, plan: plan, results: results,
                decoder: loaded.decoder, kept: kept
            ).record, to: "results.json")
        return results
    }

    /// The prompts as tokens, checked to fit the model and the way of scoring.
    private func promptGroups(
        _ plan: QuestionPlan, _ loaded: LoadedModel, _ tokenizer: (any Tokenizer)?
    ) throws -> [PromptGroup] {
        let tokenizer = try tokenizer ?? loaded.tokenizer()
        let groups = try plan.groups(tokenizer: tokenizer, contextLength: loaded.contextLength)
        if evaluation.scoring == .letter {
            _ = try Evaluator(
                decoder: loaded.decoder, tokenizer: tokenizer, preset: evaluation.prompt
            ).letterTokens(behind: groups)
        }
        return groups
    }

    private func ask(
        _ model: AnsweringModel, _ groups: [PromptGroup], _ loaded: LoadedModel,
        _ tokenizer: any Tokenizer, _ file: AnswerFile
    ) throws -> ModelResult {
        let total = groups.reduce(0) { $0 + $1.questions.count } * evaluation.repeats
        var answers = file.kept(of: model)
        let answered = Set(answers.map(\.id))
        if !answers.isEmpty {
            try report(.notice("\(answers.count) of \(total) answers of \(model.name) are kept"))
        }
        try evaluation.ask(groups, of: loaded, tokenizer, except: answered) { pass in
            let new = pass.filter { !answered.contains($0.id) }
            answers += new
            try file.append(new, of: model)
            try report(.answered(model, answers.count, of: total))
        }
        return ModelResult(model: model, table: try AccuracyTable(answers))
    }
}
