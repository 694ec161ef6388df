import Basics
import Benchmarks
import Foundation
import TestSupport
import Testing
import Tokenization

/// The folder of Qwen2.5's own files; nil where it is absent.
enum QwenFolder {
    static let url = Fixture.shared.flatMap { shared -> URL? in
        let folder = URL(fileURLWithPath: shared).appending(path: "data/qwen2.5-tokenizer")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }
}

/// Qwen2.5's own files, which are not part of this repository, against the package tokenizers.
@Suite(
    .enabled(
        if: QwenFolder.url != nil,
        "no data/qwen2.5-tokenizer in ../shared or FT_MMLU_SHARED: Qwen's files were not checked"))
struct QwenTokenizerTests {
    private static let loaded = Result {
        try BPETokenizer(folder: try #require(QwenFolder.url))
    }

    private struct Row: Decodable {
        let text: String?
        let ids: [Int32]
        let decoded: String?
    }

    private func rows(_ name: String) throws -> [Row] {
        let file = try #require(QwenFolder.url).appending(path: name)
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
    }

    @Test func `sizes and the end token are Qwen's`() throws {
        let tokenizer = try Self.loaded.get()
        #expect(tokenizer.vocabularySize == 151_665)
        #expect(tokenizer.endToken == 151_645)
        #expect(tokenizer.specialPrefix.isEmpty && tokenizer.specialSuffix.isEmpty)
    }

    @Test(arguments: ["golden_dev.jsonl", "golden_unicode_sensitive.jsonl"])
    func `golden strings have their ids`(name: String) throws {
        let tokenizer = try Self.loaded.get()
        for row in try rows(name) {
            let text = try #require(row.text)
            #expect(try tokenizer.encode(text) == row.ids, "\(text.debugDescription)")
        }
    }

    @Test(arguments: ["golden_dev.jsonl", "decode_vectors.jsonl"])
    func `golden ids have their text`(name: String) throws {
        let tokenizer = try Self.loaded.get()
        for row in try rows(name) {
            let expected = Array(try #require(row.decoded).utf8)
            #expect(try Array(tokenizer.decode(row.ids).utf8) == expected)
        }
    }

    @Test(arguments: ["ggml-vocab-qwen2", "ggml-vocab-qwen2.2026-07"])
    func `llama_cpp's vectors have their ids`(name: String) throws {
        let tokenizer = try Self.loaded.get()
        let folder = try #require(QwenFolder.url).appending(path: "llama.cpp")
        let text = try String(
            decoding: Data(contentsOf: folder.appending(path: name + ".gguf.inp")), as: UTF8.self)
        let ids = try String(
            decoding: Data(contentsOf: folder.appending(path: name + ".gguf.out")), as: UTF8.self
        )
        .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        let texts = text.components(separatedBy: "\n__ggml_vocab_test__\n").dropLast()
        #expect(texts.count == 46 && ids.count == 46)
        for (text, ids) in zip(texts, ids) {
            #expect(
                try tokenizer.encode(text) == ids.split(separator: " ").map { Int32($0) },
                "\(text.debugDescription)")
        }
    }

    @Test func `all rows of MMLU have their digests`() throws {
        struct Digests: Decodable { let subjects: [String: [String: Digest]] }
        struct Digest: Decodable {
            let rows: Int
            let tokens: Int
            let sha256: String
        }
        let tokenizer = try Self.loaded.get()
        let folder = try #require(QwenFolder.url)
        let digests = try JSONDecoder().decode(
            Digests.self,
            from: Data(contentsOf: folder.appending(path: "mmlu_token_digests.json")))
        let mmlu = folder.deletingLastPathComponent().appending(path: "mmlu")
        var rowCount = 0
        for (subject, splits) in digests.subjects {
            for (split, digest) in splits {
                let file = mmlu.appending(path: "\(split)/\(subject)_\(split).csv")
                var hash = SHA256()
                var tokenCount = 0
                for row in try CSV.rows(of: Array(Data(contentsOf: file)), named: file.path) {
                    let choices = zip("ABCD", row[1...4]).map { "\n\($0). \($1)" }.joined()
                    let ids = try tokenizer.encode(row[0] + choices + "\nAnswer:")
                    for number in [UInt32(ids.count)] + ids.map(UInt32.init) {
                        hash.update(withUnsafeBytes(of: number.littleEndian, Array.init))
                    }
                    tokenCount += ids.count
                    rowCount += 1
                }
                #expect(tokenCount == digest.tokens, "\(subject) \(split)")
                #expect(hash.hexDigest() == digest.sha256, "\(subject) \(split)")
            }
        }
        #expect(rowCount == 15_858)
    }
}
