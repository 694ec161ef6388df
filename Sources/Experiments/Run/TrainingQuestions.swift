import Basics
import Benchmarks
import Foundation
import Tokenization
import Training

/// The training questions of a category, and their zero-shot prompts with their answers as targets.
///
/// They are the same for every adapter, loss and seed.
struct TrainingQuestions: Sendable {
    let questions: [Question]
    let examples: [Example]
    /// Questions that are left out, because prompt and target exceed the context.
    let tooLong: [Question]
    /// The number of targets with a rationale.
    let rationaleCount: Int
    let writer: ExampleWriter

    /// - Parameter vocabularySize: number of tokens that the model has rows for; nil where that is
    ///   not known
    /// - Throws: `InputError` for a question that is too long, or under `--too-long skip` when
    ///   all are.
    init(
        _ settings: TrainSettings, _ evaluation: EvaluationSettings,
        category: Benchmarks.Category, dataset: MMLU, tokenizer: any Tokenizer, contextLength: Int,
        vocabularySize: Int? = nil
    ) throws {
        let questions = try settings.rows.questions(
            of: category, in: dataset, sampleSeed: evaluation.sampleSeed,
            holdoutCount: evaluation.holdout, rule: evaluation.sample)
        var files = settings.rationales.map { [URL(fileURLWithPath: $0)] } ?? []
        if case .file(let url) = settings.rows { files.append(url) }
        let writer = ExampleWriter(
            preset: evaluation.prompt.training, template: evaluation.template,
            rationales: try RationaleIndex(files: files), tokenizer: tokenizer,
            contextLength: contextLength, vocabularySize: vocabularySize)
        var kept: [(question: Question, example: Example)] = []
        var tooLong: [Question] = []
        for question in questions {
            let subject = try Subjects.subject(named: question.id.subject)
            let prefix = PromptPrefix(writer.preset, topic: subject.title)
            if evaluation.tooLong != .skip {
                kept.append((question, try writer.example(asking: question, behind: prefix)))
            } else if let example = try writer.fittingExample(asking: question, behind: prefix) {
                kept.append((question, example))
            } else {
                tooLong.append(question)
            }
        }
        guard !kept.isEmpty else {
            throw InputError(
                "--too-long skip: all \(tooLong.count) training questions are too long; the model has "
                    + "room for \(contextLength) tokens of prompt and target")
        }
        rationaleCount = kept.count { writer.rationales.rationale(for: $0.question) != nil }
        self.questions = kept.map(\.question)
        examples = kept.map(\.example)
        self.tooLong = tooLong
        self.writer = writer
    }
}
