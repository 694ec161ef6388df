import Benchmarks
import Foundation
import TestSupport
import Tokenization

@testable import Experiments

/// Settings as commands read them.
struct GivenLayers {
    let layers: SettingLayers
    let model: ModelSettings
    let world: BuiltInWorld?

    /// - Parameters:
    ///   - config: the text of a `--config` file
    ///   - defaults: the text of a built-in world's defaults file
    init(
        _ flags: [String: String] = [:], config: String? = nil, defaults: String? = nil,
        folder: String
    ) throws {
        var configFile: String?
        if let config {
            let path = folder + "/config.yaml"
            try config.write(toFile: path, atomically: false, encoding: .utf8)
            configFile = path
        }
        if let defaults {
            try defaults.write(
                toFile: folder + "/defaults.yaml", atomically: false, encoding: .utf8)
        }
        world = defaults.map { _ in BuiltInWorld(folder: folder) }
        layers = try SettingLayers(
            flags: flags.mapValues { $0 }, configFile: configFile,
            worldDefaults: world?.defaults,
            known: ["model", "device", "dtype"] + EvaluationSettings.names + TrainSettings.names)
        model = try ModelSettings(layers, world: world)
    }

    func evaluation() throws -> EvaluationSettings {
        try EvaluationSettings(layers, model: model, world: world)
    }

    func training() throws -> TrainSettings {
        try TrainSettings(layers, model: model, world: world)
    }

    /// Evaluation of the questions in `folder`, by a model that is not there.
    static func evaluation(
        of folder: String, _ flags: [String: String] = [:]
    ) throws -> EvaluationSettings {
        let all = flags.merging(["model": "absent", "data": folder]) { $1 }
        return try GivenLayers(all, folder: folder).evaluation()
    }

    /// Training on the humanities of `folder`.
    static func training(
        on folder: String, _ flags: [String: String] = [:]
    ) throws -> TrainSettings {
        let all = ["model": "absent", "data": folder, "target": "V", "category": "humanities"]
            .merging(flags) { $1 }
        return try GivenLayers(all, folder: folder).training()
    }
}

/// A tokenizer of letters, bytes and these symbols.
func smallTokenizer(
    symbols: [String] = ["\n", "Answer:", " A", " B", " C", " D"]
) throws -> SentencePieceTokenizer {
    let model = try SentencePieceTrainer.train(
        sentences: [" "] + "abcdefghijklmnopqrstuvwxyz".map(String.init), symbols: symbols,
        vocabularyLimit: 1000)
    return try SentencePieceTokenizer(model: model, name: "small.model")
}
