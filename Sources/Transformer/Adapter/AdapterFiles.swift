import Foundation
import Torch

/// Adapters on disk in PEFT's format: `adapter_config.json` and `adapter_model.safetensors`.
///
/// Source: huggingface/peft, `tuners/lora/config.py` and `utils/save_and_load.py`.
public enum AdapterFiles {
    static let configName = "adapter_config.json"
    static let weightsName = "adapter_model.safetensors"
    /// What PEFT puts before the name of every adapted layer.
    static let prefix = "base_model.model."

    /// Writes the model's adapters into a folder, which is made when it is not there.
    ///
    /// - Parameter baseModel: what the adapter was trained on, as the user named it
    public static func write(
        _ decoder: Decoder, settings: LoRASettings, baseModel: String, to folder: String
    ) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw FileRefusal(
                path: folder, problem: "cannot be made: \(error.localizedDescription)")
        }
        var tensors: [String: Tensor] = [:]
        for placed in decoder.adapters {
            tensors["\(prefix)\(placed.path).lora_A.weight"] = try placed.adapter.a.detached()
            tensors["\(prefix)\(placed.path).lora_B.weight"] = try placed.adapter.b.detached()
        }
        try SafetensorsFile.write(tensors, to: folder + "/" + weightsName)
        let config = AdapterConfig(settings, baseModel: baseModel)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(config), as: UTF8.self) + "\n"
        try WholeFile.write(text, to: folder + "/" + configName)
    }

    /// Puts the adapters of a folder on the model in place of any that it has.
    ///
    /// - Throws: `FileRefusal` when a tensor is missing, left over, of another shape or not finite,
    ///   or the configuration asks for what is not implemented. The model is as it was then.
    @discardableResult
    public static func read(from folder: String, onto decoder: Decoder) throws -> LoRASettings {
        let settings = try settings(of: folder)
        let path = folder + "/" + weightsName
        let file = try SafetensorsFile(path: path)
        var unused = Set(file.entries.keys)
        var placed: [(adapter: LoRA, projection: Projection, layer: Int)] = []
        for layer in 0..<decoder.configuration.layerCount {
            for projection in settings.orderedTargets {
                let linear = decoder.layers[layer].linear(projection)
                let name = "\(prefix)model.layers.\(layer).\(projection.path)"
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
        }
        if let name = unused.min() {
            throw FileRefusal(
                path: path, problem: "has '\(name)', which belongs to no layer of the model",
                remedy: "an adapter for \(decoder.configuration.layerCount) layers on "
                    + settings.orderedTargets.map(\.moduleName).joined(separator: ", ")
                    + " is needed")
        }
        decoder.removeAdapters()
        for (adapter, projection, layer) in placed {
            decoder.place(adapter, on: projection, layer: layer)
        }
        return settings
    }

    /// What the folder's adapter_config.json says.
    public static func settings(of folder: String) throws -> LoRASettings {
        let path = folder + "/" + configName
        guard FileManager.default.fileExists(atPath: path) else {
            throw FileRefusal(
                path: folder, problem: "is not an adapter folder: it has no \(configName)",
                remedy: "a folder that ft-mmlu train or PEFT wrote is needed")
        }
        let config: AdapterConfig
        do {
            config = try JSONDecoder().decode(
                AdapterConfig.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw FileRefusal(
                path: path, problem: "is not a LoRA configuration of PEFT",
                remedy: "peft_type, r, lora_alpha and a list of target_modules are needed")
        }
        return try config.settings { FileRefusal(path: path, problem: $0, remedy: $1) }
    }

    private static func tensor(
        _ key: String, shape: [Int], rank: Int, in file: SafetensorsFile
    ) throws -> Tensor {
        guard let entry = file.entries[key] else {
            throw FileRefusal(
                path: file.path, problem: "has no '\(key)'",
                remedy: "the adapter's target_modules need it")
        }
        guard entry.shape == shape else {
            throw FileRefusal(
                path: file.path, problem: "'\(key)' has shape \(entry.shape)",
                remedy: "a rank-\(rank) adapter needs \(shape)")
        }
        let tensor = try file.tensor(key).converted(to: .float32).copied()
        guard try tensor.isFinite() else {
            throw FileRefusal(path: file.path, problem: "'\(key)' has values that are not finite")
        }
        return tensor
    }
}

/// The fields of adapter_config.json: those that every version of PEFT knows are written, those that
/// change the result are read.
private struct AdapterConfig: Codable {
    var base_model_name_or_path: String?
    var bias: String? = "none"
    var fan_in_fan_out: Bool? = false
    var inference_mode: Bool? = true
    var init_lora_weights = true
    var layers_pattern: String?
    var layers_to_transform: [Int]?
    var lora_alpha: Double
    var lora_dropout = 0.0
    var modules_to_save: [String]?
    var peft_type: String
    var r: Int
    var revision: String?
    var target_modules: [String]
    var task_type = "CAUSAL_LM"
    var use_rslora: Bool?
    var use_dora: Bool?
    var rank_pattern: [String: Int]?
    var alpha_pattern: [String: Double]?

    private enum CodingKeys: String, CodingKey {
        case base_model_name_or_path, bias, fan_in_fan_out, inference_mode, init_lora_weights
        case layers_pattern, layers_to_transform, lora_alpha, lora_dropout, modules_to_save
        case peft_type, r, revision, target_modules, task_type, use_rslora, use_dora
        case rank_pattern, alpha_pattern
    }

    init(_ settings: LoRASettings, baseModel: String) {
        base_model_name_or_path = baseModel
        lora_alpha = settings.alpha
        peft_type = "LORA"
        r = settings.rank
        target_modules = settings.orderedTargets.map(\.moduleName)
        use_rslora = settings.isRankStabilized ? true : nil
    }

    init(from decoder: any Swift.Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        base_model_name_or_path = try fields.decodeIfPresent(
            String.self, forKey: .base_model_name_or_path)
        bias = try fields.decodeIfPresent(String.self, forKey: .bias)
        fan_in_fan_out = try fields.decodeIfPresent(Bool.self, forKey: .fan_in_fan_out)
        layers_to_transform = try fields.decodeIfPresent([Int].self, forKey: .layers_to_transform)
        lora_alpha = try fields.decode(Double.self, forKey: .lora_alpha)
        modules_to_save = try fields.decodeIfPresent([String].self, forKey: .modules_to_save)
        peft_type = try fields.decode(String.self, forKey: .peft_type)
        r = try fields.decode(Int.self, forKey: .r)
        target_modules = try fields.decode([String].self, forKey: .target_modules)
        use_rslora = try fields.decodeIfPresent(Bool.self, forKey: .use_rslora)
        use_dora = try fields.decodeIfPresent(Bool.self, forKey: .use_dora)
        rank_pattern = try fields.decodeIfPresent([String: Int].self, forKey: .rank_pattern)
        alpha_pattern = try fields.decodeIfPresent([String: Double].self, forKey: .alpha_pattern)
    }

    func settings(refusal: (String, String) -> FileRefusal) throws -> LoRASettings {
        guard peft_type == "LORA" else {
            throw refusal("has peft_type '\(peft_type)'", "LORA is needed")
        }
        guard (1...65_536).contains(r), lora_alpha.isFinite else {
            throw refusal("has rank \(r) and alpha \(lora_alpha)", "a rank from 1 is needed")
        }
        let unsupported: [(String, Bool)] = [
            ("use_dora", use_dora ?? false), ("fan_in_fan_out", fan_in_fan_out ?? false),
            ("bias", bias ?? "none" != "none"), ("modules_to_save", modules_to_save != nil),
            ("layers_to_transform", layers_to_transform != nil),
            ("rank_pattern", !(rank_pattern ?? [:]).isEmpty),
            ("alpha_pattern", !(alpha_pattern ?? [:]).isEmpty),
        ]
        if let found = unsupported.first(where: \.1) {
            throw refusal("uses '\(found.0)', which is not implemented", "plain LoRA is needed")
        }
        var targets: Set<Projection> = []
        for name in target_modules {
            guard let target = Projection.allCases.first(where: { $0.moduleName == name }) else {
                let known = Projection.allCases.map(\.moduleName).joined(separator: ", ")
                throw refusal("targets '\(name)'", "targets among \(known) are needed")
            }
            targets.insert(target)
        }
        guard !targets.isEmpty else {
            throw refusal("has no target_modules", "at least one is needed")
        }
        var settings = LoRASettings(targets: targets, rank: r, alpha: lora_alpha)
        settings.isRankStabilized = use_rslora ?? false
        return settings
    }
}
