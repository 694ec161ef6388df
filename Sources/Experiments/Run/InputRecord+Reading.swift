import Basics
import Benchmarks
import Evaluation
import Foundation
import Training

/// Takes the record of inputs.
extension InputRecord {
    /// The text of a setting without a value.
    static let none = "null"

    /// Settings that name a folder; its contents have checksums of their own.
    static let folderSettings: Set = ["adapter", "data", "init-adapter", "model", "tokenizer"]

    /// Settings that may name a file.
    private static let fileSettings: Set = [
        "chat-template", "examples", "few-shot-rationales", "prompt-file", "questions",
        "rationales", "shot-rationales", "train-rows",
    ]

    /// The name of the checksum of a file that a setting names.
    static func file(of setting: String) -> String { "file of --\(setting)" }

    /// Adds the settings of a run; the first of two with the same name counts, as in config.yaml.
    mutating func add(settings record: [(String, JSONValue)]) {
        settings = Dictionary(record.map { ($0.0, $0.1.settingText) }) { first, _ in first }
    }

    /// Adds every file that a setting names.
    mutating func add(filesOf settings: [(String, JSONValue)]) {
        for case (let name, .string(let path)) in settings where Self.fileSettings.contains(name) {
            // Other words name no file; an unreadable file was refused before.
            guard let bytes = try? InputFile.contents(of: path, limit: 1 << 35) else { continue }
            checksums[Self.file(of: name)] = SHA256.hexDigest(of: Array(bytes))
        }
    }

    /// Adds a checkpoint's configuration, weights and tokenizer; of the weights the sizes, headers
    /// and samples.
    mutating func add(model folder: String) throws {
        checksums["model"] = try Self.checksum(ofModel: folder)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder)
        where Self.isSmallFile(name) {
            try addFile(name, in: folder)
        }
    }

    /// Adds an adapter, with what it says of its training.
    mutating func add(adapter folder: String) throws {
        checksums["adapter"] = try Self.checksum(ofAdapter: folder)
        try addFile(TrainingManifest.name, in: folder, as: "adapter/")
    }

    private mutating func addFile(
        _ name: String, in folder: String, as prefix: String = ""
    ) throws {
        files = files ?? [:]
        guard let bytes = try InputFile.contents(of: folder + "/" + name) else { return }
        files?[prefix + name] = SHA256.hexDigest(of: Array(bytes))
    }

    /// Whether a file in a checkpoint's folder decides how texts become tokens, how a generation
    /// ends, or how the weights are used.
    private static func isSmallFile(_ name: String) -> Bool {
        [
            "added_tokens.json", "config.json", "generation_config.json", "merges.txt",
            "special_tokens_map.json",
        ].contains(name)
            || ["chat_template", "tokenizer", "vocab."].contains { name.hasPrefix($0) }
                && [".jinja", ".json", ".model", ".txt"].contains { name.hasSuffix($0) }
    }

    /// Adds the training examples, as tokens.
    mutating func add(examples: [Example]) {
        var digest = SHA256()
        for example in examples {
            digest.update(Array("\(example.tokens) \(example.weights)\n".utf8))
        }
        checksums["training examples"] = digest.hexDigest()
    }

    /// Adds the rows that few-shot prompts draw their demonstrations from.
    mutating func add(demonstrations questions: [Question]) {
        var digest = SHA256()
        for row in questions {
            digest.update(Array("\(row.id) \(row.question) \(row.choices) \(row.answer)\n".utf8))
        }
        checksums["few-shot demonstrations"] = digest.hexDigest()
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
        checksums[name] = digest.hexDigest()
    }

    /// The checksum of a checkpoint's configuration, and of the sizes, headers and samples of its
    /// weights.
    static func checksum(ofModel folder: String) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        return try checksum(
            of: names.filter { $0 == "config.json" || $0.hasSuffix(".safetensors") }, in: folder,
            named: true)
    }

    static func checksum(ofAdapter folder: String) throws -> String {
        try checksum(of: ["adapter_config.json", "adapter_model.safetensors"], in: folder)
    }

    private static func checksum(
        of names: [String], in folder: String, named: Bool = false
    ) throws -> String {
        var digest = SHA256()
        for name in names {
            if named { digest.update(Array("\(name)\n".utf8)) }
            try sample(folder + "/" + name, into: &digest)
        }
        return digest.hexDigest()
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
