"""Makes Tests/Fixtures/prompts/choice_scores.json: lm-eval's own scores by choice text.

    .deps/oracle/bin/pip install lm-eval==0.4.13
    .deps/oracle/bin/python -I scripts/oracle/choice_scores.py [--shared ../shared] [--out FILE]

Its task `mmlu_continuation` on the golden checkpoint `tiny` of ../shared and the questions beside it,
0-shot and 7-shot, float32: each choice's log-likelihood, and acc, acc_norm and acc_bytes.
"""

import argparse
import json
import os
import pathlib
import tempfile

os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")

import lm_eval
import yaml
from importlib import metadata
from lm_eval import simple_evaluate
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks import TaskManager

METRICS = ("acc", "acc_norm", "acc_bytes")


def scores(golden):
    files = pathlib.Path(lm_eval.__file__).parent / "tasks/mmlu/continuation"
    subjects = sorted(file.name.removesuffix("_test.jsonl")
                      for file in (golden / "mmlu").glob("*_test.jsonl"))
    model = HFLM(pretrained=str(golden / "checkpoint"), dtype="float32", device="cpu",
                 batch_size=1, max_length=2048)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for subject in subjects:
            config = yaml.safe_load((files / "_continuation_template_yaml").read_text())
            config.update(yaml.safe_load((files / f"mmlu_{subject}.yaml").read_text()))
            for key in ("include", "tag", "dataset_name"):
                config.pop(key, None)
            config.update(
                dataset_path="json", dataset_kwargs={"data_files": {
                    split: str(golden / f"mmlu/{subject}_{split}.jsonl")
                    for split in ("dev", "test")}},
                metric_list=[{"metric": name, "aggregation": "mean", "higher_is_better": True}
                             for name in METRICS])
            (pathlib.Path(folder) / f"{subject}.yaml").write_text(json.dumps(config))
        for shots in (0, 7):
            result = simple_evaluate(
                model=model, tasks=[f"mmlu_{subject}_continuation" for subject in subjects],
                num_fewshot=shots, bootstrap_iters=0, log_samples=True,
                task_manager=TaskManager(include_path=folder, include_defaults=False))
            for subject in subjects:
                samples = sorted(result["samples"][f"mmlu_{subject}_continuation"],
                                 key=lambda sample: sample["doc_id"])
                found.setdefault(str(shots), {})[subject] = [
                    {"logprobs": [response[0][0] for response in sample["resps"]],
                     **{name: sample[name] for name in METRICS}} for sample in samples]
    return found


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=pathlib.Path, default=root.parent / "shared")
    parser.add_argument("--out", type=pathlib.Path,
                        default=root / "Tests/Fixtures/prompts/choice_scores.json")
    options = parser.parse_args()
    made = {
        "provenance": {
            "command": "scripts/oracle/choice_scores.py",
            "versions": {name: metadata.version(name)
                         for name in ("lm-eval", "transformers", "torch")},
        },
        "scores": scores(options.shared / "golden/tiny"),
    }
    options.out.write_text(json.dumps(made, indent=0) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
