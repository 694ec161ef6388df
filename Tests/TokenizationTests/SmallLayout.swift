import Foundation

@testable import Tokenization

/// The small files of each layout that `scripts/oracle/layout_goldens.py` made.
enum SmallLayout: String, CaseIterable {
    case llamaLegacy = "llama-legacy"
    case llamaFirst = "llama-first"
    case metaspaceAlways = "metaspace-always"
    case metaspaceFirst = "metaspace-first"
    case metaspaceNever = "metaspace-never"
    case gemma, llama3, smollm, deepseek, falcon, neox, letters, words, fused, strange

    private static let folder = SmallByteLevel.folder.appending(path: "layouts")

    func text() throws -> String {
        try String(contentsOf: Self.folder.appending(path: rawValue + ".json"), encoding: .utf8)
    }

    func tokenizer() throws -> BPETokenizer {
        try BPETokenizer(json: Array(text().utf8), name: rawValue + ".json")
    }

    /// What the package `tokenizers` says.
    struct Golden: Decodable {
        /// Of each text.
        let ids: [[Int32]]
        let decoded: [String]
        /// Ids that nobody writes.
        let mixed: [[Int32]]
        let mixedDecoded: [String]
        let prefix: [Int32]
        let suffix: [Int32]
    }

    private struct Goldens: Decodable {
        let texts: [String]
        let layouts: [String: Golden]
    }

    private static let goldens = Result {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(
            Goldens.self, from: Data(contentsOf: folder.appending(path: "golden.json")))
    }

    static func texts() throws -> [String] { try goldens.get().texts }

    func golden() throws -> Golden {
        guard let golden = try Self.goldens.get().layouts[rawValue] else {
            throw CocoaError(.fileReadCorruptFile)
        }
        return golden
    }
}
