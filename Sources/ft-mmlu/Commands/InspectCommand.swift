import ArgumentParser
import Basics
import Foundation
import Transformer

/// Shows what a checkpoint or an adapter is.
struct InspectCommand: FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Shows what a model folder or an adapter folder holds.",
        discussion: """
            An adapter's share of trainable parameters is counted against --model or, without it, \
            against the model that the adapter names, where that is here.
            """)

    @Argument(
        help: ArgumentHelp(
            "A model folder, ORG/NAME in the hub's cache, or an adapter in PEFT's format.",
            valueName: "folder"), completion: .directory)
    var folder: String

    @Option(
        help: ArgumentHelp("The model of an adapter.", valueName: "folder"), completion: .directory)
    var model: String?

    @OptionGroup var strict: StrictOption
    @OptionGroup var settings: SettingsFileOption

    func run() throws {
        let lines: [String]
        if FileFormat.isThere(folder + "/adapter_config.json") {
            lines = try InspectionText.lines(
                AdapterSummary(folder: folder), folder: folder, model: model,
                isStrict: strict.strict)
        } else {
            let checkpoint = try Checkpoint(folder: HubCache().modelFolder(folder))
            lines = try InspectionText.lines(CheckpointSummary(checkpoint))
        }
        for line in lines { print(line) }
    }
}
