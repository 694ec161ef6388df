import Torch

/// The fields of adapter_config.json: those that every version of PEFT knows are written, those that
/// change the result are read.
struct AdapterConfig: Codable {
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

    /// Absent fields are written as null, as PEFT does; those that an old PEFT may not know are left
    /// out unless they matter.
    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(base_model_name_or_path, forKey: .base_model_name_or_path)
        try fields.encode(bias, forKey: .bias)
        try fields.encode(fan_in_fan_out, forKey: .fan_in_fan_out)
        try fields.encode(inference_mode, forKey: .inference_mode)
        try fields.encode(init_lora_weights, forKey: .init_lora_weights)
        try fields.encode(layers_pattern, forKey: .layers_pattern)
        try fields.encode(layers_to_transform, forKey: .layers_to_transform)
        try fields.encode(lora_alpha, forKey: .lora_alpha)
        try fields.encode(lora_dropout, forKey: .lora_dropout)
        try fields.encode(modules_to_save, forKey: .modules_to_save)
        try fields.encode(peft_type, forKey: .peft_type)
        try fields.encode(r, forKey: .r)
        try fields.encode(revision, forKey: .revision)
        try fields.encode(target_modules, forKey: .target_modules)
        try fields.encode(task_type, forKey: .task_type)
        try fields.encodeIfPresent(use_rslora, forKey: .use_rslora)
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
