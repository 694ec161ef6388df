import Basics
import Benchmarks
import Evaluation
import Scoring
import Tracking
import Transformer

/// The last phase of a run: evaluates its models and writes the results.
extension Run {
    /// Evaluates each model, in the order base, adapted by scale; writes answers and results.
    ///
    /// - Parameter kept: the record of a training's kept adapter
    func evaluate(
        _ settings: PreparedRun.Evaluation, _ inputs: PreparedRun, kept: KeptAdapter? = nil,
        _ recorder: RunRecorder, into folder: RunDirectory
    ) throws -> RunResults {
        let decoder = inputs.loaded.decoder
        let memory = try EvaluationMemory(decoder, passTokens: evaluation.batchTokens)
        let log = try AnswerLog(
            folder, questions: settings.task.questions, shots: evaluation.shots,
            repeats: evaluation.repeats, scoring: evaluation.scoring,
            prompt: evaluation.prompt.name, models: settings.models, watch: recorder.append)
        var models: [ModelResult] = []
        func evaluate(_ model: AnsweringModel) throws {
            models.append(
                try self.evaluate(
                    model, settings, inputs.loaded, log, memory.passTokens, recorder))
        }
        if settings.withBase {
            decoder.removeAdapters()
            try evaluate(.base)
        }
        if let adapter = settings.adapter {
            // Read from the files, so that the evaluated adapter is the saved one.
            let lora = try AdapterFiles.read(from: adapter, onto: decoder)
            for scale in settings.scales {
                decoder.setAdapterScale(scale, of: lora)
                try evaluate(.adapted(scale: scale))
            }
        }
        var results = try RunResults(
            models: models, target: settings.target, marginPoints: evaluation.margin)
        results.tooLongNotice = settings.task.tooLongNotice
        try folder.write(
            record(of: results, settings, inputs, memory.passTokens, kept).json,
            to: RunFile.results)
        return results
    }

    private func record(
        of results: RunResults, _ settings: PreparedRun.Evaluation, _ inputs: PreparedRun,
        _ passTokens: Int, _ kept: KeptAdapter?
    ) -> ResultsFile {
        var seen: Set<String> = []
        let record = inputs.record.filter { seen.insert($0.0).inserted }.sorted { $0.0 < $1.0 }
        let task = settings.task
        return ResultsFile(
            settings: .object(record), device: "\(inputs.loaded.decoder.device)",
            dtype: inputs.loaded.decoder.dtype.rawValue, tokensPerPass: passTokens,
            promptHash: evaluation.prompt.promptHash, leftOutQuestions: task.leftOutCount,
            tooLongQuestions: task.tooLongRecord, shots: task.shotRecord,
            questionsWithFewerShots: task.fewerShotCounts(settings.groups),
            subjectsWithShotRationales: task.rationaleRecord, keptAdapter: kept,
            numbers: NumbersRecord(results, evaluation.scoring))
    }

    /// Evaluates one model on all questions that have no stored answer.
    private func evaluate(
        _ model: AnsweringModel, _ settings: PreparedRun.Evaluation, _ loaded: LoadedModel,
        _ log: AnswerLog, _ maxTokensPerMicroBatch: Int, _ recorder: RunRecorder
    ) throws -> ModelResult {
        let total = settings.groups.reduce(0) {
            $0 + $1.answerCount(repeats: evaluation.repeats)
        }
        let start = ContinuousClock.now
        var answers = log.kept(of: model)
        var answered = Set(answers.map(\.id))
        if !answers.isEmpty {
            try report(.notice("\(answers.count) of \(total) answers of \(model.label) are kept"))
        }
        if model == .base {
            let known = known(settings.groups).filter { !answered.contains($0.id) }
            answers += known
            answered.formUnion(known.map(\.id))
            try log.append(known, of: model)
        }
        var evaluator = Evaluator(
            decoder: loaded.decoder, tokenizer: settings.tokenizer, preset: evaluation.prompt)
        evaluator.maxTokensPerMicroBatch = maxTokensPerMicroBatch
        evaluator.answered = answered
        do {
            try evaluator.evaluate(
                settings.groups, evaluation, endTokens: loaded.endTokens,
                watch: { try report(.answered(model, answers.count, of: total, writing: $0)) }
            ) { batch in
                let new = batch.filter { !answered.contains($0.id) }
                answers += new
                try log.append(new, of: model)
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
        if session.baseAnswers.isEmpty { return [] }
        var hashes: [ItemID: String] = [:]
        for group in groups {
            for (item, hash) in zip(group.questions, group.hashes) {
                hashes[ItemID(question: item.question.id, shots: group.shotCount)] = hash
            }
        }
        return session.baseAnswers.compactMap { answer in
            guard let hash = hashes[answer.item],
                answer.questionHash == nil || answer.questionHash == hash
            else { return nil }
            var answer = answer
            answer.questionHash = hash
            return answer
        }
    }
}

extension PreparedRun.Evaluation {
    fileprivate var models: [AnsweringModel] {
        (withBase ? [.base] : [])
            + (adapter == nil ? [] : scales.map { .adapted(scale: $0) })
    }
}
