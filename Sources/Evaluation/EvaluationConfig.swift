import Basics
import Benchmarks
import Scoring
import Tokenization

/// What is evaluated, how prompts are built, and how answers are taken.
public struct EvaluationConfig: ConfigGroup {
    /// A folder with MMLU's dev, val and test; nil is the built-in world's.
    public var data: String?
    public var categories = CategoryList.all
    /// Which subjects a category has.
    public var categoryMap = CategoryMap.hendrycks
    /// The split that questions come from.
    public var split = Split.test
    /// Questions of each category; nil is the paper's number, or all that `questions` names.
    public var limit: QuestionLimit?
    /// How many questions of a sample each subject gives.
    public var sample = SampleRule.proportional
    /// The seed that draws holdout and evaluation sample.
    @Setting(.seed) public var sampleSeed = 0
    /// A CSV file that names the questions in place of a sample.
    public var questions: String?
    /// The question sets of that file; nil is all.
    public var questionSets: CommaList<String>?
    /// Test questions of each category that are kept for training and never evaluated.
    public var holdout = Sampling.paperHoldoutCount
    /// Numbers of shots; every question is evaluated with each.
    @Setting(.whole(0...1_000_000)) public var shots: CommaList<Int> = [0, 7]
    /// nil is the rule of `shotDraw`.
    public var shotSource: ShotSource?
    /// nil is the rule of `shotDraw`.
    public var shotOrder: ShotOrderRule?
    @Setting(.seed) public var shotSeed: Int?
    /// Whether shots are drawn for each subject or for each question.
    public var shotDraw = ShotDraw.subject
    /// What is done with a prompt that exceeds the model's context.
    public var tooLong = PromptBuilder.TooLong.refuse
    /// A file with the rationales that shots show; nil is the built-in world's.
    public var shotRationales: String?
    /// The prompt preset; nil is chosen by the model.
    public var prompt: PromptName?
    /// A file with the instructions that some presets show.
    public var promptFile: String?
    /// A chat template's file or name, or none; nil is the model's own.
    public var chatTemplate: String?
    /// The system message of a chat; nil leaves that to the template.
    public var system: String?
    /// Names that the chat template reads, as enable_thinking=false.
    public var templateArgument: CommaList<String>?
    /// Whether a start token is put before a text.
    public var bos = PromptEncoder.StartToken.auto
    /// Whether control tokens' names in questions, shots and rationales are those tokens.
    public var parseSpecialTokens = false
    /// nil is the prompt preset's own.
    public var scoring: Scoring?
    public var generation = GenerationConfig()
    @Setting(.seed) public var seed = 0
    /// The seed that draws generated answers; nil is `seed`.
    @Setting(.seed) public var answerSeed: Int?
    /// The maximum number of tokens in a forward pass.
    public var batchTokens = TokenLimit.auto
    /// The drop that results are tested against, in percentage points.
    @Setting(.above(0, upTo: 50)) public var margin = ComparisonTable.usualMarginPoints

    public init() {}

    public func validate() throws {
        if questions == nil, let set = questionSets?.elements.first {
            throw UsageError(
                "--question-sets \(set): --questions is not given; its sets are meant")
        }
        if shotDraw == .question, shotOrder == .first {
            throw UsageError(
                "--shot-order first: --shot-draw question draws shots for each question")
        }
        if shotDraw == .subject, shotOrder != .seeded, let shotSeed {
            throw UsageError(
                "--shot-seed \(shotSeed): draws nothing under --shot-order first; use "
                    + "--shot-order seeded")
        }
        guard generation.samples * generation.repeats <= GenerationConfig.mostRepeats else {
            throw UsageError(
                "--samples \(generation.samples): at most "
                    + "\(GenerationConfig.mostRepeats / generation.repeats) is possible")
        }
    }

    /// Which shots of the source are shown, with the seed that draws them.
    public var shotSelection: ShotOrder {
        shotDraw == .question || shotOrder == .seeded ? .seeded(shotSeed ?? 0) : .first
    }
}

/// How answers are generated.
public struct GenerationConfig: ConfigGroup {
    static let mostRepeats = 1000

    /// How often each question is evaluated; a greedy sampler does it once.
    @Setting(.whole(1...mostRepeats)) public var repeats = 3
    /// Generations in each repeat.
    @Setting(.whole(1...mostRepeats)) public var samples = 1
    public var sampler = TokenSampler()
    /// The maximum number of tokens in a generation.
    @Setting(.from(1)) public var maxNewTokens = 512

    public init() {}

    /// Generations for each question: one when greedy, as every further one would be the same.
    public var effectiveRepeats: Int { sampler.isGreedy ? 1 : repeats * samples }
}

/// The settings of generation.
@dynamicMemberLookup
public struct GenerationSettings: Sendable, Equatable {
    public var config = GenerationConfig()
    public var seed = 0
    /// Tokens that end a generation.
    public var endTokens: Set<Int32> = []
    /// Texts that end a generation, and stay in it.
    public var stopTexts: [String] = []

    public init() {}

    public subscript<Value>(dynamicMember path: WritableKeyPath<GenerationConfig, Value>) -> Value {
        get { config[keyPath: path] }
        set { config[keyPath: path] = newValue }
    }

    /// Generations for each question.
    public var effectiveRepeats: Int { config.effectiveRepeats }
}

/// The maximum number of tokens in a forward pass.
public enum TokenLimit: SettingValue {
    /// Planned from the free memory.
    case auto
    case count(Int)

    /// nil is planned.
    public var count: Int? { if case .count(let count) = self { count } else { nil } }

    public var setting: JSONValue { count.map(JSONValue.whole) ?? .string("auto") }

    public static func read(_ value: JSONValue, within bounds: Bounds) throws -> TokenLimit {
        value.settingText == "auto" ? .auto : .count(try Int.read(value, within: .from(1)))
    }
}
