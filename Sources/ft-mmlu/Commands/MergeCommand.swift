import Training
import ArgumentParser
import Experiments
import Transformer

/// Adds an adapter to a checkpoint's weights.
struct MergeCommand: FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Writes a model folder with an adapter added to its weights.",
        discussion: """
            Adds in float32 and rounds to the type that each weight is stored in. The folder has \
            the checkpoint's files: Hugging Face's tools load it as they load the checkpoint.
            """)

    @Option(
        help: ArgumentHelp(
            "A model folder in Hugging Face's layout, or ORG/NAME in the hub's cache.",
            valueName: "folder"), completion: .directory)
    var model: String

    @Option(
        help: ArgumentHelp("An adapter in PEFT's format.", valueName: "folder"),
        completion: .directory)
    var adapter: String

    @Option(
        help: ArgumentHelp("A new or empty folder.", valueName: "folder"), completion: .directory)
    var output: String

    @OptionGroup var strict: StrictOption
    @OptionGroup var settings: SettingsFileOption

    func run() throws {
        let checkpoint = try Checkpoint(folder: HubCache().modelFolder(model))
        try BaseModel(name: model, folder: checkpoint.folder).check(
            adapter, isStrict: strict.strict, notice: Terminal.note)
        try MergedCheckpoint.write(checkpoint, adapter: adapter, to: output)
        print("merged model: \(output)")
    }
}
