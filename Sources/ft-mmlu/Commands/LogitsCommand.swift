import Training
import ArgumentParser
import Experiments
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

    @OptionGroup var strict: StrictOption
    @OptionGroup var settings: SettingsFileOption

    func run() throws {
        let model = try GivenSettings(CommandFlags.given(model), config: nil).model
        let shape = try CheckpointLoader(model).checkpoint.configuration
        let lines = try TokenFile.read(
            examples, contextLength: shape.contextLength, vocabularySize: shape.vocabularySize)
        let decoder = try LoadedModel(model).decoder
        if let adapter {
            try BaseModel(model)?.check(
                adapter, isStrict: strict.strict, notice: Terminal.note)
            try AdapterFiles.read(from: adapter, onto: decoder)
        }
        var tensors: [String: Tensor] = [:]
        for (index, line) in lines.enumerated() {
            tensors["logits.\(index)"] = try withoutGradient {
                let hidden = try decoder.hidden(PackedForest(roots: [line.tokens]).pass)
                return try decoder.finiteLogits(of: hidden) { row in
                    "\(TokenFile.name(line.number, of: examples)), token \(row + 1)"
                }.converted(to: .float32)
            }
        }
        try SafetensorsFile.write(tensors, to: output)
    }
}
