"""Does ft-mmlu do on a real language model what HF transformers and PEFT do?

    .deps/oracle/bin/python -I scripts/oracle/check_real_model.py --model DIR \\
        [--program scripts/ft-mmlu] [--data MMLU]

DIR is the folder that `real_model.py` makes; MMLU defaults to ../shared/data/mmlu, else to the
built-in world's questions. Prints a line a check, with its seconds and figures, and exits with 1 when
one differs. `scripts/test --long` runs it. Two minutes on one core, 24 on two under a load of ten.
"""

import argparse
import csv
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))  # python -I leaves it out
import reference
import torch
from safetensors.torch import load_file
from transformers import AutoTokenizer

ROOT = pathlib.Path(__file__).resolve().parents[2]
ASKED = 8
TOLERANCE = 1e-3
GENERATED = 24
TEXTS = [
    "The capital of France is Paris.", "Question: 12345 + 67 = ?\nAnswer:", "naïve café – 3.14 你好 🙂",
    "  two  spaces\t\n\n and lines \r\n", "<|im_start|>user\nHi<|im_end|>\n", "don't we'll I'M x²³ ½",
    "def f(x):\n    return x ** 2  # Ω",
]
CHATS = [
    [("user", "What is 2+2?")],
    [("system", "Answer in French."), ("user", "Who are you?")],
    [("user", "Hi"), ("assistant", "Hello!"), ("user", "Name a colour.")],
]
TRAINING = ["--max-steps", "6", "--batch-size", "4", "--no-eval", "--no-shuffle", "--warmup-steps",
            "0", "--learning-rate", "1e-3", "--lora-dropout", "0.1", "--store", "none", "--threads", "1"]


class Check:
    """The model, the program and the folder that files go to."""

    def __init__(self, options, folder):
        self.program, self.model = str(options.program.resolve()), str(options.model.resolve())
        self.data, self.folder = str(options.data.resolve()), folder
        self.failed, self.start = False, time.monotonic()
        self.tokenizer = AutoTokenizer.from_pretrained(self.model)
        self.base = reference.load_model(self.model)
        self.rows = self.questions()
        examples = []
        for subject, _, fields in self.rows:
            ids = self.tokenizer(self.listed(subject, fields))["input_ids"]
            target = self.tokenizer(f" {fields[5]}")["input_ids"]
            examples.append((ids + target, [-100] * len(ids) + target))
        self.sequences = [ids for ids, _ in examples]
        self.labels = [labels for _, labels in examples]
        self.write("ids.jsonl", [{"input_ids": ids} for ids in self.sequences])
        self.write("examples.jsonl", [{"input_ids": i, "labels": j} for i, j in examples])
        with open(f"{folder}/questions.csv", "w") as file:
            file.write("subject,split,row\n")
            file.writelines(f"{subject},test,{row}\n" for subject, row, _ in self.rows)

    def questions(self):
        """The two shortest test rows of each of the first subjects: (subject, row, fields)."""
        files = sorted(pathlib.Path(self.data, "test").glob("*_test.csv"))[:ASKED // 2]
        found = []
        for file in files:
            with open(file, newline="", encoding="utf-8") as lines:
                rows = list(csv.reader(lines))
            short = sorted(range(len(rows)), key=lambda row: len("".join(rows[row])))[:2]
            found += [(file.name.removesuffix("_test.csv"), row, rows[row]) for row in short]
        return found

    @staticmethod
    def listed(subject, fields):
        """The prompt of preset lm-eval."""
        choices = "".join(f"{letter}. {text}\n" for letter, text in zip("ABCD", fields[1:5]))
        return (f"The following are multiple choice questions (with answers) about "
                f"{subject.replace('_', ' ')}.\n\n{fields[0].strip()}\n{choices}Answer:")

    def write(self, name, lines):
        with open(f"{self.folder}/{name}", "w") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)

    def say(self, holds, what):
        self.failed |= not holds
        seconds = time.monotonic() - self.start
        print(f"{seconds:5.0f} s  {'agrees' if holds else 'DIFFERS'}: {what}", flush=True)

    def run(self, *arguments, text=None):
        """Standard output of ft-mmlu, which must succeed."""
        ended = subprocess.run([self.program, *arguments], input=text, text=True, cwd=self.folder,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if ended.returncode != 0:
            raise SystemExit(f"ft-mmlu {' '.join(arguments)}: exit {ended.returncode}\n{ended.stderr}")
        return ended.stdout

    def rendered(self, chat, **options):
        messages = [{"role": role, "content": text} for role, text in chat]
        return self.tokenizer.apply_chat_template(messages, tokenize=False, **options)

    def ids(self):
        texts = TEXTS + [self.rendered(chat, add_generation_prompt=True) for chat in CHATS]
        texts += [" ".join(fields[:5]) for _, _, fields in self.rows]
        lines = "".join(json.dumps(text) + "\n" for text in texts)
        ours = [json.loads(line) for line in
                self.run("tokenize", "--model", self.model, "--json", text=lines).splitlines()]
        theirs = [self.tokenizer(text)["input_ids"] for text in texts]
        equal = sum(a == b for a, b in zip(ours, theirs, strict=True))
        self.say(equal == len(texts), f"ids of {equal} of {len(texts)} texts are transformers'")

    def distance(self, model, *arguments, folder=None):
        """How far the logits of ft-mmlu are from those of a model, at most."""
        out = f"{self.folder}/logits.safetensors"
        self.run("logits", "--model", folder or self.model, "--examples", "ids.jsonl", "--output",
                 out, "--dtype", "fp32", "--device", "cpu", *arguments)
        ours = load_file(out)
        pathlib.Path(out).unlink()
        return max(reference.largest_difference(ours[f"logits.{index}"], reference.logits(model, ids))
                   for index, ids in enumerate(self.sequences))

    def between(self, model, other):
        """How far the logits of two models are from each other, at most."""
        return max(reference.largest_difference(
            reference.logits(model, ids), reference.logits(other, ids)) for ids in self.sequences)

    def logits(self):
        away = self.distance(self.base)
        self.say(away < TOLERANCE, f"logits in fp32, {sum(map(len, self.sequences))} tokens, within "
                                   f"{away:.2g}, accepted {TOLERANCE:g}")

    def answers(self, name, *arguments):
        """What ft-mmlu answered, in the order of the questions."""
        self.run("eval", "--model", self.model, "--data", self.data, "--questions", "questions.csv",
                 "--shots", "0", "--dtype", "fp32", "--device", "cpu", "--threads", "1", "--store",
                 "none", "--quiet", "--output", name, *arguments)
        with open(f"{self.folder}/{name}/answers.jsonl") as file:
            found = {(line["subject"], line["row"]): line for line in map(json.loads, file)}
        return [found[subject, row] for subject, row, _ in self.rows]

    def log_probabilities(self, text, continuations):
        ids, result = self.tokenizer(text)["input_ids"], []
        for continuation in continuations:
            whole = self.tokenizer(text + continuation)["input_ids"]
            lines = reference.logits(self.base, whole).log_softmax(-1)
            result.append(float(sum(lines[at - 1, whole[at]] for at in range(len(ids), len(whole)))))
        return result

    def scored(self, name, preset, key, prompt, continuations):
        ours = [answer[key] for answer in self.answers(name, "--prompt", preset)]
        theirs = [self.log_probabilities(prompt(subject, fields), continuations(fields))
                  for subject, _, fields in self.rows]
        away = max(abs(a - b) for x, y in zip(ours, theirs, strict=True)
                   for a, b in zip(x, y, strict=True))
        self.say(away < TOLERANCE, f"eval by {name}: {4 * len(ours)} log-probabilities within "
                                   f"{away:.2g} of transformers', accepted {TOLERANCE:g}")

    def letter(self):
        self.scored("letter", "lm-eval", "logprobs", self.listed, lambda _: [" A", " B", " C", " D"])

    def choice(self):
        self.scored(
            "choice", "continuation", "choice_logprobs",
            lambda subject, fields: f"The following are questions (with answers) about "
                                    f"{subject.replace('_', ' ')}.\n\nQuestion: {fields[0].strip()}"
                                    f"\nAnswer:",
            lambda fields: [f" {text}" for text in fields[1:5]])

    def generation(self):
        """Greedy answers in the model's own chat template, which must therefore be the same too."""
        answers = self.answers("generation", "--prompt", "chat", "--scoring", "generate",
                               "--temperature", "0", "--repeats", "1", "--max-new-tokens",
                               str(GENERATED))
        equal, tokens = 0, 0
        for (subject, _, fields), answer in zip(self.rows, answers, strict=True):
            prompt = self.rendered([("user", self.listed(subject, fields))], add_generation_prompt=True)
            ids = self.tokenizer(prompt, return_tensors="pt")
            made = self.base.generate(**ids, do_sample=False, max_new_tokens=GENERATED)
            new = made[0, ids["input_ids"].shape[1]:]
            tokens += len(new)
            equal += answer["text"] == self.tokenizer.decode(new, skip_special_tokens=True)
        self.say(equal == len(answers), f"eval by generation in the chat template: {equal} of "
                                        f"{len(answers)} greedy answers ({tokens} tokens) are equal")

    def loss(self):
        """Of the first step's four examples, in float32."""
        total = 0.0
        for ids, labels in list(zip(self.sequences, self.labels))[:4]:
            total -= float(reference.token_log_probabilities(
                reference.logits(self.base, ids), ids)[-1])
            assert labels[-2:] == [-100, ids[-1]]
        return total / 4

    def train(self, name, target, dtype, *arguments):
        """The losses of a training, by step."""
        self.run("train", "--model", self.model, "--data", self.data, "--target", target,
                 "--examples", "examples.jsonl", "--dtype", dtype, "--device", "cpu", "--quiet",
                 "--output", name, *TRAINING, *arguments)
        return self.losses(name)

    def losses(self, name):
        try:
            with open(f"{self.folder}/{name}/metrics.jsonl") as file:
                lines = [json.loads(line) for line in file if line.endswith("\n")]
        except FileNotFoundError:
            return []
        return [line["loss"] for line in lines if "loss" in line]

    def training(self):
        expected = self.loss()
        for target in ("V", "QKV"):
            losses = self.train(target, target, "fp32")
            away = abs(losses[0] - expected)
            self.say(len(losses) == 6 and away < TOLERANCE and losses[4] < losses[0],
                     f"training {target} in fp32: loss {losses[0]:.4f} at first, within {away:.2g} of "
                     f"transformers', {losses[4]:.4f} on the same four after four steps")
        first = [self.train(f"{target}-bf16", target, "bf16", "--max-steps", "1")[0]
                 for target in ("V", "QKV")]
        self.say(first[0] == first[1], f"first losses of V and QKV in bf16 are the same number, "
                                       f"{first[0]:.4f}, {abs(first[0] - expected):.2g} from fp32")

    def resume(self):
        """A training that a signal stopped goes on to the same bytes."""
        arguments = ["train", "--model", self.model, "--data", self.data, "--target", "QKV",
                     "--examples", "examples.jsonl", "--dtype", "fp32", "--device", "cpu", "--quiet",
                     "--output", "stopped", *TRAINING]
        with subprocess.Popen([self.program, *arguments], cwd=self.folder, stderr=subprocess.PIPE,
                              stdout=subprocess.PIPE) as process:
            while process.poll() is None and len(self.losses("stopped")) < 2:
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            process.communicate()
        steps = len(self.losses("stopped"))
        self.run("train", "--resume", "stopped", "--quiet")
        equal = all(
            pathlib.Path(self.folder, "QKV", name).read_bytes()
            == pathlib.Path(self.folder, "stopped", name).read_bytes()
            for name in ("adapter/adapter_model.safetensors", "adapter/adapter_config.json",
                         "checkpoint/training.safetensors"))
        same = self.losses("QKV") == self.losses("stopped")
        self.say(equal and same and process.returncode == 128 + signal.SIGINT and steps < 6,
                 f"training stopped after {steps} of 6 steps and resumed: "
                 f"{'the same bytes' if equal and same else 'other bytes'}")

    def merge(self):
        self.run("merge", "--model", self.model, "--adapter", "QKV/adapter", "--output", "merged")
        merged = reference.load_model(f"{self.folder}/merged")
        theirs = reference.add_adapter(
            reference.load_model(self.model), f"{self.folder}/QKV/adapter").merge_and_unload()
        weights = max(reference.largest_difference(a, b) for a, b in zip(
            merged.state_dict().values(), theirs.state_dict().values(), strict=True))
        away = self.between(merged, theirs)
        ours = self.distance(theirs, folder="merged")
        moved = self.between(merged, self.base)
        self.say(max(away, ours) < TOLERANCE and weights < 1e-5 and moved > 100 * TOLERANCE,
                 f"merge: weights within {weights:.2g} of PEFT's, logits of the folder within "
                 f"{away:.2g} in transformers and {ours:.2g} in ours, moved by up to {moved:.2g}")

    def adapters(self):
        """PEFT reads ours, and ft-mmlu reads PEFT's."""
        made = reference.new_adapter(reference.load_model(self.model), rank=4, alpha=8,
                                     targets="qkv", seed=20, b_deviation=0.02)
        reference.save_adapter(made, f"{self.folder}/peft")
        for name, folder in (("our adapter in PEFT", "QKV/adapter"), ("PEFT's adapter in ours", "peft")):
            model = reference.add_adapter(reference.load_model(self.model), f"{self.folder}/{folder}")
            away = self.distance(model, "--adapter", folder)
            moved = self.between(model, self.base)
            self.say(away < TOLERANCE and moved > 100 * TOLERANCE,
                     f"{name}: logits within {away:.2g}, moved by up to {moved:.2g}")


def main():
    shared = ROOT.parent / "shared/data/mmlu"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "scripts/ft-mmlu")
    parser.add_argument("--data", type=pathlib.Path,
                        default=shared if shared.is_dir() else ROOT / "data/pocket/mmlu")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        check = Check(options, folder)
        for part in (check.ids, check.logits, check.letter, check.choice, check.generation,
                     check.training, check.resume, check.merge, check.adapters):
            part()
    check.say(not check.failed, f"all of it, on questions of {options.data}")
    sys.exit(check.failed)


if __name__ == "__main__":
    main()
