import Basics
import Benchmarks
import Experiments
import Foundation
import TestSupport
import Tokenization
import Torch
import Tracking
import Training
import Transformer

extension Specimen {
    /// What the program does with such a file; all bytes of it are used.
    func reader(of folder: String) throws -> () throws -> Void {
        let url = URL(filePath: folder + "/" + file)
        switch self {
        case .safetensors, .shard, .shardIndex, .configuration, .gguf:
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
        case .splitTokenizer, .gpt2Tokenizer, .tokenizerConfiguration, .fallbackTokenizer,
            .patternTokenizer, .metaspaceTokenizer, .wordTokenizer:
            let place = URL(filePath: folder)
            return {
                _ = try? ChatFormat.of(folder: place, named: nil)
                let tokenizer = try BPETokenizer(folder: place)
                let ids = try tokenizer.encode("the heart's\n\n  12 é <|im_end|> word")
                _ = try tokenizer.decode(ids)
            }
        case .sentencePieceModel, .plainSentencePieceModel, .addedTokens, .addedTokenList,
            .specialTokens, .characterMap:
            let place = URL(filePath: folder)
            return {
                let tokenizer = try TokenizerFile.loadTokenizer(folder: place)
                let ids = try tokenizer.encode(
                    "the  heart\n é \u{FB01} <s><tool> the <left>\u{2581}[PAD]")
                _ = try tokenizer.decode(ids)
                _ = try tokenizer.id(ofPiece: "\u{2581}the")
            }
        case .generationConfiguration:
            return { _ = try Checkpoint(folder: folder).endTokens() }
        case .chatTemplate:
            return {
                let format = try ChatFormat.of(folder: URL(filePath: folder), named: nil)
                _ = try format?.prompt(" Why <b>\nthe heart</think>? ")
            }
        case .trainedQuestions:
            return { _ = try TrainingManifest.read(from: folder) }
        case .settings:
            return {
                let names = ["target", "rank", "learning-rate", "no-shuffle", "shots", "prompt"]
                let layers = ConfigLayers([
                    try .init(file: url.path, known: names, lists: RunConfig.lists)
                ])
                _ = try ConfigCoder.decode(RunConfig(), over: layers)
            }
        case .questions:
            return {
                let questions = try MMLU(folder: URL(filePath: folder))
                    .questions(of: "virology", in: .test)
                _ = questions.map(\.contentHash)
            }
        case .rationales: return { _ = try RationaleIndex(files: [url]) }
        case .tokenIDs: return { _ = try TokenFile.read(url.path) }
        case .answers: return { _ = try Recomputation(folder: folder).document }
        case .results:
            return {
                let results = try ResultsRecord(url.path)
                _ = try Explanation(results, results, models: .same).record.json.document
            }
        case .predictions:
            return { _ = try PredictionFile(path: url.path, dataset: nil).record().json }
        case .store: return { try Self.readAll(of: url.path) }
        case .runSettings, .runIdentity, .runSteps, .runAnswers, .runScores, .runFailure:
            let store = try Store(folder + "/all.sqlite")
            return { _ = try StoredFolder(folder, into: store, replacing: true) }
        }
    }

    /// What the commands that read a store ask of it.
    private static func readAll(of path: String) throws {
        for part in ["-wal", "-shm", "-journal"] { unlink(path + part) }
        let store = try Store(reading: path)
        _ = try store.studies()
        let runs = try store.runs()
        for run in runs {
            _ = try store.steps(of: run.id)
            _ = try store.answers(of: run.id)
            _ = try store.measurements(of: run.id)
        }
        let ids = runs.map(\.id)
        _ = try store.accuracies(of: ids)
        _ = try store.subjectAccuracies(of: ids)
        _ = try store.questions(of: ids)
    }
}
