import Benchmarks
import Foundation
import Tokenization
import Training

/// The questions that a category is trained on, and as zero-shot prompts with their answers as
/// targets: the same for every adapter, loss and seed.
struct TrainingQuestions: Sendable {
    let questions: [Question]
    let examples: [Example]
    /// How many targets have a rationale.
    let rationaleCount: Int
    let writer: ExampleWriter

    init(
        _ settings: TrainSettings, _ evaluation: EvaluationSettings,
        category: Benchmarks.Category, dataset: MMLU, tokenizer: any Tokenizer, contextLength: Int
    ) throws {
        let questions = try settings.rows.questions(
            of: category, in: dataset, sampleSeed: evaluation.sampleSeed,
            holdoutCount: evaluation.holdoutCount)
        var files = settings.rationales.map { [URL(fileURLWithPath: $0)] } ?? []
        if case .file(let url) = settings.rows { files.append(url) }
        let writer = ExampleWriter(
            preset: evaluation.prompt, template: evaluation.template,
            rationales: try RationaleBook(files: files), tokenizer: tokenizer,
            contextLength: contextLength)
        examples = try questions.map { question in
            let subject = try Subjects.subject(named: question.id.subject)
            return try writer.example(
                asking: question, behind: PromptPrefix(evaluation.prompt, topic: subject.title))
        }
        rationaleCount = questions.count { writer.rationales.rationale(for: $0) != nil }
        self.questions = questions
        self.writer = writer
    }
}
