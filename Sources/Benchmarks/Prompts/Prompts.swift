/// The presets there are.
public enum Prompts {
    public static let all: [any PromptPreset] = [
        Hendrycks(),
        LMEval(),
        LlamaFactory(.from093),
        LlamaFactory(.upTo092),
        Chat(),
        CoT(),
        PlainCoT(),
        Continuation(),
    ]

    /// The preset of that name.
    ///
    /// - Throws: `BenchmarkError` with the nearest name.
    public static func preset(named name: String) throws -> any PromptPreset {
        guard let preset = all.first(where: { $0.name == name }) else {
            throw BenchmarkError(
                "prompt '\(name)' is unknown." + suggestion(for: name, in: all.map(\.name))
                    + " The prompts are \(all.map(\.name).joined(separator: ", ")).")
        }
        return preset
    }
}
