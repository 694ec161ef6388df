import Foundation
import TestSupport

@testable import Tokenization

/// Folders around the small model of `scripts/oracle/llama_tokenizer_goldens.py`.
enum SmallLlama: String, CaseIterable {
    /// `legacy` false; the others as they are called. `listed` and `mapped` have an
    /// `added_tokens.json`, `mapped` a `special_tokens_map.json` too.
    case first, legacy, never, listed, mapped

    struct Golden: Decodable {
        let vocabulary: Int
        let encode: [SmallByteLevel.Golden.Pair]
        let decode: [SmallByteLevel.Golden.Pair]?
    }

    /// What Hugging Face's tokenizers say.
    func golden() throws -> Golden {
        let file = SmallByteLevel.folder.appending(path: "llama.json")
        let all = try JSONDecoder().decode([String: Golden].self, from: Data(contentsOf: file))
        guard let golden = all[rawValue] else { throw CocoaError(.fileReadCorruptFile) }
        return golden
    }

    /// Runs `body` with the folder's tokenizer, and the folder.
    func withFolder(_ body: (URL) throws -> Void) throws {
        let file = SmallByteLevel.folder.appending(path: "llama.json")
        let all = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
        let mine = all?[rawValue] as? [String: Any]
        guard let files = mine?["files"] as? [String: Any] else {
            throw CocoaError(.fileReadCorruptFile)
        }
        try Self.withModel { folder in
            for (name, contents) in files {
                let bytes = try JSONSerialization.data(withJSONObject: contents)
                try bytes.write(to: folder.appending(path: name))
            }
            try body(folder)
        }
    }

    /// Runs `body` with a folder that has only the model.
    static func withModel(_ body: (URL) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let model = try Data(contentsOf: SmallByteLevel.folder.appending(path: "llama.model"))
            try model.write(to: folder.appending(path: "tokenizer.model"))
            try body(folder)
        }
    }
}
