import Basics
import Scoring
import ArgumentParser
import Evaluation
import Experiments
import Tracking

/// Explains why two results differ.
struct ExplainCommand: FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says why two results differ.",
        discussion: """
            Example: ft-mmlu explain runs/a runs/b/results.json

            First what was set or found otherwise: settings, versions, device, prompt, shots. Then, \
            from the answers.jsonl beside each, the same models' answers to the questions that both \
            were asked (the same by their content, wherever they stand): differences of B less A with \
            their 95 % intervals and tests, and the questions answered otherwise. Without a common \
            question it ends with status 1. One run named twice compares its base model with its \
            adapted one. `ft-mmlu results compare` sets what was trained beside what it was trained \
            from.
            """)

    @OptionGroup var results: ComparedResults

    @Option(help: ArgumentHelp("Changed questions, and settings, shown at most.", valueName: "n"))
    var limit = 20

    @OptionGroup var settings: SettingsFileOption

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit \(limit): at least 0 is needed") }
    }

    func run() throws {
        let explanation = try results.explanation(.same)
        if results.json { return print(document: explanation.record.document) }
        for line in ExplanationText(explanation: explanation, limit: limit).lines { print(line) }
    }
}

/// Two results, and which of their models are compared.
struct ComparedResults: ParsableArguments {
    @Argument(
        help: ArgumentHelp("A results.json, its run's folder, or the run's id.", valueName: "A"),
        completion: .file())
    var first: String

    @Argument(help: ArgumentHelp("The other.", valueName: "B"), completion: .file())
    var second: String

    @Option(
        help: ArgumentHelp(
            """
            A's model and B's, joined by a comma: base, adapted, or adapted@0.5 for that scale.
            """, valueName: "pair"))
    var models: String?

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var margin: MarginOption

    @OptionGroup var store: StoreOption

    /// - Parameter usual: the pairs of models to compare where --models is not given
    func explanation(_ usual: ModelPairs) throws -> Explanation {
        let pairs = try models.map { text -> ModelPairs in
            let words = text.split(separator: ",", omittingEmptySubsequences: false)
            let models = words.compactMap { AnsweringModel(named: String($0)) }
            guard models.count == 2, words.count == 2 else {
                throw UsageError(
                    "--models \(text): two of base, adapted and adapted@SCALE, joined by a comma, "
                        + "are needed")
            }
            return .named(models[0], models[1])
        }
        return try Explanation(
            ResultsRecord(store.folder(first)), ResultsRecord(store.folder(second)),
            models: pairs ?? usual,
            marginPoints: margin.points ?? ComparisonTable.usualMarginPoints)
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
