import Foundation
import TestSupport

/// A kind of file that comes from strangers, with a whole one to damage.
enum Specimen: String, CaseIterable, Codable, Sendable {
    case safetensors, shard, shardIndex, configuration, adapterConfiguration, adapterWeights
    case splitTokenizer, gpt2Tokenizer, tokenizerConfiguration
    case fallbackTokenizer, patternTokenizer, metaspaceTokenizer, wordTokenizer
    case sentencePieceModel, plainSentencePieceModel
    case addedTokens, addedTokenList, specialTokens
    case generationConfiguration, chatTemplate
    case questions, rationales, tokenIDs, trainedQuestions, settings
    case answers, results, predictions
    case characterMap, gguf, store
    case runSettings, runIdentity, runSteps, runAnswers, runScores, runFailure

    /// The file to damage, in the folder that `prepare` filled.
    var file: String {
        switch self {
        case .safetensors, .gguf: "model.safetensors"
        case .shard: "model-00002-of-00002.safetensors"
        case .shardIndex: "model.safetensors.index.json"
        case .configuration: "config.json"
        case .adapterConfiguration: "adapter_config.json"
        case .adapterWeights: "adapter_model.safetensors"
        case .splitTokenizer, .gpt2Tokenizer, .fallbackTokenizer, .patternTokenizer,
            .metaspaceTokenizer, .wordTokenizer:
            "tokenizer.json"
        case .tokenizerConfiguration, .addedTokens: "tokenizer_config.json"
        case .sentencePieceModel, .plainSentencePieceModel, .characterMap: "tokenizer.model"
        case .addedTokenList: "added_tokens.json"
        case .specialTokens: "special_tokens_map.json"
        case .generationConfiguration: "generation_config.json"
        case .chatTemplate: "chat_template.jinja"
        case .questions: "test/virology_test.csv"
        case .rationales, .tokenIDs: "lines.jsonl"
        case .trainedQuestions: "trained_questions.json"
        case .settings, .runSettings: "config.yaml"
        case .answers, .runAnswers: "answers.jsonl"
        case .results: "results.json"
        case .predictions: "predictions.csv"
        case .store: "s.sqlite"
        case .runIdentity: "run.json"
        case .runSteps: "metrics.jsonl"
        case .runScores: "evaluations.jsonl"
        case .runFailure: "failure.json"
        }
    }

    var isSafetensors: Bool { file.hasSuffix(".safetensors") && self != .gguf }

    /// Whether some damaged files are still read: what begins as GGUF is read by no one.
    var survivesDamage: Bool { self != .gguf }

    /// Copies or writes a whole file of this kind, and what belongs to it.
    func prepare(in folder: String) throws {
        let golden = Fixture.golden
        switch self {
        case .safetensors: try copy(golden + "/tiny/checkpoint", to: folder)
        case .shard, .shardIndex, .configuration:
            try copy(golden + "/tiny-untied/checkpoint", to: folder)
        case .adapterConfiguration, .adapterWeights:
            try copy(golden + "/tiny/runs/v/adapter_init", to: folder)
        case .splitTokenizer: try copyTokenizer("split", to: folder)
        case .gpt2Tokenizer: try copyTokenizer("gpt2", to: folder)
        case .fallbackTokenizer: try copyTokenizer("layouts/llama-legacy", to: folder)
        case .patternTokenizer: try copyTokenizer("layouts/deepseek", to: folder)
        case .metaspaceTokenizer: try copyTokenizer("layouts/metaspace-always", to: folder)
        case .wordTokenizer: try copyTokenizer("layouts/words", to: folder)
        case .tokenizerConfiguration:
            try copyTokenizer("split", to: folder)
            try write(WholeText.tokenizerConfiguration, to: folder)
        case .plainSentencePieceModel: try copyModel(to: folder)
        case .sentencePieceModel:
            try copyModel(to: folder)
            try WholeText.addedTokens.write(
                toFile: folder + "/tokenizer_config.json", atomically: false, encoding: .utf8)
        case .addedTokens, .addedTokenList:
            try copyModel(to: folder)
            try write(
                self == .addedTokens ? WholeText.addedTokens : WholeText.addedTokenList, to: folder)
        case .specialTokens:
            try copyModel(to: folder)
            try write(WholeText.specialTokens, to: folder)
        case .generationConfiguration:
            try copy(golden + "/tiny-untied/checkpoint", to: folder)
            try write(WholeText.generationConfiguration, to: folder)
        case .chatTemplate: try write(WholeText.chatTemplate, to: folder)
        case .trainedQuestions: try write(WholeText.trainedQuestions, to: folder)
        case .settings: try write(WholeText.settings, to: folder)
        case .questions: try QuestionFolder.write(tests: ["virology": 9], to: folder)
        case .rationales: try write(WholeText.rationales, to: folder)
        case .tokenIDs: try write(WholeText.tokenIDs, to: folder)
        case .answers: try write(WholeText.answers, to: folder)
        case .results: try write(WholeText.results, to: folder)
        case .predictions: try write(WholeText.predictions, to: folder)
        case .characterMap:
            try copyModel(to: folder)
            try append(WholeBytes.characterMap, to: folder)
        case .gguf:
            try copy(golden + "/tiny/checkpoint", to: folder)
            try Data(WholeBytes.gguf).write(to: URL(filePath: folder + "/" + file))
        case .store: try WholeBytes.writeStore(to: folder + "/" + file)
        case .runSettings, .runIdentity, .runSteps, .runAnswers, .runScores, .runFailure:
            for (name, text) in WholeText.runFiles {
                try text.write(toFile: folder + "/" + name, atomically: false, encoding: .utf8)
            }
        }
    }

    private func write(_ text: String, to folder: String) throws {
        try text.write(toFile: folder + "/" + file, atomically: false, encoding: .utf8)
    }

    private func append(_ bytes: [UInt8], to folder: String) throws {
        let place = URL(filePath: folder + "/" + file)
        try (Data(contentsOf: place) + bytes).write(to: place)
    }

    private func copy(_ source: String, to folder: String) throws {
        let manager = FileManager.default
        for name in try manager.contentsOfDirectory(atPath: source) {
            let bytes = try Data(contentsOf: URL(filePath: source + "/" + name))
            try bytes.write(to: URL(filePath: folder + "/" + name))
        }
    }

    private func copyTokenizer(_ name: String, to folder: String) throws {
        let source = Fixture.repository.path + "/Tests/Fixtures/tokenizer/\(name).json"
        try FileManager.default.copyItem(atPath: source, toPath: folder + "/tokenizer.json")
    }

    private func copyModel(to folder: String) throws {
        let source = Fixture.repository.path + "/Tests/Fixtures/tokenizer/llama.model"
        let bytes = try Data(contentsOf: URL(filePath: source))
        try bytes.write(to: URL(filePath: folder + "/tokenizer.model"))
    }
}
