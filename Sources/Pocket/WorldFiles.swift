import Basics
import Benchmarks
import Foundation

/// The world as files: questions, rationales and tokenizer, byte for byte the same anywhere.
public struct WorldFiles: Sendable {
    /// A file's path in the folder, and its contents.
    public struct File: Hashable, Sendable {
        public let path: String
        public let bytes: Data
    }

    /// In alphabetical order of their paths.
    public let files: [File]

    /// - Throws: `TokenizerError` if the tokenizer cannot be trained.
    public init(_ world: World) throws {
        var files = [
            File(path: "rationales.jsonl", text: world.rows.map(\.jsonLine).joined()),
            File(path: "tokenizer.model", bytes: try WorldTokenizer.train()),
            File(path: "tokenizer_config.json", text: WorldTokenizer.configuration),
        ]
        for subject in world.subjects {
            for split in Split.allCases {
                let rows = world.rows(of: subject.name, in: split)
                files.append(
                    File(
                        path: "mmlu/\(split.rawValue)/\(subject.name)_\(split.rawValue).csv",
                        text: CSV.text(of: rows.map(\.cells))))
            }
        }
        self.files = files.sorted { $0.path < $1.path }
    }

    /// Writes the files into a new or empty folder, all or none of them.
    ///
    /// - Throws: `InputError` if the folder is not new or empty; `FileError` with the system's
    ///   reason.
    public func write(to folder: URL) throws {
        try refuse(occupied: folder)
        try AtomicFolder.write(to: folder.path) { partial in
            for file in files {
                let path = partial + "/" + file.path
                try FileManager.default.makeFolder((path as NSString).deletingLastPathComponent)
                try AtomicFile.write(file.bytes, to: path)
            }
        }
    }

    /// Throws unless the path is free or an empty folder.
    private func refuse(occupied folder: URL) throws {
        func refusal(_ found: String) -> InputError {
            InputError("\(folder.path): \(found); a new or empty folder is needed")
        }
        guard FileManager.default.fileExists(atPath: folder.path) else { return }
        guard FileManager.isFolder(folder.path) else { throw refusal("is a file") }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        if let first = names.first { throw refusal("has '\(first)' in it") }
    }
}

extension WorldFiles.File {
    init(path: String, text: String) { self.init(path: path, bytes: Data(text.utf8)) }
}
