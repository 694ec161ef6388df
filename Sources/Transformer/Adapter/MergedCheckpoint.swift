import Basics
import Foundation
import Torch

/// A checkpoint's folder with an adapter merged into its weights.
public enum MergedCheckpoint {
    /// Writes the folder: the same files with the same tensors in the same types; configuration and
    /// tokenizer are unchanged.
    ///
    /// - Parameters:
    ///   - adapter: a folder in PEFT's format
    ///   - folder: new or empty; it appears with all its files, or not at all
    /// - Throws: `FileError` when `folder` has any content, the adapter does not fit, a weight is
    ///   not finite or would be too large for its type, or the checkpoint has a link to a file
    ///   outside it.
    public static func write(_ checkpoint: Checkpoint, adapter: String, to folder: String) throws {
        try refuseInUse(folder)
        let weights = try CheckpointWeights(folder: checkpoint.folder).files
        for file in weights { _ = try ModelFile(name(of: file), of: checkpoint.folder) }
        let others = try FileManager.default.contentsOfDirectory(atPath: checkpoint.folder).sorted()
            .filter { isCopied($0) && !isFolder(checkpoint.folder + "/" + $0) }
            .map { try ModelFile($0, of: checkpoint.folder) }
        // Mapped, not copied: it checks that checkpoint and adapter fit.
        let decoder = try checkpoint.load(
            dtype: checkpoint.configuration.storedDtype ?? .float32, device: .cpu)
        try AdapterFiles.read(from: adapter, onto: decoder)
        var adapters: [String: LoRA] = [:]
        for placed in decoder.adapters { adapters[placed.path + ".weight"] = placed.adapter }

        try AtomicFolder.write(to: folder) { partial in
            for file in weights { try withoutGradient { try write(file, adapters, to: partial) } }
            for file in others { try file.copy(to: partial + "/" + file.name) }
        }
    }

    /// Refuses a folder that has any content.
    private static func refuseInUse(_ folder: String) throws {
        guard FileManager.default.fileExists(atPath: folder) else { return }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw FileError(
                path: folder, problem: "is not a folder", remedy: "name a new one by --output")
        }
        guard let first = names.min() else { return }
        throw FileError(
            path: folder, problem: "is in use: it holds '\(first)'",
            remedy: "name a new or empty folder by --output")
    }

    private static func name(of file: SafetensorsFile) -> String {
        (file.path as NSString).lastPathComponent
    }

    private static func write(
        _ file: SafetensorsFile, _ adapters: [String: LoRA], to folder: String
    ) throws {
        var tensors: [String: Tensor] = [:]
        for name in file.entries.keys {
            let stored = try file.tensor(name)
            guard try stored.isFinite() else {
                throw FileError(
                    path: file.path, problem: "'\(name)' has values that are not finite",
                    remedy: "a checkpoint whose weights are numbers is needed")
            }
            guard let adapter = adapters[name] else {
                tensors[name] = stored
                continue
            }
            let merged = try adapter.merged(into: stored)
            guard try merged.isFinite() else {
                throw FileError(
                    path: file.path,
                    problem: "'\(name)' with the adapter is too large for \(stored.dtype)",
                    remedy: "a checkpoint stored as bfloat16 or float32 is needed")
            }
            tensors[name] = merged
        }
        try SafetensorsFile.write(
            tensors, metadata: file.metadata, to: folder + "/" + name(of: file))
    }

    /// Configuration, index, tokenizer and licence. Weights in other formats are left out, and so
    /// are files that describe the unmerged model.
    private static func isCopied(_ name: String) -> Bool {
        let names: Set<String> = [
            "config.json", "generation_config.json", "model.safetensors.index.json", "merges.txt",
            "special_tokens_map.json", "added_tokens.json",
        ]
        let starts = ["tokenizer", "vocab.", "chat_template", "LICENSE", "NOTICE"]
        return names.contains(name) || starts.contains { name.hasPrefix($0) }
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            && isFolder.boolValue
    }
}
