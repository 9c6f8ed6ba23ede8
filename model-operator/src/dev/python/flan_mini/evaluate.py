"""The figures of the model card."""

import random

from . import decoding, prompts, tasks
from .data import schemas
from .prompts import text_form
from .spans import Pieces
from .tokenizer import Words
from .words import DEMO_FIELDS, DEMO_LABELS


def accuracy(model, words, rows, choices, listed=False, gold=None):
    golds = gold or [r.labels[0] for r in rows]
    forms = [text_form(c) for c in choices]
    asked = [prompts.classify(r.text, forms if listed else ()) for r in rows]
    best = decoding.score(model, words, asked, forms).argmax(-1).tolist()
    return sum(choices[b] == g for b, g in zip(best, golds)) / len(rows)


def span_counts(rows, fields, found):
    """(hits, predicted, gold) of exact spans, over the fields that were asked."""
    hits = predicted = total = 0
    for row, asked, spans in zip(rows, fields, found):
        golds = {(f.name, f.start, f.end) for f in row.fields if f.name in asked}
        names = {text_form(n): n for n in asked}
        got = {(names[form], *span) for form, span in spans.items()}
        hits, predicted, total = hits + len(golds & got), predicted + len(got), total + len(golds)
    return hits, predicted, total


def f1(counts):
    hits, predicted, total = counts
    return 2 * hits / max(1, predicted + total)


def span_f1(model, words, pieces, rows, fields, at_once=True):
    items = [(r.text, [text_form(n) for n in names]) for r, names in zip(rows, fields)]
    found = decoding.extract(model, words, pieces, items, at_once)
    return f1(span_counts(rows, fields, found))


def quick(model, tokenizer, rows, size=250):
    """A look at the dev part in half a minute."""
    words, pieces = Words(tokenizer), Pieces(tokenizer)
    dev = [r for r in rows if r.part == "dev"]
    random.Random(1).shuffle(dev)
    of = {s: [r for r in dev if r.set.startswith(s) and "oos" not in r.labels] for s in ("snips", "clinc", "banking", "restaurant")}
    labels = {s: sorted({r.labels[0] for r in rows if r.set.startswith(s)} - {"oos"}) for s in ("snips", "clinc", "banking")}
    out = {s: accuracy(model, words, of[s][:size], labels[s]) for s in labels}
    demo = [(r, tasks.demo_label(r)) for r in dev]
    demo = [(r, g) for r, g in demo if g][:size]
    out["demo"] = accuracy(model, words, [r for r, _ in demo], list(DEMO_LABELS), True, [g for _, g in demo])
    schema = schemas(rows)
    part = of["restaurant"][:size]
    five = ["people", "date", "time", "first_name", "last_name"]
    out["restaurant_f1"] = span_f1(model, words, pieces, part, [five] * len(part))
    part = of["snips"][:150]
    out["snips_f1"] = span_f1(model, words, pieces, part, [schema[r.labels[0]] for r in part])
    part = [r for r in dev if len(tasks.demo_fields(r)) > 4][:size]
    out["demo_f1"] = span_f1(model, words, pieces, part, [[n for n in DEMO_FIELDS if n in tasks.demo_fields(r)] for r in part])
    return {k: round(v, 4) for k, v in out.items()}
