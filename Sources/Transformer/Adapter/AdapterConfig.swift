/// The adapter_config.json that is written: the fields that every version of PEFT knows, and others
/// only if they matter.
struct AdapterConfig: Encodable {
    var base_model_name_or_path: String
    var lora_alpha: Double
    var lora_dropout: Double
    var r: Int
    var target_modules: [String]
    var layers_to_transform: [Int]?
    var use_rslora: Bool?

    private enum CodingKeys: String, CodingKey {
        case base_model_name_or_path, bias, fan_in_fan_out, inference_mode, init_lora_weights
        case layers_pattern, layers_to_transform, lora_alpha, lora_dropout, modules_to_save
        case peft_type, r, revision, target_modules, task_type, use_rslora
    }

    init(_ settings: LoRASettings, baseModel: String) {
        base_model_name_or_path = baseModel
        lora_alpha = settings.alpha
        lora_dropout = settings.dropout
        r = settings.rank
        if settings.targetsByLayer == nil {
            target_modules = settings.orderedTargets.map(\.moduleName)
            layers_to_transform = settings.layers
        } else {
            // Layers that differ are named by their paths.
            target_modules = settings.places(in: settings.layers ?? []).map {
                $0.projection.path(layer: $0.layer)
            }
        }
        use_rslora = settings.isRankStabilized ? true : nil
    }

    /// Absent fields are written as null, as PEFT does. Fields that an old PEFT may not know are
    /// omitted unless they matter.
    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(base_model_name_or_path, forKey: .base_model_name_or_path)
        try fields.encode("none", forKey: .bias)
        try fields.encode(false, forKey: .fan_in_fan_out)
        try fields.encode(true, forKey: .inference_mode)
        try fields.encode(true, forKey: .init_lora_weights)
        try fields.encodeNil(forKey: .layers_pattern)
        try fields.encode(layers_to_transform, forKey: .layers_to_transform)
        try fields.encode(lora_alpha, forKey: .lora_alpha)
        try fields.encode(lora_dropout, forKey: .lora_dropout)
        try fields.encodeNil(forKey: .modules_to_save)
        try fields.encode("LORA", forKey: .peft_type)
        try fields.encode(r, forKey: .r)
        try fields.encodeNil(forKey: .revision)
        try fields.encode(target_modules, forKey: .target_modules)
        try fields.encode("CAUSAL_LM", forKey: .task_type)
        try fields.encodeIfPresent(use_rslora, forKey: .use_rslora)
    }
}
