"""Questions asked by ft-mmlu beside lm-evaluation-harness and HF transformers: same model, prompts,
threads and type.

    .deps/oracle/bin/python -I scripts/oracle/bench_eval.py --program "scripts/ft-mmlu bench eval" \\
        --data MMLU --tokenizer FOLDER [--shots 0,7] [--questions 10] [--rounds 2] [--threads 2] \\
        [--subjects anatomy,…] [--modes lm-eval,hf-loop,hf-prefix] [--new-tokens 64 --batches 8,32]

A random checkpoint of the shape is written to a temporary folder with the tokenizer beside it.
Prompts are lm-evaluation-harness's, with real questions: shots are the dev rows, then the first val
rows. In each round every one asks the same questions in turn; ratios are of the rounds' pairs, and
the medians count. lm-eval: its own HF back end (pip install lm-eval==0.4.13). hf-loop: a forward a
question with the last position's logits. hf-prefix: the same, with the keys and values of a
subject's shots kept by hand. Letters' log-probabilities must agree with hf-loop's. With --new-tokens
texts of that length are sampled instead, by HF's generate in padded batches.
"""

import argparse
import csv
import json
import os
import pathlib
import resource
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))  # python -I leaves it out
from bench_train import DTYPES, SHAPES, write_checkpoint

LETTERS = [" A", " B", " C", " D"]
#: Subjects whose 7-shot prompts have about the mean length.
SUBJECTS = "college_biology,high_school_statistics,machine_learning,security_studies"


def question(row, answered):
    text = row[0].strip() + "".join(f"\n{l}. {c}" for l, c in zip("ABCD", row[1:5]))
    return text + "\nAnswer:" + (f" {row[5]}\n\n" if answered else "")


def prompts(data, subjects, shots, count):
    """[(prefix, [question])], a pair a subject."""
    def rows(split, subject):
        with open(f"{data}/{split}/{subject}_{split}.csv", newline="", encoding="utf-8") as file:
            return list(csv.reader(file))
    result = []
    for subject in subjects:
        shown = (rows("dev", subject) + rows("val", subject))[:shots]
        prefix = ("The following are multiple choice questions (with answers) about "
                  f"{subject.replace('_', ' ')}.\n\n" + "".join(question(r, True) for r in shown))
        result.append((prefix, [question(r, False) for r in rows("test", subject)[:count]]))
    return result


class Peers:
    def __init__(self, folder, dtype, device):
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = AutoModelForCausalLM.from_pretrained(
            folder, dtype=dtype, attn_implementation="sdpa").to(device).eval()
        self.device, self.dtype, self.folder, self.harness = device, dtype, folder, None
        self.letters = [self.tokenizer.encode(l)[0] for l in LETTERS]

    def ids(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False)

    def letters_behind(self, logits):
        return logits[0, -1].float().log_softmax(-1)[self.letters].tolist()

    @torch.no_grad()
    def hf_loop(self, groups):
        return [self.letters_behind(self.model(
            torch.tensor([self.ids(prefix + q)], device=self.device), logits_to_keep=1,
            use_cache=False).logits) for prefix, questions in groups for q in questions]

    @torch.no_grad()
    def hf_prefix(self, groups):
        result = []
        for prefix, questions in groups:
            shared = self.ids(prefix)
            cache = self.model(torch.tensor([shared], device=self.device), use_cache=True,
                               logits_to_keep=1).past_key_values
            for q in questions:
                ids = self.ids(prefix + q)
                assert ids[:len(shared)] == shared
                rest = torch.tensor([ids[len(shared):]], device=self.device)
                logits = self.model(rest, past_key_values=cache, logits_to_keep=1).logits
                cache.crop(-rest.shape[1])
                result.append(self.letters_behind(logits))
        return result

    def lm_eval(self, groups):
        from lm_eval.api.instance import Instance
        from lm_eval.models.huggingface import HFLM
        if self.harness is None:
            self.harness = HFLM(pretrained=self.model, tokenizer=self.tokenizer, batch_size=1,
                                max_length=4096, device=self.device)
        requests = [
            Instance(request_type="loglikelihood", doc={}, arguments=(prefix + q, letter), idx=0)
            for prefix, questions in groups for q in questions for letter in LETTERS]
        scores = [s[0] for s in self.harness.loglikelihood(requests, disable_tqdm=True)]
        return [scores[i:i + 4] for i in range(0, len(scores), 4)]

    @torch.no_grad()
    def generate(self, groups, new_tokens, batch):
        texts = [prefix + q for prefix, questions in groups for q in questions]
        self.tokenizer.padding_side = "left"
        self.tokenizer.pad_token = self.tokenizer.eos_token
        for start in range(0, len(texts), batch):
            inputs = self.tokenizer(texts[start:start + batch], return_tensors="pt", padding=True)
            self.model.generate(
                **inputs.to(self.device), max_new_tokens=new_tokens, min_new_tokens=new_tokens,
                do_sample=True, temperature=0.7, top_p=0.8, top_k=20)


def timed(body, device):
    start = time.perf_counter()
    value = body()
    if device != "cpu":
        torch.cuda.synchronize()
    return time.perf_counter() - start, value


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--shape", choices=SHAPES, default="qwen2.5-0.5b")
    parser.add_argument("--shots", default="7,0")
    parser.add_argument("--subjects", default=SUBJECTS)
    parser.add_argument("--questions", type=int, default=10)
    parser.add_argument("--modes", default="lm-eval,hf-loop,hf-prefix")
    parser.add_argument("--new-tokens", type=int)
    parser.add_argument("--batches", default="8,32")
    parser.add_argument("--dtype", choices=DTYPES, default="bf16")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)

    with tempfile.TemporaryDirectory() as folder:
        write_checkpoint(arguments.shape, folder)
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copy(f"{arguments.tokenizer}/{name}", folder)
        peers = Peers(folder, DTYPES[arguments.dtype], arguments.device)
        for shots in map(int, arguments.shots.split(",")):
            groups = prompts(
                arguments.data, arguments.subjects.split(","), shots, arguments.questions)
            compare(arguments, folder, peers, shots, groups)


def compare(arguments, folder, peers, shots, groups):
    path = f"{folder}/prompts.jsonl"
    whole = [peers.ids(prefix + q) for prefix, questions in groups for q in questions]
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps({"input_ids": ids}) + "\n" for ids in whole)
    print(f"{shots}-shot, {len(whole)} questions, {sum(map(len, whole)) / len(whole):.0f} tokens a "
          f"prompt, {arguments.dtype}, {arguments.device}, {arguments.threads} threads", flush=True)
    command = shlex.split(arguments.program) + [
        "--shape", folder, "--prompts", path, "--letters", ",".join(map(str, peers.letters)),
        "--dtype", arguments.dtype, "--device", arguments.device, "--threads",
        str(arguments.threads), "--rounds", "1", "--json"]
    bodies = {}
    if arguments.new_tokens:
        command += ["--new-tokens", str(arguments.new_tokens)]
        for batch in map(int, arguments.batches.split(",")):
            bodies[f"generate, batch {batch}"] = (
                lambda batch=batch: peers.generate(groups, arguments.new_tokens, batch))
    else:
        for mode in arguments.modes.split(","):
            bodies[mode] = lambda mode=mode: getattr(peers, mode.replace("-", "_"))(groups)
    peers.hf_loop([(groups[0][0], groups[0][1][:1])])
    rounds = []
    for _ in range(arguments.rounds):
        result = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        if result.returncode != 0:
            raise SystemExit(f"{command[0]}: exit {result.returncode}; 0 would be right.")
        ours = json.loads(result.stdout)
        times = {}
        for name, body in bodies.items():
            times[name], scores = timed(body, arguments.device)
            if scores is not None:
                gap = max(abs(a - b) for x, y in zip(scores, ours["logprobs"])
                          for a, b in zip(x, y))
                same = sum(max(range(4), key=x.__getitem__) == max(range(4), key=y.__getitem__)
                           for x, y in zip(scores, ours["logprobs"]))
                times[name] = (times[name], gap, same)
        rounds.append((ours, times))
    median = statistics.median
    seconds = median(o["seconds"][0] for o, _ in rounds)
    peak = median(o["peak_bytes"] for o, _ in rounds) / 1e9
    allowed = (1.3 * rounds[0][0]["weight_bytes"] + rounds[0][0]["cache_bytes"]) / 1e9
    print(f"  ours         {seconds / len(whole):.4f} s a question, "
          f"{median(o['over_floor'] for o, _ in rounds):.2f} of the products, peak {peak:.2f} GB "
          f"(1.3 weights and the room for keys and values: {allowed:.2f})")
    for name in bodies:
        if arguments.new_tokens:
            count = arguments.new_tokens * len(whole)
            theirs = median(t[name] for _, t in rounds)
            print(f"  {name}: {count / theirs:.1f} tokens/s beside ours {count / seconds:.1f}: "
                  f"{median(t[name] / o['seconds'][0] for o, t in rounds):.2f} times as fast")
            continue
        theirs = median(t[name][0] for _, t in rounds)
        print(f"  {name:12} {theirs / len(whole):.4f} s a question; ours is "
              f"{median(t[name][0] / o['seconds'][0] for o, t in rounds):.2f} times as fast; "
              f"log-probabilities differ by {rounds[0][1][name][1]:.3g} at most, "
              f"{rounds[0][1][name][2]} of {len(whole)} letters equal", flush=True)
    if arguments.device == "cpu":
        print(f"  peers' peak: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
    limit = 0.25 if arguments.dtype == "bf16" else 1e-4
    for name in bodies:
        if not arguments.new_tokens and rounds[0][1][name][1] > limit:
            raise SystemExit(f"{name}: log-probabilities differ by more than {limit}.")


if __name__ == "__main__":
    main()
