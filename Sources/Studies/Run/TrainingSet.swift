import Benchmarks
import Evaluation
import Foundation
import Tokenization
import Torch
import Training

/// What an adapter learns from.
public struct TrainingSet: Sendable {
    public let examples: [Example]
    /// Content hashes of the questions in it, demonstrations included; nil for token ids from a file,
    /// of which nobody knows.
    public let hashes: Set<String>?
    /// How many targets have a rationale.
    public let rationaleCount: Int
    private let fewShot: FewShotSource

    private enum FewShotSource {
        case none
        case lines([Example?])
        case questions(FewShotPrompts)
    }

    /// The category's training questions, as zero-shot prompts with their answers as targets.
    public init(
        _ settings: TrainSettings, _ evaluation: EvaluationSettings,
        category: Benchmarks.Category, dataset: MMLU, tokenizer: any Tokenizer, contextLength: Int
    ) throws {
        try self.init(
            settings, evaluation, category: category, dataset: dataset,
            TrainingQuestions(
                settings, evaluation, category: category, dataset: dataset, tokenizer: tokenizer,
                contextLength: contextLength))
    }

    /// The same, of questions that are tokens already.
    init(
        _ settings: TrainSettings, _ evaluation: EvaluationSettings,
        category: Benchmarks.Category, dataset: MMLU, _ read: TrainingQuestions
    ) throws {
        examples = read.examples
        let shotCount = settings.fewShot.shotCount ?? evaluation.shots.max() ?? 0
        guard settings.objective == .zeroShot || shotCount > 0 else {
            throw UsageError(
                "--objective zs+fs: --shots 0 leaves no demonstration; --few-shot-shots with a number "
                    + "from 1 is needed")
        }
        let demonstrations =
            settings.objective == .zeroShot
            ? []
            : try settings.fewShot.questions(of: category, in: dataset, pool: read.questions)
        hashes = Set((read.questions + demonstrations).map(\.contentHash))
        rationaleCount = read.rationaleCount
        fewShot =
            settings.objective == .zeroShot
            ? .none
            : .questions(
                FewShotPrompts(
                    questions: read.questions, pool: demonstrations,
                    count: shotCount,
                    questionsPerPrefix: settings.fewShot.questionsPerPrefix,
                    targets: settings.fewShot.targets,
                    rationales: try settings.fewShot.rationaleBook(evaluation),
                    categories: dataset.categories,
                    seed: settings.seed, writer: read.writer))
    }

    /// Token ids from JSON lines with `input_ids` and, unless every token is a target, `labels`, which
    /// are as long and not shifted; -100 is no target. `few_shot` holds the same of a second loss.
    ///
    /// - Parameter readsFewShot: whether there is a second loss
    public init(idsFrom path: String, contextLength: Int, readsFewShot: Bool) throws {
        let lines = try TokenFile.read(path, contextLength: contextLength)
        examples = lines.map(\.example)
        fewShot = readsFewShot ? .lines(lines.map { $0.fewShot?.example }) : .none
        hashes = nil
        rationaleCount = 0
    }

    /// What a step's few-shot loss reads.
    ///
    /// - Parameter batch: the examples of the step, by index
    public func fewShotTrees(step: Int, batch: [Int]) throws -> [ExampleTree] {
        switch fewShot {
        case .none: []
        case .lines(let examples):
            // One without a target teaches nothing, as among the others.
            batch.compactMap { examples[$0] }.filter { $0.targetCount > 0 }.map { ExampleTree($0) }
        case .questions(let prompts): try prompts.trees(step: step, batch: batch)
        }
    }
}
