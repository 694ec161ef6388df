import ArgumentParser
import Basics
import Benchmarks
import Evaluation
import Experiments
import LinearAttention
import Reports
import Training
import Transformer

// Settings are typed on the command line as they are in configs.

extension ExpressibleByArgument where Self: SettingValue {
    public init?(argument: String) {
        guard let value = try? Self.read(.string(argument), within: .usual) else { return nil }
        self = value
    }

    public var defaultValueDescription: String { helpText }
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
extension CategoryList: ExpressibleByArgument {
    public static var defaultCompletionKind: CompletionKind {
        .list(["all"] + Benchmarks.Category.allCases.map(\.rawValue))
    }
}
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
extension PredictionFile.AnswerForm: SettingChoice, ExpressibleByArgument {}
extension ProjectionSet: ExpressibleByArgument {
    public static var defaultCompletionKind: CompletionKind {
        .list(["V", "Q", "K", "QKV", "QKVO"])
    }
}
extension PromptBuilder.TooLong: ExpressibleByArgument {}
extension PromptName: ExpressibleByArgument {
    public static var defaultCompletionKind: CompletionKind { .list(Prompts.names) }
}
extension QuestionLimit: ExpressibleByArgument {}
extension SampleRule: ExpressibleByArgument {}
extension Scoring: ExpressibleByArgument {}
extension ShotDraw: ExpressibleByArgument {}
extension ShotOrderRule: ExpressibleByArgument {}
extension ShotSource: ExpressibleByArgument {}
extension Split: ExpressibleByArgument {}
extension SweepConfig.Report: ExpressibleByArgument {}
extension TableFormat: SettingChoice, ExpressibleByArgument {}
extension TargetList: ExpressibleByArgument {
    public static var defaultCompletionKind: CompletionKind { ProjectionSet.defaultCompletionKind }
}
extension OnOff: ExpressibleByArgument {}
extension RegressionPrior: ExpressibleByArgument {}
extension TokenLimit: ExpressibleByArgument {
    public static var defaultCompletionKind: CompletionKind { .list(["auto"]) }
}
extension TrainingRecipe.Optimizer: ExpressibleByArgument {}

extension SettingValue {
    /// As a default in the help: whole numbers without a fraction, all categories as "all".
    var helpText: String {
        if self as? CategoryList == .all { return "all" }
        let text = setting.settingText
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension ArgumentHelp {
    /// The help of a flag.
    ///
    /// - Parameters:
    ///   - name: the name of the flag's value
    ///   - rule: the default, in words, where it depends on the model or on other flags
    static func value(_ name: String, _ text: String, default rule: String? = nil) -> Self {
        ArgumentHelp(rule.map { "\(text) (default: \($0))" } ?? text, valueName: name)
    }

    /// The help of a setting, with the default that its property has.
    ///
    /// - Parameters:
    ///   - name: the name of the flag's value
    ///   - rule: what applies where the property is nil, or also applies
    static func setting<Config: ConfigGroup, Value: SettingValue>(
        _ property: KeyPath<Config, Value>, _ name: String, _ text: String,
        default rule: String? = nil
    ) -> Self {
        let value = Config()[keyPath: property]
        if case .null = value.setting { return .value(name, text, default: rule) }
        return .value(
            name, text, default: rule.map { "\(value.helpText); \($0)" } ?? value.helpText)
    }
}

extension Option {
    /// The flag of a setting: `@Option(\TrainConfig.epochs, "n", "Passes over the questions.")`.
    ///
    /// - Parameters:
    ///   - name: the name of the flag's value
    ///   - rule: what applies where the property is nil, or also applies
    init<Config: ConfigGroup, Setting: SettingValue, Flag: ExpressibleByArgument>(
        _ property: KeyPath<Config, Setting>, _ name: String, _ text: String,
        default rule: String? = nil, parsing: SingleValueParsingStrategy = .next,
        completion: CompletionKind? = nil
    ) where Value == Flag? {
        self.init(
            parsing: parsing, help: .setting(property, name, text, default: rule),
            completion: completion)
    }

    /// A flag that is no setting of a config.
    init<Flag: ExpressibleByArgument>(
        _ name: String, _ text: String, default rule: String? = nil,
        parsing: SingleValueParsingStrategy = .next, completion: CompletionKind? = nil
    ) where Value == Flag? {
        self.init(
            parsing: parsing, help: .value(name, text, default: rule), completion: completion)
    }

    /// A flag with a default.
    init(
        wrappedValue: Value, _ name: String, _ text: String,
        parsing: SingleValueParsingStrategy = .next, completion: CompletionKind? = nil
    ) where Value: ExpressibleByArgument {
        self.init(
            wrappedValue: wrappedValue, parsing: parsing, help: .value(name, text),
            completion: completion)
    }

    /// A flag that must be given.
    init(
        _ name: String, _ text: String, completion: CompletionKind? = nil
    ) where Value: ExpressibleByArgument {
        self.init(help: .value(name, text), completion: completion)
    }
}

/// A flag's whole number within its bounds.
///
/// - Throws: `UsageError` that names the flag.
func atLeast(
    _ least: Int, _ value: Int, _ name: String, atMost most: Int = 1_000_000
) throws -> Int {
    guard value >= least else {
        throw UsageError("--\(name): \(value) is too few; at least \(least) is needed")
    }
    guard value <= most else {
        throw UsageError("--\(name): \(value) is too many; at most \(most) is possible")
    }
    return value
}
