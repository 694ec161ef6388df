import Basics
import Benchmarks
import Evaluation
import Foundation
import Rationales
import Tokenization
import Training
import Transformer

/// Generates rationales with a loaded model, with the shots of each subject.
public struct ModelSampler: TextSampler {
    /// The folder's name, with a checksum of its contents and of the adapter.
    public let modelName: String
    private let settings: EvaluationSettings
    private let loaded: LoadedModel
    private let tokenizer: any Tokenizer
    private let encoder: PromptEncoder
    /// The shots by subject.
    private let shots: [String: [Question]]
    /// The rationales of the shots, and those of the shots with the correct choice marked.
    private let rationales: RationaleIndex

    /// - Parameters:
    ///   - adapter: the folder of an adapter to apply to the model
    ///   - questions: the questions of the evaluation; none of them is among the shots
    ///   - isStrict: whether an adapter that was trained on another model is an error
    ///   - notice: receives messages to the user
    /// - Throws: when the model is not usable, or there are too few shots.
    public init(
        model: ModelSettings, adapter: String?, evaluation: EvaluationSettings,
        of questions: [Question], isStrict: Bool = false,
        notice: (String) throws -> Void = { _ in }
    ) throws {
        guard let shotCount = evaluation.shots.first, evaluation.shots.count == 1 else {
            throw UsageError("--shots: one number is needed for rationales")
        }
        guard evaluation.prompt.showsRationales else {
            throw UsageError(
                "--prompt \(evaluation.prompt.name): shows no rationales; use cot or plain-cot")
        }
        try Self.checkNames(of: questions)
        settings = evaluation
        let dataset = try evaluation.dataset()
        let hashes = Set(questions.map(\.contentHash))
        let pool = try ShotPool(evaluation, dataset)
        var shots: [String: [Question]] = [:]
        for subject in Set(questions.map(\.id.subject)) {
            shots[subject] = try Shots.select(
                count: shotCount, for: subject, from: evaluation.shotSource,
                order: evaluation.shotOrder, in: dataset, pool: pool.questions(of: subject),
                excluding: hashes)
        }
        self.shots = shots
        rationales = Self.book(of: shots, try evaluation.shotRationaleIndex())
        loaded = try LoadedModel(model)
        tokenizer = try loaded.tokenizer()
        encoder = try evaluation.encoder(tokenizer)
        var checksums = [try InputRecord.checksum(ofModel: loaded.folder)]
        try loaded.checkEndTokens(evaluation, tokenizer)
        if let adapter {
            try BaseModel(model)?.check(adapter, isStrict: isStrict, notice: notice)
            try AdapterFiles.read(from: adapter, onto: loaded.decoder)
            checksums.append(try InputRecord.checksum(ofAdapter: adapter))
        }
        let digest = SHA256.hexDigest(of: checksums.joined())
        let folder = URL(fileURLWithPath: model.folder).standardizedFileURL.lastPathComponent
        modelName = "\(folder)@\(digest.prefix(12))"
    }

    /// Checks that names are unique: rationales are returned under their questions' names.
    private static func checkNames(of questions: [Question]) throws {
        var contents: [QuestionID: String] = [:]
        for question in questions {
            let id = question.id
            let content = question.contentHash + question.answer.rawValue
            if let other = contents[id], other != content {
                throw UsageError(
                    "--train-rows: different questions are called \(id.subject)"
                        + " \(id.split.rawValue) row \(id.row), and --teacher self tells them apart"
                        + " by that; give each line of the file another row")
            }
            contents[id] = content
        }
    }

    public func prompt(for question: Question, withHint: Bool) throws -> String {
        let prefix = try prefix(of: question.id.subject, withHint: withHint)
        let text = try prefix.prompt(asking: withHint ? question.withAnswerMarked : question).text
        return try PromptEncoder.text(encoder.prompt(text))
    }

    public func sample(
        _ lessons: [TeacherRequest], interruption: () throws -> Void,
        report: (Int, SampledText) throws -> Void
    ) throws {
        guard !lessons.isEmpty else { return }
        var places: [QuestionID: Int] = [:]
        for (place, lesson) in lessons.enumerated() { places[lesson.question.id] = place }
        var evaluator = Evaluator(
            decoder: loaded.decoder, tokenizer: tokenizer, preset: settings.prompt)
        evaluator.maxTokensPerMicroBatch = settings.batchTokens
        var generation = settings.generation
        generation.endTokens = settings.endTokens(loaded.endTokens, tokenizer)
        try evaluator.writeTexts(
            groups(of: lessons), generation,
            repetition: { places[$0].map { lessons[$0].attempt } ?? 0 },
            watch: { _ in try interruption() }
        ) { text in
            guard let place = places[text.question] else { return }
            try report(
                place,
                SampledText(
                    text: text.text, isComplete: text.isComplete,
                    usage: TokenUsage(
                        prompt: text.promptTokenCount, completion: text.tokenCount)))
        }
    }

    private func groups(of lessons: [TeacherRequest]) throws -> [PromptGroup] {
        let writer = PromptBuilder(
            encoder, scoring: .generate,
            longest: loaded.contextLength - settings.generation.maxNewTokens,
            maxNewTokens: settings.generation.maxNewTokens,
            vocabularySize: loaded.vocabularySize, tooLong: settings.tooLong)
        return try [false, true].flatMap { hasHint in
            let some = lessons.filter { $0.hasHint == hasHint }.map(\.question)
            let bySubject = Dictionary(grouping: some, by: \.id.subject)
            return try bySubject.keys.sorted().flatMap { subject in
                let questions = bySubject[subject] ?? []
                let topic = try Subjects.subject(named: subject).title
                return try writer.groups(
                    subject: subject, shots: shown(in: subject, withHint: hasHint),
                    questions: hasHint ? questions.map(\.withAnswerMarked) : questions
                ) {
                    PromptPrefix(
                        settings.prompt, topic: topic, shots: $0, rationales: rationales,
                        marking: encoder.marked)
                }
            }
        }
    }

    private func prefix(of subject: String, withHint: Bool) throws -> PromptPrefix {
        PromptPrefix(
            settings.prompt, topic: try Subjects.subject(named: subject).title,
            shots: shown(in: subject, withHint: withHint), rationales: rationales,
            marking: encoder.marked)
    }

    private func shown(in subject: String, withHint: Bool) -> [Question] {
        let chosen = shots[subject] ?? []
        return withHint ? chosen.map(\.withAnswerMarked) : chosen
    }

    private static func book(
        of shots: [String: [Question]], _ book: RationaleIndex
    ) -> RationaleIndex {
        RationaleIndex(
            rows: shots.keys.sorted().flatMap { shots[$0] ?? [] }.flatMap { shot in
                [shot, shot.withAnswerMarked].map {
                    RationaleRow(
                        question: $0, rationale: book.rationale(for: shot), teacher: nil,
                        accepted: true)
                }
            })
    }
}
