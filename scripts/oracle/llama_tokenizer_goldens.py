"""Makes the SentencePiece part of Tests/Fixtures/tokenizer: a small model as Llama 2's, folders with
added tokens around it, and what HF's tokenizers say.

    .deps/oracle/bin/python -I scripts/oracle/llama_tokenizer_goldens.py [--out FOLDER]

`llama.model` is the model, `llama.json` has for each folder its JSON files, ids of texts, and texts
of ids. Ids are those of the slow LlamaTokenizer (of transformers 4; of 5 where `add_prefix_space` is
false), texts those of the LlamaTokenizer of transformers 5, which lose no space.
"""

import argparse
import hashlib
import io
import json
import pathlib
import random
import sys
import tempfile
from importlib.metadata import version

import sentencepiece
from transformers import LlamaTokenizer
from transformers.tokenization_utils_sentencepiece import SPIECE_UNDERLINE, SentencePieceBackend
from transformers.utils import logging

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))  # python -I leaves it out
from tokenizer_goldens import SENTENCES, random_texts

logging.set_verbosity_error()

PIECES = 420
TEXTS = [
    "", " ", "  ", "A", " A", "the heart of the question", "  two  spaces  ", "tab\t\n\n lines \n",
    "naïve café 🙂 日本語", "▁the▁ ▁", "<s>the heart</s>", " <s> the", "  <s>", "</s>", "<unk>", "a<unk>b",
    "<pad>", "the<pad>heart", "the <pad> heart", "<tool>the</tool> heart", " <tool>", "<tool><tool>",
    "<tool> the", "the<tool>", "the <left> heart", "the  <left>heart", "<left>", "  <left>",
    "the<right>  heart", "<right>  <right> heart", "  <left> <right>  ", "<s>  <left>the",
    "é! café! e\u0301!", "the question is <", "<s", "<s><s>", "answer<|end|>answer", "[PAD]the[PAD]",
    "[PAD]", "<|end|>the",
]


class SlowLlamaTokenizer(SentencePieceBackend):
    """What transformers 4's slow LlamaTokenizer does with spaces (tokenization_llama.py, 4.57)."""

    def tokenize(self, text, **kwargs):
        if self.legacy or not text:
            return super().tokenize(text, **kwargs)
        text = SPIECE_UNDERLINE + text.replace(SPIECE_UNDERLINE, " ")
        tokens = super().tokenize(text, **kwargs)
        if len(tokens) > 1 and tokens[0] == SPIECE_UNDERLINE and tokens[1] in self.all_special_tokens:
            tokens = tokens[1:]
        return tokens


def train():
    """The bytes of a model with the settings of Llama 2's."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(line for text in SENTENCES for line in text.splitlines() if line),
        model_writer=model, model_type="bpe", vocab_size=PIECES, byte_fallback=True,
        normalization_rule_name="identity", remove_extra_whitespaces=False, split_digits=True,
        allow_whitespace_only_pieces=True, num_threads=1, minloglevel=2)
    return model.getvalue()


def added(content, special=False, **flags):
    return {"content": content, "lstrip": False, "normalized": False, "rstrip": False,
            "single_word": False, "special": special} | flags


def folders(pieces):
    """The JSON files beside the model, by folder."""
    described = {str(index): added(name, special=True)
                 for index, name in enumerate(("<unk>", "<s>", "</s>"))}
    described[str(pieces.index("nswer"))] = added("nswer")
    described |= {str(len(pieces) + index): token for index, token in enumerate((
        added("<pad>", special=True), added("<tool>"), added("</tool>"),
        added("<left>", lstrip=True), added("<right>", rstrip=True, special=True),
        added("é!", normalized=True)))}
    shared = {"add_bos_token": True, "add_eos_token": False, "bos_token": "<s>",
              "eos_token": "</s>", "unk_token": "<unk>", "clean_up_tokenization_spaces": False,
              "tokenizer_class": "LlamaTokenizer"}
    settings = shared | {"pad_token": "<pad>", "added_tokens_decoder": described}
    flagged = {"__type": "AddedToken"} | added("<s>", normalized=True)
    del flagged["special"]
    return {
        "first": {"tokenizer_config.json": settings | {"legacy": False}},
        "legacy": {"tokenizer_config.json": settings | {"legacy": True}},
        "never": {"tokenizer_config.json": settings | {"legacy": False, "add_prefix_space": False}},
        "listed": {
            "tokenizer_config.json": shared | {
                "legacy": False, "pad_token": "[PAD]", "bos_token": flagged,
                "additional_special_tokens": ["<|end|>"]},
            "added_tokens.json": {"[PAD]": len(pieces), "<tool>": len(pieces) + 1},
        },
        "mapped": {
            "tokenizer_config.json": shared | {"legacy": False},
            "special_tokens_map.json": {
                "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>",
                "pad_token": {"content": "[PAD]", "lstrip": False, "normalized": False,
                              "rstrip": False, "single_word": False}},
            "added_tokens.json": {"[PAD]": len(pieces), "<tool>": len(pieces) + 1},
        },
    }


def golden(name, files, model):
    """What the tokenizers say about one folder."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "tokenizer.model").write_bytes(model)
        for file, contents in files.items():
            (folder / file).write_text(json.dumps(contents))
        fast = LlamaTokenizer.from_pretrained(folder)
        slow = SlowLlamaTokenizer.from_pretrained(folder)
    texts = TEXTS + list(random_texts(60, seed=13))
    source = random.Random(17)
    pool = ["<s>", "</s>", "<pad>", "<tool>", "<left>", "<right>", "é!", "nswer", "the", " ", "x"]
    texts += ["".join(source.choice(pool) for _ in range(6)) for _ in range(60)]
    if name == "never":
        encoded = [fast.encode(text, add_special_tokens=False) for text in texts]
    else:
        encoded = [slow.convert_tokens_to_ids(slow.tokenize(text)) for text in texts]
    result = {"files": files, "vocabulary": len(fast),
              "encode": [{"text": text, "ids": ids} for text, ids in zip(texts, encoded)]}
    if name != "legacy":    # there HF writes spaces that the text did not have
        result["decode"] = [
            {"ids": ids, "text": fast.decode(ids, skip_special_tokens=False)} for ids in encoded]
    return result


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=root / "Tests/Fixtures/tokenizer")
    out = parser.parse_args().out
    model = train()
    out.mkdir(parents=True, exist_ok=True)
    (out / "llama.model").write_bytes(model)
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    pieces = [processor.id_to_piece(index) for index in range(processor.get_piece_size())]
    goldens = {name: golden(name, files, model) for name, files in folders(pieces).items()}
    (out / "llama.json").write_text(json.dumps(goldens) + "\n", encoding="ascii")
    provenance = {
        "command": "scripts/oracle/llama_tokenizer_goldens.py",
        "versions": {name: version(name)
                     for name in ("transformers", "tokenizers", "sentencepiece", "protobuf")},
        "sha256": {name: hashlib.sha256((out / name).read_bytes()).hexdigest()
                   for name in ("llama.model", "llama.json")},
    }
    (out / "llama_provenance.json").write_text(json.dumps(provenance, indent=1) + "\n")


if __name__ == "__main__":
    main()
