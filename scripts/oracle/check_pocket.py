"""Does HF transformers compute from a checkpoint folder of ours what ft-mmlu computes from it?

    scripts/ft-mmlu logits --model data/pocket/model --examples EXAMPLES.jsonl \\
        --output LOGITS.safetensors --dtype fp32 --device cpu
    .deps/oracle/bin/python -I scripts/oracle/check_pocket.py --checkpoint data/pocket/model \\
        --ours LOGITS.safetensors --examples EXAMPLES.jsonl [--program scripts/ft-mmlu]

With --program also compares token ids: `PROGRAM tokenize --model DIR --json` beside the Python
package sentencepiece on the same tokenizer.model. Exits with 1 when anything differs.
"""

import argparse
import json
import pathlib
import subprocess
import sys

import sentencepiece

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))  # python -I leaves it out
import comparison
import reference

TEXTS = [
    "", " ", "  ", "\n", "\n\n", "A", " A", "Answer:", "Answer: A\n\n", "  two  spaces  ",
    "The following are multiple choice questions (with answers) about anatomy.\n\n",
    "Which is it?\nA. one\nB. two\nC. three\nD. four\nAnswer:", "tab\tand\r\nreturn",
    "naïve café", "e\u0301 decomposed", "ﬁ ligature, ½, Ⅷ, a\u00a0b", "日本語。🙂", "0123456789",
]


def compare_ids(program, checkpoint, sequences):
    """Tokenizes fixed texts and the decoded examples with both; prints and returns agreement."""
    processor = sentencepiece.SentencePieceProcessor(model_file=f"{checkpoint}/tokenizer.model")
    texts = TEXTS + [processor.decode(ids) for ids in sequences]
    result = subprocess.run(
        [program, "tokenize", "--model", checkpoint, "--json"], stdout=subprocess.PIPE, text=True,
        input="".join(json.dumps(text) + "\n" for text in texts), encoding="utf-8")
    if result.returncode != 0:
        raise SystemExit(f"{program} tokenize: exit {result.returncode}; 0 would be right.")
    lines = result.stdout.splitlines()
    if len(lines) != len(texts):
        raise SystemExit(f"{program} tokenize: {len(lines)} lines for {len(texts)} texts.")
    different = 0
    for text, line in zip(texts, lines):
        ids, expected = json.loads(line), processor.encode(text)
        if ids != expected:
            different += 1
            print(f"DIFFERS: {text!r}: {ids}; sentencepiece says {expected}")
    print(f"{'DIFFERS' if different else 'agrees'}: token ids of {len(texts) - different} of "
          f"{len(texts)} texts are those of sentencepiece {sentencepiece.__version__}")
    return different == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    comparison.add_arguments(parser)
    parser.add_argument("--program", metavar="FT-MMLU", help="also compare token ids with it")
    options = parser.parse_args()

    sequences = comparison.read_examples(options.examples)
    model = reference.load_model(options.checkpoint)
    ours = comparison.read_logits(options.ours, sequences, model.config.vocab_size)
    eager = reference.load_model(options.checkpoint, attention="eager")
    agrees = comparison.compare(model, eager, sequences, ours, options.tolerance)
    if options.program:
        agrees &= compare_ids(options.program, options.checkpoint, sequences)
    sys.exit(0 if agrees else 1)


if __name__ == "__main__":
    main()
