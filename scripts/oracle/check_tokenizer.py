"""Are ids and texts of ft-mmlu those of the package tokenizers, for any tokenizer.json?

    .deps/oracle/bin/python -I scripts/oracle/check_tokenizer.py --program scripts/ft-mmlu \\
        [--texts FILE] [--count 3000] FOLDER...

Each folder has a `tokenizer.json`. Texts are those of `tokenizer_goldens.py` and `layout_goldens.py`,
very long ones, COUNT random ones that mix scripts, marks, spaces and the file's added tokens, and
those of FILE, a JSON string a line. Decoded are their ids and COUNT / 2 runs of random ids.
Exits with 1 when an id or a byte differs; the first of them are shown.
"""

import argparse
import json
import pathlib
import random
import shlex
import subprocess
import sys

from tokenizers import Tokenizer

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))  # python -I leaves it out
from layout_goldens import MORE_TEXTS
from tokenizer_goldens import TEXTS

LONG = ["a" * 5000, " " * 3000, "\u2581" * 500, "\u00e9" * 700 + "\u65e5\u672c" * 500,
        "".join(map(chr, range(1, 0x3000)))]


def scalars(start, end, step=1):
    return [chr(code) for code in range(start, end, step) if not 0xD800 <= code < 0xE000]


POOLS = [
    list(" \t\n\r\u00a0\u3000\u0085\u200b"), list("the of answer'sLlDd12"), list("éÅñßﬁ½Ⅷ٣İſ\u212a"),
    scalars(0x300, 0x362), scalars(0x1100, 0x1200), scalars(0x900, 0xD00), scalars(1, 0x80),
    scalars(0x1F600, 0x1F650), scalars(0x4E00, 0x4F00) + list("ひらがなカタカナ。、「」"),
    scalars(0xFB00, 0xFB50) + scalars(0x3300, 0x3400) + ["\ufdfa"], scalars(1, 0x110000, 977),
    ["\u2581", " \u2581", "\u2581\u2581"], list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
    list("0123456789²³¼½①Ⅳ"),
    [" the", " of", "  ", "\n\n", "\r\n", "word", "Don't", "we'll", "I'M", "12345", "3.14",
     "def f(x):\n    return x", "http://a.b/c?d=e"],
]


def random_texts(tokenizer, count):
    source = random.Random(5)
    added = [token.content for token in tokenizer.get_added_tokens_decoder().values()]
    pools = POOLS + [source.sample(added, min(12, len(added))) or ["x"]]
    for _ in range(count):
        chosen = source.sample(pools, source.randint(1, 4))
        length = source.choice([1, 2, 5, 15, 40])
        yield "".join(source.choice(source.choice(chosen)) for _ in range(length))


def ask(program, folder, arguments, items):
    result = subprocess.run(
        [*shlex.split(program), "tokenize", "--model", folder, *arguments],
        input="".join(json.dumps(item) + "\n" for item in items), capture_output=True, text=True)
    if result.returncode != 0:
        raise SystemExit(f"{folder}: {result.stderr.strip()}")
    return [json.loads(line) for line in result.stdout.split("\n") if line]


def check(program, folder, texts, count):
    """The number of differences."""
    tokenizer = Tokenizer.from_file(str(pathlib.Path(folder, "tokenizer.json")))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    texts = texts + list(random_texts(tokenizer, count))
    ids = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    found = ask(program, folder, ["--json"], texts)
    source = random.Random(3)
    known = sorted(tokenizer.get_vocab(with_added_tokens=True).values())
    runs = ids + [[source.choice(known) for _ in range(8)] for _ in range(count // 2)]
    decoded = [tokenizer.decode(run, skip_special_tokens=False) for run in runs]
    found_decoded = ask(program, folder, ["--decode"], runs)
    assert len(found) == len(ids) and len(found_decoded) == len(decoded)
    different = [row for row in zip(texts, ids, found) if row[1] != row[2]]
    different_texts = [row for row in zip(runs, decoded, found_decoded) if row[1] != row[2]]
    print(f"{folder}: {len(texts)} texts, {sum(map(len, ids))} tokens, of {len(different)} the ids "
          f"differ; {len(runs)} runs of ids, of {len(different_texts)} the texts differ")
    for row in different[:3] + different_texts[:3]:
        print(*(f"    {ascii(part)[:300]}" for part in row), sep="\n")
    return len(different) + len(different_texts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--texts", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("folders", nargs="+")
    arguments = parser.parse_args()
    texts = TEXTS + MORE_TEXTS + LONG
    if arguments.texts:
        with open(arguments.texts, encoding="utf-8") as file:
            texts += [json.loads(line) for line in file]
    differences = [check(arguments.program, folder, texts, arguments.count)
                   for folder in arguments.folders]
    sys.exit(1 if any(differences) else 0)


if __name__ == "__main__":
    main()
