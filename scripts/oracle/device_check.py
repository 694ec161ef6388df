"""Golden logits and training speed of ft-mmlu on a CUDA device; scripts/device-check runs it.

Speed comes from bench_train.py, which times the program and HF transformers with PEFT in turn on the
same batches. MFU is 4 · N floating-point operations a token (N all weights; the gradients of frozen
weights are not computed) over the card's dense bf16 peak.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import torch
from safetensors import safe_open

HERE = os.path.dirname(os.path.abspath(__file__))
#: absolute difference from HF's float32 logits on the CPU that float32 on CUDA may show
FLOAT32_LIMIT = 1e-4


def read(path):
    with safe_open(path, framework="pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}


def check_goldens(program, root, device):
    """Rows (folder, type, largest difference, limit)."""
    tolerances = json.loads((root / "tolerances.json").read_text())
    rows = []
    for folder in sorted(path.parent for path in root.glob("*/logits_float32.safetensors")):
        golden = read(folder / "logits_float32.safetensors")
        low = folder / "logits_bfloat16.safetensors"
        for dtype, expected, limit in [
                ("fp32", golden, FLOAT32_LIMIT),
                ("bf16", read(low) if low.exists() else None,
                 2 * tolerances[folder.name]["bf16_vs_fp32_logits"])]:
            if expected is None:
                continue
            count = sum(name.endswith(".ids") for name in golden)
            with tempfile.TemporaryDirectory() as place:
                with open(f"{place}/examples.jsonl", "w", encoding="utf-8") as file:
                    for i in range(count):
                        file.write(json.dumps({"input_ids": golden[f"{i}.ids"].tolist()}) + "\n")
                subprocess.run(
                    [program, "logits", "--model", str(folder / "checkpoint"), "--examples",
                     f"{place}/examples.jsonl", "--output", f"{place}/out.safetensors",
                     "--dtype", dtype, "--device", device], check=True)
                found = read(f"{place}/out.safetensors")
            worst = max(
                (found[f"logits.{i}"].float() - expected[f"{i}.logits"].float()).abs().max().item()
                for i in range(count))
            rows.append((folder.name, dtype, worst, limit))
    return rows


def parameter_count(program, shape, device):
    """Weights of the shape, as the program counts them; one short round without a peer."""
    result = subprocess.run(
        [program, "bench", "train", "--shape", shape, "--dtype", "bf16", "--device", device,
         "--rounds", "1", "--batch-size", "1", "--json"],
        check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(result.stdout)["parameters"]


def time_training(program, shape, device):
    """Rows (targets, tokens/s, times HF+PEFT), read from what bench_train.py prints."""
    result = subprocess.run(
        [sys.executable, "-I", f"{HERE}/bench_train.py", "--program", f"{program} bench train", "--shape",
         shape, "--dtype", "bf16", "--device", device, "--targets", "V,QKV", "--rounds", "5"],
        stdout=subprocess.PIPE, text=True)
    print(result.stdout, flush=True)
    if result.returncode != 0:
        raise SystemExit(f"{shape}: bench_train.py ended with {result.returncode}; 0 is right.")
    return [(match[1], float(match[2]), float(match[3])) for match in re.finditer(
        r"^(\w+): (\d+) tokens/s, ([0-9.]+) times HF\+PEFT", result.stdout, re.MULTILINE)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--goldens", required=True, type=pathlib.Path)
    parser.add_argument("--shapes", required=True)
    parser.add_argument("--peak-tflops", required=True, type=float)
    parser.add_argument("--device", default="cuda", help="cpu tries this program out")
    arguments = parser.parse_args()
    if arguments.device != "cpu" and not torch.cuda.is_available():
        raise SystemExit("no CUDA device is here; this check needs one.")

    goldens = check_goldens(arguments.program, arguments.goldens, arguments.device)
    speeds = []
    for shape in arguments.shapes.split(","):
        count = parameter_count(arguments.program, shape, arguments.device)
        for targets, rate, ratio in time_training(arguments.program, shape, arguments.device):
            mfu = rate * 4 * count / (arguments.peak_tflops * 1e12)
            speeds.append((shape, targets, rate, ratio, mfu))

    name = "CPU" if arguments.device == "cpu" else torch.cuda.get_device_name()
    print(f"{name}, torch {torch.__version__}")
    print(f"{'golden logits':24} {'type':5} {'largest':>9} {'limit':>9}")
    for name, dtype, worst, limit in goldens:
        print(f"{name:24} {dtype:5} {worst:9.2e} {limit:9.2e}{'' if worst <= limit else '  WRONG'}")
    print(f"{'training, bf16':24} {'on':5} {'tokens/s':>9} {'x HF+PEFT':>9} {'MFU (4N)':>9}")
    for shape, targets, rate, ratio, mfu in speeds:
        print(f"{shape:24} {targets:5} {rate:9.0f} {ratio:9.2f} {100 * mfu:8.1f}%")
    if any(worst > limit for *_, worst, limit in goldens):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
