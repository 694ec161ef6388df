import Basics
import Benchmarks
import ChatTemplates
import Evaluation
import Foundation
import Tokenization

/// The settings of an evaluation with the defaults of a model.
extension EvaluationSettings {
    /// - Parameter evaluatesZeroShot: whether 0 shots are added where `shots` does not have them
    /// - Throws: `UsageError`, and what reading a file of instructions or a chat template throws
    public init(
        _ layers: ConfigLayers, model: ModelSettings, world: BuiltInWorld?,
        evaluatesZeroShot: Bool = false
    ) throws {
        try self.init(
            ConfigCoder.decode(EvaluationConfig(), over: layers), model: model, world: world,
            evaluatesZeroShot: evaluatesZeroShot, layers: layers)
    }

    /// - Parameter layers: the sources of the settings, for messages
    init(
        _ given: EvaluationConfig, model: ModelSettings, world: BuiltInWorld?,
        evaluatesZeroShot: Bool = false, layers: ConfigLayers = ConfigLayers([])
    ) throws {
        var config = given
        let world = model.isBuiltIn ? world : nil
        // The world's files are used without being named.
        if config.shotRationales == world?.rationales(ofData: config.data) {
            config.shotRationales = nil
        }
        if config.data == world?.data { config.data = nil }
        if evaluatesZeroShot, !config.shots.elements.contains(0) {
            config.shots.elements.insert(0, at: 0)
        }
        config.limit =
            config.limit ?? (config.questions == nil ? .count(Sampling.paperLimit) : .all)
        config.shotSource =
            config.shotSource ?? (config.shotDraw == .question ? .rationales : .devThenVal)
        config.shotOrder = config.shotSelection == .first ? .first : .seeded
        config.shotSeed = config.shotSelection.seed
        let name = try config.prompt?.name ?? Self.usualPrompt(config, model: model)
        config.prompt = PromptName(name)
        func named<Value>(_ setting: String, _ text: String, _ read: () throws -> Value) throws
            -> Value
        {
            do { return try read() } catch {
                throw UsageError(
                    origin: layers.found(setting)?.origin ?? "--", setting, text, error)
            }
        }
        let prompt = try named("prompt", name) { [file = config.promptFile] in
            try Self.prompt(named: name, file: file)
        }
        let template = try Self.chatTemplate(config, for: prompt, model: model, named: named)
        config.scoring = config.scoring ?? prompt.defaultScoring
        config.answerSeed = config.answerSeed ?? config.seed
        self.init(
            config, prompt: prompt, template: template, data: world?.data,
            shotRationales: world?.rationales(ofData: config.data))
        guard prompt.showsLetters || scoring == .choice else {
            throw UsageError(
                "--scoring \(scoring.rawValue): --prompt \(prompt.name) shows no letters to answer "
                    + "with; use --scoring choice")
        }
        if shotSource == .rationales, shotRationales == nil {
            throw UsageError(
                "--shot-source rationales: --shot-rationales is not given; its questions are shown")
        }
    }

    /// `plain-cot` for the built-in model, `cot` for a checkpoint with a chat template, else
    /// `hendrycks`.
    private static func usualPrompt(
        _ config: EvaluationConfig, model: ModelSettings
    ) throws -> String {
        if model.isBuiltIn { return "plain-cot" }
        let folder = URL(fileURLWithPath: model.folder)
        return try ChatFormat.of(folder: folder, named: config.chatTemplate) == nil
            ? "hendrycks" : "cot"
    }

    /// The chat template that the prompt preset requires.
    private static func chatTemplate(
        _ config: EvaluationConfig, for prompt: any PromptPreset, model: ModelSettings,
        named: (String, String, () throws -> ChatFormat?) throws -> ChatFormat?
    ) throws -> ChatFormat? {
        guard prompt.usesChatTemplate else { return nil }
        let template = try named("chat-template", config.chatTemplate ?? "") {
            try ChatFormat.of(
                folder: URL(fileURLWithPath: model.folder), named: config.chatTemplate)
        }
        guard var template else {
            throw UsageError(
                "--prompt \(prompt.name): needs a chat template, and \(model.folder) has none; "
                    + "use --chat-template chatml, or --prompt "
                    + (prompt.showsRationales ? "plain-cot" : "lm-eval"))
        }
        if let system = config.system, system != "none" { template.system = system }
        template.arguments = try (config.templateArgument?.elements ?? []).map(Self.argument)
        return template
    }

    /// A name and a value for a chat template; true, false and whole numbers are no text.
    private static func argument(_ text: String) throws -> TemplateValue.Field {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            throw UsageError(
                "--template-argument \(text): a name, '=' and a value are needed, as "
                    + "enable_thinking=false")
        }
        switch parts[1] {
        case "true": return .init(parts[0], true)
        case "false": return .init(parts[0], false)
        default:
            return .init(parts[0], Int(parts[1]).map { .integer($0) } ?? .string(parts[1]))
        }
    }

    /// The prompt preset of that name with its instructions, if it shows any.
    private static func prompt(named name: String, file: String?) throws -> any PromptPreset {
        guard Prompts.needsInstructions(name) else {
            if let file {
                throw UsageError("shows no instructions of --prompt-file \(file); leave that out")
            }
            return try Prompts.preset(named: name)
        }
        guard let file else {
            throw UsageError(
                "--prompt-file is not given; a text file with the lines of its instructions is "
                    + "needed")
        }
        return try Prompts.preset(named: name, instructions: PromptInstructions(file: file))
    }
}
