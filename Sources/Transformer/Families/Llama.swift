extension ModelFamily {
    /// Llama 2 and the like. Source: transformers, `configuration_llama.py`.
    func llama(_ file: ConfigFile) throws -> ModelConfiguration {
        if try file.flag("mlp_bias") ?? false {
            throw file.refusal(
                "switches on 'mlp_bias', which is not implemented",
                "a checkpoint without biases in the feed-forward is needed")
        }
        return try file.common(.llama)
    }
}
