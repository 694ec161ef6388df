"""Makes the golden files of the project's own tests, Tests/Fixtures/golden, again from their seeds.

    .deps/oracle/bin/python -I scripts/oracle/goldens.py [--out FOLDER]

On the same kind of CPU the files come out byte for byte. Layout, for each checkpoint NAME:

    NAME/checkpoint/                    config.json and safetensors (no tokenizer)
    NAME/logits_{float32,bfloat16}.safetensors    I.ids i32 [tokens] (float32 file only),
                                        I.logits [tokens, vocabulary], I.logprobs f32 [tokens - 1]
    NAME/prefix.safetensors             prefix i32, suffix.I i32, last_logits f32 [n, vocabulary],
                                        last_logits_bfloat16: last position of prefix + suffix
    tiny/adapter/                       PEFT, q/k/v/o, B not zero
    tiny/logits_adapter_{float32,bfloat16}.safetensors    as above, with that adapter
    tiny/batches.safetensors            zs.K.{ids,labels,mask} i32 [rows, tokens]
    tiny/runs/v/                        run.json, adapter_init/, adapter_final/,
                                        grads_step0.safetensors (before clipping), probe.safetensors
    layouts/                            config.json in many spellings, and logits: layouts.py;
                                        targets.json: adapter_targets.py
    tolerances.json                     differences between HF's own ways to the same numbers
    provenance.json                     command, versions, CPU capability, sizes and checksums
"""

import argparse
import hashlib
import json
import pathlib
import platform
import shutil
import sys
from importlib.metadata import version

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))  # python -I leaves it out
from adapter_targets import make_targets
from golden_files import make_adapter, make_forward, make_run, write_json
from layouts import LAYOUTS, make_layouts
from tiny_checkpoint import write_checkpoint
from trajectory import make_batches

GOLDEN = pathlib.Path(__file__).parents[2] / "Tests" / "Fixtures" / "golden"
SEQUENCE_LENGTHS = (1, 7, 18)
PREFIX_LENGTH = 30
SUFFIX_LENGTHS = (1, 5, 12)

CHECKPOINTS = {
    "tiny": dict(
        config=dict(
            hidden_size=64, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
            intermediate_size=96, vocab_size=97, tie_word_embeddings=True, rms_norm_eps=1e-6,
            rope_theta=1e6,
        ),
        dtype="bfloat16", shard_count=1, version=4, seed=201,
    ),
    "tiny-untied": dict(
        config=dict(
            hidden_size=48, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=1,
            head_dim=16, intermediate_size=80, vocab_size=83, tie_word_embeddings=False,
            rms_norm_eps=1e-5, rope_theta=1e4,
        ),
        dtype="float32", shard_count=2, version=5, seed=202,
    ),
    # Heads of 16, where hidden_size / num_attention_heads would be 8.
    "tiny-qwen3": dict(
        family="qwen3",
        config=dict(
            hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
            head_dim=16, intermediate_size=48, vocab_size=61, tie_word_embeddings=True,
            rms_norm_eps=1e-6, rope_theta=1e6,
        ),
        dtype="bfloat16", shard_count=1, version=5, seed=205,
    ),
    # In float16 and with as many key heads as query heads, as Llama 2 7B was published.
    "tiny-llama": dict(
        family="llama",
        config=dict(
            hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=4,
            intermediate_size=56, vocab_size=59, tie_word_embeddings=False, rms_norm_eps=1e-5,
            rope_theta=1e4,
        ),
        dtype="float16", shard_count=1, version=4, seed=206,
    ),
    # Heads of 12 over a width of 32, as Mistral-Nemo has heads of 128 over 5120.
    "tiny-mistral": dict(
        family="mistral",
        config=dict(
            hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
            head_dim=12, intermediate_size=40, vocab_size=53, tie_word_embeddings=False,
            rms_norm_eps=1e-5, rope_theta=1e6,
        ),
        dtype="bfloat16", shard_count=1, version=4, seed=208,
    ),
}
ADAPTER = dict(rank=8, alpha=16, targets=["q", "k", "v", "o"], seed=203, b_deviation=0.1)
# Few labels give gradients above the clipping norm, many give gradients below it: were all steps
# clipped, AdamW would hide a missing clip.
BATCHES = [
    dict(rows=2, tokens=(6, 10), answer=(1, 2)),
    dict(rows=9, tokens=(13, 16), answer=(10, 12)),
    dict(rows=3, tokens=(8, 16), answer=(2, 4)),
]
RUN = {
    "r": 8, "alpha": 16, "targets": ["v"], "steps": 6, "steps_per_epoch": len(BATCHES), "lr": 3e-3,
    "schedule": "cosine", "warmup": 2, "clip": 1.0, "betas": [0.9, 0.999], "eps": 1e-8,
    "weight_decay": 0.0, "init": {"seed": 204, "b_std": 0.1},
}


def draw_ids(generator, vocabulary, lengths):
    return [torch.randint(vocabulary, (n,), generator=generator).tolist() for n in lengths]


def provenance(out):
    """How these files came about, with their sizes and checksums."""
    files = sorted(path for path in out.rglob("*") if path.is_file())
    return {
        "command": "scripts/oracle/goldens.py",
        "settings": {"checkpoints": CHECKPOINTS, "sequences": SEQUENCE_LENGTHS,
                     "prefix": PREFIX_LENGTH, "suffixes": SUFFIX_LENGTHS, "adapter": ADAPTER,
                     "batches": BATCHES, "runs": {"v": RUN}, "layouts": len(LAYOUTS)},
        "versions": {"python": platform.python_version()} | {
            name: version(name)
            for name in ("torch", "transformers", "peft", "safetensors", "numpy")},
        "cpu": {"capability": torch.backends.cpu.get_cpu_capability(), "threads": 1},
        "files": {str(path.relative_to(out)): {
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest()} for path in files},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=GOLDEN, help="replaced when it exists")
    out = parser.parse_args().out
    torch.set_num_threads(1)
    if out.exists() and any(out.iterdir()) and not (out / "provenance.json").exists():
        raise SystemExit(f"{out}: would be replaced, but has no provenance.json; "
                         "give an empty folder or one made by this script.")
    shutil.rmtree(out, ignore_errors=True)

    tolerances = {}
    for name, settings in CHECKPOINTS.items():
        folder = out / name
        write_checkpoint(folder / "checkpoint", **settings)
        vocabulary = settings["config"]["vocab_size"]
        generator = torch.Generator().manual_seed(settings["seed"] + 1000)
        sequences = draw_ids(generator, vocabulary, SEQUENCE_LENGTHS)
        (prefix,) = draw_ids(generator, vocabulary, [PREFIX_LENGTH])
        suffixes = draw_ids(generator, vocabulary, SUFFIX_LENGTHS)
        tolerances[name] = make_forward(folder, sequences, prefix, suffixes) | {"runs": {}}
        if name == "tiny":
            tolerances[name] |= make_adapter(folder, sequences, ADAPTER)
            batches = make_batches(generator, vocabulary, BATCHES)
            tolerances[name]["runs"]["v"] = make_run(folder, RUN, batches, probe=sequences[-1])
    make_layouts(out)
    make_targets(out / "layouts" / "targets.json")
    write_json(tolerances, out / "tolerances.json")
    write_json(provenance(out), out / "provenance.json")
    files = [path for path in out.rglob("*") if path.is_file()]
    for path in files:
        path.chmod(0o644)    # safetensors writes for the owner only
    total = sum(path.stat().st_size for path in files)
    print(f"{out}: {total / 1000:.0f} kB")


if __name__ == "__main__":
    main()
