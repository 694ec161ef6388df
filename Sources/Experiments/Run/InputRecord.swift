import Basics
import Foundation
import Tracking

/// `checkpoint/inputs.json`: what a run began with; a resumed run is compared with it.
struct InputRecord: FileRecord {
    /// Checksums by the input's name: "prompts", "file of --rationales".
    var checksums: [String: String] = [:]
    /// Checksums of the small files of the model and the adapter, by name; nil where an earlier
    /// version wrote the record.
    var files: [String: String]?
    /// The settings of config.yaml, as text; nil where an earlier version wrote the record.
    var settings: [String: String]?

    init() {}

    /// - Returns: nil where the folder has no record
    /// - Throws: `FileError` where ft-mmlu did not write it.
    static func read(from folder: String) throws -> InputRecord? {
        let path = folder + "/" + RunFile.inputs
        guard let data = try InputFile.contents(of: path) else { return nil }
        guard let record = try? InputRecord(json: data) else {
            throw FileError(
                path: path, problem: "is not a table of checksums",
                remedy: "the file that ft-mmlu wrote is needed")
        }
        return record
    }

    func write(to folder: RunDirectory) throws {
        try folder.makeCheckpointFolder()
        try folder.write(try json, to: RunFile.inputs)
    }

    /// Compares what a resumed run has now with this record.
    ///
    /// - Parameter ignored: settings that are not compared
    /// - Throws: `FileError` that names all changes.
    func check(_ now: InputRecord, in folder: String, ignoring ignored: Set<String> = []) throws {
        let changes = InputChanges(from: self, to: now, ignoring: ignored)
        guard changes.isEmpty else {
            throw FileError(
                path: folder, problem: "since it began, this has changed: \(changes)",
                remedy: "a run resumes with what it began with; put it back, or start a new run "
                    + "with --output")
        }
    }

    /// A sentence about a record of an earlier version; nil where everything is recorded.
    func gap(in folder: String) -> String? {
        settings == nil
            ? "\(folder): an earlier version began it and did not record its settings and the "
                + "model's small files; changes to them are not noticed" : nil
    }
}

/// The file: checksums first, then the two groups, all by sorted names.
extension InputRecord {
    static let usesSnakeCase = false

    private struct Name: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(_ name: String) { stringValue = name }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Name.self)
        files = try fields.decodeIfPresent([String: String].self, forKey: Name("files"))
        settings = try fields.decodeIfPresent([String: String].self, forKey: Name("settings"))
        for name in fields.allKeys where !["files", "settings"].contains(name.stringValue) {
            checksums[name.stringValue] = try fields.decode(String.self, forKey: name)
        }
    }

    func encode(to encoder: any Encoder) throws {
        func write(_ texts: [String: String], _ fields: inout KeyedEncodingContainer<Name>) throws {
            for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
                try fields.encode(text, forKey: Name(name))
            }
        }
        var fields = encoder.container(keyedBy: Name.self)
        try write(checksums, &fields)
        for (name, texts) in [("files", files), ("settings", settings)] {
            guard let texts else { continue }
            var group = fields.nestedContainer(keyedBy: Name.self, forKey: Name(name))
            try write(texts, &group)
        }
    }
}
