"""config.json of public checkpoints, without their sizes, and the small weights they are tried with."""

LLAMA = dict(
    architectures=["LlamaForCausalLM"], model_type="llama", bos_token_id=1, eos_token_id=2,
    hidden_act="silu", initializer_range=0.02, pretraining_tp=1, rms_norm_eps=1e-5, use_cache=True,
    tie_word_embeddings=False, rope_scaling=None,
)
LLAMA_3 = LLAMA | dict(
    attention_bias=False, attention_dropout=0.0, mlp_bias=False, bos_token_id=128000,
    eos_token_id=128001, max_position_embeddings=131072, rope_theta=500000.0,
    torch_dtype="bfloat16",
)
QWEN2 = dict(
    architectures=["Qwen2ForCausalLM"], model_type="qwen2", attention_dropout=0.0, hidden_act="silu",
    initializer_range=0.02, rms_norm_eps=1e-6, tie_word_embeddings=False, torch_dtype="bfloat16",
    use_cache=True, use_sliding_window=False,
)


def llama3_scaling(factor):
    return dict(factor=factor, low_freq_factor=1.0, high_freq_factor=4.0,
                original_max_position_embeddings=8192, rope_type="llama3")


# Name on the hub: weights, config.json. The weights are tied where the checkpoint's are.
PUBLIC = {
    "meta-llama/Llama-2-7b-hf": ("tiny-llama", LLAMA | dict(
        max_position_embeddings=4096, torch_dtype="float16")),
    "meta-llama/Llama-3.1-8B": ("tiny-llama", LLAMA_3 | dict(rope_scaling=llama3_scaling(8.0))),
    "meta-llama/Llama-3.2-1B": ("llama", LLAMA_3 | dict(
        head_dim=64, tie_word_embeddings=True, rope_scaling=llama3_scaling(32.0))),
    "TinyLlama/TinyLlama-1.1B-Chat-v1.0": ("tiny-llama", LLAMA | dict(
        attention_bias=False, max_position_embeddings=2048, rope_theta=10000.0,
        torch_dtype="bfloat16")),
    "HuggingFaceTB/SmolLM2-135M-Instruct": ("llama", LLAMA | dict(
        attention_bias=False, attention_dropout=0.0, is_llama_config=True, mlp_bias=False,
        max_position_embeddings=8192, rope_interleaved=False, rope_theta=100000,
        tie_word_embeddings=True, torch_dtype="bfloat16")),
    "deepseek-ai/deepseek-coder-6.7b-base": ("tiny-llama", LLAMA | dict(
        max_position_embeddings=16384, rms_norm_eps=1e-6, rope_theta=100000,
        rope_scaling=dict(factor=4.0, type="linear"), torch_dtype="bfloat16")),
    "mistralai/Mistral-7B-v0.3": ("tiny-mistral", dict(
        architectures=["MistralForCausalLM"], model_type="mistral", attention_dropout=0.0,
        bos_token_id=1, eos_token_id=2, hidden_act="silu", initializer_range=0.02,
        max_position_embeddings=32768, rms_norm_eps=1e-5, rope_theta=1000000.0, sliding_window=None,
        tie_word_embeddings=False, torch_dtype="bfloat16", use_cache=True)),
    # With the rope_scaling that its page gives for long texts.
    "Qwen/Qwen2.5-7B-Instruct": ("tiny-untied", QWEN2 | dict(
        max_position_embeddings=32768, max_window_layers=28, rope_theta=1000000.0,
        sliding_window=131072,
        rope_scaling=dict(factor=4.0, original_max_position_embeddings=32768, type="yarn"))),
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B": ("tiny-untied", QWEN2 | dict(
        max_position_embeddings=131072, max_window_layers=21, rope_theta=10000, sliding_window=4096,
        use_mrope=False)),
    "Qwen/Qwen3-0.6B": ("tiny-qwen3", dict(
        architectures=["Qwen3ForCausalLM"], model_type="qwen3", attention_bias=False,
        attention_dropout=0.0, head_dim=128, hidden_act="silu", initializer_range=0.02,
        max_position_embeddings=40960, max_window_layers=28, rms_norm_eps=1e-6, rope_scaling=None,
        rope_theta=1000000, sliding_window=None, tie_word_embeddings=True, torch_dtype="bfloat16",
        use_cache=True, use_sliding_window=False)),
}
SIZES = ("hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
         "head_dim", "intermediate_size", "vocab_size")
