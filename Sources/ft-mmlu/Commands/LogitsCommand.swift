import ArgumentParser
import Studies
import Torch
import Transformer

/// Writes a model's logits for given token ids.
struct LogitsCommand: FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "logits",
        abstract: "Writes a model's logits for given token ids.",
        discussion: """
            Line i of the examples becomes tensor logits.i, [tokens, vocabulary], float32, of a \
            safetensors file. The tokenizer is not needed.
            """)

    @OptionGroup(title: "Model") var model: ModelOptions

    @Option(
        help: ArgumentHelp("An adapter in PEFT's format.", valueName: "folder"),
        completion: .directory)
    var adapter: String?

    @Option(
        help: ArgumentHelp("JSON lines with input_ids.", valueName: "file"), completion: .file())
    var examples: String

    @Option(
        help: ArgumentHelp("The safetensors file to write.", valueName: "file"), completion: .file()
    )
    var output: String

    @OptionGroup var settings: SettingsFileOption

    func run() throws {
        let given = try GivenSettings([:], model: model, config: nil)
        let lines = try TokenFile.read(examples)
        let loaded = try LoadedModel(given.model)
        if let adapter { try AdapterFiles.read(from: adapter, onto: loaded.decoder) }
        var tensors: [String: Tensor] = [:]
        for (index, line) in lines.enumerated() {
            tensors["logits.\(index)"] = try withoutGradient {
                try loaded.decoder.logits(PackedForest(roots: [line.tokens]))
                    .converted(to: .float32)
            }
        }
        try SafetensorsFile.write(tensors, to: output)
    }
}
