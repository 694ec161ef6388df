import Basics
import Benchmarks
import Scoring

/// answers.jsonl while a run writes it: the answers so far, those of a stopped run among them.
package final class AnswerLog {
    /// What the run asks.
    package struct Scope {
        package var questions: [Question]
        package var shots: [Int]
        package var repeats: Int
        package var scoring: Scoring
        package var prompt: String

        package init(
            questions: [Question], shots: [Int], repeats: Int, scoring: Scoring, prompt: String
        ) {
            self.questions = questions
            self.shots = shots
            self.repeats = repeats
            self.scoring = scoring
            self.prompt = prompt
        }
    }

    private let lines: JSONLinesFile
    private let scope: Scope
    private let watch: ([AnswerRecord]) throws -> Void
    /// Of a stopped run, by model, in the file's order.
    private var kept: [AnsweringModel: [Answer]] = [:]

    /// - Parameters:
    ///   - models: who is asked
    ///   - watch: is given the answers that are kept, then those that are appended
    /// - Throws: `FileError` for a line that answers nothing that this run asks.
    package init(
        _ folder: RunDirectory, _ scope: Scope, models: [AnsweringModel],
        watch: @escaping ([AnswerRecord]) throws -> Void = { _ in }
    ) throws {
        self.scope = scope
        self.watch = watch
        lines = try folder.lines(RunFile.answers)
        let questions = Dictionary(
            scope.questions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        // Nothing is hashed in a new run.
        let hashes = lines.kept.isEmpty ? [:] : questions.mapValues(\.shortHash)
        var seen: [AnsweringModel: Set<AnswerID>] = [:]
        for (number, text) in lines.kept.enumerated() {
            guard let record = AnswerRecord(line: text.utf8), var answer = record.observation,
                let model = record.answeringModel, models.contains(model),
                record.scoring == scope.scoring.rawValue, record.prompt == scope.prompt,
                questions[answer.question]?.answer == answer.answer,
                answer.questionHash == nil || answer.questionHash == hashes[answer.question],
                scope.shots.contains(answer.shots),
                (0..<scope.repeats).contains(answer.repetition),
                seen[model, default: []].insert(answer.id).inserted
            else {
                throw FileError(
                    path: "\(lines.path), line \(number + 1)",
                    problem: "is no answer to a question of this run, or is its second",
                    remedy: "remove the lines from there on; they are asked again")
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
        answers.map {
            AnswerRecord($0, of: model, scoring: scope.scoring, prompt: scope.prompt)
        }
    }
}
