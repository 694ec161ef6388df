import Basics
import Benchmarks
import Foundation
import TestSupport
import Tokenization
import Transformer

@testable import Evaluation
@testable import Experiments
@testable import Training

/// Settings as commands read them.
struct GivenLayers {
    let layers: ConfigLayers
    let model: ModelSettings
    let world: BuiltInWorld?

    /// - Parameters:
    ///   - config: the text of a `--config` file
    ///   - defaults: the text of a built-in world's defaults file
    init(
        _ flags: [String: String] = [:], config: String? = nil, defaults: String? = nil,
        folder: String
    ) throws {
        let known = RunConfig.names
        var layers = [ConfigLayers.Layer(flags.mapValues { .string($0) })]
        if let config {
            let path = folder + "/config.yaml"
            try config.write(toFile: path, atomically: false, encoding: .utf8)
            layers.append(
                try .init(file: path, givenBy: "--config ", known: known, lists: RunConfig.lists))
        }
        let isWorldUsed = layers.allSatisfy { $0.values["model"] == nil }
        if let defaults {
            let path = folder + "/defaults.yaml"
            try defaults.write(toFile: path, atomically: false, encoding: .utf8)
            if isWorldUsed {
                layers.append(try .init(file: path, known: known, lists: RunConfig.lists))
            }
        }
        world = defaults.map { _ in BuiltInWorld(folder: folder) }
        self.layers = ConfigLayers(layers)
        model = try ModelSettings(self.layers, world: world)
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
        let all: [String: String] = [
            "model": "absent", "data": folder, "target": "V", "category": "humanities",
        ]
        .merging(flags) { $1 }
        return try GivenLayers(all, folder: folder).training()
    }
}

/// A model's settings; one that is not there by default.
func modelSettings(_ name: String = "absent") throws -> ModelSettings {
    var config = ModelConfig()
    config.model = name
    return try ModelSettings(config, world: nil)
}

/// Settings for the questions in a folder, with some changed.
func evaluationSettings(
    of folder: String, by model: String = "absent",
    _ change: (inout EvaluationConfig) -> Void = { _ in }
) throws -> EvaluationSettings {
    var config = EvaluationConfig()
    config.data = folder
    change(&config)
    try config.validate()
    return try EvaluationSettings(config, model: modelSettings(model), world: nil)
}

/// Settings of a training of V on the humanities of a folder, with some changed.
func trainSettings(
    on folder: String, by model: String = "absent",
    _ change: (inout TrainConfig) -> Void = { _ in }
) throws -> TrainSettings {
    var config = TrainConfig()
    config.adapter.target = ProjectionSet([.v])
    config.category = .humanities
    change(&config)
    try config.validate()
    return try TrainSettings(config, model: modelSettings(model), world: nil, data: folder)
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
