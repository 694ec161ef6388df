"""Does HF transformers load a folder of `ft-mmlu merge`, and is it what PEFT merges?

    scripts/ft-mmlu merge --model DIR --adapter RUN/adapter --output MERGED
    scripts/ft-mmlu logits --model MERGED --examples EXAMPLES.jsonl \\
        --output LOGITS.safetensors --dtype fp32 --device cpu
    .deps/oracle/bin/python -I scripts/oracle/check_merge.py --checkpoint DIR \\
        --adapter RUN/adapter --merged MERGED --ours LOGITS.safetensors --examples EXAMPLES.jsonl

Compares the logits of the merged folder, and its weights with those that PEFT's merge_and_unload
makes in float32, rounded to the stored type; of these at most one in a thousand may round the other
way, for the sums' order is each library's own. Exits with 1 when anything differs.
"""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))  # python -I leaves it out
import comparison
import reference
import torch
from transformers import AutoModelForCausalLM


def compare_weights(merged, expected):
    """Prints and returns whether the stored weights are `expected`, rounded."""
    stored = AutoModelForCausalLM.from_pretrained(merged, dtype="auto").state_dict()
    if stored.keys() != expected.keys():
        raise SystemExit(f"{merged}: names that only one has: "
                         f"{sorted(stored.keys() ^ expected.keys())}")
    count = different = far = 0
    for name, tensor in stored.items():
        rounded = expected[name].to(tensor.dtype)
        unequal = tensor != rounded
        count += tensor.numel()
        different += int(unequal.sum())
        # One unit in the last place, or the rounding of the sum before it.
        step = torch.finfo(tensor.dtype).eps * rounded.float().abs() + 1e-6
        far += int(((tensor.float() - rounded.float()).abs() > step).sum())
    agrees = far == 0 and (different * 1000 <= count or tensor.dtype == torch.float32)
    print(f"{'agrees' if agrees else 'DIFFERS'}: {different} of {count} weights in "
          f"{tensor.dtype} are not those that PEFT merges, {far} by more than one rounding")
    return agrees


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    comparison.add_arguments(parser)
    parser.add_argument("--adapter", required=True, help="folder with adapter_config.json")
    parser.add_argument("--merged", required=True, help="what `ft-mmlu merge` wrote")
    options = parser.parse_args()

    sequences = comparison.read_examples(options.examples)
    model = reference.load_model(options.merged)
    ours = comparison.read_logits(options.ours, sequences, model.config.vocab_size)
    eager = reference.load_model(options.merged, attention="eager")
    agrees = comparison.compare(model, eager, sequences, ours, options.tolerance)

    adapted = reference.add_adapter(reference.load_model(options.checkpoint), options.adapter)
    unmerged = [reference.logits(adapted, ids) for ids in sequences]
    away = max(reference.largest_difference(row, reference.logits(model, ids))
               for row, ids in zip(unmerged, sequences))
    print(f"rounding the merged weights moves the logits by up to {away:.3g}")
    agrees &= compare_weights(options.merged, adapted.merge_and_unload().state_dict())
    sys.exit(0 if agrees else 1)


if __name__ == "__main__":
    main()
