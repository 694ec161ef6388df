extension ModelFamily {
    /// Qwen2 and Qwen2.5. Source: transformers, `configuration_qwen2.py`.
    func qwen2(_ file: ConfigFile) throws -> ModelConfiguration {
        try file.refuse(
            switch: "use_sliding_window", needing: "a checkpoint with full attention is needed")
        var configuration = try file.common(.qwen2)
        configuration.hasQueryKeyValueBias = true
        return configuration
    }
}

extension ModelFamily {
    /// Qwen3, dense. Heads are normalised before rotation; headSize · headCount need not be the width.
    /// Source: transformers, `configuration_qwen3.py`.
    func qwen3(_ file: ConfigFile) throws -> ModelConfiguration {
        try file.refuse(
            switch: "use_sliding_window", needing: "a checkpoint with full attention is needed")
        var configuration = try file.common(.qwen3)
        configuration.normalizesQueryAndKey = true
        return configuration
    }
}

extension ModelFamily {
    /// Llama 2 and the like. Source: transformers, `configuration_llama.py`.
    func llama(_ file: ConfigFile) throws -> ModelConfiguration {
        try file.refuse(
            switch: "mlp_bias",
            needing: "a checkpoint without biases in the feed-forward is needed")
        return try file.common(.llama)
    }
}
