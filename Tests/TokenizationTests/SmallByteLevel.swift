import Foundation
import TestSupport

@testable import Tokenization

/// The small tokenizers that `scripts/oracle/tokenizer_goldens.py` made.
enum SmallByteLevel: String, CaseIterable {
    case split, gpt2

    static let folder = Fixture.repository.appending(path: "Tests/Fixtures/tokenizer")

    func bytes() throws -> [UInt8] {
        try readBytes(of: Self.folder.appending(path: rawValue + ".json"))
    }

    func tokenizer() throws -> BPETokenizer {
        try BPETokenizer(json: bytes(), name: rawValue + ".json")
    }

    /// The tokenizer after a change to the text of its file.
    func tokenizer(
        replacing old: String, with new: String
    ) throws -> BPETokenizer {
        let text = String(decoding: try bytes(), as: UTF8.self)
        guard let range = text.range(of: old) else { throw CocoaError(.formatting) }
        let changed = text.replacingCharacters(in: range, with: new)
        return try BPETokenizer(json: Array(changed.utf8), name: "changed.json")
    }

    /// What the package `tokenizers` says.
    struct Golden: Decodable {
        let encode: [Pair]
        let decode: [Pair]

        struct Pair: Decodable {
            let text: String
            let ids: [Int32]
        }
    }

    func golden() throws -> Golden {
        let file = Self.folder.appending(path: "golden.json")
        let all = try JSONDecoder().decode([String: Golden].self, from: Data(contentsOf: file))
        guard let golden = all[rawValue] else { throw CocoaError(.fileReadCorruptFile) }
        return golden
    }
}
