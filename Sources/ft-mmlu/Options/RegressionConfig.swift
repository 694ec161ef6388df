import ArgumentParser
import Basics
import LinearAttention

/// The configuration of training on regression tasks. For a value of nil the authors' value
/// applies, or that of a plain model.
struct RegressionConfig: ConfigGroup {
    var model = RegressionModel(design: .paper)
    @Setting(.whole(1...AttentionDesign.mostHeads)) var heads: Int?
    /// Whether keys see the labels of the examples.
    var labelChannel: OnOff?
    /// Whether values see the constant.
    var valueConstant: OnOff?
    /// The weights that are fine-tuned.
    var target = FineTuningTarget.v
    var objective = FineTuning.Objective.zeroShot
    /// λ₀.
    var fewShotWeight = 1.0
    var fewShotAnneal = FineTuning.Annealing.linear
    var optimizer = TrainingRecipe.Optimizer.sgd
    /// The learning rate of both phases.
    var learningRate = 0.01
    @Setting(.number(0...0.999_999)) var momentum: Double?
    /// The norm that gradients are clipped to; 0 disables clipping.
    var clip: Double?
    /// The iterations of fine-tuning.
    @Setting(.whole(0...100_000_000)) var iterations = 5_000
    @Setting(.whole(0...100_000_000)) var pretrainingIterations = 5_000
    /// The prompts of each kind in an iteration.
    @Setting(.whole(1...1_000_000)) var batchSize = 5_000
    /// The relative decrease of the exact loss in 1,000 iterations below which a phase ends.
    var stopTolerance: Double?
    /// The standard deviation of the initial weights.
    var initialScale: Double?
    /// The number of training runs, with seeds 0, 1, ….
    @Setting(.whole(1...1_000)) var seeds = 5
    /// The cosine to theta0 of the other task, for which errors are printed too.
    @Setting(.number(-1...1)) var cosine = -1.0
    /// The number of evaluation prompts; 0 measures exact expectations.
    @Setting(.whole(0...1_000_000)) var evaluationPrompts: Int?
    @Setting(.whole(1...1_000)) var evaluationSeeds = 5
    @Setting(.whole(1...1_000_000)) var testPrompts: Int?
    /// d, the dimension of an input.
    @Setting(.whole(1...PromptSampler.largestDimension)) var dimension = 5
    /// m, the examples of a pretraining prompt.
    @Setting(.whole(0...1_000_000)) var context = 20
    /// Examples of a few-shot prompt in fine-tuning.
    @Setting(.whole(0...1_000_000)) var shots = 20
    /// The number of pairs; 0 draws new pairs in every prompt.
    @Setting(.whole(0...PairSet.largestCount)) var pairs: Int?
    var prior: RegressionPrior?
    /// σ², the variance of the labels.
    var noise = 0.1
    /// Σ: identity, a number, or the numbers of its diagonal.
    var covariance = "identity"
    /// The seed of theta0's direction.
    @Setting(.seed) var taskSeed: UInt64 = 0
}

/// A model by its name.
struct RegressionModel: SettingValue, ExpressibleByArgument {
    var design: AttentionDesign

    init(design: AttentionDesign) { self.design = design }

    init(from decoder: any Decoder) throws {
        self.init(design: try AttentionDesign(named: String(from: decoder)))
    }

    func encode(to encoder: any Encoder) throws { try design.name.encode(to: encoder) }

    var setting: JSONValue { .string(design.name) }

    static func read(_ value: JSONValue, within bounds: Bounds) throws -> RegressionModel {
        do {
            return RegressionModel(design: try AttentionDesign(named: value.settingText))
        } catch { throw Mismatch("\(error)") }
    }
}

/// Whether a part of a model is present.
enum OnOff: String, SettingChoice {
    case on, off
}

/// The tasks of pretraining.
enum RegressionPrior: String, SettingChoice {
    /// Uniform on the unit sphere.
    case sphere
    /// N(0, I).
    case standard
    /// N(0, Σ⁻¹).
    case inverse

    var tasks: TaskPrior {
        switch self {
        case .sphere: .sphere
        case .standard: .standard
        case .inverse: .inverseCovariance
        }
    }
}
