"""Writes golden logits of the ways to write a config.json: defaults, rope scaling, biases, windows.

layouts/layouts.json has each config.json with the file or folder of its weights, and
layouts/logits.safetensors the logits of each sequence's last rows, which depend on all before them.
"""

import json
import pathlib
import shutil
import tempfile

import torch
from safetensors.torch import save_file

import reference
from golden_files import write_json
from public_configs import PUBLIC, SIZES
from tiny_checkpoint import write_checkpoint

SEED = 207
# Ascending, since transformers' dynamic scaling remembers the longest sequence that it has seen.
SEQUENCE_LENGTHS = (5, 24, 47, 90)
ROWS = 3

LLAMA = dict(
    hidden_size=16, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1, head_dim=16,
    intermediate_size=24, vocab_size=31, tie_word_embeddings=True, rms_norm_eps=1e-5,
    rope_theta=1e4, max_position_embeddings=128,
)
# Weights of their own; each has one layer or two.
WEIGHTS = {
    "llama": ("llama", LLAMA),
    "llama-bias": ("llama", LLAMA | dict(attention_bias=True, mlp_bias=True)),
    "qwen3-bias": ("qwen3", LLAMA | dict(attention_bias=True)),
    # The sizes that a config.json without them has: heads 32 over 32, 8 key heads, heads of 128.
    "qwen2-heads": ("qwen2", LLAMA | dict(
        hidden_size=64, num_hidden_layers=1, num_attention_heads=32, num_key_value_heads=32,
        head_dim=2, intermediate_size=8)),
    "qwen3-heads": ("qwen3", LLAMA | dict(
        hidden_size=8, num_attention_heads=1, head_dim=128)),
    "mistral-heads": ("mistral", LLAMA | dict(num_attention_heads=16, num_key_value_heads=8,
                                              head_dim=4)),
}


def rope(**settings):
    """In the words of transformers 5."""
    return {"rope_theta": None, "rope_parameters": settings}


def scaling(**settings):
    """In the words of transformers 4."""
    return {"rope_scaling": settings}


YARN = dict(type="yarn", factor=4.0, original_max_position_embeddings=32)
LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=64)
NO_SIZES = dict.fromkeys(
    ["rope_theta", "rms_norm_eps", "max_position_embeddings", "tie_word_embeddings", "hidden_act"])

# Name: weights, changes of their config.json; None takes a key out.
LAYOUTS = {
    "llama-defaults": ("llama", NO_SIZES | dict(tie_word_embeddings=True)),
    "qwen2-defaults": ("qwen2-heads", NO_SIZES | dict(
        tie_word_embeddings=True, num_attention_heads=None, num_key_value_heads=None,
        head_dim=None)),
    "qwen3-defaults": ("qwen3-heads", NO_SIZES | dict(tie_word_embeddings=True, head_dim=None)),
    "mistral-defaults": ("mistral-heads", NO_SIZES | dict(
        tie_word_embeddings=True, num_key_value_heads=None)),
    "llama-untied-default": ("tiny-llama", NO_SIZES | dict(num_key_value_heads=None)),
    "llama-bias": ("llama-bias", {}),
    "qwen3-bias": ("qwen3-bias", {}),
    "mistral-wide-window": ("tiny-mistral", dict(sliding_window=512)),
    "qwen2-window-of-no-layer": ("tiny", dict(
        use_sliding_window=True, sliding_window=16, max_window_layers=2)),
    "qwen2-wide-window": ("tiny", dict(
        use_sliding_window=True, sliding_window=512, max_window_layers=0)),
    "linear-4": ("llama", scaling(type="linear", factor=4.0)),
    "linear-5": ("llama", rope(rope_type="linear", factor=2.5, rope_theta=5e5)),
    "linear-top-theta": ("llama", dict(
        rope_theta=5e5, rope_parameters=dict(rope_type="linear", factor=2.5))),
    "dynamic-4": ("llama", dict(max_position_embeddings=24) | scaling(type="dynamic", factor=2.0)),
    "dynamic-5": ("llama", dict(max_position_embeddings=46) | rope(
        rope_type="dynamic", factor=4.0, rope_theta=1e4)),
    "llama3-4": ("llama", scaling(**LLAMA3)),
    "llama3-5": ("llama", rope(**LLAMA3, rope_theta=5e5)),
    "llama3-no-original": ("llama", dict(max_position_embeddings=64) | scaling(
        **{name: value for name, value in LLAMA3.items() if "original" not in name})),
    "yarn-4": ("llama", scaling(**YARN)),
    "yarn-5": ("llama", rope(**YARN | dict(rope_type="yarn"), rope_theta=1e4)),
    "yarn-no-original": ("llama", dict(max_position_embeddings=32) | scaling(
        type="yarn", factor=4.0)),
    "yarn-top-original": ("llama", dict(original_max_position_embeddings=32) | scaling(
        type="yarn", factor=4.0)),
    "yarn-no-factor": ("llama", scaling(**YARN | dict(factor=None))),
    "yarn-betas": ("llama", scaling(**YARN, beta_fast=8.0, beta_slow=2.0)),
    "yarn-untruncated": ("llama", scaling(**YARN, truncate=False)),
    "yarn-attention": ("llama", scaling(**YARN, attention_factor=1.5)),
    "yarn-mscale": ("llama", scaling(**YARN, mscale=1.0, mscale_all_dim=0.5)),
    "qwen2-yarn": ("tiny", scaling(**YARN)),
    "mistral-linear": ("tiny-mistral", scaling(type="linear", factor=2.0)),
    "qwen3-llama3": ("tiny-qwen3", {"rope_parameters": LLAMA3 | {"rope_theta": 1e6}}),
}


def make_layouts(golden):
    """Writes golden/layouts; the checkpoints beside it must be there."""
    out = golden / "layouts"
    out.mkdir()
    generator = torch.Generator().manual_seed(SEED)
    sequences = [torch.randint(31, (n,), generator=generator).tolist() for n in SEQUENCE_LENGTHS]
    tensors = {f"ids.{i}": torch.tensor(ids, dtype=torch.int32)
               for i, ids in enumerate(sequences)}
    table = {}
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        for index, (name, (family, config)) in enumerate(WEIGHTS.items()):
            write_checkpoint(place / name, config, dtype="bfloat16", shard_count=1, version=4,
                             seed=SEED + 1 + index, family=family)
            shutil.copy(place / name / "model.safetensors", out / f"{name}.safetensors")

        def write(name, weights, adapted):
            """Writes a layout; `adapted` makes its config.json of that of its weights."""
            own = place / weights
            source = own if own.exists() else golden / weights / "checkpoint"
            config = adapted(json.loads((source / "config.json").read_text()))
            folder = place / "layout" / name
            shutil.copytree(source, folder)
            write_json(config, folder / "config.json")
            model = reference.load_model(folder)
            for i, ids in enumerate(sequences):
                tensors[f"{name}.{i}"] = reference.logits(model, ids)[-ROWS:].clone()
            file = out / f"{weights}.safetensors" if own.exists() else source
            table[name] = {"weights": str(file.relative_to(golden)), "config": config}

        for name, (weights, changes) in LAYOUTS.items():
            write(name, weights, lambda config: {
                key: value for key, value in (config | changes).items()
                if value is not None or key == "sliding_window"})
        for name, (weights, public) in PUBLIC.items():
            write(name, weights, lambda config: public | {
                key: config[key] for key in SIZES if key in config})
    write_json(table, out / "layouts.json")
    save_file(tensors, out / "logits.safetensors")
