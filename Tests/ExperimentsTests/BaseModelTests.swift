import Evaluation
import Foundation
import TestSupport
import Testing
import Tokenization
import Torch

@testable import Experiments
@testable import Training

/// On which model an adapter was trained.
@Suite struct BaseModelTests {
    @Test func `a model is called by the last part of its name, wherever it lies`() {
        for name in [
            "Qwen/Qwen2.5-3B", "/models/Qwen2.5-3B", "models/qwen2.5-3b/", "Qwen2.5-3B",
            "/home/x/.cache/huggingface/hub/models--Qwen--Qwen2.5-3B/snapshots/0123456789abcdef",
        ] {
            #expect(BaseModel.lastName(of: name) == "qwen2.5-3b", "\(name)")
        }
        #expect(BaseModel.lastName(of: "Qwen/Qwen2.5-3B-Instruct") == "qwen2.5-3b-instruct")
        #expect(BaseModel.lastName(of: "/models/snapshots/x") == "x")
        #expect(BaseModel.lastName(of: "") == "")
    }

    /// Writes an adapter's two files, of which only the names are read here.
    private func writeAdapter(
        naming name: String?, checksum: String? = nil, to folder: String
    ) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let base = name.map { "\"\($0)\"" } ?? "null"
        try """
        {"peft_type": "LORA", "r": 1, "lora_alpha": 1, "target_modules": ["q_proj"],
         "base_model_name_or_path": \(base)}
        """.write(
            toFile: folder + "/adapter_config.json", atomically: false, encoding: .utf8)
        if let checksum { try TrainingManifest.write([], baseChecksum: checksum, to: folder) }
    }

    private func copyModel(to folder: String) throws {
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: folder).deletingLastPathComponent().path,
            withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: Fixture.golden + "/tiny/checkpoint", toPath: folder)
    }

    @Test func `names decide where there is no checksum, and a checksum where there is one`() throws
    {
        try Fixture.withTemporaryFolder { folder in
            let place = folder + "/Tiny-Model"
            try copyModel(to: place)
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/link", withDestinationPath: place)
            let adapter = folder + "/a"
            func difference(_ name: String, at place: String) throws -> OtherBaseModel? {
                try BaseModel(name: name, folder: place).difference(from: adapter)
            }
            for named in ["org/tiny-model", place, "Tiny-Model", "", nil] as [String?] {
                try writeAdapter(naming: named, to: adapter)
                #expect(try difference(place, at: place) == nil)
                #expect(try difference(folder + "/link", at: folder + "/link") == nil)
            }
            try writeAdapter(naming: "org/other", to: adapter)
            #expect(
                try difference("m", at: place)?.description
                    == "\(adapter): names the base model 'org/other', and is put on m; the model that "
                    + "it was trained on is needed")
            let checksum = try BaseModel(name: place, folder: place).checksum()
            try writeAdapter(naming: "org/other", checksum: checksum, to: adapter)
            #expect(try difference("m", at: place) == nil)
            try writeAdapter(naming: "Tiny-Model", checksum: "0", to: adapter)
            #expect(
                try difference("m", at: place)?.description
                    == "\(adapter): was trained on other weights than those of m; it calls its base "
                    + "model 'Tiny-Model'; the model that it was trained on is needed")
        }
    }

    @Test func `a checksum is of the weights, whatever files they stand in`() throws {
        try Fixture.withTemporaryFolder { folder in
            try copyModel(to: folder + "/m")
            let path = folder + "/m/model.safetensors"
            func checksum() throws -> String {
                try BaseModel(name: "m", folder: folder + "/m").checksum()
            }
            let whole = try checksum()
            #expect(whole.count == 64)
            let file = try SafetensorsFile(path: path)
            let names = file.entries.keys.sorted()
            let tensors = try Dictionary(
                uniqueKeysWithValues: names.map { ($0, try file.tensor($0).copied()) })
            // In two files, with other metadata.
            let parts = [names.prefix(5), names.dropFirst(5)]
            var map: [String] = []
            for (index, part) in parts.enumerated() {
                let name = "part-\(index).safetensors"
                try SafetensorsFile.write(
                    tensors.filter { part.contains($0.key) }, metadata: ["a": "\(index)"],
                    to: folder + "/m/" + name)
                map += part.map { "\"\($0)\": \"\(name)\"" }
            }
            try FileManager.default.removeItem(atPath: path)
            try "{\"weight_map\": {\(map.joined(separator: ", "))}}".write(
                toFile: path + ".index.json", atomically: false, encoding: .utf8)
            #expect(try checksum() == whole)
            // One number of a small tensor.
            let norm = try #require(tensors["model.norm.weight"])
            try norm.narrowed(to: 5..<6).fill(7)
            try FileManager.default.removeItem(atPath: path + ".index.json")
            try SafetensorsFile.write(tensors, to: path)
            #expect(try checksum() != whole)
        }
    }

    @Test func `of a large tensor pieces are looked at, from its first byte to its last`() {
        #expect(BaseModel.pieces(of: 100) == [0..<100])
        #expect(BaseModel.pieces(of: 16_384) == [0..<16_384])
        let pieces = BaseModel.pieces(of: 1_000_001)
        #expect(pieces.count == 4 && pieces.allSatisfy { $0.count == 4096 })
        #expect(pieces.first?.lowerBound == 0 && pieces.last?.upperBound == 1_000_001)
    }
}

/// What of a checkpoint's folder texts can end in.
@Suite struct EndTokenTests {
    private struct Endless: Tokenizer {
        let vocabularySize = 600
        var endToken: Int32?
        /// The id of ChatML's end of a turn.
        var turn: Int32?
        func controlToken(in text: String) -> String? {
            turn != nil && text.contains("<|im_end|>") ? "<|im_end|>" : nil
        }
        func encode(_ text: String, literal: [Range<Int>]) -> [Int32] { text.utf8.map(Int32.init) }
        func decode(_ ids: [Int32]) -> String { "" }
        func id(ofPiece piece: String) -> Int32? { turn }
    }

    @Test func `texts that only tokens without a row could end are refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            let place = folder + "/m"
            try FileManager.default.copyItem(
                atPath: Fixture.golden + "/tiny/checkpoint", toPath: place)
            try "{\"eos_token_id\": [500, 501]}".write(
                toFile: place + "/generation_config.json", atomically: false, encoding: .utf8)
            let config = place + "/config.json"
            try String(contentsOfFile: config, encoding: .utf8)
                .replacing(/"eos_token_id": [0-9]+/, with: "\"eos_token_id\": 502")
                .write(toFile: config, atomically: false, encoding: .utf8)
            let given = try GivenLayers(["model": place], folder: folder)
            let loaded = try LoadedModel(given.model)
            let plain = try EvaluationSettings(given.layers, model: given.model, world: nil)
            expectRefusal(
                "\(place): ends its texts in token 500; the model has rows for 97 tokens: the "
                    + "tokenizer of this checkpoint is needed"
            ) { try loaded.checkEndTokens(plain, Endless()) }
            try loaded.checkEndTokens(plain, Endless(endToken: 96))
            expectRefusal(
                "\(place): ends its texts in token 97; the model has rows for 97 tokens: the "
                    + "tokenizer of this checkpoint is needed"
            ) { try loaded.checkEndTokens(plain, Endless(endToken: 97)) }
            // A turn of the chat template ends in a token that the model has a row for.
            let layers = try GivenLayers(
                ["model": place, "prompt": "cot", "chat-template": "chatml"], folder: folder)
            let chat = try EvaluationSettings(layers.layers, model: layers.model, world: nil)
            try loaded.checkEndTokens(chat, Endless(turn: 90))
            expectRefusal(
                "\(place): ends its texts in token 500; the model has rows for 97 tokens: the "
                    + "tokenizer of this checkpoint is needed"
            ) { try loaded.checkEndTokens(chat, Endless(turn: 550)) }
        }
    }
}
