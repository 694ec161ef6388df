import Basics
import Foundation
import Torch

/// Weights in a format that is not read, in a folder that has no others.
struct ForeignWeights {
    private let name: String
    private let format: String

    /// The first in the order of names; nil where the folder has none.
    init?(in folder: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names.sorted() {
            let known = Self.formats.first { name.lowercased().hasSuffix($0.ending) }
            guard let known, !known.isOfPyTorch || Self.isWeights(name) else { continue }
            (self.name, format) = (name, known.title)
            return
        }
        return nil
    }

    private static let formats: [(ending: String, title: String, isOfPyTorch: Bool)] = [
        (".gguf", "in the GGUF format of llama.cpp", false),
        (".bin", "a pickle of PyTorch", true), (".pt", "a pickle of PyTorch", false),
        (".pth", "a pickle of PyTorch", false), (".ckpt", "a pickle of PyTorch", false),
        (".npz", "in NumPy's format", false), (".h5", "in TensorFlow's format", false),
        (".msgpack", "in Flax's format", false), (".onnx", "in the ONNX format", false),
    ]

    /// Files such as training_args.bin are no weights.
    private static func isWeights(_ name: String) -> Bool {
        ["pytorch_model", "adapter_model", "model", "consolidated"].contains(where: name.hasPrefix)
    }

    /// The end of a sentence about the folder, and what to do.
    var clause: String {
        ": '\(name)' is \(format), which is not read (convert it by safetensors.torch.save_file, or "
            + "download the checkpoint's safetensors)"
    }
}

extension Checkpoint {
    /// Why a folder without a config.json is not a model's folder.
    static func refusal(ofFolder folder: String) throws -> FileError {
        try FileFormat.checkLink(folder)
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
        if exists, !isFolder.boolValue {
            // A file of weights itself: one in a foreign format is called what it is.
            _ = try SafetensorsFile(path: folder)
        }
        let found =
            exists
            ? isFolder.boolValue
                ? "it has no config.json" + (ForeignWeights(in: folder)?.clause ?? "")
                : "it is a file" : "there is no such folder"
        return FileError(
            path: folder, problem: "is not a model folder: \(found)",
            remedy: "a folder with config.json and model.safetensors is needed")
    }
}
