import Basics
import Benchmarks

/// The few-shot prompts of training: the same demonstrations before several questions.
package struct FewShotPrompts: Sendable {
    private let writer: ExampleWriter
    /// The questions after the demonstrations.
    private let questions: [Question]
    /// The questions that demonstrations are drawn from.
    package let pool: [Question]
    /// The number of demonstrations in a prompt.
    private let count: Int
    /// The number of questions that share demonstrations; nil is all of a step.
    let questionsPerPrefix: Int?
    private let targets: FewShotConfig.Targets
    /// The rationales of the demonstrations.
    private let rationales: RationaleIndex
    /// The category map, which gives the topic of a prompt with several subjects.
    private let categories: CategoryMap
    private let seed: Int

    /// - Parameter shots: the number of demonstrations in a prompt
    package init(
        _ read: TrainingQuestions, _ config: FewShotConfig, shots: Int, pool: [Question],
        rationales: RationaleIndex, categories: CategoryMap = .hendrycks, seed: Int
    ) {
        writer = read.writer
        questions = read.questions
        self.pool = pool
        count = shots
        questionsPerPrefix = config.perPrefix
        targets = config.targets
        self.rationales = rationales
        self.categories = categories
        self.seed = seed
    }

    /// Builds the few-shot prompts of a step: draws demonstrations for each part of the step's
    /// questions.
    ///
    /// The demonstrations exclude the questions that they precede.
    ///
    /// Gradients flow through the demonstrations; whether they are targets is a setting.
    ///
    /// - Parameter batch: the questions of the step, by index
    func trees(step: Int, batch: [Int]) throws -> [ExampleTree] {
        var generator = SeededGenerator(
            seed: UInt64(bitPattern: Int64(seed)), for: ["demonstrations", "\(step)"])
        let size = questionsPerPrefix ?? batch.count
        return try stride(from: 0, to: batch.count, by: size).map { start in
            let part = batch[start..<min(start + size, batch.count)].map { questions[$0] }
            return try tree(of: part, using: &generator)
        }
    }

    /// The few-shot prompt of one question, by index, with its own demonstrations.
    ///
    /// They are the same in every epoch.
    func tree(of index: Int) throws -> ExampleTree {
        var generator = SeededGenerator(
            seed: UInt64(bitPattern: Int64(seed)), for: ["demonstrations of", "\(index)"])
        return try tree(of: [questions[index]], using: &generator)
    }

    private func tree(
        of questions: [Question], using generator: inout SeededGenerator
    ) throws -> ExampleTree {
        let shots = try Shots.draw(
            count: count, from: pool, excluding: Set(questions.map(\.contentHash)),
            using: &generator)
        let prefix = PromptPrefix(
            writer.preset,
            topic: try PromptPrefix.topic(of: shots + questions, by: categories), shots: shots,
            rationales: rationales, marking: writer.encoder.marked)
        return ExampleTree(sharing: try examples(of: questions, after: prefix))
    }

    /// Whether a prompt may be too long for the model, or have a token that it has no row for.
    ///
    /// The check uses the longest of all parts that a prompt can have, and the tokenizer's size.
    ///
    /// - Parameter examples: the examples of the questions, without demonstrations
    func mayBeRefused(_ examples: [Example]) throws -> Bool {
        if let size = writer.vocabularySize, writer.encoder.tokenizer.vocabularySize > size {
            return true
        }
        let question = examples.map(\.tokens.count).max() ?? 0
        let empty = PromptPrefix(writer.preset, topic: "")
        let longest =
            try pool.map { demonstration in
                let shown = PromptPrefix(
                    writer.preset, topic: "", shots: [demonstration], rationales: rationales)
                return try writer.encoder.tokenizer.encode(shown.text).count
            }.max() ?? 0
        // Joined parts may have a few more tokens; the header is counted with each part.
        let slack = 8 * (count + 1) + (try writer.encoder.tokenizer.encode(empty.text).count)
        return question + count * longest + slack > writer.contextLength
    }

    private func examples(
        of questions: [Question], after prefix: PromptPrefix
    ) throws -> [Example] {
        let examples = try questions.map { try writer.example(of: $0, after: prefix) }
        guard targets == .all, let first = questions.first else { return examples }
        let demonstrations = try DemonstrationTargets(
            of: prefix, in: writer.prompt(of: first, after: prefix), writer.encoder)
        return examples.map(demonstrations.added)
    }
}

extension FewShotConfig {
    /// The questions that demonstrations are drawn from.
    ///
    /// - Parameter pool: the training questions
    package func questions(
        of category: Benchmarks.Category, in dataset: MMLU, pool: [Question]
    ) throws -> [Question] {
        switch source {
        case .pool: pool
        case .dev: try dataset.questions(of: category, in: .dev)
        case .devAndVal:
            try dataset.questions(of: category, in: .dev)
                + dataset.questions(of: category, in: .val)
        }
    }
}
