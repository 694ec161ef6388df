"""Makes Tests/Fixtures/tokenizer/layouts: a small tokenizer.json of each layout that checkpoints
have, and what the package tokenizers says of texts.

    .deps/oracle/bin/python -I scripts/oracle/layout_goldens.py [--out FOLDER]

Every file learns its merges from the sentences of `tokenizer_goldens.py`. `golden.json` has the
texts, for each layout their ids, the texts decoded from those and from random ids, and the tokens
put around a single text. Ids are those of the package tokenizers (Rust), without special tokens.
"""

import argparse
import hashlib
import json
import pathlib
import random
import sys

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers import processors, trainers
from tokenizers.models import BPE

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))  # python -I leaves it out
from tokenizer_goldens import SENTENCES, TEXTS, random_texts

PIECES = 200
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
          r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
DEEPSEEK = (r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
            r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
# What Oniguruma and PCRE2 read differently.
STRANGE = (r"\bthe\B|^the|[\w&&&]{,2}\h|\p{Greek}+|[[:punct:][:upper:]]+|(?m:w.t)|[^\W]+é|\u0041$"
           .replace("&&&", "").replace(r"[^\W]", r"[^\s]"))
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
MORE_TEXTS = [
    "▁the▁ ▁", " ▁", "the  heart", "<s>the heart</s> of<s>", "<s> <s>", "²³¼ Ⅷ½ 1234567 12 a1b22c333",
    "x.y, z!? ...(a) \"b\" $5+3=8", "The HEART of THE Ångström", "ﬁne ①② ｶﾞ ﷺ İ ẞ", " \t lead trail \n",
    "the<pad>heart <pad>  the", "γειά σου Κόσμε ἀ", "wat w\nt wit", "12the the12 _the the_ thé", "abcDEF 9f",
]


def bpe(normalizer, pre_tokenizer, decoder, pieces=PIECES, alphabet=(), specials=(), **options):
    """A trained tokenizer, described as JSON holds it; `options` are of its model."""
    tokenizer = Tokenizer(BPE(unk_token=options.get("unk_token")))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoder
    tokenizer.train_from_iterator(SENTENCES, trainers.BpeTrainer(
        vocab_size=pieces + len(specials) + len(alphabet), show_progress=False,
        special_tokens=list(specials), initial_alphabet=list(alphabet)))
    described = json.loads(tokenizer.to_str())
    described["model"] |= options
    return described


def added(described, *tokens):
    """The file with further added tokens."""
    tokenizer = Tokenizer.from_str(json.dumps(described))
    tokenizer.add_tokens(list(tokens))
    return json.loads(tokenizer.to_str())


def framed(described, single, names, before=()):
    tokenizer = Tokenizer.from_str(json.dumps(described))
    template = processors.TemplateProcessing(
        single=single, special_tokens=[(name, tokenizer.token_to_id(name)) for name in names])
    tokenizer.post_processor = processors.Sequence([*before, template]) if before else template
    return json.loads(tokenizer.to_str())


def fallback(normalizer, pre_tokenizer, decoder, missing=()):
    """As SentencePiece's models are converted: characters, `<0x0A>` for those without a piece."""
    specials = ["<unk>", "<s>", "</s>"] + [piece for piece in BYTES if piece not in missing]
    described = bpe(normalizer, pre_tokenizer, decoder, specials=specials, unk_token="<unk>",
                    fuse_unk=True, byte_fallback=True)
    described["added_tokens"] = described["added_tokens"][:3]
    return added(described, AddedToken("<pad>", special=True, normalized=False),
                 AddedToken("mouse", normalized=True), AddedToken("<left>", lstrip=True))


def fallback_decoder(strips=True):
    parts = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    return decoders.Sequence(parts + ([decoders.Strip(" ", 1, 0)] if strips else []))


def byte_level(pre_tokenizer, normalizer=None, **options):
    alphabet = options.pop("alphabet", pre_tokenizers.ByteLevel.alphabet())
    return bpe(normalizer, pre_tokenizer, decoders.ByteLevel(), alphabet=sorted(alphabet),
               specials=["<s>", "</s>"], **options)


def layouts():
    level, split = pre_tokenizers.ByteLevel, pre_tokenizers.Split
    meta, cuts = pre_tokenizers.Metaspace, pre_tokenizers.Sequence
    legacy = fallback(normalizers.Sequence([
        normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]), None, fallback_decoder())
    yield "llama-legacy", framed(legacy, "<s> $A", ["<s>"])
    first = fallback(None, meta(prepend_scheme="first", split=False), fallback_decoder())
    yield "llama-first", framed(first, "<s> $A </s>", ["<s>", "</s>"])
    yield "metaspace-always", fallback(None, meta(), decoders.Metaspace())
    yield "metaspace-never", fallback(
        None, meta(prepend_scheme="never"), decoders.Metaspace(prepend_scheme="never"))
    yield "metaspace-first", fallback(
        normalizers.Sequence([normalizers.Strip(), normalizers.Replace(Regex("e+"), "e")]),
        cuts([pre_tokenizers.Punctuation("merged_with_next"), meta(prepend_scheme="first")]),
        fallback_decoder(), missing=["<0xC3>", "<0xE6>"])
    yield "gemma", fallback(normalizers.Replace(" ", "▁"), split(" ", "merged_with_previous"),
                            fallback_decoder(strips=False))
    llama3 = byte_level(cuts([split(Regex(LLAMA3), "isolated"), level(False, use_regex=False)]),
                        ignore_merges=True)
    llama3["model"]["vocab"]["Ġhexagon"] = len(llama3["model"]["vocab"])  # no merges lead there
    yield "llama3", framed(llama3, "<s> $A", ["<s>"], before=[processors.ByteLevel(False)])
    yield "smollm", byte_level(cuts([pre_tokenizers.Digits(True), level(False)]), alphabet=())
    yield "deepseek", byte_level(cuts([
        split(Regex(r"\p{N}{1,3}"), "isolated"), split(Regex("[一-龥぀-ゟ゠-ヿ]+"), "isolated"),
        split(Regex(DEEPSEEK), "isolated"), level(False, use_regex=False)]),
        normalizer=normalizers.Sequence([]))
    yield "falcon", byte_level(cuts([
        pre_tokenizers.Punctuation("contiguous"), level(False), pre_tokenizers.Digits(False),
        split(Regex("[0-9][0-9][0-9]"), "isolated")]))
    yield "neox", added(byte_level(level(True), normalizer=normalizers.NFC()),
                        AddedToken("  ", normalized=True), AddedToken("   ", normalized=True))
    yield "letters", bpe(
        normalizers.Sequence([normalizers.NFKC(), normalizers.ByteLevel()]),
        split(Regex("Ġ"), "merged_with_next"), decoders.ByteLevel(),
        alphabet=sorted(level.alphabet()))
    yield "words", added(
        bpe(normalizers.Sequence([normalizers.NFKD(), normalizers.Lowercase()]),
            pre_tokenizers.Whitespace(), None, specials=["[UNK]"], unk_token="[UNK]"),
        AddedToken("Mouse", normalized=True), AddedToken("Ångström", normalized=False))
    yield "fused", bpe(
        normalizers.NFD(), cuts([pre_tokenizers.WhitespaceSplit(), split("the", "removed")]),
        decoders.Fuse(), specials=["[UNK]"], unk_token="[UNK]", fuse_unk=True)
    yield "strange", byte_level(cuts([
        split(Regex(STRANGE), "contiguous", invert=True), level(False, use_regex=False)]))


def golden(tokenizer, texts):
    """What the package says."""
    source = random.Random(11)
    encoded = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    mixed = [[source.randrange(tokenizer.get_vocab_size()) for _ in range(8)] for _ in range(30)]
    around = tokenizer.encode("the").ids
    plain = len(tokenizer.encode("the", add_special_tokens=False).ids)
    start = tokenizer.post_processor is not None and around[0] == tokenizer.token_to_id("<s>")
    return {
        "ids": encoded,
        "decoded": [tokenizer.decode(ids, skip_special_tokens=False) for ids in encoded],
        "mixed": mixed,
        "mixed_decoded": [tokenizer.decode(ids, skip_special_tokens=False) for ids in mixed],
        "prefix": around[:int(start)], "suffix": around[int(start) + plain:],
    }


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--out", type=pathlib.Path, default=root / "Tests/Fixtures/tokenizer/layouts")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    texts = [text for text in TEXTS if len(text) < 80] + MORE_TEXTS + list(random_texts(34, seed=19))
    goldens = {"texts": texts, "layouts": {}}
    for name, described in layouts():
        text = json.dumps(described, separators=(",", ":"))
        (out / f"{name}.json").write_text(text + "\n", encoding="ascii")
        goldens["layouts"][name] = golden(Tokenizer.from_str(text), texts)
    (out / "golden.json").write_text(
        json.dumps(goldens, separators=(",", ":")) + "\n", encoding="ascii")
    provenance = {
        "command": "scripts/oracle/layout_goldens.py",
        "versions": {"tokenizers": tokenizers.__version__},
        "sha256": {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
                   for path in sorted(out.glob("*.json")) if path.name != "provenance.json"},
    }
    (out / "provenance.json").write_text(json.dumps(provenance, indent=1) + "\n")


if __name__ == "__main__":
    main()
