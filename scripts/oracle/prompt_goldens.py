"""Makes Tests/Fixtures/prompts: whole prompts of every preset, as text and as token ids.

    .deps/oracle/bin/pip install lm-eval==0.4.13
    .deps/oracle/bin/python -I scripts/oracle/prompt_goldens.py [--shared ../shared] [--out FOLDER]

`lm-eval`, `chat` and `continuation` are built by lm-eval's own task code from its own task files,
over local rows; `hendrycks`, `llama-factory` and `cot` are written again here from their sources
(evaluate.py of hendrycks/test at 4450500; eval/template.py and data/template.py of LLaMA-Factory
0.9.2 and 0.9.3; our protocol). Ids are those of the packages `tokenizers` (byte-level files) and
`sentencepiece` (the built-in world); LLaMA-Factory tokenises each turn by itself.

`invented.json` has prompts of invented rows in full; `published.json` has, for each preset and number
of shots, SHA-256 over prompts of real rows: the first, the middle and the last test row of each of
the 57 subjects, behind the first dev rows and then the first val rows.
"""

import argparse
import csv
import hashlib
import json
import os
import pathlib
import re
import tempfile

os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")

import datasets
import jinja2.sandbox
import lm_eval
import sentencepiece
import tokenizers
import yaml
from importlib import metadata
from lm_eval.api.task import ConfigurableTask

LETTERS = "ABCD"
PLAIN_HEADER = "The following are multiple choice questions (with answers) about {}.\n\n"
COT_HEADER = ('The following are multiple choice questions (with answers) about {}. '
              'Think step by step, then finish with "The answer is X."\n\n')
SYSTEM = {"llama-factory": "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.",
          "llama-factory-0.9.2": "You are a helpful assistant."}
PRESETS = ["hendrycks", "lm-eval", "llama-factory", "llama-factory-0.9.2", "chat", "cot",
           "plain-cot", "continuation"]

INVENTED = {
    "dev": [
        ["What warms tea?", "Fire", "Ice", "Snow ", "None", "A"],
        [" A boat floats.\nWhy?", "1.0", "It is light", "Wind", "007", "B"],
        ["\x1c Käse,  日本語 \u3000", " é", "e\u0301", "\tx", "🙂", "D"],
    ],
    "val": [["Say \"so\", or not", "I", "a", "A. b", "<|im_end", "C"]],
    "test": [
        ["What falls?", "Up", "Down", "A stone", "Light", "C"],
        ["\n What  rises?\r\n\u00a0", "B", "(C) D", "Answer:", "It's 3.14159", "D"],
    ],
}
RATIONALES = {"What warms tea?": "Fire is hot.", " A boat floats.\nWhy?": "Light things\nfloat: 1 < 2."}


def row_list(fields):
    return {"question": fields[0], "choices": fields[1:5], "answer": LETTERS.index(fields[5])}


def listed(row, question=None):
    lines = [row["question"] if question is None else question]
    lines += [f"{letter}. {choice}" for letter, choice in zip(LETTERS, row["choices"])]
    return "\n".join(lines) + "\nAnswer:"


class LMEval:
    """lm-eval's own tasks over rows of one subject."""

    def __init__(self, subject, shots, asked, folder):
        self.tasks = {}
        root = pathlib.Path(lm_eval.__file__).parent / "tasks/mmlu"
        data = {}
        for split, rows in (("dev", shots or asked), ("test", asked)):
            data[split] = f"{folder}/{subject}_{split}.jsonl"
            pathlib.Path(data[split]).write_text("".join(json.dumps(row) + "\n" for row in rows))
        for name, part, ending in (("lm-eval", "default", ""),
                                   ("continuation", "continuation", "")):
            files = root / part
            template = next(files.glob("_*_template_yaml"))
            config = yaml.safe_load(template.read_text())
            config.update(yaml.safe_load((files / f"mmlu_{subject}.yaml").read_text()))
            for key in ("include", "tag", "task_alias", "dataset_name"):
                config.pop(key, None)
            config.update(dataset_path="json", dataset_kwargs={"data_files": data})
            self.tasks[name] = ConfigurableTask(config=config)

    def text(self, name, index, shot_count):
        task = self.tasks[name]
        return task.fewshot_context(list(task.test_docs())[index], num_fewshot=shot_count)

    def continuations(self, name, index):
        task = self.tasks[name]
        doc = list(task.test_docs())[index]
        made = task.construct_requests(doc=doc, ctx="", metadata=("", 0, 1))
        return [request.arguments[1] for request in made]


def hendrycks(topic, shots, asked, _):
    text = f"The following are multiple choice questions (with answers) about  {topic}.\n\n"
    for row in shots:
        text += listed(row) + f" {LETTERS[row['answer']]}\n\n"
    return text + listed(asked)


def cot(topic, shots, asked, rationales):
    shown = [rationales.get(row["question"]) for row in shots]
    if None in shown:
        shown = [None] * len(shown)
    text = COT_HEADER.format(topic)
    for row, rationale in zip(shots, shown):
        reasoning = f" {rationale}" if rationale else ""
        text += listed(row) + f"{reasoning} The answer is {LETTERS[row['answer']]}.\n\n"
    return text + listed(asked)


def llama_factory_slots(name, topic, shots, asked):
    """The pieces that LLaMA-Factory tokenises one by one."""
    slots = [f"<|im_start|>system\n{SYSTEM[name]}<|im_end|>\n"]
    for number, row in enumerate(shots + [asked]):
        content = (PLAIN_HEADER.format(topic) if number == 0 else "") + listed(row)
        slots.append(f"<|im_start|>user\n{content}<|im_end|>\n<|im_start|>assistant\n")
        if number < len(shots):
            slots.append(f"{LETTERS[row['answer']]}<|im_end|>\n")
    return slots


class Template:
    """A checkpoint's chat template, rendered by Jinja as transformers does."""

    def __init__(self, file):
        environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True)
        self.template = environment.from_string(file.read_text())

    def asking(self, text):
        return self.template.render(
            messages=[{"role": "user", "content": text}], add_generation_prompt=True)


def prompt(preset, topic, shots, asked, tasks, index, template, rationales={}):
    """The text, and the pieces that are tokenised one by one."""
    if preset.startswith("llama-factory"):
        slots = llama_factory_slots(preset, topic, shots, asked)
        return "".join(slots), slots
    if preset in ("lm-eval", "chat", "continuation"):
        name = "lm-eval" if preset == "chat" else preset
        text = tasks.text(name, index, len(shots))
    else:
        text = (hendrycks if preset == "hendrycks" else cot)(topic, shots, asked, rationales)
    if preset in ("chat", "cot"):
        text = template.asking(text)
    return text, [text]


def letters(preset, tasks, index):
    if preset == "lm-eval":
        return tasks.continuations("lm-eval", index)
    spaced = preset in ("hendrycks", "plain-cot")
    return [(" " if spaced else "") + letter for letter in LETTERS]


def invented(root, template):
    byte_level = tokenizers.Tokenizer.from_file(str(root / "Tests/Fixtures/tokenizer/split.json"))
    pieces = sentencepiece.SentencePieceProcessor(
        model_file=str(root / "data/pocket/tokenizer.model"))

    def encode(slots):
        whole = pieces.encode("".join(slots))
        return {
            "split": [i for s in slots for i in byte_level.encode(s, add_special_tokens=False).ids],
            "pocket": whole,
        }

    subject, topic = "high_school_physics", "high school physics"
    rows = {split: [row_list(fields) for fields in INVENTED[split]] for split in INVENTED}
    pool = rows["dev"] + rows["val"]
    cases = []
    with tempfile.TemporaryDirectory() as folder:
        tasks = LMEval(subject, pool, rows["test"], folder)
        for preset in PRESETS:
            for count in (0, 2, 4):
                for index, asked in enumerate(rows["test"]):
                    text, slots = prompt(preset, topic, pool[:count], asked, tasks, index,
                                         template, RATIONALES)
                    case = {"preset": preset, "shots": count, "row": index, "text": text,
                            "ids": encode(slots)}
                    if preset == "continuation":
                        case["choices"] = tasks.continuations(preset, index)
                    else:
                        case["letters"] = letters(preset, tasks, index)
                    cases.append(case)
    return {"subject": subject, "rows": INVENTED, "rationales": RATIONALES, "cases": cases}


def content(row):
    return [" ".join(text.lower().split()) for text in [row["question"], *row["choices"]]]


def published(shared, template):
    folder = shared / "data/mmlu"
    tokenizer = tokenizers.Tokenizer.from_file(str(shared / "data/qwen2.5-tokenizer/tokenizer.json"))
    subjects = sorted(file.name.removesuffix("_dev.csv") for file in (folder / "dev").glob("*.csv"))

    def rows(subject, split):
        with open(folder / split / f"{subject}_{split}.csv", newline="", encoding="utf-8") as file:
            return [row_list(fields) for fields in csv.reader(file, strict=True)]

    digests = {}
    for subject in subjects:
        pool = (rows(subject, "dev") + rows(subject, "val"))[:7]
        test = rows(subject, "test")
        asked = [test[0], test[len(test) // 2], test[-1]]
        assert not any(content(row) == content(shot) for row in asked for shot in pool), subject
        topic = subject.replace("_", " ")
        with tempfile.TemporaryDirectory() as temporary:
            tasks = LMEval(subject, pool, asked, temporary)
            for preset in PRESETS:
                for count in (0, 5, 7):
                    state = digests.setdefault((preset, count), [
                        hashlib.sha256(), hashlib.sha256(), 0])
                    for index, row in enumerate(asked):
                        text, slots = prompt(preset, topic, pool[:count], row, tasks, index,
                                             template)
                        ids = [i for slot in slots for i in
                               tokenizer.encode(slot, add_special_tokens=False).ids]
                        raw = text.encode()
                        state[0].update(f"{len(raw)}:".encode() + raw)
                        state[1].update((" ".join(map(str, ids)) + "\n").encode())
                        state[2] += len(ids)
    return [{"preset": preset, "shots": count, "text": state[0].hexdigest(),
             "ids": state[1].hexdigest(), "tokens": state[2]}
            for (preset, count), state in digests.items()]


def exemplars(shared):
    """Which dev rows have reasoning in mmlu-cot.json: found by all letters and digits of question
    and choices, once the file's texts are cut at their choices."""
    def fold(text):
        return "".join(c for c in text.lower() if c.isalnum())

    found, digest = 0, hashlib.sha256()
    texts = json.loads((shared / "data/mmlu/cot/mmlu-cot.json").read_text())
    for subject in sorted(texts):
        with open(shared / f"data/mmlu/dev/{subject}_dev.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file, strict=True))
        solved = {}
        for part in re.split(r"\n\nQ: ", texts[subject])[1:]:
            match = re.match(r"(?s)(.*?)\n\(A\)\s(.*?)\s\(B\)\s(.*?)\s\(C\)\s(.*?)\s\(D\)\s(.*?)\n"
                             r"A: Let's think step by step\.\s*(.*?)\s*The answer is \((.)\)\.\s*$",
                             part)
            if match and match[6]:
                solved[tuple(map(fold, match.groups()[:5])), match[7]] = match[6]
        for number, row in enumerate(rows):
            reasoning = solved.get((tuple(map(fold, row[:5])), row[5]))
            if reasoning is not None:
                found += 1
                digest.update(f"{subject} {number} {reasoning}\n".encode())
    return {"found": found, "sha256": digest.hexdigest()}


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=pathlib.Path, default=root.parent / "shared")
    parser.add_argument("--out", type=pathlib.Path, default=root / "Tests/Fixtures/prompts")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    datasets.disable_progress_bars()
    template = Template(options.shared / "data/chat_template/qwen2.5-instruct.jinja")
    made_by = {
        "command": "scripts/oracle/prompt_goldens.py",
        "versions": {name: metadata.version(name) for name in
                     ("lm-eval", "tokenizers", "sentencepiece", "jinja2", "datasets")},
    }
    for name, value in (("invented", invented(root, template)),
                        ("published", {"cases": published(options.shared, template),
                                       "exemplars": exemplars(options.shared)})):
        (options.out / f"{name}.json").write_text(
            json.dumps({"provenance": made_by, **value}, separators=(",", ":")) + "\n",
            encoding="ascii")


if __name__ == "__main__":
    main()
