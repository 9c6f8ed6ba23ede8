"""The public sets, and how they are parted: by a hash of the normalised text, across all sets together."""

import hashlib
import json
import pathlib
import re
import unicodedata
from dataclasses import dataclass

SETS = ("snips", "banking77", "clinc150", "nlupp", "restaurant8k")


@dataclass(frozen=True)
class Field:
    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Row:
    set: str
    text: str
    labels: tuple
    fields: tuple
    part: str

    @property
    def domain(self):
        """`banking` or `hotels` for NLU++, else the set's name."""
        return self.set.split("-")[-1]


def normalise(text):
    """What the tokenizer's normalizer does."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).lower()).strip()


def part_of(text):
    """`test` for about 10 % of all normalised texts, `dev` for 5 %, else `train`."""
    bucket = int(hashlib.sha256(normalise(text).encode()).hexdigest()[:8], 16) % 100
    return "test" if bucket < 10 else "dev" if bucket < 15 else "train"


def load(directory):
    rows = []
    for name in SETS:
        with open(pathlib.Path(directory) / f"{name}.jsonl", encoding="utf-8") as lines:
            for line in lines:
                o = json.loads(line)
                fields = sorted((Field(**f) for f in o["fields"]), key=lambda f: f.start)
                rows.append(Row(o["set"], o["text"], tuple(o["labels"]), tuple(fields), part_of(o["text"])))
    return rows


def load_ontology(directory):
    """`({intent: (description, domains)}, {slot: description})` of NLU++."""
    with open(pathlib.Path(directory) / "nlupp-ontology.json", encoding="utf-8") as file:
        o = json.load(file)
    intents = {k: (v["description"], tuple(v["domain"])) for k, v in o["intents"].items()}
    return intents, {k: v["description"] for k, v in o["slots"].items()}


def schemas(rows):
    """The slot names that each SNIPS intent has in training."""
    out = {}
    for row in rows:
        if row.set == "snips" and row.part == "train":
            out.setdefault(row.labels[0], set()).update(f.name for f in row.fields)
    return {k: sorted(v) for k, v in out.items()}
