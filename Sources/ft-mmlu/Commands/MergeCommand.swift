import ArgumentParser
import Experiments
import Training
import Transformer

/// Adds an adapter to a checkpoint's weights.
struct MergeCommand: FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Writes a model folder with an adapter merged into its weights.",
        discussion: """
            Adds in float32 and rounds to the type that each weight is stored in. The folder has \
            the checkpoint's files: Hugging Face's tools load it as they load the checkpoint.
            """)

    @Option(
        "folder", "A model folder in Hugging Face's layout, or ORG/NAME in the hub's cache.")
    var model: ModelPath

    @Option("folder", "An adapter folder in PEFT's format.") var adapter: Folder
    @Option("folder", "A new or empty folder for the merged model.") var output: Folder
    @OptionGroup var strict: StrictOption
    @OptionGroup var settings: SettingsFileOption

    func run() throws {
        let checkpoint = try Checkpoint(folder: HubCache().modelFolder(model.path))
        try BaseModel(name: model.path, folder: checkpoint.folder).check(
            adapter.path, isStrict: strict.strict, notice: Terminal.note)
        try MergedCheckpoint.write(checkpoint, adapter: adapter.path, to: output.path)
        print("merged model: \(output.path)")
    }
}
