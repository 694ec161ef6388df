import Basics
import Benchmarks
import Evaluation
import Foundation
import Torch
import Tracking
import Training

/// `checkpoint/inputs.json`: checksums of a run's inputs; a resumed run checks that they are
/// unchanged.
struct InputChecksums {
    /// Checksums, each with the name of its input.
    private(set) var checksums: [(String, String)] = []

    /// Adds a checkpoint's configuration, and of its weights the sizes, headers and samples.
    mutating func add(model folder: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        var digest = SHA256()
        for name in names where name == "config.json" || name.hasSuffix(".safetensors") {
            digest.update(Array("\(name)\n".utf8))
            try Self.sample(folder + "/" + name, into: &digest)
        }
        checksums.append(("model", digest.hexDigest()))
    }

    mutating func add(adapter folder: String) throws {
        var digest = SHA256()
        for name in ["adapter_config.json", "adapter_model.safetensors"] {
            try Self.sample(folder + "/" + name, into: &digest)
        }
        checksums.append(("adapter", digest.hexDigest()))
    }

    /// Adds every file that a setting names.
    mutating func add(filesOf settings: [(String, JSONValue)]) {
        for case (let name, .string(let path)) in settings.sorted(by: { $0.0 < $1.0 }) {
            // Other words name no file; an unreadable file was refused before.
            guard let bytes = try? InputFile.contents(of: path, limit: 1 << 35) else { continue }
            checksums.append(("file of --\(name)", SHA256.hexDigest(of: Array(bytes))))
        }
    }

    /// Adds the training examples, as tokens.
    mutating func add(examples: [Example]) {
        var digest = SHA256()
        for example in examples {
            digest.update(Array("\(example.tokens) \(example.weights)\n".utf8))
        }
        checksums.append(("training examples", digest.hexDigest()))
    }

    /// Adds prompts, as tokens, and their correct answers.
    mutating func add(prompts groups: [PromptGroup], as name: String) {
        var digest = SHA256()
        for group in groups {
            digest.update(Array("\(group.shots.count) \(group.prefix)\n".utf8))
            for item in group.questions {
                digest.update(
                    Array("\(item.question.id) \(item.question.answer) \(item.suffix)\n".utf8))
            }
            if !group.choices.isEmpty { digest.update(Array("\(group.choices)\n".utf8)) }
        }
        checksums.append((name, digest.hexDigest()))
    }

    /// Writes the checksums; a resumed run compares them.
    ///
    /// - Throws: `FileError` that names the changed inputs.
    func settle(in folder: RunDirectory) throws {
        try folder.makeCheckpointFolder()
        let path = folder.path + "/" + RunFile.inputs
        let value = JSONValue.object(checksums.map { ($0, .string($1)) })
        guard folder.isResumed, let data = try InputFile.contents(of: path) else {
            return try folder.write(value, to: RunFile.inputs)
        }
        let old = try? JSONValue(parsing: data)
        guard let old, case .object(let fields) = old, fields.allSatisfy({ $0.1.text != nil })
        else {
            throw FileError(
                path: path, problem: "is not a table of checksums",
                remedy: "the file that ft-mmlu wrote is needed")
        }
        for (name, checksum) in checksums where old[name]?.text != checksum {
            throw FileError(
                path: folder.path,
                problem: "cannot be resumed: since it began, this has changed: \(name)",
                remedy: "restore the files that it read, or start a new run")
        }
    }

    /// Samples a file: its size and 64 chunks of 4 kB spread over it, including the first and the
    /// last bytes; all of a small file.
    private static func sample(_ path: String, into digest: inout SHA256) throws {
        guard let descriptor = try InputFile.open(path) else {
            throw FileError(path: path, problem: "cannot be opened")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        defer { try? handle.close() }
        let size = try handle.seekToEnd()
        digest.update(Array("\(size)\n".utf8))
        let piece: UInt64 = 4096
        let count: UInt64 = 64
        let starts =
            size <= piece * count
            ? Array(stride(from: 0, to: size, by: Int(piece)))
            : (0..<count).map { $0 * (size - piece) / (count - 1) }
        for start in starts {
            try handle.seek(toOffset: start)
            digest.update(Array(try handle.read(upToCount: Int(piece)) ?? Data()))
        }
    }
}
