"""Makes ft-mmlu's JSON lines, with rationales, of files of the authors of arXiv 2602.23197.

    python3 -I scripts/oracle/authors_rows.py --data MMLU --output ROWS.jsonl [--rows LIST.csv] \\
        [--instructions LINES.txt] FILE.jsonl …

MMLU is a folder with dev, val and test in the original layout. Each line of an input file has
`input` ([Query], Subject, Question, choices A to D, one a line) and `output` (a rationale whose last
line is "Answer: X"). A line of the output has subject, split, row, question, choices, answer,
rationale (without that last line), teacher and accepted; --train-rows, --rationales and
--shot-rationales read it. A row is found in MMLU by subject, question and choices; a line that is
not there, or has another answer there, is an error, and then nothing is written. --rows keeps the
rows that a CSV file lists (subject, split, row) and says how many of these are not in the files;
--instructions writes the files' `system` text, for --prompt-file.
"""

import argparse
import csv
import json
import os
import pathlib
import re
import sys
import tempfile

LAYOUT = re.compile(
    r"\[Query\]\nSubject: (\w+)\nQuestion: (.*)\nA\) (.*)\nB\) (.*)\nC\) (.*)\nD\) (.*)\s*\Z",
    re.DOTALL,
)
ANSWER = re.compile(r"(.*?)\s*^Answer: ([ABCD])\s*\Z", re.DOTALL | re.MULTILINE)


def fail(problem):
    sys.exit(f"authors_rows: {problem}")


def places(folder):
    """Rows of MMLU by subject, question and choices: where they stand, and the answer."""
    found = {}
    for split in ("test", "val", "dev"):
        for file in sorted((folder / split).glob(f"*_{split}.csv")):
            subject = file.name[: -len(f"_{split}.csv")]
            with open(file, newline="", encoding="utf-8") as text:
                for row, fields in enumerate(csv.reader(text)):
                    key = (subject, *(field.strip() for field in fields[:5]))
                    found.setdefault(key, (split, row, fields))
    return found


def row(line, known, name):
    record = json.loads(line)
    parts = LAYOUT.match(record["input"])
    end = ANSWER.match(record["output"])
    if not parts or not end:
        fail(f"{name}: is not laid out as [Query] … and a rationale that ends in 'Answer: X'")
    key = (parts[1], *(part.strip() for part in parts.groups()[1:]))
    if key not in known:
        fail(f"{name}: its question of {parts[1]} is not in the folder of --data")
    split, number, fields = known[key]
    if fields[5] != end[2]:
        fail(f"{name}: answers {end[2]}; {parts[1]} {split} row {number} has {fields[5]}")
    return {
        "subject": parts[1], "split": split, "row": number, "question": fields[0],
        "choices": fields[1:5], "answer": fields[5], "rationale": end[1].strip(),
        "teacher": "authors of arXiv 2602.23197", "accepted": True,
    }


def write(text, path):
    """A whole file or none."""
    with tempfile.NamedTemporaryFile(
        "w", dir=path.absolute().parent, delete=False, encoding="utf-8"
    ) as whole:
        whole.write(text)
    os.chmod(whole.name, 0o644)
    os.replace(whole.name, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--output", required=True, type=pathlib.Path)
    parser.add_argument("--rows", type=pathlib.Path)
    parser.add_argument("--instructions", type=pathlib.Path)
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    known = places(arguments.data)
    if not known:
        fail(f"{arguments.data}: has no CSV files in dev, val and test")
    rows = []
    systems = set()
    for file in arguments.files:
        with open(file, encoding="utf-8") as text:
            for number, line in enumerate(text, 1):
                if line.strip():
                    rows.append(row(line, known, f"{file}, line {number}"))
                    systems.add(json.loads(line).get("system", ""))
    if arguments.rows:
        with open(arguments.rows, newline="", encoding="utf-8") as text:
            wanted = {
                (fields["subject"], fields["split"], int(fields["row"]))
                for fields in csv.DictReader(text)
            }
        rows = [r for r in rows if (r["subject"], r["split"], r["row"]) in wanted]
        print(f"{len(wanted) - len(rows)} of {len(wanted)} listed rows are not in the files")
    text = "".join(
        json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n" for entry in rows)
    write(text, arguments.output)
    print(f"{len(rows)} rows in {arguments.output}")
    if arguments.instructions:
        if len(systems) != 1:
            fail(f"the files have {len(systems)} texts of `system`; one is needed")
        write(systems.pop(), arguments.instructions)


if __name__ == "__main__":
    main()
