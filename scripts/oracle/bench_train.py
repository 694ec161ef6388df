"""Steps of ft-mmlu beside those of HF transformers with PEFT: same model, batch, threads and type.

    .deps/oracle/bin/python -I scripts/oracle/bench_train.py --program "scripts/ft-mmlu bench train" \\
        [--targets V,QKV] [--dtype bf16|fp32] [--threads 2] [--rounds 3] [--device cpu|cuda] \\
        [--shape qwen2.5-0.5b] [--lengths 120 220]

A random checkpoint of the shape and 8 examples, whose last token is the only target, are written to
a temporary folder. Each round runs the program (which measures its products and a step after one
that warms up), then a step of HF on the same examples, right-padded; ratios are of the pairs, and
the medians count. First losses must agree.
"""

import argparse
import json
import resource
import shlex
import statistics
import subprocess
import tempfile
import time

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Qwen2Config

#: width, hidden width, layers, heads, key heads, tied (config.json of the Qwen2.5 checkpoints)
SHAPES = {
    "qwen2.5-0.5b": (896, 4864, 24, 14, 2, True),
    "qwen2.5-1.5b": (1536, 8960, 28, 12, 2, True),
    "qwen2.5-3b": (2048, 11008, 36, 16, 2, True),
    "qwen2.5-7b": (3584, 18944, 28, 28, 4, False),
}
DTYPES = {"bf16": torch.bfloat16, "fp32": torch.float32}


def write_checkpoint(shape, folder):
    width, hidden, layers, heads, key_heads, tied = SHAPES[shape]
    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=152064 if shape.endswith("7b") else 151936, hidden_size=width,
        intermediate_size=hidden, num_hidden_layers=layers, num_attention_heads=heads,
        num_key_value_heads=key_heads, tie_word_embeddings=tied, rms_norm_eps=1e-6,
        max_position_embeddings=32768, rope_theta=1e6, dtype=torch.bfloat16)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    model.save_pretrained(folder)
    return config.vocab_size


def write_examples(path, vocabulary, lengths, count=8):
    generator = torch.Generator().manual_seed(0)
    rows = []
    for _ in range(count):
        size = int(torch.randint(lengths[0], lengths[1] + 1, (1,), generator=generator))
        ids = torch.randint(0, vocabulary, (size,), generator=generator).tolist()
        rows.append({"input_ids": ids, "labels": [-100] * (size - 1) + ids[-1:]})
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return rows


class Peer:
    """HF transformers with PEFT, on one padded batch."""

    def __init__(self, folder, targets, dtype, rows, device):
        model = AutoModelForCausalLM.from_pretrained(
            folder, dtype=dtype, attn_implementation="sdpa").to(device)
        self.model = get_peft_model(model, LoraConfig(
            r=8, lora_alpha=16, lora_dropout=0.0, task_type="CAUSAL_LM",
            target_modules=[f"{letter.lower()}_proj" for letter in targets])).train()
        self.parameters = [p for p in self.model.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(self.parameters, lr=1e-4, weight_decay=0.0)
        longest = max(len(row["input_ids"]) for row in rows)
        self.ids = torch.zeros(len(rows), longest, dtype=torch.long, device=device)
        self.labels = torch.full_like(self.ids, -100)
        self.mask = torch.zeros_like(self.ids)
        for i, row in enumerate(rows):
            size = len(row["input_ids"])
            self.ids[i, :size] = torch.tensor(row["input_ids"])
            self.labels[i, :size] = torch.tensor(row["labels"])
            self.mask[i, :size] = 1
        self.device = device

    def step(self):
        """Seconds of one step, and its loss."""
        start = time.perf_counter()
        loss = self.model(
            input_ids=self.ids, attention_mask=self.mask, labels=self.labels).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        value = loss.item()
        if self.device != "cpu":
            torch.cuda.synchronize()
        return time.perf_counter() - start, value


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--shape", choices=SHAPES, default="qwen2.5-0.5b")
    parser.add_argument("--targets", default="V,QKV")
    parser.add_argument("--dtype", choices=DTYPES, default="bf16")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lengths", type=int, nargs=2, default=(120, 220))
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)

    with tempfile.TemporaryDirectory() as folder:
        vocabulary = write_checkpoint(arguments.shape, folder)
        examples = f"{folder}/examples.jsonl"
        rows = write_examples(examples, vocabulary, arguments.lengths)
        tokens = sum(len(row["input_ids"]) for row in rows)
        print(f"{arguments.shape}, {arguments.dtype}, {arguments.device}, "
              f"{arguments.threads} threads, {tokens} real tokens a step")
        for targets in arguments.targets.split(","):
            command = shlex.split(arguments.program) + [
                "--shape", folder, "--target", targets, "--dtype", arguments.dtype, "--device",
                arguments.device, "--threads", str(arguments.threads), "--examples", examples,
                "--rounds", "1", "--json"]
            peer = Peer(folder, targets, DTYPES[arguments.dtype], rows, arguments.device)
            _, peer_loss = peer.step()
            pairs = []
            for _ in range(arguments.rounds):
                result = subprocess.run(command, stdout=subprocess.PIPE, text=True)
                if result.returncode != 0:
                    raise SystemExit(f"{command[0]}: exit {result.returncode}; 0 would be right.")
                ours = json.loads(result.stdout)
                theirs, _ = peer.step()
                pairs.append((ours["step_seconds"][0], theirs, ours["floor_seconds"][0], ours))
                print(f"  {targets}: ours {pairs[-1][0]:.2f} s, HF+PEFT {theirs:.2f} s, "
                      f"products alone {pairs[-1][2]:.2f} s", flush=True)
            median = lambda value: statistics.median(value(pair) for pair in pairs)
            if arguments.device == "cpu":
                peer_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            else:
                peer_peak = torch.cuda.max_memory_allocated()
            print(f"{targets}: {median(lambda p: tokens / p[0]):.0f} tokens/s, "
                  f"{median(lambda p: p[1] / p[0]):.2f} times HF+PEFT, "
                  f"{median(lambda p: p[0] / p[2]):.2f} of the products, "
                  f"peak {median(lambda p: p[3]['peak_bytes']) / 1e9:.2f} GB beside "
                  f"{peer_peak / 1e9:.2f} GB, first loss "
                  f"{pairs[0][3]['first_loss']:.4f} beside {peer_loss:.4f}", flush=True)
            del peer
            limit = 0.05 if arguments.dtype == "bf16" else 1e-4
            if abs(pairs[0][3]["first_loss"] - peer_loss) > limit:
                raise SystemExit(f"{targets}: the first losses differ by more than {limit}.")


if __name__ == "__main__":
    main()
