"""Does TensorBoard read what a run wrote, and is it what metrics.jsonl says?

    .deps/oracle/bin/python -I scripts/oracle/check_tensorboard.py RUN

Exits with 1 when a scalar is missing, is one too many, or differs by more than float32 rounds.
"""

import argparse
import json
import math
import pathlib
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util.tensor_util import make_ndarray

TAGS = ["loss", "zero_shot_loss", "few_shot_loss", "few_shot_weight", "learning_rate", "grad_norm",
        "tokens_per_second"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=pathlib.Path, help="a run folder of ft-mmlu train")
    run = parser.parse_args().run

    events = EventAccumulator(str(run), size_guidance={"tensors": 0, "scalars": 0})
    events.Reload()
    tags = events.Tags()
    found = {tag: [(event.step, event.value) for event in events.Scalars(tag)]
             for tag in tags["scalars"]}
    found |= {tag: [(event.step, float(make_ndarray(event.tensor_proto)))
                    for event in events.Tensors(tag)] for tag in tags["tensors"]}
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    expected = {tag: [(line["step"], line[tag]) for line in lines if line[tag] is not None]
                for tag in TAGS}
    agrees = set(found) == {tag for tag in TAGS if expected[tag]}
    for tag, scalars in sorted(found.items()):
        # metrics.jsonl has whole tokens a second.
        slack = 0.51 if tag == "tokens_per_second" else 0
        same = [step for step, _ in scalars] == [step for step, _ in expected.get(tag, [])] and all(
            math.isclose(a, b, rel_tol=1e-6, abs_tol=slack)
            for (_, a), (_, b) in zip(scalars, expected[tag]))
        agrees &= same
        print(f"{tag:18} {len(scalars):5} steps  {'agrees' if same else 'DIFFERS'}")
    print("agrees" if agrees else f"DIFFERS: TensorBoard has {sorted(found)}")
    sys.exit(0 if agrees else 1)


if __name__ == "__main__":
    main()
