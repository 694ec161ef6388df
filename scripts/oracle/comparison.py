"""Compares the logits that `ft-mmlu logits` wrote with those of a reference model."""

import json

import torch
from safetensors.torch import load_file

import reference

TOLERANCE = 2e-5


def add_arguments(parser):
    """The arguments that every comparison needs."""
    parser.add_argument("--checkpoint", required=True, help="folder with config.json")
    parser.add_argument("--ours", required=True, metavar="LOGITS.safetensors",
                        help="what `ft-mmlu logits --dtype fp32` wrote")
    parser.add_argument("--examples", required=True, metavar="EXAMPLES.jsonl",
                        help="what it read: a JSON object with input_ids a line")
    parser.add_argument("--tolerance", type=float, default=TOLERANCE,
                        help="largest absolute difference accepted (default: %(default)g)")


def read_examples(path):
    """The `input_ids` of each line."""
    sequences = []
    with open(path) as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            ids = json.loads(line).get("input_ids")
            if not ids or not all(type(token) is int for token in ids):
                raise SystemExit(f"{path}, line {number}: needs input_ids, a list of integers.")
            sequences.append(ids)
    if not sequences:
        raise SystemExit(f"{path}: holds no example; a comparison needs at least one.")
    return sequences


def read_logits(path, sequences, vocabulary):
    """Tensors logits.0, logits.1, … as float32 `[tokens, vocabulary]`, one for each sequence."""
    tensors = load_file(path)
    expected = {f"logits.{index}" for index in range(len(sequences))}
    if tensors.keys() != expected:
        differing = sorted(tensors.keys() ^ expected)
        raise SystemExit(f"{path}: {len(sequences)} examples need logits.0 to "
                         f"logits.{len(sequences) - 1}; missing or too many: {differing}")
    rows = []
    for index, ids in enumerate(sequences):
        tensor, shape = tensors[f"logits.{index}"], (len(ids), vocabulary)
        if tensor.shape != shape or tensor.dtype != torch.float32:
            raise SystemExit(f"{path}: 'logits.{index}' is {tensor.dtype} {list(tensor.shape)}; "
                             f"its example needs torch.float32 {list(shape)}.")
        if not tensor.isfinite().all():
            raise SystemExit(f"{path}: 'logits.{index}' holds values that are not finite.")
        rows.append(tensor)
    return rows


def compare(model, eager, sequences, ours, tolerance):
    """Prints the largest difference from `model`, and whether it is within the tolerance.

    `eager` is the same model with plain attention: how far HF is from itself.
    """
    difference, where, own, largest = -1.0, None, 0.0, 0.0
    for index, (ids, row) in enumerate(zip(sequences, ours)):
        expected = reference.logits(model, ids)
        own = max(own, reference.largest_difference(expected, reference.logits(eager, ids)))
        largest = max(largest, float(expected.abs().max()))
        away = (row - expected).abs()
        if float(away.max()) > difference:
            difference = float(away.max())
            where = (index, *divmod(int(away.argmax()), row.shape[1]))
    agrees = difference <= tolerance
    print(f"{'agrees' if agrees else 'DIFFERS'}: largest difference {difference:.3g} at "
          f"logits.{where[0]}[{where[1]}, {where[2]}], accepted {tolerance:g}; "
          f"{len(sequences)} examples, {sum(map(len, sequences))} positions, "
          f"largest logit {largest:.3g}, HF's two attentions differ by {own:.3g}")
    return agrees
