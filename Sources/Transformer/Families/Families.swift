extension ModelFamily {
    /// Qwen2 and Qwen2.5. Source: transformers, `configuration_qwen2.py`.
    func qwen2(_ file: ConfigFile) throws -> ModelConfiguration {
        var configuration = try file.common(.qwen2)
        configuration.hasQueryKeyValueBias = true
        try file.refuseQwenWindow(configuration)
        return configuration
    }

    /// Qwen3, dense. Heads are normalised before rotation; headSize · headCount need not be the width.
    /// Source: transformers, `configuration_qwen3.py`.
    func qwen3(_ file: ConfigFile) throws -> ModelConfiguration {
        var configuration = try file.common(.qwen3)
        configuration.normalizesQueryAndKey = true
        try file.readAttentionBias(into: &configuration)
        try file.refuseQwenWindow(configuration)
        return configuration
    }

    /// Llama 2, 3 and the like. Source: transformers, `configuration_llama.py`.
    func llama(_ file: ConfigFile) throws -> ModelConfiguration {
        var configuration = try file.common(.llama)
        try file.readAttentionBias(into: &configuration)
        configuration.hasFeedForwardBias = try file.flag("mlp_bias") ?? false
        _ = try file.windowedLayers(configuration, isKnown: false)
        return configuration
    }

    /// Mistral, where its window is null or as long as its context.
    /// Source: transformers, `configuration_mistral.py`.
    func mistral(_ file: ConfigFile) throws -> ModelConfiguration {
        let configuration = try file.common(.mistral)
        _ = try file.windowedLayers(configuration, isKnown: false)
        try file.refuseWindow(of: configuration)
        return configuration
    }
}

extension ConfigFile {
    fileprivate func readAttentionBias(into configuration: inout ModelConfiguration) throws {
        let hasBias = try flag("attention_bias") ?? false
        configuration.hasQueryKeyValueBias = hasBias
        configuration.hasOutputBias = hasBias
    }

    /// Refuses a window that leaves out tokens of the model's context.
    fileprivate func refuseWindow(of configuration: ModelConfiguration) throws {
        // null is no window; an absent field is 4096 in all families that have one.
        guard let window = try count("sliding_window") ?? (has("sliding_window") ? nil : 4096),
            window < configuration.longestSequence
        else { return }
        throw refusal(
            "has a 'sliding_window' of \(window) tokens in a context of "
                + "\(configuration.longestSequence), which is not implemented",
            "a checkpoint with full attention is needed, or 'max_position_embeddings' of at most "
                + "\(window)")
    }

    /// Refuses the window of Qwen2 and Qwen3, which only some layers have.
    fileprivate func refuseQwenWindow(_ configuration: ModelConfiguration) throws {
        let isOn = try flag("use_sliding_window") ?? false
        let listed = try windowedLayers(configuration, isKnown: isOn)
        let first =
            try present("max_window_layers")?.whole == 0 ? 0 : count("max_window_layers") ?? 28
        guard isOn, listed ?? (first < configuration.layerCount) else { return }
        try refuseWindow(of: configuration)
    }

    /// Whether `layer_types` gives some layers a window; nil where there is no such list.
    ///
    /// - Parameter isKnown: whether the other fields allow a window
    fileprivate func windowedLayers(
        _ configuration: ModelConfiguration, isKnown: Bool
    ) throws -> Bool? {
        guard let value = present("layer_types") else { return nil }
        guard let types = value.texts, types.count == configuration.layerCount else {
            throw refusal(
                "has 'layer_types' that are no list of \(configuration.layerCount) names",
                "one name a layer is needed")
        }
        let most: Set = isKnown ? ["full_attention", "sliding_attention"] : ["full_attention"]
        if let other = types.first(where: { !most.contains($0) }) {
            throw refusal(
                "has 'layer_types' with '\(other)', which is not implemented",
                "a checkpoint with full attention is needed")
        }
        return types.contains("sliding_attention")
    }
}
