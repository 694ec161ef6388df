import Basics
import Benchmarks
import Foundation
import Tokenization
import Torch

/// The training examples of an adapter.
public struct TrainingSet: Sendable {
    public let examples: [Example]
    /// Content hashes of the questions in it, including demonstrations; nil for token ids from a
    /// file, whose questions are unknown.
    public let hashes: Set<String>?
    /// The number of targets with a rationale.
    public let rationaleCount: Int
    /// What messages call the examples: "philosophy test row 3", or a file and a line.
    public let names: [String]
    /// Names of the examples that were left out, because they exceed the context.
    public let tooLong: [String]
    /// The number of lines in its files of rationales that are not used: their `accepted` is false.
    public let rejectedCount: Int
    private let fewShot: FewShotSource

    private enum FewShotSource {
        case none
        case lines([Example?])
        case questions(FewShotPrompts)
    }

    /// Questions of a category, as zero-shot prompts with their answers as targets.
    ///
    /// - Parameter fewShot: the prompts of the few-shot loss; nil without one
    package init(_ read: TrainingQuestions, fewShot: FewShotPrompts?) {
        examples = read.examples
        names = read.questions.map(\.id.place)
        tooLong = read.tooLong.map(\.id.place)
        hashes = Set((read.questions + (fewShot?.pool ?? [])).map(\.contentHash))
        rationaleCount = read.rationaleCount
        rejectedCount = read.writer.rationales.rejectedCount
        self.fewShot = fewShot.map { .questions($0) } ?? .none
    }

    /// Token ids from JSON lines (see `TokenSequence`). `few_shot` holds the same for a second loss.
    ///
    /// - Parameters:
    ///   - vocabularySize: number of tokens that the model has rows for; nil where that is not
    ///     known
    ///   - readsFewShot: whether there is a second loss
    ///   - skipsTooLong: whether lines that exceed the context are left out
    /// - Throws: `FileError` that names the line.
    public init(
        idsFrom path: String, contextLength: Int, vocabularySize: Int? = nil, readsFewShot: Bool,
        skipsTooLong: Bool = false
    ) throws {
        var skipped: [String] = []
        let lines = try TokenFile.read(
            path, contextLength: contextLength, vocabularySize: vocabularySize,
            skipping: skipsTooLong ? { skipped.append(TokenFile.name($0, of: path)) } : nil)
        examples = lines.map(\.example)
        names = lines.map { TokenFile.name($0.number, of: path) }
        tooLong = skipped
        fewShot = readsFewShot ? .lines(lines.map { $0.fewShot?.example }) : .none
        hashes = nil
        rationaleCount = 0
        rejectedCount = 0
    }

    /// The inputs of a step's few-shot loss.
    ///
    /// - Parameter batch: the examples of the step, by index
    public func fewShotTrees(step: Int, batch: [Int]) throws -> [ExampleTree] {
        switch fewShot {
        case .none: []
        case .lines(let examples):
            // An example without a target has no effect on training, as in the zero-shot loss.
            batch.compactMap { examples[$0] }.filter { $0.targetCount > 0 }.map { ExampleTree($0) }
        case .questions(let prompts): try prompts.trees(step: step, batch: batch)
        }
    }

    /// The few-shot prompt of an example, by index, in a mixture; nil where it has no target.
    func fewShotTree(of index: Int) throws -> ExampleTree? {
        switch fewShot {
        case .none: nil
        case .lines(let examples):
            examples[index].flatMap { $0.targetCount > 0 ? ExampleTree($0) : nil }
        case .questions(let prompts): try prompts.tree(of: index)
        }
    }

    /// What messages call a continuation of one of those trees.
    ///
    /// - Parameter isMixed: whether each tree is of one example
    func fewShotName(tree: Int, continuation: Int, batch: [Int], isMixed: Bool = false) -> String {
        let index: Int?
        switch fewShot {
        case .none: index = nil
        case .lines(let examples):
            let learnt = batch.filter { (examples[$0]?.targetCount ?? 0) > 0 }
            index = learnt.indices.contains(tree) ? learnt[tree] : nil
        case .questions(let prompts):
            let place =
                isMixed ? tree : tree * (prompts.questionsPerPrefix ?? batch.count) + continuation
            index = batch.indices.contains(place) ? batch[place] : nil
        }
        return "the few-shot prompt of " + (index.map { names[$0] } ?? "an example")
    }

    /// Builds the few-shot prompts of later steps where one might be refused, so that it is refused
    /// now.
    ///
    /// Otherwise the prompts of questions are built step by step.
    package func checkFewShot(_ plan: BatchSampler, stepCount: Int) throws {
        guard case .questions(let prompts) = fewShot, try prompts.mayBeRefused(examples) else {
            return
        }
        if plan.mixture != nil {
            for index in examples.indices { _ = try prompts.tree(of: index) }
            return
        }
        for step in 0..<stepCount { _ = try prompts.trees(step: step, batch: plan.batch(at: step)) }
    }
}
