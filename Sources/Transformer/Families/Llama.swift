extension ModelFamily {
    /// Llama 2 and the like. Source: transformers, `configuration_llama.py`.
    func llama(_ file: ConfigFile) throws -> ModelConfiguration {
        try file.refuse(
            switch: "mlp_bias",
            needing: "a checkpoint without biases in the feed-forward is needed")
        return try file.common(.llama)
    }
}
