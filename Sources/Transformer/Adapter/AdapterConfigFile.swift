import Basics
import Foundation
import Torch

/// An adapter_config.json from outside: fields that change the result are read, or refused by name.
///
/// Source: huggingface/peft 0.21.2, `tuners/lora/config.py` and `tuners/tuners_utils.py`.
struct AdapterConfigFile {
    let path: String
    private let fields: JSONValue
    private let typed: TypedFields

    /// - Throws: `FileError` when the file is no LoRA configuration.
    init(path: String) throws {
        self.path = path
        let fields = try JSONFile.object(path: path)
        guard let typed = try? fields.decoded(as: TypedFields.self) else {
            throw FileError(
                path: path, problem: "is not a LoRA configuration of PEFT",
                remedy: "peft_type, r, lora_alpha and target_modules are needed")
        }
        self.fields = fields
        self.typed = typed
    }

    /// The model that the adapter was trained on; only a hint, since its shapes decide whether a
    /// model fits.
    var baseModel: String? { typed.base_model_name_or_path }

    /// - Parameter layerCount: layers of the model; asked for where the targets depend on it
    func settings(layerCount: () throws -> Int) throws -> LoRASettings {
        guard typed.peft_type == "LORA" else {
            throw refusal("has peft_type '\(typed.peft_type)'", "LORA is needed")
        }
        guard (1...LoRASettings.largestRank).contains(typed.r), typed.lora_alpha.isFinite else {
            throw refusal(
                "has rank \(typed.r) and alpha \(typed.lora_alpha)", "a rank from 1 is needed")
        }
        guard abs(typed.lora_alpha) <= LoRASettings.largestAlpha else {
            throw refusal(
                "has 'lora_alpha': \(typed.lora_alpha)",
                "at most \(LoRASettings.largestAlpha) is possible")
        }
        try refuseUnsupported()
        var settings = LoRASettings(targets: [], rank: typed.r, alpha: typed.lora_alpha)
        settings.isRankStabilized = typed.use_rslora ?? false
        settings.dropout = try dropout()
        try place(&settings, by: targets(), layerCount: layerCount)
        return settings
    }

    /// Fields that are read, or that change nothing when a trained adapter is applied.
    private static let known: Set<String> = [
        "peft_type", "r", "lora_alpha", "use_rslora", "target_modules", "exclude_modules",
        "layers_to_transform", "layers_pattern", "bias", "init_lora_weights", "lora_dropout",
        // Fields of training, or about the file.
        "auto_mapping", "base_model_name_or_path", "corda_config", "ensure_weight_tying",
        "eva_config", "inference_mode", "loftq_config", "lora_ga_config",
        "megatron_core", "peft_version", "qalora_group_size", "revision", "runtime_config",
        "task_type",
    ]

    /// Initialisations of an adapter that leave the base model unchanged. PiSSA, OLoRA, CorDA,
    /// LoftQ and LoRA-GA subtract something from its weights.
    private static let plainStarts: Set<String> = ["gaussian", "eva", "orthogonal"]

    /// Refuses an unknown field with a value: in a later PEFT it may change the result.
    private func refuseUnsupported() throws {
        var found = fields.fields.filter { !Self.known.contains($0.0) && isSet($0.1) }.map(\.0)
        if typed.bias ?? "none" != "none" { found.append("bias") }
        if let name = found.min() {
            throw refusal("uses '\(name)', which is not implemented", "plain LoRA is needed")
        }
        if let start = fields["init_lora_weights"]?.text, !Self.plainStarts.contains(start) {
            throw refusal(
                "has 'init_lora_weights': \(start), which changes the base model's weights",
                "an adapter that PEFT converted to plain LoRA is needed")
        }
    }

    /// Whether a field is other than null, false, zero or empty.
    private func isSet(_ value: JSONValue) -> Bool {
        switch value {
        case .null: false
        case .bool(let truth): truth
        case .whole, .number: value.double != 0
        case .string(let text): !text.isEmpty
        case .array(let values): !values.isEmpty
        case .object(let fields): !fields.isEmpty
        }
    }

    private func targets() throws -> AdapterTargets {
        let modules = typed.target_modules
        let layers = try layers()
        if !modules.isOne || modules.values.contains(where: { AdapterTargets.PathEnd($0) != nil }) {
            let ends = try modules.values.map { name in
                guard let end = AdapterTargets.PathEnd(name) else {
                    throw refusal(
                        "targets '\(name)'", "targets among \(Self.moduleNames) are needed")
                }
                return end
            }
            guard !ends.isEmpty else {
                throw refusal("has no target_modules", "at least one is needed")
            }
            return AdapterTargets(selected: .ends(ends), excluded: try excluded(), layers: layers)
        }
        guard layers == nil else {
            throw refusal(
                "has 'layers_to_transform' beside a text in 'target_modules'",
                "a list there is needed, or the layers in the text")
        }
        let text = modules.values[0]
        let selected: AdapterTargets.Rule =
            text.lowercased() == "all-linear"
            ? .allLinear : .expression(try expression(text, "target_modules"))
        return AdapterTargets(selected: selected, excluded: try excluded(), layers: nil)
    }

    private static let moduleNames =
        Projection.allCases.map(\.moduleName).joined(separator: ", ")

    /// Names that are no linear layer of a decoder exclude nothing, as in PEFT.
    private func excluded() throws -> AdapterTargets.Rule? {
        guard let modules = typed.exclude_modules, modules.values.contains(where: { !$0.isEmpty })
        else { return nil }
        return modules.isOne
            ? .expression(try expression(modules.values[0], "exclude_modules"))
            : .ends(modules.values.compactMap(AdapterTargets.PathEnd.init))
    }

    private func expression(_ text: String, _ field: String) throws -> ModuleExpression {
        do throws(ModuleExpression.Failure) { return try ModuleExpression(text) } catch {
            throw refusal(
                "has '\(field)': \(text), which is no expression (\(error))",
                "a list of names among \(Self.moduleNames), or an expression over their paths, is "
                    + "needed")
        }
    }

    /// Writes the selected layers into the settings.
    private func place(
        _ settings: inout LoRASettings, by rule: AdapterTargets, layerCount: () throws -> Int
    ) throws {
        if let plain = rule.plain {
            (settings.targets, settings.layers) = plain
            return
        }
        let count = try layerCount()
        let found: [Int: Set<Projection>]
        let isEvery: Bool
        do {
            found = try rule.byLayer(layerCount: count)
            settings.targets = found.values.reduce(into: []) { $0.formUnion($1) }
            // Two more layers: an expression may end at a number.
            isEvery = try (0..<count + 2).allSatisfy {
                try rule.targets(ofLayer: $0) == settings.targets
            }
        } catch let error as ModuleExpression.Failure {
            throw refusal("has an expression of modules that takes too long (\(error))", "")
        }
        guard !found.isEmpty else {
            throw refusal(
                "has target_modules that select no layer of \(count)",
                "modules among \(Self.moduleNames) are needed")
        }
        guard !isEvery else { return }
        settings.layers = found.keys.sorted()
        if found.values.contains(where: { $0 != settings.targets }) {
            settings.targetsByLayer = found
        }
    }

    /// The dropout probability of the training that made the adapter, and of one that continues
    /// from it.
    private func dropout() throws -> Double {
        let rate = typed.lora_dropout ?? 0
        guard (0..<1).contains(rate) else {
            throw refusal(
                "has 'lora_dropout': \(rate)", "a number from 0 up to, not including, 1 is needed")
        }
        return rate
    }

    /// PEFT treats an empty list as all layers, and takes the first pattern that matches.
    private func layers() throws -> Set<Int>? {
        let patterns = typed.layers_pattern?.values.filter { !$0.isEmpty } ?? []
        guard patterns.isEmpty || patterns.contains("layers") else {
            throw refusal(
                "has 'layers_pattern': \(patterns.joined(separator: ", "))",
                "the layers of these models are called layers")
        }
        let layers = typed.layers_to_transform?.values ?? []
        guard layers.allSatisfy({ (0..<100_000).contains($0) }) else {
            throw refusal("has 'layers_to_transform': \(layers)", "layers count from 0")
        }
        return layers.isEmpty ? nil : Set(layers)
    }

    private func refusal(_ problem: String, _ remedy: String) -> FileError {
        FileError(path: path, problem: problem, remedy: remedy)
    }
}

/// The fields that must have their type.
private struct TypedFields: Decodable {
    let base_model_name_or_path: String?
    let bias: String?
    let exclude_modules: OneOrMany<String>?
    let layers_pattern: OneOrMany<String>?
    let layers_to_transform: OneOrMany<Int>?
    let lora_alpha: Double
    let lora_dropout: Double?
    let peft_type: String
    let r: Int
    let target_modules: OneOrMany<String>
    let use_rslora: Bool?
}

/// A value, or a list of them.
private struct OneOrMany<Value: Decodable>: Decodable {
    let values: [Value]
    let isOne: Bool

    init(from decoder: any Swift.Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Value.self) {
            (values, isOne) = ([value], true)
        } else {
            (values, isOne) = (try container.decode([Value].self), false)
        }
    }
}
