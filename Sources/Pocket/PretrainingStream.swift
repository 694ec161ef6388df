import Basics
import Benchmarks
import Tokenization

/// Tokens, and how much the prediction of each counts in the loss.
public struct WeightedSequence: Hashable, Sendable {
    public let tokens: [Int32]
    /// `weights[t]` is that of predicting token t at position t - 1; `weights[0]` is 0.
    public let weights: [Float]
}

/// The pretraining data: an endless stream of prompts about the world, the same for the same seed.
///
/// Each prompt has one relation, drawn from all eight. All its questions are about this relation,
/// so that the shots reveal it and nothing else does. No pretraining question combines an item with
/// four relations that a question of the world's files combines.
public struct PretrainingStream: Sendable {
    /// The weight of a relation, a value and a letter that answer a question.
    public static let answerWeight: Float = 1
    /// The weight of any other token.
    public static let otherWeight: Float = 0.05

    /// The number of the step that comes next, from 0.
    public private(set) var step: Int
    public let questionsPerStep: Int
    private let seed: UInt64
    private let draw: PretrainingDraw
    private let pieces: PromptPieces

    /// - Parameters:
    ///   - tokenizer: the world's own.
    ///   - step: where the stream begins; a stream begun at 10 gives what another gives after ten.
    /// - Throws: `InputError` if the tokenizer has no end token, or cuts an answer's words.
    public init(
        world: World, tokenizer: any Tokenizer, seed: UInt64, questionsPerStep: Int = 256,
        step: Int = 0
    ) throws {
        precondition(questionsPerStep > 0 && step >= 0, "a step has questions, and a number from 0")
        self.step = step
        self.questionsPerStep = questionsPerStep
        self.seed = seed
        draw = PretrainingDraw(world: world)
        pieces = try PromptPieces(world: world, tokenizer: tokenizer)
    }

    /// The sequences of the next step, `questionsPerStep` questions in all.
    public mutating func nextStep() -> [WeightedSequence] {
        defer { step += 1 }
        return prompts(ofStep: step).map(pieces.sequence)
    }

    func prompts(ofStep step: Int) -> [PretrainingPrompt] {
        var generator = SeededGenerator(seed: seed, for: ["pretraining", String(step)])
        return draw.prompts(questionCount: questionsPerStep, using: &generator)
    }
}
