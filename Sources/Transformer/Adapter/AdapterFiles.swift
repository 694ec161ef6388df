import Basics
import Foundation
import Torch

/// Adapters on disk in PEFT's format: `adapter_config.json` and `adapter_model.safetensors`.
///
/// Source: huggingface/peft, `tuners/lora/config.py` and `utils/save_and_load.py`.
public enum AdapterFiles {
    static let configName = "adapter_config.json"
    static let weightsName = "adapter_model.safetensors"
    /// The prefix that PEFT puts before the name of every adapted layer.
    static let prefix = "base_model.model."

    /// Writes the model's adapters into a folder, which is made if it does not exist.
    ///
    /// - Parameter baseModel: the model that the adapter was trained on, as the user named it
    public static func write(
        _ decoder: Decoder, settings: LoRASettings, baseModel: String, to folder: String
    ) throws {
        try PlainFolder.make(folder)
        var tensors: [String: Tensor] = [:]
        for (name, tensor) in decoder.trainableParameters {
            tensors["\(prefix)\(name).weight"] = try tensor.detached()
        }
        var isWhole = false
        defer {
            if !isWhole {
                unlink(folder + "/" + weightsName)
                rmdir(folder)  // unless it holds something else
            }
        }
        try SafetensorsFile.write(tensors, to: folder + "/" + weightsName)
        let config = AdapterConfig(settings, baseModel: baseModel)
        // Keys by name, a line each: the form in which PEFT writes the file.
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(config), as: UTF8.self) + "\n"
        try AtomicFile.write(text, to: folder + "/" + configName)
        isWhole = true
    }

    /// Loads the adapters of a folder into the model and replaces any that it has.
    ///
    /// - Throws: `FileError` when a tensor is missing, left over, of another shape or not finite,
    ///   or the configuration requires what is not implemented. The model is then unchanged.
    @discardableResult
    public static func read(from folder: String, onto decoder: Decoder) throws -> LoRASettings {
        let layerCount = decoder.configuration.layerCount
        let settings = try config(of: folder).settings { layerCount }
        let path = folder + "/" + weightsName
        let file = try weights(of: folder)
        var unused = Set(file.entries.keys)
        var placed: [(adapter: LoRA, projection: Projection, layer: Int)] = []
        let layers = settings.adaptedLayers(of: layerCount)
        if let absent = layers.first(where: { $0 >= layerCount }) {
            throw FileError(
                path: folder + "/" + configName, problem: "puts adapters on layer \(absent)",
                remedy: "the model has \(layerCount) layers, counted from 0")
        }
        for (layer, projection) in settings.places(in: layers) {
            let linear = decoder.layers[layer].linear(projection)
            let name = prefix + projection.path(layer: layer)
            func matrix(_ part: String, _ shape: [Int]) throws -> Tensor {
                let key = "\(name).\(part).weight"
                unused.remove(key)
                return try tensor(key, shape: shape, rank: settings.rank, in: file)
                    .moved(to: decoder.device)
            }
            let weight = linear.weight.shape
            let adapter = LoRA(
                a: try matrix("lora_A", [settings.rank, weight[1]]),
                b: try matrix("lora_B", [weight[0], settings.rank]), scale: settings.scale)
            placed.append((adapter, projection, layer))
        }
        if let name = unused.min() {
            throw FileError(
                path: path, problem: "has '\(name)', which belongs to no layer of the model",
                remedy: "an adapter for \(layers.count) layers on "
                    + settings.orderedTargets.map(\.moduleName).joined(separator: ", ")
                    + " is needed")
        }
        decoder.removeAdapters()
        for (adapter, projection, layer) in placed {
            decoder.place(adapter, on: projection, layer: layer)
        }
        return settings
    }

    /// The contents of the folder's adapter_config.json. Where it selects layers by expressions or
    /// whole paths, the tensors say how many layers the model has.
    public static func settings(of folder: String) throws -> LoRASettings {
        try config(of: folder).settings { (try layers(in: weights(of: folder)).max() ?? -1) + 1 }
    }

    /// The layers that have tensors, in order.
    static func layers(in file: SafetensorsFile) -> [Int] {
        let start = prefix + "model.layers."
        let layers = file.entries.keys.filter { $0.hasPrefix(start) }.compactMap { name in
            name.dropFirst(start.count).split(separator: ".").first.flatMap { Int($0) }
        }
        return Set(layers.filter((0..<AdapterTargets.mostLayers).contains)).sorted()
    }

    /// The base model that the folder's adapter_config.json names; only a hint.
    public static func baseModel(of folder: String) throws -> String? {
        try config(of: folder).baseModel
    }

    /// Whether a folder has a complete adapter; its configuration is written last.
    public static func exist(in folder: String) -> Bool {
        FileManager.default.fileExists(atPath: folder + "/" + configName)
    }

    /// The folder's tensors.
    ///
    /// - Throws: `FileError` where they are missing, or in a format that is not read.
    static func weights(of folder: String) throws -> SafetensorsFile {
        let path = folder + "/" + weightsName
        if !FileFormat.isThere(path), let foreign = ForeignWeights(in: folder) {
            throw FileError(
                path: folder, problem: "has no \(weightsName)\(foreign.clause)",
                remedy: "an adapter in PEFT's format, with safetensors, is needed")
        }
        return try SafetensorsFile(path: path)
    }

    private static func config(of folder: String) throws -> AdapterConfigFile {
        let path = folder + "/" + configName
        guard FileFormat.isThere(path) else {
            throw FileError(
                path: folder, problem: "is not an adapter folder: it has no \(configName)",
                remedy: "a folder that ft-mmlu train or PEFT wrote is needed")
        }
        return try AdapterConfigFile(path: path)
    }

    private static func tensor(
        _ key: String, shape: [Int], rank: Int, in file: SafetensorsFile
    ) throws -> Tensor {
        guard let entry = file.entries[key] else {
            throw FileError(
                path: file.path, problem: "has no '\(key)'",
                remedy: "the adapter's target_modules need it")
        }
        guard entry.shape == shape else {
            throw FileError(
                path: file.path, problem: "'\(key)' has shape \(entry.shape)",
                remedy: "a rank-\(rank) adapter needs \(shape)")
        }
        let tensor = try file.tensor(key).converted(to: .float32).copied()
        guard try tensor.isFinite() else {
            throw FileError(path: file.path, problem: "'\(key)' has values that are not finite")
        }
        return tensor
    }
}
