import Foundation
import Torch

/// `adapter/trained_questions.json`: what an adapter has seen, so that it is never asked.
public enum TrainedQuestions {
    static let name = "trained_questions.json"

    /// - Parameter hashes: nil where it is not known, which is no promise that there are none
    static func write(_ hashes: Set<String>?, to adapter: String) throws {
        let value = JSONValue.object([
            ("content_hashes", hashes.map { .array($0.sorted().map { .string($0) }) } ?? .null)
        ])
        try WholeFile.write(value.document, to: adapter + "/" + name)
    }

    /// nil when the adapter has no such file, or one that says that it is not known.
    public static func read(from adapter: String) throws -> Set<String>? {
        let path = adapter + "/" + name
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        guard let contents = try? JSONDecoder().decode([String: [String]?].self, from: data),
            let hashes = contents["content_hashes"]
        else {
            throw FileRefusal(
                path: path, problem: "is not a list of content hashes",
                remedy: "the file that ft-mmlu train wrote is needed")
        }
        return hashes.map { Set($0) }
    }
}
