"""Writes small checkpoints with seeded random weights, as HF transformers stores them."""

import json
import os

import torch
from safetensors.torch import save_file

QWEN2 = {
    "architectures": ["Qwen2ForCausalLM"],
    "model_type": "qwen2",
    "hidden_act": "silu",
    "attention_dropout": 0.0,
    "initializer_range": 0.02,
    "max_position_embeddings": 512,
    "sliding_window": None,
    "use_sliding_window": False,
    "use_cache": True,
    "bos_token_id": 0,
    "eos_token_id": 0,
}
QWEN3 = QWEN2 | {
    "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "attention_bias": False,
}
LLAMA = {key: value for key, value in QWEN2.items() if "sliding_window" not in key} | {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "attention_bias": False,
    "mlp_bias": False, "pretraining_tp": 1,
}
MISTRAL = QWEN2 | {"architectures": ["MistralForCausalLM"], "model_type": "mistral"}
del MISTRAL["use_sliding_window"]
FAMILIES = {"qwen2": QWEN2, "qwen3": QWEN3, "llama": LLAMA, "mistral": MISTRAL}


def write_checkpoint(folder, config, *, dtype, shard_count, version, seed, family="qwen2"):
    """Writes config.json and the weights, in `shard_count` files.

    `version` 4 stores `torch_dtype` and `rope_theta` as transformers 4 did; 5 stores `dtype` and
    `rope_parameters`.
    """
    os.makedirs(folder)
    config = FAMILIES[family] | config
    with open(f"{folder}/config.json", "w") as file:
        json.dump(stored_config(config, dtype, version), file, indent=2)
        file.write("\n")

    generator = torch.Generator().manual_seed(seed)
    tensors = {
        name: random_tensor(name, shape, generator).to(getattr(torch, dtype)).contiguous()
        for name, shape in shapes(config)
    }
    if shard_count == 1:
        save_file(tensors, f"{folder}/model.safetensors", metadata={"format": "pt"})
    else:
        write_shards(folder, tensors, shard_count)


def stored_config(config, dtype, version):
    """The contents of config.json in the words of transformers 4 or 5."""
    if version == 4:
        return config | {"torch_dtype": dtype, "transformers_version": "4.40.1"}
    stored = {key: value for key, value in config.items() if key != "rope_theta"}
    rope = {"rope_theta": config["rope_theta"], "rope_type": "default"}
    return stored | {"dtype": dtype, "rope_parameters": rope, "transformers_version": "5.23.0"}


def shapes(config):
    """Name and shape of every tensor, in the order of the model."""
    width = config["hidden_size"]
    inner = config["intermediate_size"]
    vocabulary = config["vocab_size"]
    head = config.get("head_dim", width // config["num_attention_heads"])
    query = config["num_attention_heads"] * head
    key = config["num_key_value_heads"] * head
    family = config["model_type"]
    attention_bias = config.get("attention_bias") and family in ("qwen3", "llama")

    yield "model.embed_tokens.weight", (vocabulary, width)
    for layer in range(config["num_hidden_layers"]):
        path = f"model.layers.{layer}."
        yield path + "input_layernorm.weight", (width,)
        for name, size in (("q", query), ("k", key), ("v", key)):
            yield path + f"self_attn.{name}_proj.weight", (size, width)
            if family == "qwen2" or attention_bias:
                yield path + f"self_attn.{name}_proj.bias", (size,)
            if family == "qwen3" and name != "v":
                yield path + f"self_attn.{name}_norm.weight", (head,)
        yield path + "self_attn.o_proj.weight", (width, query)
        if attention_bias:
            yield path + "self_attn.o_proj.bias", (width,)
        yield path + "post_attention_layernorm.weight", (width,)
        for name, output, input in (
                ("gate", inner, width), ("up", inner, width), ("down", width, inner)):
            yield path + f"mlp.{name}_proj.weight", (output, input)
            if config.get("mlp_bias"):
                yield path + f"mlp.{name}_proj.bias", (output,)
    yield "model.norm.weight", (width,)
    if not config["tie_word_embeddings"]:
        yield "lm_head.weight", (vocabulary, width)


def random_tensor(name, shape, generator):
    """Weights that give logits of about unit variance and attention that depends on the context."""
    tensor = torch.randn(shape, generator=generator)
    if "norm" in name:
        return 1 + 0.2 * tensor
    if name.endswith("bias"):
        return 0.3 * tensor
    if "embed_tokens" in name or "lm_head" in name:
        gain = 1.0
    elif "q_proj" in name or "k_proj" in name:
        gain = 2.0
    elif "v_proj" in name:
        gain = 1.5
    else:
        gain = 0.8
    return gain * shape[-1] ** -0.5 * tensor


def write_shards(folder, tensors, shard_count):
    """Splits the tensors, in order, into files of equally many names, and writes their index."""
    names = list(tensors)
    step = -(-len(names) // shard_count)
    weight_map = {}
    for shard in range(shard_count):
        file = f"model-{shard + 1:05d}-of-{shard_count:05d}.safetensors"
        part = {name: tensors[name] for name in names[shard * step:(shard + 1) * step]}
        weight_map |= dict.fromkeys(part, file)
        save_file(part, f"{folder}/{file}", metadata={"format": "pt"})
    total = sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())
    with open(f"{folder}/model.safetensors.index.json", "w") as file:
        json.dump({"metadata": {"total_size": total}, "weight_map": weight_map}, file, indent=1)
        file.write("\n")
