"""Does HF PEFT load an adapter folder of ours, and compute with it what ft-mmlu computes?

    scripts/ft-mmlu logits --model DIR --adapter RUN/adapter --examples EXAMPLES.jsonl \\
        --output LOGITS.safetensors --dtype fp32 --device cpu
    .deps/oracle/bin/python -I scripts/oracle/check_adapter.py --checkpoint DIR \\
        --adapter RUN/adapter --ours LOGITS.safetensors --examples EXAMPLES.jsonl

Exits with 1 when the logits differ, or when the adapter is too small for the comparison to say
anything.
"""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))  # python -I leaves it out
import comparison
import reference


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    comparison.add_arguments(parser)
    parser.add_argument("--adapter", required=True, help="folder with adapter_config.json")
    options = parser.parse_args()

    sequences = comparison.read_examples(options.examples)
    base = reference.load_model(options.checkpoint)
    ours = comparison.read_logits(options.ours, sequences, base.config.vocab_size)
    bare = [reference.logits(base, ids) for ids in sequences]
    model = reference.add_adapter(base, options.adapter)
    eager = reference.add_adapter(
        reference.load_model(options.checkpoint, attention="eager"), options.adapter)

    agrees = comparison.compare(model, eager, sequences, ours, options.tolerance)
    moved = max(reference.largest_difference(row, reference.logits(model, ids))
                for row, ids in zip(bare, sequences))
    print(f"the adapter moves the logits by up to {moved:.3g}")
    if moved <= options.tolerance:
        print("DIFFERS: that is within the tolerance, so the comparison cannot see the adapter; "
              "use one whose B is not zero.")
        agrees = False
    sys.exit(0 if agrees else 1)


if __name__ == "__main__":
    main()
