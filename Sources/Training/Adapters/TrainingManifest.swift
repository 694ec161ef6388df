import Basics
import Benchmarks
import Foundation
import Torch
import Transformer

/// `adapter/trained_questions.json`: an adapter's training questions, which are never evaluated,
/// and a checksum of the base weights.
public enum TrainingManifest {
    package static let name = "trained_questions.json"

    /// - Parameters:
    ///   - hashes: nil where they are not known, which does not mean that there are none
    ///   - category: the trained category; nil where training used token ids from a file
    ///   - checksum: checksum of the weights that the adapter was trained on
    package static func write(
        _ hashes: Set<String>?, category: Benchmarks.Category? = nil,
        baseChecksum checksum: String? = nil, to adapter: String
    ) throws {
        let contents = Contents(
            baseModelChecksum: checksum, category: category, contentHashes: hashes?.sorted())
        try AtomicFile.write(contents.json.document, to: adapter + "/" + name)
    }

    package static func remove(from adapter: String) { unlink(adapter + "/" + name) }

    /// Whether a folder has an adapter and its training manifest: the end of a training.
    package static func areKnown(of adapter: String) -> Bool {
        AdapterFiles.exist(in: adapter)
            && FileManager.default.fileExists(atPath: adapter + "/" + name)
    }

    /// nil when the adapter has no such file, or the file says that they are not known.
    public static func read(from adapter: String) throws -> Set<String>? {
        try contents(of: adapter)?.contentHashes.map { Set($0) }
    }

    /// The category that an adapter was trained on; nil where no file names it.
    public static func category(of adapter: String) throws -> Benchmarks.Category? {
        try contents(of: adapter)?.category
    }

    /// The checksum of the weights that an adapter was trained on; nil where no file has it, as for
    /// PEFT and earlier versions.
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
        // Null means not known; without the key, the file is not ours.
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
