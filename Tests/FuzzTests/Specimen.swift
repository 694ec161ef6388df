import Benchmarks
import Foundation
import Studies
import TestSupport
import Tokenization
import Torch
import Transformer

/// A kind of file that comes from strangers, with a whole one to damage.
enum Specimen: String, CaseIterable, Codable, Sendable {
    case safetensors, shard, shardIndex, configuration, adapterConfiguration, adapterWeights
    case splitTokenizer, gpt2Tokenizer, tokenizerConfiguration
    case questions, rationales, tokenIDs

    /// The file to damage, in the folder that `prepare` filled.
    var file: String {
        switch self {
        case .safetensors: "model.safetensors"
        case .shard: "model-00002-of-00002.safetensors"
        case .shardIndex: "model.safetensors.index.json"
        case .configuration: "config.json"
        case .adapterConfiguration: "adapter_config.json"
        case .adapterWeights: "adapter_model.safetensors"
        case .splitTokenizer, .gpt2Tokenizer: "tokenizer.json"
        case .tokenizerConfiguration: "tokenizer_config.json"
        case .questions: "test/virology_test.csv"
        case .rationales, .tokenIDs: "lines.jsonl"
        }
    }

    var isSafetensors: Bool { file.hasSuffix(".safetensors") }

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
        case .tokenizerConfiguration:
            try copyTokenizer("split", to: folder)
            try write(WholeText.tokenizerConfiguration, to: folder)
        case .questions: try QuestionFolder.write(tests: ["virology": 9], to: folder)
        case .rationales: try write(WholeText.rationales, to: folder)
        case .tokenIDs: try write(WholeText.tokenIDs, to: folder)
        }
    }

    private func write(_ text: String, to folder: String) throws {
        try text.write(toFile: folder + "/" + file, atomically: false, encoding: .utf8)
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
}

extension Specimen {
    /// What the program does with such a file; all bytes of it are used.
    func reader(of folder: String) throws -> () throws -> Void {
        let url = URL(filePath: folder + "/" + file)
        switch self {
        case .safetensors, .shard, .shardIndex, .configuration:
            return {
                if isSafetensors {
                    let tensors = try SafetensorsFile(path: url.path)
                    for name in tensors.entries.keys.sorted() {
                        _ = try tensors.tensor(name).copied()
                    }
                }
                let checkpoint = try Checkpoint(folder: folder)
                _ = try checkpoint.load(dtype: .float32, device: .cpu)
                _ = try checkpoint.endTokens()
            }
        case .adapterConfiguration, .adapterWeights:
            let checkpoint = try Checkpoint(folder: Fixture.golden + "/tiny/checkpoint")
            let decoder = try checkpoint.load(dtype: .float32, device: .cpu)
            return { try AdapterFiles.read(from: folder, onto: decoder) }
        case .splitTokenizer, .gpt2Tokenizer, .tokenizerConfiguration:
            let place = URL(filePath: folder)
            return {
                _ = try? ChatTemplate.of(folder: place, named: nil)
                let tokenizer = try ByteLevelTokenizer(folder: place)
                let ids = try tokenizer.encode("the heart's\n\n  12 é <|im_end|> word")
                _ = try tokenizer.decode(ids)
            }
        case .questions:
            return {
                let questions = try MMLU(folder: URL(filePath: folder))
                    .questions(of: "virology", in: .test)
                _ = questions.map(\.contentHash)
            }
        case .rationales: return { _ = try RationaleBook(files: [url]) }
        case .tokenIDs: return { _ = try TokenFile.read(url.path) }
        }
    }
}
