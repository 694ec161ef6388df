import Basics
import Scoring
import Benchmarks
import Evaluation
import Foundation
import Tokenization

/// What is asked, how, and how answers are taken.
public struct EvaluationSettings: Sendable {
    /// A folder with MMLU in its original layout; nil where nothing is to be asked or learnt from.
    public var data: String?
    public var categories: [Benchmarks.Category] = Benchmarks.Category.allCases
    /// Where the questions come from: test, or val to choose settings by.
    public var split = Split.test
    /// Questions a category; nil is all.
    public var limit: Int? = Sampling.paperLimit
    public var sampleSeed = 0
    /// How many of the sample each subject gives.
    public var sampleRule = SampleRule.proportional
    /// A CSV file that names the questions; nil draws a sample.
    public var questionFile: String?
    /// Of that file; none is all.
    public var questionSets: [String] = []
    /// Test questions a category that are kept for training and never asked.
    public var holdoutCount = Sampling.paperHoldoutCount
    /// Shown before a question; one run for each number.
    public var shots = [0, 7]
    public var shotSource = ShotSource.devThenVal
    public var shotOrder = ShotOrder.first
    /// For what shots are drawn.
    public var shotDraw = ShotDraw.subject
    /// What is done with a prompt that the model has no room for.
    public var tooLong = PromptBuilder.TooLong.refuse
    /// Which subjects a category has.
    public var categoryMap = CategoryMap.hendrycks
    /// A file with the rationales that shots show; nil is none.
    public var shotRationales: String?
    public var prompt: any PromptPreset
    /// The instructions that the prompt shows; nil where it needs none.
    private var promptFile: String?
    /// What a prompt is wrapped in; nil where the preset wants none.
    public var template: ChatTemplate?
    /// The template's name, where the user gave one.
    private var templateName: String?
    /// The built-in world's files, where they are used unless others are named.
    private let ownData: String?
    private let ownRationales: String?
    public var scoring: Scoring
    public var generation = GenerationSettings()
    /// Of the run; generated texts have their own where one is given.
    private var seed = 0
    /// Tokens of a forward pass at most; nil is planned from the memory that is left.
    public var batchTokens: Int?
    /// The loss that the adapted model's is tested against, in percentage points.
    public var marginPoints = ComparisonTable.usualMarginPoints

    /// All names of settings that evaluation reads, beside the model's.
    public static let names = [
        "data", "categories", "category-map", "split", "limit", "sample", "sample-seed",
        "questions",
        "question-sets", "holdout", "shots", "shot-source", "shot-order", "shot-seed", "shot-draw",
        "shot-rationales", "too-long", "prompt", "prompt-file",
        "chat-template", "scoring", "repeats", "samples", "temperature", "top-p",
        "top-k",
        "repetition-penalty", "max-new-tokens", "seed", "answer-seed", "batch-tokens",
        "margin",
    ]

    /// - Parameter asksZeroShot: whether 0 shots are asked too where `shots` does not name them
    public init(
        _ layers: SettingLayers, model: ModelSettings, world: BuiltInWorld?,
        asksZeroShot: Bool = false
    ) throws {
        ownData = model.isBuiltIn ? world?.data : nil
        ownRationales = BuiltInWorld.rationales(
            of: layers.text("data"), model: model, world: world)
        data = layers.text("data") ?? ownData
        shotRationales = layers.text("shot-rationales") ?? ownRationales
        categories = try layers.value("categories", default: "all") {
            try Benchmarks.Category.parse(list: $0)
        }
        split =
            Split(
                rawValue: try layers.choice(
                    "split", default: split.rawValue, of: ["test", "val"])) ?? split
        questionFile = layers.text("questions")
        questionSets = try layers.list("question-sets", default: []) { $0 }
        if questionFile == nil, let set = questionSets.first {
            throw UsageError("--question-sets \(set): --questions is not given; its sets are meant")
        }
        if questionFile != nil { limit = nil }
        limit =
            layers.text("limit") == "none"
            ? nil : try layers.wholeOrNil("limit", atLeast: 1) ?? limit
        sampleRule =
            SampleRule(
                rawValue: try layers.choice(
                    "sample", default: sampleRule.rawValue,
                    of: SampleRule.allCases.map(\.rawValue))) ?? sampleRule
        sampleSeed = try layers.seed("sample-seed", default: sampleSeed)
        holdoutCount = try layers.whole("holdout", default: holdoutCount)
        shots = try layers.value("shots", default: "0,7", Self.shotList)
        if asksZeroShot, !shots.contains(0) { shots.insert(0, at: 0) }
        shotDraw =
            ShotDraw(
                rawValue: try layers.choice(
                    "shot-draw", default: shotDraw.rawValue,
                    of: ShotDraw.allCases.map(\.rawValue))) ?? shotDraw
        if shotDraw == .question { shotSource = .rationales }
        shotSource = try layers.value("shot-source", default: shotSource.rawValue) {
            try ShotSource(parsing: $0)
        }
        shotOrder = try Self.shotOrder(layers, draw: shotDraw)
        if shotSource == .rationales, shotRationales == nil {
            throw UsageError(
                "--shot-source rationales: --shot-rationales is not given; its questions are shown")
        }
        tooLong =
            PromptBuilder.TooLong(
                rawValue: try layers.choice(
                    "too-long", default: tooLong.rawValue,
                    of: PromptBuilder.TooLong.allCases.map(\.rawValue))) ?? tooLong
        categoryMap =
            CategoryMap(
                rawValue: try layers.choice(
                    "category-map", default: categoryMap.rawValue,
                    of: CategoryMap.allCases.map(\.rawValue))) ?? categoryMap
        let promptFile = layers.text("prompt-file")
        self.promptFile = promptFile
        prompt = try layers.value(
            "prompt", default: try Self.usualPrompt(layers, model: model)
        ) { try Self.prompt(named: $0, file: promptFile) }
        template = try Self.chatTemplate(layers, for: prompt, model: model)
        templateName = layers.text("chat-template")
        scoring =
            Scoring(
                rawValue: try layers.choice(
                    "scoring", default: prompt.defaultScoring.rawValue,
                    of: Scoring.allCases.map(\.rawValue))) ?? prompt.defaultScoring
        guard prompt.showsLetters || scoring == .choice else {
            throw UsageError(
                "--scoring \(scoring.rawValue): --prompt \(prompt.name) shows no letters to answer "
                    + "with; use --scoring choice")
        }
        generation.repeats = try layers.whole(
            "repeats", default: generation.repeats, atLeast: 1, atMost: Self.mostRepeats)
        generation.samples = try layers.whole(
            "samples", default: generation.samples, atLeast: 1,
            atMost: Self.mostRepeats / generation.repeats)
        seed = try layers.seed("seed", default: seed)
        generation.seed = try layers.seed("answer-seed", default: seed)
        generation.maxNewTokens = try layers.whole(
            "max-new-tokens", default: generation.maxNewTokens, atLeast: 1)
        var sampler = generation.sampler
        sampler.temperature = try layers.number("temperature", default: sampler.temperature)
        sampler.topP = try layers.number("top-p", default: sampler.topP, above: 0, upTo: 1)
        sampler.topK = try layers.whole("top-k", default: sampler.topK)
        sampler.repetitionPenalty = try layers.number(
            "repetition-penalty", default: sampler.repetitionPenalty, in: 0.01...100)
        generation.sampler = sampler
        if layers.text("batch-tokens") != "auto" {
            batchTokens = try layers.wholeOrNil("batch-tokens", atLeast: 1)
        }
        marginPoints = try Self.marginPoints(
            layers.number("margin", default: ComparisonTable.usualMarginPoints))
    }

    private static let mostRepeats = 1000
    private static let mostShots = 1_000_000

    /// - Throws: `UsageError` for percentage points that are no margin.
    public static func marginPoints(_ points: Double) throws -> Double {
        guard points > 0, points <= 50 else {
            throw UsageError(
                "--margin \(points): percentage points above 0 and at most 50 are needed")
        }
        return points
    }

    /// `plain-cot` for the built-in model, `cot` for a checkpoint with a chat template, else
    /// `hendrycks`.
    private static func usualPrompt(
        _ layers: SettingLayers, model: ModelSettings
    ) throws -> String {
        if model.isBuiltIn { return "plain-cot" }
        let named = layers.text("chat-template")
        let folder = URL(fileURLWithPath: model.folder)
        return try ChatTemplate.of(folder: folder, named: named) == nil ? "hendrycks" : "cot"
    }

    /// The template that the prompt asks for.
    private static func chatTemplate(
        _ layers: SettingLayers, for prompt: any PromptPreset, model: ModelSettings
    ) throws -> ChatTemplate? {
        guard prompt.usesChatTemplate else { return nil }
        let template = try layers.value("chat-template", default: "") { name in
            try ChatTemplate.of(
                folder: URL(fileURLWithPath: model.folder), named: name.isEmpty ? nil : name)
        }
        guard let template else {
            throw UsageError(
                "--prompt \(prompt.name): needs a chat template, and \(model.folder) has none; "
                    + "use --chat-template chatml, or --prompt "
                    + (prompt.showsRationales ? "plain-cot" : "lm-eval"))
        }
        return template
    }

    /// The prompt of that name with its instructions, if it shows any.
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

    private static func shotOrder(_ layers: SettingLayers, draw: ShotDraw) throws -> ShotOrder {
        let seed = try layers.wholeOrNil("shot-seed", atMost: .max)
        if draw == .question {
            guard layers.text("shot-order") != "first" else {
                throw UsageError(
                    "--shot-order first: --shot-draw question draws shots for each question")
            }
            return .seeded(seed ?? 0)
        }
        if try layers.choice("shot-order", default: "first", of: ["first", "seeded"]) == "seeded" {
            return .seeded(seed ?? 0)
        }
        if let seed {
            throw UsageError(
                "--shot-seed \(seed): draws nothing under --shot-order first; use --shot-order seeded"
            )
        }
        return .first
    }

    private static func shotList(_ text: String) throws -> [Int] {
        let counts = try text.split(separator: ",", omittingEmptySubsequences: false).map {
            guard let count = Int($0.trimmingCharacters(in: .whitespaces)), count >= 0 else {
                throw UsageError("whole numbers from 0, joined by commas, are needed")
            }
            guard count <= mostShots else {
                throw UsageError("at most \(mostShots) shots are possible")
            }
            return count
        }
        guard Set(counts).count == counts.count else {
            throw UsageError("each number of shots once is needed")
        }
        return counts
    }

    /// The questions.
    ///
    /// - Throws: `UsageError` when there is no folder to read them from.
    func dataset() throws -> MMLU {
        guard let data else {
            throw UsageError(
                "--data: not given; a folder with MMLU's dev, val and test is needed, for the "
                    + "built-in questions are used only with the built-in model")
        }
        return MMLU(folder: URL(fileURLWithPath: data), categories: categoryMap)
    }

    /// The rationales that shots show.
    func shotRationaleBook() throws -> RationaleIndex {
        try RationaleIndex(files: shotRationales.map { [URL(fileURLWithPath: $0)] } ?? [])
    }

    /// For how many repeats shots are drawn.
    var shotDraws: Int {
        shotDraw == .question && scoring == .generate && !generation.sampler.isGreedy
            ? generation.repeats : 1
    }

    /// Answers to each question.
    public var repeats: Int { scoring == .generate ? generation.effectiveRepeats : 1 }

    /// Files that are read though `record` does not name them.
    var unnamedFiles: [(String, JSONValue)] {
        shotRationales.unnamed(ownRationales).map { [("shot-rationales", .string($0))] } ?? []
    }

    /// The settings as they stand in config.yaml. The built-in world's files are left to be found
    /// again, wherever the program is then.
    var record: [(String, JSONValue)] {
        [
            ("data", data.recorded(besides: ownData)),
            ("categories", .string(categories.map(\.rawValue).joined(separator: ","))),
            ("split", .string(split.rawValue)),
            ("limit", limit.map(JSONValue.whole) ?? .string("none")),
            ("sample", .string(sampleRule.rawValue)),
            ("sample-seed", .whole(sampleSeed)),
            ("questions", questionFile.map(JSONValue.string) ?? .null),
            (
                "question-sets",
                questionSets.isEmpty ? .null : .string(questionSets.joined(separator: ","))
            ),
            ("holdout", .whole(holdoutCount)),
            ("shots", .string(shots.map(String.init).joined(separator: ","))),
            ("shot-source", .string(shotSource.rawValue)),
            ("shot-order", .string(shotOrder == .first ? "first" : "seeded")),
            ("shot-seed", shotOrder.seed.map(JSONValue.whole) ?? .null),
            ("shot-draw", .string(shotDraw.rawValue)),
            ("too-long", .string(tooLong.rawValue)),
            ("category-map", .string(categoryMap.rawValue)),
            ("shot-rationales", shotRationales.recorded(besides: ownRationales)),
            ("prompt", .string(prompt.name)),
            ("prompt-file", promptFile.map(JSONValue.string) ?? .null),
            ("chat-template", templateName.map { .string($0) } ?? .null),
            ("scoring", .string(scoring.rawValue)),
            ("repeats", .whole(generation.repeats)), ("samples", .whole(generation.samples)),
            ("temperature", .number(generation.sampler.temperature)),
            ("top-p", .number(generation.sampler.topP)), ("top-k", .whole(generation.sampler.topK)),
            ("repetition-penalty", .number(generation.sampler.repetitionPenalty)),
            ("max-new-tokens", .whole(generation.maxNewTokens)),
            ("seed", .whole(seed)), ("answer-seed", .whole(generation.seed)),
            ("batch-tokens", batchTokens.map(JSONValue.whole) ?? .string("auto")),
            ("margin", .number(marginPoints)),
        ]
    }
}
