import ArgumentParser
import Experiments
import Torch
import Training
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
    @OptionGroup(title: "Model") var adapter: AdapterOption
    @Option("file", "JSON lines with input_ids.") var examples: File
    @Option("file", "The safetensors file to write.") var output: File
    @OptionGroup var settings: SettingsFileOption

    func run() throws {
        let model = try GivenSettings(CommandFlags.given(model), config: nil).model
        let shape = try CheckpointLoader(model).checkpoint.configuration
        let lines = try TokenFile.read(
            examples.path, contextLength: shape.longestSequence,
            vocabularySize: shape.vocabularySize)
        let decoder = try LoadedModel(model).decoder
        if let folder = adapter.adapter?.path {
            try BaseModel(model)?.check(
                folder, isStrict: adapter.strict.strict, notice: Terminal.note)
            try AdapterFiles.read(from: folder, onto: decoder)
        }
        var tensors: [String: Tensor] = [:]
        for (index, line) in lines.enumerated() {
            tensors["logits.\(index)"] = try withoutGradient {
                let hidden = try decoder.hidden(PackedForest(roots: [line.tokens]).pass)
                return try decoder.finiteLogits(of: hidden) { row in
                    "\(TokenFile.name(line.number, of: examples.path)), token \(row + 1)"
                }.converted(to: .float32)
            }
        }
        try SafetensorsFile.write(tensors, to: output.path)
    }
}
