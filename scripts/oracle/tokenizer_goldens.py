"""Makes Tests/Fixtures/tokenizer: two small byte-level BPE tokenizers and what the package says.

    .deps/oracle/bin/python -I scripts/oracle/tokenizer_goldens.py [--out FOLDER]

`split.json` is laid out as Qwen2.5's file (NFC, a regular expression, merges as pairs), `gpt2.json`
as GPT-2's and Llama 3's (ByteLevel's own expression, merges as strings, `ignore_merges`). Both learn
their merges from the sentences below. `golden.json` has the ids and the text decoded from them, by
the package tokenizers (Rust), without special tokens of its own.
"""

import argparse
import hashlib
import json
import pathlib
import random

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers import processors, trainers
from tokenizers.models import BPE

SENTENCES = [
    "Which of the following is the best answer to the question?\nA. the first\nB. the second\n",
    "The heart of the mouse is smaller than the heart of the horse.\nAnswer: B\n\n",
    "Don't they say that we'll find what we're looking for, 12345 times over?",
    "naïve café, Ångström, 日本語の文, 안녕하세요, привет мир, γειά σου",
] * 3
PATTERN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
           r"|\s*[\r\n]+|\s+(?!\S)|\s+")
TEXTS = [
    "", " ", "A", " A", "Answer: A", "the heart of the question", "Don't we'll I'M 'LL it'ſ '\u212a",
    "x1234567 3.14159", "  two  spaces  ", "tab\t\r\n\n and\r\nlines \n \n", "a\u00a0b\u2003c\u180ed",
    "naïve cafe\u0301 A\u030a e\u0323\u0302 e\u0302\u0323", "\u1100\u1161\u11a8 가\u11a8 각",
    "\u0344 \u2126 \u212b \u0f73\u0f73 \u0915\u093c", "\U00010041\u0301 \U0001d15e",
    "日本語。🙂👩‍👩‍👧", "\u0378\U0001fffe\U00016121\U000323b0x\U00010d41", "\u1df6\u0334\u0315\u0300",
    "<|im_start|>user\nthe<|im_end|>", "<|im_end", "a <tool>b</tool> c", "<|endoftext|><|endoftext|>",
    "a  <left>  b", "a  <right>  b", "  <left>", "a word, words sword word-word _word wordé word",
    "cafe\u0301! café! e\u0301!", " hexagon hexagons hexagon", "a" * 200, " " * 130 + "x",
    "the" * 60, "=-" * 70, "\u0000\u0001\u007f\u0080\u009f\u00ad",
]


def random_texts(count, seed):
    """Texts that mix letters, marks, spaces and added tokens in ways that nobody writes."""
    source = random.Random(seed)
    pools = [
        list(" \t\n\r\u00a0\u3000\u0085"), list("the of answer'sLlDd12"), list("éÅñßﬁ½Ⅷ٣"),
        [chr(c) for c in range(0x300, 0x362)], [chr(c) for c in range(0x1100, 0x1200)],
        [chr(c) for c in range(0x900, 0xD00)], [chr(c) for c in range(0x1F600, 0x1F650)],
        ["<|im_end|>", "<left>", "<right>", "<tool>", "word", "é!", " hexagon", "Don't"],
    ]
    for _ in range(count):
        chosen = source.sample(pools, source.randint(1, 4))
        length = source.choice([2, 5, 15])
        yield "".join(source.choice(source.choice(chosen)) for _ in range(length))


def train(normalizer, pre_tokenizer, pieces):
    tokenizer = Tokenizer(BPE())
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(SENTENCES, trainers.BpeTrainer(
        vocab_size=pieces, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return tokenizer


def split_tokenizer():
    tokenizer = train(normalizers.NFC(), pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PATTERN), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]), 420)
    tokenizer.add_special_tokens([
        AddedToken(text, normalized=False)
        for text in ("<|endoftext|>", "<|im_start|>", "<|im_end|>")])
    tokenizer.add_tokens([
        AddedToken("<tool>", normalized=False), AddedToken("</tool>", normalized=False),
        AddedToken("<left>", lstrip=True, normalized=False),
        AddedToken("<right>", rstrip=True, normalized=False),
        AddedToken("word", single_word=True, normalized=False), AddedToken("é!", normalized=True),
    ])
    return json.loads(tokenizer.to_str())


def gpt2_tokenizer():
    tokenizer = train(None, pre_tokenizers.ByteLevel(add_prefix_space=False), 400)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|endoftext|> $A", special_tokens=[("<|endoftext|>", 401)])
    described = json.loads(tokenizer.to_str())
    model = described["model"]
    model["ignore_merges"] = True
    model["merges"] = [" ".join(pair) for pair in model["merges"]]
    model["vocab"]["Ġhexagon"] = len(model["vocab"])  # no merges lead to this piece
    tokenizer = Tokenizer.from_str(json.dumps(described))
    tokenizer.add_special_tokens([AddedToken("<|endoftext|>", normalized=False)])
    merges, described = model["merges"], json.loads(tokenizer.to_str())
    described["model"]["merges"] = merges
    return described


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=root / "Tests/Fixtures/tokenizer")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    golden = {}
    texts = TEXTS + list(random_texts(150, seed=7))
    for name, described in {"split": split_tokenizer(), "gpt2": gpt2_tokenizer()}.items():
        file = out / f"{name}.json"
        file.write_text(json.dumps(described, indent=1) + "\n", encoding="ascii")
        tokenizer = Tokenizer.from_file(str(file))
        encoded = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
        source = random.Random(11)
        mixed = [[source.randrange(tokenizer.get_vocab_size()) for _ in range(8)]
                 for _ in range(60)]
        mixed += [[source.choice(ids) for _ in range(4)] for ids in encoded if len(ids) > 20]
        golden[name] = {
            "encode": [{"text": text, "ids": ids} for text, ids in zip(texts, encoded)],
            "decode": [{"ids": ids, "text": tokenizer.decode(ids, skip_special_tokens=False)}
                       for ids in encoded + mixed],
        }
    (out / "golden.json").write_text(json.dumps(golden) + "\n", encoding="ascii")
    provenance = {
        "command": "scripts/oracle/tokenizer_goldens.py",
        "versions": {"tokenizers": tokenizers.__version__},
        "sha256": {name: hashlib.sha256((out / name).read_bytes()).hexdigest()
                   for name in ("split.json", "gpt2.json", "golden.json")},
    }
    (out / "provenance.json").write_text(json.dumps(provenance, indent=1) + "\n")


if __name__ == "__main__":
    main()
