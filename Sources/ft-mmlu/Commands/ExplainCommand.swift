import ArgumentParser
import Basics
import Experiments
import Scoring
import Tracking

/// Explains why two results differ.
struct ExplainCommand: FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says why two results differ.",
        discussion: """
            Example: ft-mmlu explain runs/a runs/b/results.json

            First it lists what differs: settings, versions, device, prompt, shots. Then, from the \
            answers.jsonl of each, it compares the same models on the questions that both evaluated \
            (paired by content, in whichever row): differences B minus A with 95 % intervals and \
            tests, and the questions whose answers changed. Without a common question the exit \
            status is 1. The same run twice compares its base model with its adapted one. ft-mmlu \
            results compare compares an adapted model with its base model.
            """)

    @OptionGroup var results: ComparedResults
    @Option("n", "Changed questions, and settings, shown at most.") var limit = 20
    @OptionGroup var settings: SettingsFileOption

    func run() throws {
        guard limit >= 0 else { throw UsageError("--limit \(limit): at least 0 is needed") }
        let explanation = try results.explanation(.same)
        if results.json { return print(document: try explanation.record.json.document) }
        for line in ExplanationText(explanation: explanation, limit: limit).lines { print(line) }
    }
}

/// Two results, and which of their models are compared.
struct ComparedResults: ParsableArguments {
    @Argument(
        help: .value("A", "A results.json, its run's folder, or the run's id."),
        completion: .file())
    var first: String

    @Argument(help: .value("B", "The other one."), completion: .file())
    var second: String

    @Option(
        "pair",
        "A's model and B's, joined by a comma: base, adapted, or adapted@0.5 for that scale.")
    var models: ModelPair?

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var margin: MarginOption
    @OptionGroup var store: StoreOption

    /// - Parameter usual: the pairs of models to compare where --models is not given
    func explanation(_ usual: ModelPairs) throws -> Explanation {
        try Explanation(
            ResultsRecord(store.folder(first)), ResultsRecord(store.folder(second)),
            models: models?.models ?? usual,
            marginPoints: margin.points ?? ComparisonTable.usualMarginPoints)
    }
}

/// A model of A and one of B.
struct ModelPair: SettingValue, ExpressibleByArgument {
    let text: String

    var setting: JSONValue { .string(text) }

    fileprivate var models: ModelPairs? {
        let words = text.split(separator: ",", omittingEmptySubsequences: false)
        let models = words.compactMap { AnsweringModel(named: String($0)) }
        return models.count == 2 && words.count == 2 ? .named(models[0], models[1]) : nil
    }

    static func read(_ value: JSONValue, within bounds: Bounds) throws -> ModelPair {
        let pair = ModelPair(text: value.settingText)
        guard pair.models != nil else {
            throw Mismatch("two of base, adapted and adapted@SCALE, joined by a comma, are needed")
        }
        return pair
    }
}

extension AnsweringModel {
    /// "base", "adapted" or "adapted@0.5".
    fileprivate init?(named word: String) {
        let parts = word.split(separator: "@", omittingEmptySubsequences: false)
        switch (parts.first, parts.count) {
        case ("base", 1): self = .base
        case ("adapted", 1): self = .adapted(scale: 1)
        case ("adapted", 2):
            guard let scale = Double(parts[1]) else { return nil }
            self = .adapted(scale: scale)
        default: return nil
        }
    }
}
