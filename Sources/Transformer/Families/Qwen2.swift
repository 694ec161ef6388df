extension ModelFamily {
    /// Qwen2 and Qwen2.5. Source: transformers, `configuration_qwen2.py`.
    func qwen2(_ file: ConfigFile) throws -> ModelConfiguration {
        if try file.flag("use_sliding_window") ?? false {
            throw file.refusal(
                "switches on 'use_sliding_window', which is not implemented",
                "a checkpoint with full attention is needed")
        }
        var configuration = try file.common(.qwen2)
        configuration.hasQueryKeyValueBias = true
        return configuration
    }
}
