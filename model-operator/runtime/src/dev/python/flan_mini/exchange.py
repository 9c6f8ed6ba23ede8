"""JSON lines to and from the Java runtime."""

import json
import math
import pathlib

from . import prompts
from .data import schemas
from .prompts import text_form

CLASSIFIED = {
    "snips-listed": ("snips", True),
    "snips-hidden": ("snips", False),
    "clinc150": ("clinc150", False),
    "banking77": ("banking77", False),
}
DOMAINS = ("nlupp-banking", "nlupp-hotels")
RESTAURANT_FIELDS = ("people", "date", "time", "first_name", "last_name")
PIPELINE = """\
name: {name}
kafka: {{ bootstrap-servers: "localhost:9092" }}
source: {{ topic: texts, attributes: [] }}
model: {{ path: {model} }}
tasks: [{task}]
sink: {{ topic: enriched }}
dead-letters: {{ topic: dead-letters }}
"""


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def dump(path, rows):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_prompts(directory, rows, part):
    """`NAME.prompts.jsonl` of {id, prompt, choices} for `model score`, and `NAME.gold.jsonl` of {id, gold}."""
    out = pathlib.Path(directory)
    out.mkdir(parents=True, exist_ok=True)
    for name, (of, listed) in CLASSIFIED.items():
        mine = [r for r in rows if r.set == of and r.part == part and r.labels[0] != "oos"]
        labels = sorted({r.labels[0] for r in rows if r.set == of} - {"oos"})
        forms = [text_form(x) for x in labels]
        asked = [(f"{name}-{i}", prompts.classify(r.text, forms if listed else ()), r) for i, r in enumerate(mine)]
        dump(out / f"{name}.prompts.jsonl", ({"id": i, "prompt": p, "choices": forms} for i, p, _ in asked))
        dump(out / f"{name}.gold.jsonl", ({"id": i, "gold": labels.index(r.labels[0])} for i, _, r in asked))


def read_predictions(directory):
    """Accuracies from `NAME.scores.jsonl` of {id, logprobs} beside what `write_prompts` wrote."""
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


def f1(counts):
    hits, predicted, total = counts
    return 2 * hits / max(1, predicted + total)


def best_threshold(pairs):
    """The score from which taking a label gives the best micro-F1 over (score, is gold)."""
    return max((x / 50 for x in range(1, 50)), key=lambda x: micro_f1(pairs, x))


def micro_f1(pairs, threshold):
    hits = sum(gold for s, gold in pairs if s >= threshold)
    return f1((hits, sum(s >= threshold for s, _ in pairs), sum(gold for _, gold in pairs)))


def domain_labels(intents, row):
    return [k for k, (_, domains) in intents.items() if row.domain in domains or "general" in domains]


def write_multi(directory, rows, part, intents):
    """NLU++ for `model score`, of the part and of dev, on which the threshold is chosen: all labels of a domain at
    once (`nlupp-choose`), and yes or no for each (`nlupp-ask`)."""
    out = pathlib.Path(directory)
    for at in {part, "dev"}:
        mine = [(i, r) for i, r in enumerate(rows) if r.set in DOMAINS and r.part == at]
        chosen, asked = [], []
        for i, row in mine:
            labels = domain_labels(intents, row)
            forms = [text_form(x) for x in labels]
            chosen.append({"id": f"{i}", "prompt": prompts.classify(row.text), "choices": forms})
            for label, form in zip(labels, forms):
                prompt = prompts.yes_no(row.text, form, intents[label][0])
                asked.append({"id": f"{i}|{label}", "prompt": prompt, "choices": ["yes", "no"]})
        dump(out / f"nlupp-choose.{at}.prompts.jsonl", chosen)
        dump(out / f"nlupp-ask.{at}.prompts.jsonl", asked)


def multi_pairs(directory, rows, name, at, intents):
    """(score, is gold) from what `model score` made of `write_multi`."""
    pairs = []
    for o in lines(pathlib.Path(directory) / f"{name}.{at}.scores.jsonl"):
        row = rows[int(o["id"].split("|")[0])]
        most = max(o["logprobs"])
        weights = [math.exp(x - most) for x in o["logprobs"]]
        scores = [w / sum(weights) for w in weights]
        if name == "nlupp-ask":
            pairs.append((scores[0], o["id"].split("|")[1] in row.labels))
        else:
            pairs += [(s, k in row.labels) for k, s in zip(domain_labels(intents, row), scores)]
    return pairs


def read_multi(directory, rows, part, intents):
    out = {}
    for name in ("nlupp-choose", "nlupp-ask"):
        if (pathlib.Path(directory) / f"{name}.{part}.scores.jsonl").exists():
            threshold = best_threshold(multi_pairs(directory, rows, name, "dev", intents))
            pairs = multi_pairs(directory, rows, name, part, intents)
            out[name] = {"micro_f1": round(micro_f1(pairs, threshold), 4), "threshold": threshold}
    return out


def asked_fields(rows, schema):
    """The rows with the fields that are asked of each, by the pipeline that asks them."""
    groups = {}
    for i, row in enumerate(rows):
        if row.set == "restaurant8k":
            groups.setdefault("restaurant8k", (RESTAURANT_FIELDS, []))[1].append((i, row))
        elif row.set == "snips":
            groups.setdefault(f"snips-{row.labels[0]}", (schema[row.labels[0]], []))[1].append((i, row))
    return groups


def write_pipeline(path, model, task):
    name = path.stem.lower()
    path.write_text(PIPELINE.format(name=name, model=pathlib.Path(model).resolve(), task=json.dumps(task)))


def write_labelled(directory, rows, part, model):
    """`labelled.NAME.yaml`, a pipeline, and `labelled.NAME.PART.jsonl` for `flanstream eval`; `labelled.NAME.dev.jsonl`
    for `flanstream calibrate`, whose file `calibration.NAME.yaml` the pipeline `calibrated.NAME.yaml` names."""
    out = pathlib.Path(directory)
    for name, (of, listed) in CLASSIFIED.items():
        mine = [(i, r) for i, r in enumerate(rows) if r.set == of and r.labels[0] != "oos"]
        labels = [{"name": x, "text": text_form(x)} for x in sorted({r.labels[0] for _, r in mine})]
        options = "listed" if listed else "hidden"
        task = {"name": "intent", "type": "classification", "options": options, "labels": labels}
        write_pipeline(out / f"labelled.{name}.yaml", model, task)
        write_pipeline(out / f"calibrated.{name}.yaml", model, task | {"calibration": f"calibration.{name}.yaml"})
        for at in {part, "dev"}:
            texts = ((i, r) for i, r in mine if r.part == at)
            dump(
                out / f"labelled.{name}.{at}.jsonl",
                ({"id": f"{i}", "text": r.text, "gold": {"intent": r.labels[0]}} for i, r in texts),
            )


def write_pipelines(directory, rows, part, model):
    """`spans.NAME.yaml`, a pipeline, and `spans.NAME.texts.jsonl` for `flanstream enrich`."""
    out = pathlib.Path(directory)
    for name, (fields, mine) in asked_fields(rows, schemas(rows)).items():
        task = {"name": "details", "type": "extraction", "fields-at-once": True, "fields": list(fields)}
        write_pipeline(out / f"spans.{name}.yaml", model, task)
        dump(out / f"spans.{name}.texts.jsonl", ({"id": f"{i}", "text": r.text} for i, r in mine if r.part == part))


def read_spans(directory, rows, part):
    """Exact-span F1 by set, from `spans.NAME.enriched.jsonl`."""
    counts = {}
    for name, (fields, mine) in asked_fields(rows, schemas(rows)).items():
        file = pathlib.Path(directory) / f"spans.{name}.enriched.jsonl"
        if not file.exists():
            continue
        events = {o["id"]: o for o in lines(file) if "id" in o}
        hits, predicted, total, texts = counts.setdefault(name.split("-")[0], [0, 0, 0, 0])
        for i, row in mine:
            if row.part == part:
                golds = {(f.name, f.start, f.end) for f in row.fields if f.name in fields}
                found = [f for e in events.get(f"{i}", {}).get("extractions") or [] for f in e.get("fields") or []]
                got = {(f["name"], f["start"], f["end"]) for f in found}
                hits, predicted, total, texts = (
                    hits + len(golds & got),
                    predicted + len(got),
                    total + len(golds),
                    texts + 1,
                )
        counts[name.split("-")[0]] = [hits, predicted, total, texts]
    return {f"{name}_spans": {"f1": round(f1(c[:3]), 4), "texts": c[3]} for name, c in counts.items()}


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
            "f1": round(f1((hits, predicted, total)), 4),
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
