import Basics
import Benchmarks

/// The training questions of a category, and their zero-shot prompts with their answers as targets.
///
/// They are the same for every adapter, loss and seed.
package struct TrainingQuestions: Sendable {
    package let questions: [Question]
    package let examples: [Example]
    /// Questions that are left out, because prompt and target exceed the context.
    package let tooLong: [Question]
    /// The number of targets with a rationale.
    package let rationaleCount: Int
    package let writer: ExampleWriter

    /// - Parameter skipsTooLong: whether questions are left out that exceed the context
    /// - Throws: `InputError` for a question that is too long, or when all are.
    package init(_ questions: [Question], writer: ExampleWriter, skipsTooLong: Bool) throws {
        var kept: [(question: Question, example: Example)] = []
        var tooLong: [Question] = []
        for question in questions {
            let subject = try Subjects.subject(named: question.id.subject)
            let prefix = PromptPrefix(
                writer.preset, topic: subject.title, marking: writer.encoder.marked)
            if !skipsTooLong {
                kept.append((question, try writer.example(of: question, after: prefix)))
            } else if let example = try writer.fittingExample(of: question, after: prefix) {
                kept.append((question, example))
            } else {
                tooLong.append(question)
            }
        }
        guard !kept.isEmpty else {
            throw InputError(
                "--too-long skip: all \(tooLong.count) training questions are too long; the model "
                    + "has room for \(writer.contextLength) tokens of prompt and target")
        }
        rationaleCount = kept.count { writer.rationales.rationale(for: $0.question) != nil }
        self.questions = kept.map(\.question)
        examples = kept.map(\.example)
        self.tooLong = tooLong
        self.writer = writer
    }
}
