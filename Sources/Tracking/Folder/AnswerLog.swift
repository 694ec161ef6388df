import Basics
import Benchmarks
import Scoring

/// answers.jsonl while a run writes it: the answers so far, including those of a stopped run.
package final class AnswerLog {
    private let lines: JSONLinesFile
    private let scoring: Scoring
    private let prompt: String
    private let watch: ([AnswerRecord]) throws -> Void
    /// Of a stopped run, by model, in the file's order.
    private var kept: [AnsweringModel: [Answer]] = [:]

    /// - Parameters:
    ///   - questions: the evaluated questions, each with every number in `shots` and `repeats`
    ///     times
    ///   - prompt: the prompt preset's name
    ///   - models: the evaluated models
    ///   - watch: receives the answers that are kept, then those that are appended
    /// - Throws: `FileError` for a line whose answer does not belong to this run.
    package init(
        _ folder: RunDirectory, questions: [Question], shots: [Int], repeats: Int,
        scoring: Scoring, prompt: String, models: [AnsweringModel],
        watch: @escaping ([AnswerRecord]) throws -> Void = { _ in }
    ) throws {
        self.scoring = scoring
        self.prompt = prompt
        self.watch = watch
        lines = try folder.lines(RunFile.answers)
        let known = Dictionary(
            questions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        // Nothing is hashed in a new run.
        let hashes = lines.kept.isEmpty ? [:] : known.mapValues(\.shortHash)
        var seen: [AnsweringModel: Set<AnswerID>] = [:]
        for (number, text) in lines.kept.enumerated() {
            guard let record = AnswerRecord(line: text.utf8), var answer = record.observation,
                let model = record.answeringModel, models.contains(model),
                record.scoring == scoring.rawValue, record.prompt == prompt,
                known[answer.question]?.answer == answer.answer,
                answer.questionHash == nil || answer.questionHash == hashes[answer.question],
                shots.contains(answer.shots),
                (0..<repeats).contains(answer.repetition),
                seen[model, default: []].insert(answer.id).inserted
            else {
                throw FileError(
                    path: "\(lines.path), line \(number + 1)",
                    problem: "is no answer to a question of this run, or is its second",
                    remedy: "remove the lines from there on; they are evaluated again")
            }
            answer.questionHash = hashes[answer.question]
            kept[model, default: []].append(answer)
        }
        for model in models { try watch(records(kept(of: model), of: model)) }
    }

    /// The answers that a model need not give again.
    package func kept(of model: AnsweringModel) -> [Answer] { kept[model] ?? [] }

    package func append(_ answers: [Answer], of model: AnsweringModel) throws {
        let records = records(answers, of: model)
        try lines.append(records.map { try $0.json })
        try watch(records)
    }

    private func records(_ answers: [Answer], of model: AnsweringModel) -> [AnswerRecord] {
        answers.map { AnswerRecord($0, of: model, scoring: scoring, prompt: prompt) }
    }
}
