"""Is ft-mmlu's byte-level BPE as fast as the package tokenizers (Rust), on one thread, and equal?

    .deps/oracle/bin/python -I scripts/oracle/bench_tokenizer.py --model DIR --mmlu DIR \\
        --program "scripts/ft-mmlu bench tokenizer" [--repeats 3]

Texts are all MMLU test rows with their choices. Both load `DIR/tokenizer.json` and encode every
text once, in a new process each time, both on the one core this script binds itself to; the best of
the repeats counts. The program is called with `--model DIR --input FILE`, where FILE has a JSON
string a line, and prints JSON with load_seconds, encode_seconds and tokens. Of the package, the
faster of `encode` text by text and `encode_batch_fast` counts.
Exits with 1 when token counts differ or the program is slower.
"""

import argparse
import csv
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

PACKAGE = """
import json, sys, time
import tokenizers
folder, file, way = sys.argv[1:]
texts = [json.loads(line) for line in open(file, encoding="utf-8")]
start = time.perf_counter()
tokenizer = tokenizers.Tokenizer.from_file(folder + "/tokenizer.json")
loaded = time.perf_counter()
if way == "encode":
    tokens = sum(len(tokenizer.encode(t, add_special_tokens=False).ids) for t in texts)
else:
    encodings = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    tokens = sum(len(encoding.ids) for encoding in encodings)
end = time.perf_counter()
print(json.dumps({"load_seconds": loaded - start, "encode_seconds": end - loaded,
                  "tokens": tokens, "version": tokenizers.__version__}))
"""


def mmlu_texts(folder):
    for path in sorted(pathlib.Path(folder, "test").glob("*.csv")):
        with open(path, newline="", encoding="utf-8") as file:
            for question, a, b, c, d, _ in csv.reader(file):
                yield f"{question}\nA. {a}\nB. {b}\nC. {c}\nD. {d}\nAnswer:"


def best(command, repeats):
    """Runs the command; returns its best seconds of each kind, and its tokens."""
    environment = os.environ | {"TOKENIZERS_PARALLELISM": "false", "RAYON_NUM_THREADS": "1"}
    runs = []
    for _ in range(repeats):
        result = subprocess.run(command, stdout=subprocess.PIPE, env=environment, text=True)
        if result.returncode != 0:
            raise SystemExit(f"{command[0]}: exit {result.returncode}; 0 would be right.")
        runs.append(json.loads(result.stdout))
    return {key: min(run[key] for run in runs) for key in ("load_seconds", "encode_seconds")} | {
        "tokens": runs[0]["tokens"], "version": runs[0].get("version", "")}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--mmlu", required=True)
    parser.add_argument("--program", required=True)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "texts.jsonl")
        with open(file, "w", encoding="utf-8") as output:
            output.writelines(json.dumps(text) + "\n" for text in mmlu_texts(arguments.mmlu))
        package = [sys.executable, "-I", "-c", PACKAGE, arguments.model, file]
        program = shlex.split(arguments.program)
        rows = {
            "package, encode": best(package + ["encode"], arguments.repeats),
            "package, batch": best(package + ["batch"], arguments.repeats),
            "ft-mmlu": best(program + ["--model", arguments.model, "--input", file],
                            arguments.repeats),
        }
    for name, row in rows.items():
        print(f"{name:16} {row['version']:8} load {row['load_seconds']:.3f} s, "
              f"encode {row['encode_seconds']:.3f} s, {row['tokens']} tokens")
    ours = rows.pop("ft-mmlu")
    fastest = min(row["encode_seconds"] for row in rows.values())
    print(f"ft-mmlu encodes {fastest / ours['encode_seconds']:.2f} times as fast")
    equal = all(row["tokens"] == ours["tokens"] for row in rows.values())
    if not equal:
        print("DIFFERS: the token counts are not equal")
    sys.exit(0 if equal and ours["encode_seconds"] <= fastest else 1)


if __name__ == "__main__":
    main()
