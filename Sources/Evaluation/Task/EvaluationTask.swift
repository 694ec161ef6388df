import Basics
import Benchmarks
import Foundation
import Tokenization

/// The questions that a run evaluates, and the shots before them.
public struct EvaluationTask: Sendable {
    /// By category, subject and row.
    public private(set) var questions: [Question]
    /// Questions of the sample that are not evaluated, because the prompt exceeds the context with
    /// one of the numbers of shots.
    public private(set) var tooLong: [Question] = []
    /// The shots by number of shots and subject; where they are drawn for each question, the
    /// subject's rows that they are drawn from.
    public let shots: [Int: [String: [Question]]]
    /// The number of test rows excluded from sampling, because training uses them or may use them.
    public let leftOutCount: Int
    let settings: EvaluationSettings
    let rationales: RationaleIndex

    /// Draws the evaluation sample and chooses the shots.
    ///
    /// The holdout of every category is excluded, for the base model and every adapter alike. So
    /// are an adapter's training questions.
    ///
    /// - Parameter trained: content hashes of an adapter's training questions
    public init(
        _ settings: EvaluationSettings, dataset: MMLU, trained: Set<String> = []
    ) throws {
        self.settings = settings
        rationales = try settings.shotRationaleIndex()
        let (questions, leftOutCount) =
            try settings.questions.map {
                try Self.listed(in: $0, settings, dataset, trained: trained)
            } ?? Self.sampled(settings, dataset, trained: trained)
        let evaluated = Set(questions.map(\.contentHash))
        let pool = try ShotPool(settings, dataset)
        var shots: [Int: [String: [Question]]] = [:]
        for count in settings.shots {
            for subject in Set(questions.map(\.id.subject)) {
                let rows = try pool.questions(of: subject)
                shots[count, default: [:]][subject] =
                    settings.shotDraw == .question
                    ? (count > 0 ? rows : [])
                    : try Shots.select(
                        count: count, for: subject, from: settings.shotSource,
                        order: settings.shotOrder, in: dataset, pool: rows, excluding: evaluated)
            }
        }
        self.questions = questions
        self.shots = shots
        self.leftOutCount = leftOutCount
    }

    private static func sampled(
        _ settings: EvaluationSettings, _ dataset: MMLU, trained: Set<String>
    ) throws -> (questions: [Question], leftOutCount: Int) {
        var excluded = trained
        for category in Benchmarks.Category.allCases {
            excluded.formUnion(try holdout(of: category, settings, dataset).map(\.contentHash))
        }
        var questions: [Question] = []
        var leftOutCount = 0
        for category in settings.categories {
            let sample = try Sampling.evaluationSample(
                of: category, split: settings.split, limit: settings.limit,
                sampleSeed: settings.sampleSeed, rule: settings.sample, excluding: excluded,
                in: dataset)
            questions += sample.questions
            leftOutCount += sample.leftOutCount
        }
        guard !questions.isEmpty else {
            throw InputError(
                "\(dataset.folder.path): has no \(settings.split.rawValue) question of "
                    + settings.categories.map(\.title).joined(separator: ", ") + " to evaluate")
        }
        return (questions, leftOutCount)
    }

    /// The questions that a file names, by category, subject and row, except the adapter's training
    /// questions.
    ///
    /// If there is a limit, each category has only its first questions.
    private static func listed(
        in file: String, _ settings: EvaluationSettings, _ dataset: MMLU, trained: Set<String>
    ) throws -> (questions: [Question], leftOutCount: Int) {
        let all = try QuestionList(file: file).questions(of: settings.questionSets, in: dataset)
        let byCategory = try Dictionary(grouping: all) {
            try dataset.categories.category(ofSubject: $0.id.subject)
        }
        let wanted = settings.categories.flatMap { byCategory[$0] ?? [] }
        let questions = settings.categories.flatMap { category in
            (byCategory[category] ?? []).filter { !trained.contains($0.contentHash) }
                .prefix(settings.limit ?? .max)
                .sorted { ($0.id.subject, $0.id.row) < ($1.id.subject, $1.id.row) }
        }
        guard !questions.isEmpty else {
            throw InputError(
                "\(file): names no question of "
                    + settings.categories.map(\.title).joined(separator: ", ")
                    + (wanted.isEmpty ? "" : " but those that the adapter was trained on"))
        }
        return (questions, wanted.count { trained.contains($0.contentHash) })
    }

    /// The rows kept for training; none in a category too small to have them.
    package static func holdout(
        of category: Benchmarks.Category, _ settings: EvaluationSettings, _ dataset: MMLU
    ) throws -> [Question] {
        let available = try Sampling.rows(
            of: category, in: .test, rule: settings.sample, dataset
        ).count
        guard available > settings.holdout else { return [] }
        return try Sampling.holdout(
            of: category, count: settings.holdout, sampleSeed: settings.sampleSeed,
            rule: settings.sample, in: dataset)
    }

    /// The prompts as tokens, and the task that they evaluate.
    ///
    /// Under `--too-long skip` the task lacks every question whose prompt is too long with any
    /// number of shots. So every number of shots has the same questions.
    ///
    /// - Parameter vocabularySize: number of tokens that the model has rows for
    /// - Throws: when all are too long.
    public func prompts(
        tokenizer: any Tokenizer, contextLength: Int, vocabularySize: Int
    ) throws -> (task: EvaluationTask, groups: [PromptGroup]) {
        func groups(of task: EvaluationTask) throws -> [PromptGroup] {
            try task.groups(
                tokenizer: tokenizer, contextLength: contextLength, vocabularySize: vocabularySize)
        }
        let all = try groups(of: self)
        guard settings.tooLong == .skip else { return (self, all) }
        var counts: [QuestionID: Int] = [:]
        for item in all.flatMap(\.questions) { counts[item.question.id, default: 0] += 1 }
        let prompts = settings.shots.reduce(0) {
            $0 + (drawsShots($1) ? settings.shotDraws : 1)
        }
        func isEvaluated(_ question: Question) -> Bool { counts[question.id] == prompts }
        guard let first = questions.first(where: { !isEvaluated($0) }) else { return (self, all) }
        var task = self
        task.questions = questions.filter(isEvaluated)
        task.tooLong = questions.filter { !isEvaluated($0) }
        guard !task.questions.isEmpty else {
            throw InputError(
                "--too-long skip: the prompts of all \(questions.count) questions are too long, the "
                    + "first of them \(first.id.place); the model has room for \(contextLength) "
                    + "tokens: use fewer --shots or --max-new-tokens")
        }
        return (task, try groups(of: task))
    }

    /// The prompts as tokens, by shots and subject, without those that are skipped.
    ///
    /// - Parameter vocabularySize: number of tokens that the model has rows for; nil where that is
    ///   not known
    public func groups(
        tokenizer: any Tokenizer, contextLength: Int, vocabularySize: Int? = nil
    ) throws -> [PromptGroup] {
        let room = settings.scoring == .generate ? settings.generation.maxNewTokens : 0
        guard room < contextLength else {
            throw UsageError(
                "--max-new-tokens \(room): leaves no room for a prompt; the model has room for "
                    + "\(contextLength) tokens, prompt and answer together")
        }
        let encoder = try settings.encoder(tokenizer)
        let writer = PromptBuilder(
            encoder, scoring: settings.scoring,
            longest: contextLength - room, maxNewTokens: room, vocabularySize: vocabularySize,
            tooLong: settings.tooLong)
        let bySubject = Dictionary(grouping: questions, by: \.id.subject)
        return try settings.shots.flatMap { count in
            try bySubject.keys.sorted().flatMap { subject in
                let topic = try Subjects.subject(named: subject).title
                let chosen = shots[count]?[subject] ?? []
                let shown = rationalesShown(by: chosen)
                func prefix(_ shots: [Question]) -> PromptPrefix {
                    PromptPrefix(
                        settings.prompt, topic: topic, shots: shots, rationales: shown,
                        marking: encoder.marked)
                }
                let questions = bySubject[subject] ?? []
                guard drawsShots(count) else {
                    return try writer.groups(
                        subject: subject, shots: chosen, questions: questions, prefix: prefix)
                }
                return try questions.flatMap { question in
                    try (0..<settings.shotDraws).flatMap { repetition in
                        try writer.groups(
                            subject: subject, shots: drawn(count, for: question, repetition),
                            shotCount: count, questions: [question], prefix: prefix
                        ).map {
                            var group = $0
                            let samples = settings.repeats / settings.shotDraws
                            group.repetitions =
                                repetition * samples..<(repetition + 1) * samples
                            return group
                        }
                    }
                }
            }
        }
    }

    /// Whether shots are drawn for each question.
    func drawsShots(_ count: Int) -> Bool {
        count > 0 && settings.shotDraw == .question
    }

    func drawn(_ count: Int, for question: Question, _ repetition: Int) -> [Question] {
        Shots.draw(
            count: count, for: question, repetition: repetition,
            from: shots[count]?[question.id.subject] ?? [], seed: settings.shotOrder.seed ?? 0)
    }

    /// The rationales where every shot has one, else none.
    ///
    /// If all of the shots have rationales, so do fewer of them.
    func rationalesShown(by shots: [Question]) -> RationaleIndex {
        shots.allSatisfy { rationales.rationale(for: $0) != nil } ? rationales : RationaleIndex()
    }
}
