import Basics

/// All prompt presets.
public enum Prompts {
    /// Those that need nothing from the user.
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

    /// Those that show instructions which the user brings.
    private static let instructed: [String: any AuthorsPrompt.Type] = [
        Authors.name: Authors.self, AuthorsPublished.name: AuthorsPublished.self,
    ]

    public static var names: [String] { all.map(\.name) + instructed.keys.sorted() }

    /// Whether the preset shows instructions which the user brings.
    public static func needsInstructions(_ name: String) -> Bool { instructed[name] != nil }

    /// The preset with a name.
    ///
    /// - Parameter instructions: the text that some presets show
    /// - Throws: `Mismatch` with the nearest name; `InputError` where instructions are missing.
    public static func preset(
        named name: String, instructions: PromptInstructions? = nil
    ) throws -> any PromptPreset {
        if let preset = instructed[name] {
            guard let instructions else {
                throw InputError("prompt '\(name)': has no instructions; a file of them is needed")
            }
            return preset.init(instructions)
        }
        guard let preset = all.first(where: { $0.name == name }) else { throw unknown(name) }
        return preset
    }

    /// - Throws: `Mismatch` with the nearest name.
    public static func checkName(_ name: String) throws {
        guard names.contains(name) else { throw unknown(name) }
    }

    private static func unknown(_ name: String) -> Mismatch {
        Mismatch(unknown: "prompt", name, in: names)
    }
}
