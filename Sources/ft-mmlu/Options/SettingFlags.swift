import ArgumentParser
import Basics
import Benchmarks
import Evaluation
import Experiments
import LinearAttention
import Training
import Transformer

// Settings are typed on the command line as they are in configs.

extension ExpressibleByArgument where Self: SettingValue {
    public init?(argument: String) {
        guard let value = try? Self.read(.string(argument), within: .usual) else { return nil }
        self = value
    }

    public var defaultValueDescription: String { setting.settingText }
}

extension ExpressibleByArgument where Self: SettingChoice {
    public init?(argument: String) { self.init(rawValue: argument) }

    public var defaultValueDescription: String { rawValue }

    // The help of each flag explains its values; a list of them would only repeat it.
    public static var allValueStrings: [String] { [] }

    public static var defaultCompletionKind: CompletionKind { .list(choices.map(\.rawValue)) }
}

extension ActivationCheckpointing: ExpressibleByArgument {}
extension AdapterScales: ExpressibleByArgument {}
extension Benchmarks.Category: ExpressibleByArgument {
    // Its names have spellings that the raw values lack.
    public init?(argument: String) {
        guard let category = try? Self(parsing: argument) else { return nil }
        self = category
    }

    public var defaultValueDescription: String { rawValue }

    public static var allValueStrings: [String] { [] }

    public static var defaultCompletionKind: CompletionKind { .list(allCases.map(\.rawValue)) }
}
extension CategoryList: ExpressibleByArgument {}
extension CategoryMap: ExpressibleByArgument {}
extension CheckpointConfig.Adapter: ExpressibleByArgument {}
extension CheckpointConfig.Answers: ExpressibleByArgument {}
extension CheckpointConfig.Questions: ExpressibleByArgument {}
extension CommaList: ExpressibleByArgument {}
extension FewShotAnneal: ExpressibleByArgument {}
extension FewShotConfig.Source: ExpressibleByArgument {}
extension FewShotConfig.Targets: ExpressibleByArgument {}
extension FineTuning.Annealing: ExpressibleByArgument {}
extension FineTuning.Objective: ExpressibleByArgument {}
extension FineTuningTarget: ExpressibleByArgument {}
extension LearningRateSchedule.Shape: ExpressibleByArgument {}
extension ModelConfig.ComputeType: ExpressibleByArgument {}
extension Objective: ExpressibleByArgument {}
extension ProjectionSet: ExpressibleByArgument {}
extension PromptBuilder.TooLong: ExpressibleByArgument {}
extension QuestionLimit: ExpressibleByArgument {}
extension SampleRule: ExpressibleByArgument {}
extension Scoring: ExpressibleByArgument {}
extension ShotDraw: ExpressibleByArgument {}
extension ShotOrderRule: ExpressibleByArgument {}
extension ShotSource: ExpressibleByArgument {}
extension Split: ExpressibleByArgument {}
extension SweepConfig.Report: ExpressibleByArgument {}
extension TargetList: ExpressibleByArgument {}
extension OnOff: ExpressibleByArgument {}
extension RegressionPrior: ExpressibleByArgument {}
extension TokenLimit: ExpressibleByArgument {}
extension TrainingRecipe.Optimizer: ExpressibleByArgument {}

extension ArgumentHelp {
    /// The help of a setting, with the default that its property has.
    static func setting<Config: ConfigGroup, Value: SettingValue>(
        _ property: KeyPath<Config, Value>, _ text: String, valueName: String
    ) -> ArgumentHelp {
        let value = Config()[keyPath: property].setting.settingText
        let short = value.hasSuffix(".0") ? String(value.dropLast(2)) : value
        return ArgumentHelp("\(text) (default: \(short))", valueName: valueName)
    }
}
