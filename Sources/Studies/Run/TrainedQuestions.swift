import Foundation
import Torch

/// `adapter/trained_questions.json`: what an adapter has seen, so that it is never asked.
public enum TrainedQuestions {
    static let name = "trained_questions.json"

    static func write(_ hashes: Set<String>, to adapter: String) throws {
        let value = JSONValue.object([
            ("content_hashes", .array(hashes.sorted().map { .string($0) }))
        ])
        try WholeFile.write(value.document, to: adapter + "/" + name)
    }

    /// nil when the adapter has no such file.
    public static func read(from adapter: String) throws -> Set<String>? {
        let path = adapter + "/" + name
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        struct Contents: Decodable { let content_hashes: [String] }
        guard let contents = try? JSONDecoder().decode(Contents.self, from: data) else {
            throw FileRefusal(
                path: path, problem: "is not a list of content hashes",
                remedy: "the file that ft-mmlu train wrote is needed")
        }
        return Set(contents.content_hashes)
    }
}
