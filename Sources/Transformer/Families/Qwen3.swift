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
