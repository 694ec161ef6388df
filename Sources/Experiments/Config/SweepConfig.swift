import Basics
import Benchmarks
import Training
import Transformer

/// The grid of a sweep: every target at every learning rate, with the zero-shot loss alone and with
/// each weight of the few-shot loss, by every seed.
public struct SweepConfig: ConfigGroup {
    /// Which trained models are evaluated on the reported questions.
    public enum Report: String, SettingChoice {
        /// The models with the hyperparameters that a group chose, by every seed.
        case winners
        case all
    }

    public var category: [Benchmarks.Category]?
    public var targets: TargetList?
    @Setting(.upTo(TrainConfig.largestLearningRate)) public var learningRates: [Double]?
    /// λ₀ of the few-shot loss.
    public var fewShotWeights: [FewShotWeight]?
    /// The targets that are trained with the few-shot loss too; nil is all.
    public var fewShotOn: TargetList?
    @Setting(.seed) public var seeds: [Int]?
    public var report = Report.winners

    public init() {}

    /// The names of its settings.
    public static let names = ConfigCoder.names(of: SweepConfig.self)
}

/// Sets of projections: "V,q+k+v".
public struct TargetList: SettingValue {
    public var targets: [ProjectionSet]

    public init(_ targets: [ProjectionSet]) { self.targets = targets }

    public var setting: JSONValue {
        .array(targets.map { .string($0.name.replacing(",", with: "+")) })
    }

    public static func read(_ value: JSONValue, within bounds: Bounds) throws -> TargetList {
        TargetList(try [ProjectionSet].read(value, within: bounds))
    }
}

/// λ₀, or none: the zero-shot loss alone.
public enum FewShotWeight: SettingValue {
    case none
    case weight(Double)

    public var setting: JSONValue {
        if case .weight(let weight) = self { .number(weight) } else { .string("none") }
    }

    public static func read(_ value: JSONValue, within bounds: Bounds) throws -> FewShotWeight {
        value.settingText == "none" ? .none : .weight(try Double.read(value, within: .usual))
    }
}
