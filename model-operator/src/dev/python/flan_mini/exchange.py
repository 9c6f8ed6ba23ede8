"""JSON lines to and from the Java runtime."""

import json
import pathlib

from . import prompts
from .prompts import text_form

CLASSIFIED = {"snips": True, "clinc150": False, "banking77": False}


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def dump(path, rows):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_prompts(directory, rows, part):
    """`SET.prompts.jsonl` of {id, prompt, choices} for `model score`, and `SET.gold.jsonl` of {id, gold}."""
    out = pathlib.Path(directory)
    out.mkdir(parents=True, exist_ok=True)
    for name, listed in CLASSIFIED.items():
        mine = [r for r in rows if r.set == name and r.part == part and r.labels[0] != "oos"]
        labels = sorted({r.labels[0] for r in rows if r.set == name} - {"oos"})
        forms = [text_form(x) for x in labels]
        asked = [(f"{name}-{i}", prompts.classify(r.text, forms if listed else ()), r) for i, r in enumerate(mine)]
        dump(out / f"{name}.prompts.jsonl", ({"id": i, "prompt": p, "choices": forms} for i, p, _ in asked))
        dump(out / f"{name}.gold.jsonl", ({"id": i, "gold": labels.index(r.labels[0])} for i, _, r in asked))


def read_predictions(directory):
    """Accuracies from `SET.scores.jsonl` of {id, logprobs} beside what `write_prompts` wrote."""
    out = {}
    for name in CLASSIFIED:
        scores = pathlib.Path(directory) / f"{name}.scores.jsonl"
        if not scores.exists():
            continue
        golds = {o["id"]: o["gold"] for o in lines(pathlib.Path(directory) / f"{name}.gold.jsonl")}
        best = {o["id"]: max(range(len(o["logprobs"])), key=o["logprobs"].__getitem__) for o in lines(scores)}
        hits = sum(best.get(i) == gold for i, gold in golds.items())
        out[name] = {"accuracy": round(hits / len(golds), 4), "texts": len(golds), "scored": len(best)}
    return out


def read_demo(messages, expected):
    """(message, answer) of the demo's good lines."""
    pairs = []
    with open(messages, encoding="utf-8") as file:
        for line, answer in zip(file, lines(expected), strict=True):
            if answer["outcome"] == "ENRICHED":
                pairs.append((json.loads(line), answer))
    return pairs


def demo_figures(pairs, labels, found):
    """`labels` and `found` ([(name, start, end)]) beside the pairs; a null intent does not count."""
    counted = [(a["intent"], got) for (_, a), got in zip(pairs, labels) if a["intent"]]
    hits = predicted = total = 0
    for (_, a), got in zip(pairs, found):
        golds = {(f["name"], f["start"], f["end"]) for f in a["fields"]}
        hits, predicted, total = hits + len(golds & set(got)), predicted + len(got), total + len(golds)
    return {
        "labels": {"accuracy": round(sum(g == x for g, x in counted) / len(counted), 4), "messages": len(counted)},
        "fields": {
            "f1": round(2 * hits / max(1, predicted + total), 4),
            "recall": round(hits / max(1, total), 4),
            "precision": round(hits / max(1, predicted), 4),
            "values": total,
        },
    }


def enriched_figures(messages, expected, enriched):
    """The demo's figures from the pipeline's EnrichedEvent JSON lines."""
    pairs = read_demo(messages, expected)
    events = {o["id"]: o for o in lines(enriched) if "id" in o}
    labels, found = [], []
    for message, _ in pairs:
        event = events.get(message["id"], {})
        rows = event.get("classifications") or [{}]
        labels.append(rows[0].get("label"))
        fields = [f for e in event.get("extractions") or [] for f in e.get("fields") or []]
        found.append([(f["name"], f["start"], f["end"]) for f in fields])
    return demo_figures(pairs, labels, found) | {"events": len(events)}
