import Basics
import Benchmarks
import Foundation
import Torch
import Transformer

/// `adapter/trained_questions.json`: what an adapter has seen, so that it is never asked, and a
/// checksum of the weights that it was trained on.
public enum TrainingManifest {
    static let name = "trained_questions.json"

    /// - Parameters:
    ///   - hashes: nil where it is not known, which is no promise that there are none
    ///   - category: what was trained on; nil where that is token ids from a file
    ///   - checksum: of the weights that the adapter was trained on
    static func write(
        _ hashes: Set<String>?, category: Benchmarks.Category? = nil,
        baseChecksum checksum: String? = nil, to adapter: String
    ) throws {
        let contents = Contents(
            baseModelChecksum: checksum, category: category, contentHashes: hashes?.sorted())
        try AtomicFile.write(contents.json.document, to: adapter + "/" + name)
    }

    static func remove(from adapter: String) { unlink(adapter + "/" + name) }

    /// Whether a folder has an adapter and says what it was trained on: the end of a training.
    static func areKnown(of adapter: String) -> Bool {
        AdapterFiles.exist(in: adapter)
            && FileManager.default.fileExists(atPath: adapter + "/" + name)
    }

    /// nil when the adapter has no such file, or one that says that it is not known.
    public static func read(from adapter: String) throws -> Set<String>? {
        try contents(of: adapter)?.contentHashes.map { Set($0) }
    }

    /// The category that an adapter was trained on; nil where no file says it.
    public static func category(of adapter: String) throws -> Benchmarks.Category? {
        try contents(of: adapter)?.category
    }

    /// Of the weights that an adapter was trained on; nil where no file says it, as of PEFT and of
    /// earlier versions.
    static func baseChecksum(of adapter: String) throws -> String? {
        try contents(of: adapter)?.baseModelChecksum
    }

    private struct Contents: FileRecord {
        var baseModelChecksum: String?
        var category: Benchmarks.Category?
        var contentHashes: [String]?

        static let omittedKeys: Set = ["baseModelChecksum"]
    }

    private static func contents(of adapter: String) throws -> Contents? {
        let path = adapter + "/" + name
        guard let data = try FileFormat.json.contents(of: path) else { return nil }
        // Null says that it is not known; absent, the file is no file of ours.
        guard let contents = try? Contents(json: data),
            (try? JSONValue(parsing: data))?["content_hashes"] != nil
        else {
            throw FileError(
                path: path, problem: "is not a list of content hashes",
                remedy: "the file that ft-mmlu train wrote is needed")
        }
        return contents
    }
}
