import Basics
import Benchmarks
import Foundation
import Scoring
import Tokenization
import Transformer

/// The settings of an evaluation and the files that they name.
///
/// The model's defaults are in the config. The prompt preset and the chat template are loaded.
@dynamicMemberLookup
public struct EvaluationSettings: Sendable {
    public var config: EvaluationConfig
    public var prompt: any PromptPreset
    /// The chat template that wraps a prompt; nil where the preset wants none.
    public let template: ChatFormat?
    /// The folder with MMLU and the file with the shots' rationales, where the config names none.
    private let defaults: (data: String?, shotRationales: String?)

    public subscript<Value>(dynamicMember path: WritableKeyPath<EvaluationConfig, Value>) -> Value {
        get { config[keyPath: path] }
        set { config[keyPath: path] = newValue }
    }

    /// - Parameters:
    ///   - config: complete, with the model's defaults
    ///   - data: the folder with MMLU where the config names none
    ///   - shotRationales: the file with the shots' rationales where the config names none
    package init(
        _ config: EvaluationConfig, prompt: any PromptPreset, template: ChatFormat?,
        data: String?, shotRationales: String?
    ) {
        self.config = config
        self.prompt = prompt
        self.template = template
        defaults = (data, shotRationales)
    }
}

extension EvaluationSettings {
    /// A folder with MMLU; nil where nothing is evaluated or trained on.
    public var data: String? { config.data ?? defaults.data }
    /// A file with the rationales that shots show; nil is none.
    public var shotRationales: String? {
        config.shotRationales ?? defaults.shotRationales
    }
    public var categories: [Benchmarks.Category] { config.categories.categories }
    /// Questions of each category; nil is all.
    public var limit: Int? { (config.limit ?? .all).count }
    public var shots: [Int] {
        get { config.shots.elements }
        set { config.shots.elements = newValue }
    }
    public var shotSource: ShotSource { config.shotSource ?? .devThenVal }
    public var shotOrder: ShotOrder { config.shotSelection }
    public var questionSets: [String] { config.questionSets?.elements ?? [] }
    public var scoring: Scoring { config.scoring ?? prompt.defaultScoring }
    /// The maximum number of tokens in a forward pass; nil is planned from the free memory.
    public var batchTokens: Int? { config.batchTokens.count }
    public var generation: GenerationSettings {
        var generation = GenerationSettings()
        generation.config = config.generation
        generation.seed = config.answerSeed ?? config.seed
        return generation
    }

    /// The number of repeats that shots are drawn for.
    var shotDraws: Int {
        config.shotDraw == .question && scoring == .generate && !generation.sampler.isGreedy
            ? generation.repeats : 1
    }

    /// The number of answers to each question.
    public var repeats: Int { scoring == .generate ? generation.effectiveRepeats : 1 }

    /// The questions.
    ///
    /// - Throws: `UsageError` when there is no folder to read them from.
    package func dataset() throws -> MMLU {
        guard let data else {
            throw UsageError(
                "--data: not given; a folder with MMLU's dev, val and test is needed, for the "
                    + "built-in questions are used only with the built-in model")
        }
        return MMLU(folder: URL(fileURLWithPath: data), categories: config.categoryMap)
    }

    /// How prompts become tokens.
    ///
    /// - Throws: `TokenizerError` where the tokenizer lacks what the chat template or the settings
    ///   need.
    package func encoder(_ tokenizer: any Tokenizer) throws -> PromptEncoder {
        try PromptEncoder(
            tokenizer, chat: template, startToken: config.bos,
            parsesSpecialTokens: config.parseSpecialTokens)
    }

    /// The rationales that shots show.
    package func shotRationaleIndex() throws -> RationaleIndex {
        try RationaleIndex(files: shotRationales.map { [URL(fileURLWithPath: $0)] } ?? [])
    }

    /// Files of the built-in world that are read without being named in the config.
    package var unnamedFiles: [(String, JSONValue)] {
        config.shotRationales == nil
            ? shotRationales.map { [("shot-rationales", .string($0))] } ?? [] : []
    }

    /// The settings as `config.yaml` has them, without the paths of the built-in world's files.
    ///
    /// Those files are found again wherever the program is.
    package var record: [(String, JSONValue)] { ConfigCoder.settings(of: config) }
}

extension EvaluationSettings {
    /// The tokens that end a generation: the checkpoint's, the tokenizer's end token, and the one
    /// that ends a turn of the chat template.
    package func endTokens(
        _ checkpoint: Set<Int32>, _ tokenizer: any Tokenizer
    ) -> Set<Int32> {
        let others = [tokenizer.endToken, template?.endOfTurn(tokenizer)]
        return checkpoint.union(others.compactMap(\.self))
    }
}

extension Evaluator {
    /// Evaluates with the scoring of the settings.
    ///
    /// - Parameters:
    ///   - endTokens: tokens that end a generation, besides the tokenizer's
    ///   - watch: receives the generations in progress before each decoding step; an error that it
    ///     throws ends the evaluation
    ///   - report: receives the answers of each forward pass; an error that it throws ends the
    ///     evaluation
    package func evaluate(
        _ groups: [PromptGroup], _ settings: EvaluationSettings, endTokens: Set<Int32>,
        watch: (GenerationProgress) throws -> Void, report: ([Answer]) throws -> Void
    ) throws {
        switch settings.scoring {
        case .letter: try answerByLetter(groups, report: report)
        case .choice: try answerByChoice(groups, report: report)
        case .generate:
            var generation = settings.generation
            generation.stopTexts = preset.stopTexts
            generation.endTokens = settings.endTokens(endTokens, tokenizer)
            try answerByGenerating(groups, generation, watch: watch, report: report)
        }
    }
}
