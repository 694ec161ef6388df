"""Writes one checkpoint's golden files; goldens.py says which, and describes their layout."""

import json

import torch
from safetensors.torch import save_file

import reference
import trajectory
from reference import largest_difference

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def write_json(value, path):
    path.write_text(json.dumps(value, indent=1) + "\n")


def logits_file(model, sequences, path, with_ids):
    """Writes logits and log-probabilities of every sequence; returns the logits."""
    rows = [reference.logits(model, ids) for ids in sequences]
    tensors = {}
    for index, (ids, row) in enumerate(zip(sequences, rows)):
        if with_ids:
            tensors[f"{index}.ids"] = torch.tensor(ids, dtype=torch.int32)
        tensors[f"{index}.logits"] = row
        tensors[f"{index}.logprobs"] = reference.token_log_probabilities(row, ids)
    save_file(tensors, path)
    return rows


def make_forward(folder, sequences, prefix, suffixes):
    """Writes the logits of one checkpoint; returns how far HF's own routes to them are apart."""
    checkpoint = folder / "checkpoint"
    paths = [prefix + suffix for suffix in suffixes]
    prefix_file = {"prefix": torch.tensor(prefix, dtype=torch.int32)}
    prefix_file |= {f"suffix.{i}": torch.tensor(s, dtype=torch.int32)
                    for i, s in enumerate(suffixes)}
    rows, noise = {}, {}
    for name, dtype in DTYPES.items():
        model = reference.load_model(checkpoint, dtype)
        file = folder / f"logits_{name}.safetensors"
        rows[name] = logits_file(model, sequences, file, with_ids=name == "float32")
        last = reference.last_logits(model, paths)
        prefix_file["last_logits" if name == "float32" else f"last_logits_{name}"] = last
        short = {"float32": "fp32", "bfloat16": "bf16"}[name]
        cached = reference.last_logits_cached(model, prefix, suffixes)
        padded = reference.last_logits_padded(model, paths)
        noise[f"{short}_kvcache_vs_full"] = largest_difference(last, cached)
        noise[f"{short}_padded_vs_single"] = largest_difference(last, padded)
    save_file(prefix_file, folder / "prefix.safetensors")

    eager = reference.load_model(checkpoint, attention="eager")
    noise["logits_std"] = float(torch.cat(rows["float32"]).std())
    noise["fp32_sdpa_vs_eager"] = max(
        largest_difference(row, reference.logits(eager, ids))
        for row, ids in zip(rows["float32"], sequences))
    noise["bf16_vs_fp32_logits"] = max(map(largest_difference, rows["float32"], rows["bfloat16"]))
    noise["bf16_vs_fp32_logprobs"] = max(
        largest_difference(*(reference.token_log_probabilities(row, ids) for row in pair))
        for ids, *pair in zip(sequences, rows["float32"], rows["bfloat16"]))
    return noise


def make_adapter(folder, sequences, settings):
    """Writes a new PEFT adapter, and the logits with it."""
    checkpoint = folder / "checkpoint"
    adapted = reference.new_adapter(reference.load_model(checkpoint), **settings)
    reference.save_adapter(adapted, folder / "adapter")
    rows = {}
    for name, dtype in DTYPES.items():
        model = reference.add_adapter(reference.load_model(checkpoint, dtype), folder / "adapter")
        file = folder / f"logits_adapter_{name}.safetensors"
        rows[name] = logits_file(model, sequences, file, with_ids=name == "float32")
    return {"adapter_bf16_vs_fp32_logits":
            max(map(largest_difference, rows["float32"], rows["bfloat16"]))}


def make_run(folder, run, batches, probe):
    """Writes one training run, and measures it again by another route and in bfloat16."""
    checkpoint, out = folder / "checkpoint", folder / "runs" / "v"
    save_file(batches, folder / "batches.safetensors")
    fresh = reference.new_adapter(
        reference.load_model(checkpoint), rank=run["r"], alpha=run["alpha"],
        targets=run["targets"], seed=run["init"]["seed"], b_deviation=run["init"]["b_std"])
    reference.save_adapter(fresh, out / "adapter_init")

    def train(**options):
        model = reference.load_model(checkpoint, **options)
        model = reference.add_adapter(model, out / "adapter_init", trainable=True)
        records, gradients = trajectory.train(model, run, batches)
        row = reference.last_logits(model.eval(), [probe])[0].float()
        return model, gradients, (records, trajectory.trained(model), row)

    model, gradients, result = train()
    records, _, row = result
    reference.save_adapter(model, out / "adapter_final")
    save_file(gradients, out / "grads_step0.safetensors")
    save_file({"ids": torch.tensor(probe, dtype=torch.int32), "logits": row},
              out / "probe.safetensors")

    noise = {
        "fp32_noise": trajectory.differences(result, train(attention="eager")[2]),
        "bf16_vs_fp32": trajectory.differences(result, train(dtype=torch.bfloat16)[2]),
        "clipped_steps": sum(record["grad_norm"] > run["clip"] for record in records),
    }
    write_json({"run": run, "steps": records, "noise": noise}, out / "run.json")
    return noise
