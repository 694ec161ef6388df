import Benchmarks
import Training

/// The few-shot prompts of training: in each step the same demonstrations before all its questions.
struct FewShotPrompts: Sendable {
    /// What demonstrations are drawn from, and what is asked.
    let questions: [Question]
    /// Demonstrations a prompt.
    let count: Int
    /// Of the demonstrations.
    let rationales: RationaleBook
    let seed: Int
    let writer: ExampleWriter

    /// Draws a step's demonstrations, without the questions that they serve, and asks each of these
    /// behind them. The demonstrations are no targets; gradients flow through them.
    func tree(step: Int, batch: [Int]) throws -> ExampleTree {
        let asked = batch.map { questions[$0] }
        var generator = SeededGenerator(
            seed: UInt64(bitPattern: Int64(seed)), for: ["demonstrations", "\(step)"])
        let shots = try Shots.draw(
            count: count, from: questions, excluding: Set(asked.map(\.contentHash)),
            using: &generator)
        let prefix = PromptPrefix(
            writer.preset, topic: try PromptPrefix.topic(of: shots + asked), shots: shots,
            rationales: rationales)
        return ExampleTree(
            sharing: try asked.map { try writer.example(asking: $0, behind: prefix) })
    }
}
