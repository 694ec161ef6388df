import Basics
import Benchmarks
import Foundation
import Tracking
import Training

extension RunEntry {
    /// The model's name where the user gave none.
    static let builtInWorld = "built-in world"

    /// A run, from the contents of its folder: config.yaml and checkpoint/inputs.json.
    init(folder: String, _ identity: RunManifest) throws {
        let settings = try RunDirectory.values(in: folder)
        let record = try InputFile.contents(of: folder + "/" + RunFile.inputs)
            .flatMap { try? InputRecord(json: $0) }
        // Sorted, as the store has always had them.
        let inputs = (record?.checksums ?? [:]).merging(record?.files ?? [:]) { first, _ in first }
            .sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
        self.init(
            id: identity.id, command: identity.command,
            folder: FilePath.absolute(folder),
            startedAt: Date(timeIntervalSince1970: identity.startedAt),
            model: settings["model"]?.text ?? Self.builtInWorld,
            settings: JSONValue.object(settings.fields).line,
            inputs: JSONValue.object(inputs).line,
            programVersion: identity.programVersion, libtorchVersion: identity.libtorchVersion)
        commandLine = identity.commandLine
        gitCommit = identity.gitCommit
        target = settings["target"]?.text
        category = settings["category"]?.text
        objective = settings["objective"]?.text
        learningRate = settings["learning-rate"]?.double
        fewShotWeight =
            objective == Objective.zeroShotAndFewShot.rawValue
            ? settings["few-shot-weight"]?.double : nil
        seed = settings["seed"]?.whole
        prompt = settings["prompt"]?.text
        scoring = settings["scoring"]?.text
        promptHash = try? prompt.map {
            try Prompts.preset(
                named: $0,
                instructions: settings["prompt-file"]?.text.map(PromptInstructions.init(file:))
            ).promptHash
        }
        if let place = identity.place {
            study = place.study
            cell = place.cell
            family = place.family
            role = place.role.rawValue
        }
    }
}
