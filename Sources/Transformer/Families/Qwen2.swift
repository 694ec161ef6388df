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
