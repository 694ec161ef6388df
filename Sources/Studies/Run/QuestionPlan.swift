import Benchmarks
import Evaluation
import Foundation
import Tokenization

/// The questions that a run asks and the shots that it shows them behind.
public struct QuestionPlan: Sendable {
    /// By category, subject and row.
    public private(set) var questions: [Question]
    /// Those of the sample that are not asked, because the model has no room for the prompt of one of
    /// the numbers of shots.
    public private(set) var tooLong: [Question] = []
    /// By number of shots and subject; where shots are drawn for each question, the subject's rows
    /// that they are drawn from.
    public let shots: [Int: [String: [Question]]]
    /// Test rows that were not drawn from, because training has them or may have them.
    public let leftOutCount: Int
    private let settings: EvaluationSettings
    private let rationales: RationaleBook

    /// Draws the evaluation sample and chooses the shots.
    ///
    /// The holdout of every category is left out, for the base model and every adapter alike, and so
    /// is what an adapter was trained on.
    ///
    /// - Parameter trained: content hashes of an adapter's training questions
    public init(
        _ settings: EvaluationSettings, dataset: MMLU, trained: Set<String> = []
    ) throws {
        self.settings = settings
        rationales = try settings.shotRationaleBook()
        let (questions, leftOutCount) =
            try settings.questionFile.map {
                try Self.listed(in: $0, settings, dataset, trained: trained)
            } ?? Self.sampled(settings, dataset, trained: trained)
        let asked = Set(questions.map(\.contentHash))
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
                        order: settings.shotOrder, in: dataset, pool: rows, excluding: asked)
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
                sampleSeed: settings.sampleSeed, rule: settings.sampleRule, excluding: excluded,
                in: dataset)
            questions += sample.questions
            leftOutCount += sample.leftOutCount
        }
        guard !questions.isEmpty else {
            throw BenchmarkError(
                "\(dataset.folder.path): has no \(settings.split.rawValue) question of "
                    + settings.categories.map(\.title).joined(separator: ", ") + " to ask")
        }
        return (questions, leftOutCount)
    }

    /// The questions that a file names, by category, subject and row, but for those that the adapter
    /// was trained on; of each category the first ones where there is a limit.
    private static func listed(
        in file: String, _ settings: EvaluationSettings, _ dataset: MMLU, trained: Set<String>
    ) throws -> (questions: [Question], leftOutCount: Int) {
        let all = try QuestionList(file: file).questions(of: settings.questionSets, in: dataset)
        let byCategory = try Dictionary(grouping: all) {
            try dataset.categories.category(of: Subjects.subject(named: $0.id.subject))
        }
        let wanted = settings.categories.flatMap { byCategory[$0] ?? [] }
        let questions = settings.categories.flatMap { category in
            (byCategory[category] ?? []).filter { !trained.contains($0.contentHash) }
                .prefix(settings.limit ?? .max)
                .sorted { ($0.id.subject, $0.id.row) < ($1.id.subject, $1.id.row) }
        }
        guard !questions.isEmpty else {
            throw BenchmarkError(
                "\(file): names no question of "
                    + settings.categories.map(\.title).joined(separator: ", ")
                    + (wanted.isEmpty ? "" : " but those that the adapter was trained on"))
        }
        return (questions, wanted.count { trained.contains($0.contentHash) })
    }

    /// The rows kept for training; none in a category too small to have them.
    static func holdout(
        of category: Benchmarks.Category, _ settings: EvaluationSettings, _ dataset: MMLU
    ) throws -> [Question] {
        let available = try Sampling.rows(
            of: category, in: .test, rule: settings.sampleRule, dataset
        ).count
        guard available > settings.holdoutCount else { return [] }
        return try Sampling.holdout(
            of: category, count: settings.holdoutCount, sampleSeed: settings.sampleSeed,
            rule: settings.sampleRule, in: dataset)
    }

    /// The prompts as tokens, with the plan of what they ask: under `--too-long skip` it lacks the
    /// questions whose prompt is too long behind any number of shots, so that every number of shots
    /// is of the same questions.
    ///
    /// - Parameter vocabularySize: tokens that the model has rows for
    /// - Throws: when all are too long.
    public func prompts(
        tokenizer: any Tokenizer, contextLength: Int, vocabularySize: Int
    ) throws -> (plan: QuestionPlan, groups: [PromptGroup]) {
        func groups(of plan: QuestionPlan) throws -> [PromptGroup] {
            try plan.groups(
                tokenizer: tokenizer, contextLength: contextLength, vocabularySize: vocabularySize)
        }
        let all = try groups(of: self)
        guard settings.tooLong == .skip else { return (self, all) }
        var counts: [QuestionID: Int] = [:]
        for item in all.flatMap(\.questions) { counts[item.question.id, default: 0] += 1 }
        let prompts = settings.shots.reduce(0) {
            $0 + (isDrawn(behind: $1) ? settings.shotDraws : 1)
        }
        func isAsked(_ question: Question) -> Bool { counts[question.id] == prompts }
        guard let first = questions.first(where: { !isAsked($0) }) else { return (self, all) }
        var plan = self
        plan.questions = questions.filter(isAsked)
        plan.tooLong = questions.filter { !isAsked($0) }
        guard !plan.questions.isEmpty else {
            throw BenchmarkError(
                "--too-long skip: the prompts of all \(questions.count) questions are too long, the "
                    + "first of them \(first.id.place); the model has room for \(contextLength) "
                    + "tokens: ask with fewer --shots or --max-new-tokens")
        }
        return (plan, try groups(of: plan))
    }

    /// The prompts as tokens, by shots and subject; those that are skipped are not among them.
    ///
    /// - Parameter vocabularySize: tokens that the model has rows for; nil where that is not known
    public func groups(
        tokenizer: any Tokenizer, contextLength: Int, vocabularySize: Int? = nil
    ) throws -> [PromptGroup] {
        let room = settings.scoring == .generate ? settings.generation.longestAnswer : 0
        guard room < contextLength else {
            throw UsageError(
                "--max-new-tokens \(room): leaves no room for a prompt; the model has room for "
                    + "\(contextLength) tokens, prompt and answer together")
        }
        let writer = PromptWriter(
            tokenizer: tokenizer, template: settings.template, scoring: settings.scoring,
            longest: contextLength - room, longestAnswer: room, vocabularySize: vocabularySize,
            tooLong: settings.tooLong)
        let bySubject = Dictionary(grouping: questions, by: \.id.subject)
        return try settings.shots.flatMap { count in
            try bySubject.keys.sorted().flatMap { subject in
                let topic = try Subjects.subject(named: subject).title
                let chosen = shots[count]?[subject] ?? []
                let shown = rationalesShown(by: chosen)
                func prefix(_ shots: [Question]) -> PromptPrefix {
                    PromptPrefix(settings.prompt, topic: topic, shots: shots, rationales: shown)
                }
                let asked = bySubject[subject] ?? []
                guard isDrawn(behind: count) else {
                    return try writer.groups(
                        subject: subject, shots: chosen, questions: asked, prefix: prefix)
                }
                return try asked.flatMap { question in
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

    /// Whether each question has shots of its own.
    private func isDrawn(behind count: Int) -> Bool {
        count > 0 && settings.shotDraw == .question
    }

    private func drawn(_ count: Int, for question: Question, _ repetition: Int) -> [Question] {
        Shots.draw(
            count: count, for: question, repetition: repetition,
            from: shots[count]?[question.id.subject] ?? [], seed: settings.shotOrder.seed ?? 0)
    }

    /// The book of rationales where every shot has one, else an empty one; with fewer of the shots
    /// there are rationales if there are with all.
    private func rationalesShown(by shots: [Question]) -> RationaleBook {
        shots.allSatisfy { rationales.rationale(for: $0) != nil } ? rationales : RationaleBook()
    }

    /// questions.json
    ///
    /// - Parameter groups: the prompts
    func record(_ groups: [PromptGroup]) -> JSONValue {
        let bySubject = Dictionary(grouping: questions, by: \.id.subject)
        let shortened = Self.shortened(groups)
        let fewer: [(String, JSONValue)] =
            shortened.isEmpty ? [] : [("fewer_shots", .array(shortened.map(Self.fewerShots)))]
        return .object(
            [
                ("sample_seed", .whole(settings.sampleSeed)),
                (
                    "questions",
                    .object(
                        bySubject.keys.sorted().map { subject in
                            (subject, Self.places(bySubject[subject] ?? []))
                        })
                ),
                ("shots", shotRecord),
            ] + fewer + (tooLong.isEmpty ? [] : [("too_long", tooLongRecord)]))
    }

    /// The questions that are not asked for want of room, by subject.
    var tooLongRecord: JSONValue {
        let bySubject = Dictionary(grouping: tooLong, by: \.id.subject)
        return .object(bySubject.sorted { $0.key < $1.key }.map { ($0.key, Self.places($0.value)) })
    }

    /// A sentence that counts and names them; nil where there are none.
    var tooLongNotice: String? {
        tooLong.isEmpty
            ? nil
            : "\(tooLong.count) of \(tooLong.count + questions.count) questions are left out, too "
                + "long for the model: " + tooLong.map(\.id.place).joined(separator: ", ")
    }

    /// The prompts that show fewer shots than were asked for.
    static func shortened(_ groups: [PromptGroup]) -> [PromptGroup] {
        groups.filter { $0.shots.count < $0.shotCount }
    }

    /// Where questions stand that are asked behind fewer shots.
    private static func fewerShots(_ group: PromptGroup) -> JSONValue {
        .object([
            ("shots", .whole(group.shotCount)), ("shown", .whole(group.shots.count)),
            ("subject", .string(group.subject)),
            ("questions", places(group.questions.map(\.question))),
        ])
    }

    /// For each number of shots how many questions were asked behind fewer.
    func fewerShotCounts(_ groups: [PromptGroup]) -> JSONValue {
        let shortened = Self.shortened(groups)
        return .object(
            settings.shots.map { count in
                (
                    "\(count)",
                    .whole(
                        shortened.filter { $0.shotCount == count }
                            .reduce(0) { $0 + $1.questions.count })
                )
            })
    }

    /// For each number of shots the subjects whose shots are shown with rationales; nil where the
    /// prompt or the settings have none to show.
    var rationaleRecord: JSONValue {
        guard settings.prompt.showsRationales, rationales.count > 0 else { return .null }
        return .object(
            settings.shots.filter { $0 > 0 }.map { count in
                let subjects = (shots[count] ?? [:]).filter {
                    rationalesShown(by: $0.value).count > 0
                }
                return ("\(count)", .array(subjects.keys.sorted().map { .string($0) }))
            })
    }

    /// For each number of shots and subject the rows shown; where they are drawn for each question,
    /// for each question and repeat.
    var shotRecord: JSONValue {
        let bySubject = Dictionary(grouping: questions, by: \.id.subject)
        return .object(
            settings.shots.map { count in
                (
                    "\(count)",
                    .object(
                        (shots[count] ?? [:]).sorted { $0.key < $1.key }.map { subject, rows in
                            isDrawn(behind: count)
                                ? (subject, drawnRecord(count, bySubject[subject] ?? []))
                                : (subject, Self.places(rows))
                        })
                )
            })
    }

    private func drawnRecord(_ count: Int, _ asked: [Question]) -> JSONValue {
        .array(
            asked.flatMap { question in
                (0..<settings.shotDraws).map { repetition in
                    .object([
                        ("split", .string(question.id.split.rawValue)),
                        ("row", .whole(question.id.row)), ("repeat", .whole(repetition)),
                        ("shots", Self.places(drawn(count, for: question, repetition))),
                    ])
                }
            })
    }

    private static func places(_ questions: [Question]) -> JSONValue {
        .array(
            questions.map {
                .object([("split", .string($0.id.split.rawValue)), ("row", .whole($0.id.row))])
            })
    }
}
