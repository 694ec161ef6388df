import Basics
import Benchmarks
import Transformer

/// What is trained, on what, and how.
public struct TrainConfig: ConfigGroup {
    public static let largestLearningRate = 100.0

    public var adapter = LoRAConfig()
    /// nil when training on token ids from a file.
    public var category: Benchmarks.Category?
    /// Training questions: holdout, val, dev+val, or a file.
    public var trainRows = TrainRows.holdout.description
    /// The question sets of a CSV file that names the training questions; nil is all.
    public var set: CommaList<String>?
    /// JSON lines with the rationales of training targets; nil is the built-in world's.
    public var rationales: String?
    public var objective = Objective.zeroShot
    public var fewShot = FewShotConfig()
    /// The learning rate after warm-up. A step of AdamW moves each weight by about as much.
    @Setting(.upTo(largestLearningRate)) public var learningRate = 1e-4
    @Setting(.from(1)) public var epochs = 5
    @Setting(.from(1)) public var batchSize = 8
    /// The maximum number of steps; nil is all of the epochs, 0 only shows a sample.
    public var maxSteps: Int?
    /// The shape of the learning rate schedule after warm-up.
    public var schedule = LearningRateSchedule.Shape.cosine
    /// The share of steps used for warm-up.
    @Setting(.number(0...1)) public var warmupRatio = 0.1
    /// The number of warm-up steps, in place of the share.
    public var warmupSteps: Int?
    public var weightDecay = 0.0
    /// The norm that gradients are clipped to; 0 does not clip.
    public var maxGradNorm = 1.0
    public var activationCheckpointing = ActivationCheckpointing.auto
    /// The seed of the adapters' initial weights and the order of training.
    @Setting(.seed) public var seed = 0
    /// An adapter folder to start from.
    public var initAdapter: String?
    /// JSON lines of token ids to train on in place of questions.
    public var examples: String?
    /// Whether questions are read in their order, without a shuffle.
    public var noShuffle = false
    /// Whether the evaluation of base and adapted model is skipped.
    public var noEval = false
    /// Whether a first loss above ln(vocabulary) stops the run.
    public var strict = false
    public var checkpoints = CheckpointConfig()

    public init() {}

    public func validate() throws {
        guard category != nil || examples != nil else {
            let words = Benchmarks.Category.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("--category: not given; one of \(words) is needed to train on")
        }
        if let set = set?.elements.first, !trainRows.lowercased().hasSuffix(".csv") {
            throw UsageError(
                "--set \(set): --train-rows names no CSV file; a set of its rows is meant")
        }
        if let every = checkpoints.evalEvery, category == nil {
            throw UsageError(
                "--eval-every \(every): --category is not given; its questions are evaluated")
        }
        try fewShot.validate()
        try checkpoints.validate()
    }
}

/// What is minimised.
public enum Objective: String, SettingChoice {
    /// The loss on zero-shot prompts.
    case zeroShot = "zs"
    /// That loss plus λ times the loss on few-shot prompts.
    case zeroShotAndFewShot = "zs+fs"
}

/// Activation checkpointing: whether layers keep their activations or are recomputed.
public enum ActivationCheckpointing: String, SettingChoice {
    /// Recomputes where keeping would not fit.
    case auto
    case on, off

    /// - Returns: whether layers are recomputed; under `auto`, where the kept activations would
    ///   take more than four fifths of the free memory
    public func recomputes(keeping keptBytes: Double, of availableBytes: Double) -> Bool {
        switch self {
        case .auto: keptBytes > 0.8 * availableBytes
        case .on: true
        case .off: false
        }
    }
}
