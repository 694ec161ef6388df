"""Makes Tests/Fixtures/prompts/bos: a random Llama and lm-eval's scores of it, with a start token.

    .deps/oracle/bin/pip install lm-eval==0.4.13
    .deps/oracle/bin/python -I scripts/oracle/bos_scores.py [--out FOLDER]

lm-eval's task `mmlu`, its template and its HFLM as they are, 0-shot and 5-shot, in float32, on
questions of the built-in world. Each folder of `tokenizers` puts a start token before a text:
SentencePiece's settings as Llama 2, a post-processor as Llama 3 (byte level) and Gemma (byte
fallback). `scores.json` has four log-probabilities a question for each.
"""

import argparse
import csv
import io
import json
import os
import pathlib
import shutil
import sys
import tempfile

os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")

import datasets
import lm_eval
import sentencepiece
import yaml
from importlib import metadata
from lm_eval import simple_evaluate
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks import TaskManager
from tokenizers import Tokenizer, pre_tokenizers, trainers

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))  # python -I leaves it out
import layout_goldens
import tiny_checkpoint

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONFIG = {
    "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
    "intermediate_size": 56, "vocab_size": 464, "tie_word_embeddings": True, "rms_norm_eps": 1e-5,
    "rope_theta": 10000.0, "max_position_embeddings": 4096, "bos_token_id": 1, "eos_token_id": 2,
}
PIECES = 440
NAMES = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
SUBJECTS = ["astronomy", "jurisprudence", "sociology"]
ASKED = [0, 1, 70, 139]


def rows(subject, split):
    file = ROOT / f"data/pocket/mmlu/{split}/{subject}_{split}.csv"
    with open(file, newline="", encoding="utf-8") as lines:
        return [{"question": row[0], "choices": row[1:5], "answer": "ABCD".index(row[5])}
                for row in csv.reader(lines)]


def lines():
    """What the tokenizers learn from; every letter is a token after `Answer:`."""
    for subject in SUBJECTS:
        for row in rows(subject, "dev") + rows(subject, "val"):
            listed = [f"{letter}. {choice}" for letter, choice in zip("ABCD", row["choices"])]
            yield from [row["question"], *listed, f"Answer: {'ABCD'[row['answer']]}"]


def sentencepiece_model():
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=lines(), model_writer=model, model_type="bpe", vocab_size=PIECES,
        byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False,
        allow_whitespace_only_pieces=True, num_threads=1, minloglevel=2)
    return model.getvalue()


def trained(layout, before, specials=()):
    """A file of Tests/Fixtures/tokenizer/layouts with pieces of the world's words.

    `before` cuts the words that pieces are learnt from: Gemma's file cuts none, its model was made
    by SentencePiece.
    """
    tokenizer = Tokenizer.from_file(str(ROOT / f"Tests/Fixtures/tokenizer/layouts/{layout}.json"))
    own, tokenizer.pre_tokenizer = tokenizer.pre_tokenizer, before or tokenizer.pre_tokenizer
    names = ["<unk>", "<s>", "</s>"]
    tokenizer.train_from_iterator(lines(), trainers.BpeTrainer(
        vocab_size=PIECES, show_progress=False, special_tokens=[*names, *specials],
        initial_alphabet=[] if specials else sorted(pre_tokenizers.ByteLevel.alphabet())))
    tokenizer.pre_tokenizer = own
    described = json.loads(tokenizer.to_str())
    described["added_tokens"] = [it for it in described["added_tokens"] if it["content"] in names]
    return json.dumps(layout_goldens.framed(described, "<s> $A", ["<s>"])).encode()


def write_tokenizers(folder):
    config = NAMES | {"add_bos_token": True, "add_eos_token": False, "legacy": False}
    spaced = pre_tokenizers.Split("▁", "merged_with_next")
    fast = "PreTrainedTokenizerFast"
    made = {
        "llama2": ("tokenizer.model", sentencepiece_model(), "LlamaTokenizer"),
        "llama3": ("tokenizer.json", trained("llama3", None), fast),
        "gemma": ("tokenizer.json", trained("gemma", spaced, layout_goldens.BYTES), fast),
    }
    for name, (file, contents, kind) in made.items():
        (folder / name).mkdir(parents=True)
        (folder / name / file).write_bytes(contents)
        settings = config if file == "tokenizer.model" else NAMES
        (folder / name / "tokenizer_config.json").write_text(
            json.dumps(settings | {"tokenizer_class": kind}, indent=1) + "\n")


def write_tasks(folder):
    """lm-eval's task files of the subjects, over local rows."""
    files = pathlib.Path(lm_eval.__file__).parent / "tasks/mmlu/default"
    for subject in SUBJECTS:
        config = yaml.safe_load((files / "_default_template_yaml").read_text())
        config.update(yaml.safe_load((files / f"mmlu_{subject}.yaml").read_text()))
        for key in ("include", "tag", "dataset_name"):
            config.pop(key, None)
        data = {}
        asked = [rows(subject, "test")[row] for row in ASKED]
        for split, part in (("dev", rows(subject, "dev")), ("test", asked)):
            data[split] = str(folder / f"{subject}_{split}.jsonl")
            pathlib.Path(data[split]).write_text("".join(json.dumps(row) + "\n" for row in part))
        config.update(dataset_path="json", dataset_kwargs={"data_files": data})
        (folder / f"{subject}.yaml").write_text(json.dumps(config))


def scores(checkpoint, tasks):
    model = HFLM(pretrained=str(checkpoint), dtype="float32", device="cpu", batch_size=1)
    found = []
    for shots in (0, 5):
        result = simple_evaluate(
            model=model, tasks=[f"mmlu_{subject}" for subject in SUBJECTS], num_fewshot=shots,
            bootstrap_iters=0, log_samples=True,
            task_manager=TaskManager(include_path=str(tasks), include_defaults=False))
        for subject in SUBJECTS:
            samples = sorted(result["samples"][f"mmlu_{subject}"], key=lambda it: it["doc_id"])
            found += [{"subject": subject, "row": row, "shots": shots,
                       "logprobs": [response[0][0] for response in sample["resps"]]}
                      for row, sample in zip(ASKED, samples, strict=True)]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "Tests/Fixtures/prompts/bos")
    out = parser.parse_args().out
    datasets.disable_progress_bars()
    shutil.rmtree(out, ignore_errors=True)
    tiny_checkpoint.write_checkpoint(
        f"{out}/model", CONFIG, dtype="bfloat16", shard_count=1, version=4, seed=20, family="llama")
    (out / "model/model.safetensors").chmod(0o644)
    write_tokenizers(out / "tokenizers")
    found = {}
    with tempfile.TemporaryDirectory() as temporary:
        temporary = pathlib.Path(temporary)
        write_tasks(temporary)
        for tokenizer in sorted((out / "tokenizers").iterdir()):
            folder = temporary / tokenizer.name
            shutil.copytree(out / "model", folder)
            shutil.copytree(tokenizer, folder, dirs_exist_ok=True)
            found[tokenizer.name] = scores(folder, temporary)
    versions = {name: metadata.version(name) for name in
                ("lm-eval", "transformers", "tokenizers", "sentencepiece", "torch")}
    (out / "scores.json").write_text(json.dumps({
        "provenance": {"command": "scripts/oracle/bos_scores.py", "versions": versions},
        "scores": found,
    }, indent=0) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
