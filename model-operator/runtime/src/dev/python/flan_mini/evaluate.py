"""The figures of the model card.

python -m flan_mini.evaluate --data DATA --model MODEL_DIR [--part test] [--out FIGURES.json]
python -m flan_mini.evaluate ... --messages MESSAGES.jsonl --expected EXPECTED.jsonl
python -m flan_mini.evaluate ... --hugging-face 20
"""

import argparse
import json
import pathlib
import random

import torch
from tokenizers import Tokenizer

from . import checkpoint, decoding, exchange, hugging_face, prompts, tasks
from .data import load, load_ontology, schemas
from .exchange import RESTAURANT_FIELDS, best_threshold, domain_labels, f1, micro_f1
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


def span_f1(model, words, pieces, rows, fields, at_once=True):
    items = [(r.text, [text_form(n) for n in names]) for r, names in zip(rows, fields)]
    found = decoding.extract(model, words, pieces, items, at_once)
    return f1(span_counts(rows, fields, found))


def quick(model, tokenizer, rows, size=250):
    """A look at the dev part in half a minute."""
    words, pieces = Words(tokenizer), Pieces(tokenizer)
    dev = [r for r in rows if r.part == "dev"]
    random.Random(1).shuffle(dev)
    of = {
        s: [r for r in dev if r.set.startswith(s) and "oos" not in r.labels]
        for s in ("snips", "clinc", "banking", "restaurant")
    }
    labels = {
        s: sorted({r.labels[0] for r in rows if r.set.startswith(s)} - {"oos"}) for s in ("snips", "clinc", "banking")
    }
    out = {s: accuracy(model, words, of[s][:size], labels[s]) for s in labels}
    demo = [(r, tasks.demo_label(r)) for r in dev]
    demo = [(r, g) for r, g in demo if g][:size]
    out["demo"] = accuracy(model, words, [r for r, _ in demo], list(DEMO_LABELS), True, [g for _, g in demo])
    schema = schemas(rows)
    part = of["restaurant"][:size]
    out["restaurant_f1"] = span_f1(model, words, pieces, part, [RESTAURANT_FIELDS] * len(part))
    part = of["snips"][:150]
    out["snips_f1"] = span_f1(model, words, pieces, part, [schema[r.labels[0]] for r in part])
    part = [r for r in dev if len(tasks.demo_fields(r)) > 4][:size]
    out["demo_f1"] = span_f1(
        model, words, pieces, part, [[n for n in DEMO_FIELDS if n in tasks.demo_fields(r)] for r in part]
    )
    return {k: round(v, 4) for k, v in out.items()}


class Evaluation:
    """Every figure on one part, a method each; thresholds are chosen on the dev part."""

    def __init__(self, model, tokenizer, rows, ontology, part):
        self.model, self.words, self.pieces = model, Words(tokenizer), Pieces(tokenizer)
        self.rows, self.intents = rows, ontology[0]
        self.schema = schemas(rows)
        self.part = part

    def of(self, name, part=None):
        return [r for r in self.rows if r.set.startswith(name) and r.part == (part or self.part)]

    def labels(self, name):
        return sorted({r.labels[0] for r in self.rows if r.set == name} - {"oos"})

    def intent(self, name, listed=False):
        rows = [r for r in self.of(name) if r.labels[0] != "oos"]
        value = accuracy(self.model, self.words, rows, self.labels(name), listed)
        return {"accuracy": value, "texts": len(rows), "labels": len(self.labels(name))}

    def confidence(self, part):
        rows, labels = self.of("clinc150", part), self.labels("clinc150")
        asked = [prompts.classify(r.text) for r in rows]
        scores = decoding.score(self.model, self.words, asked, [text_form(x) for x in labels]).softmax(-1).max(-1)
        right = [r.labels[0] == labels[i] for r, i in zip(rows, scores.indices.tolist())]
        return list(zip(scores.values.tolist(), right, [r.labels[0] == "oos" for r in rows]))

    def out_of_scope(self):
        """Recall of `oos` at the score under which 5 % of the dev part's in-scope texts lie."""
        inside = sorted(s for s, _, oos in self.confidence("dev") if not oos)
        threshold = round(inside[len(inside) // 20], 3)
        found = self.confidence(self.part)
        oos = [s < threshold for s, _, o in found if o]
        kept = [right and s >= threshold for s, right, o in found if not o]
        return {
            "threshold": threshold,
            "recall": sum(oos) / len(oos),
            "texts": len(oos),
            "in_scope_accuracy": sum(kept) / len(kept),
        }

    def spans(self, name, at_once=True):
        rows = self.of(name)
        if name == "snips":
            fields = [self.schema[r.labels[0]] for r in rows]
        else:
            fields = [RESTAURANT_FIELDS] * len(rows)
        value = span_f1(self.model, self.words, self.pieces, rows, fields, at_once)
        return {"f1": value, "texts": len(rows)}

    def multi_scores(self, part, ask_each):
        """(score, is gold) of every label of every NLU++ text."""
        out = []
        for domain in ("nlupp-banking", "nlupp-hotels"):
            rows = self.of(domain, part)
            labels = domain_labels(self.intents, rows[0])
            forms = [text_form(x) for x in labels]
            if ask_each:
                asked = [prompts.yes_no(r.text, f, self.intents[k][0]) for r in rows for k, f in zip(labels, forms)]
                scores = (
                    decoding.score(self.model, self.words, asked, ["yes", "no"]).softmax(-1)[:, 0].view(len(rows), -1)
                )
            else:
                asked = [prompts.classify(r.text) for r in rows]
                scores = decoding.score(self.model, self.words, asked, forms).softmax(-1)
            out += [(s, k in r.labels) for r, row in zip(rows, scores.tolist()) for k, s in zip(labels, row)]
        return out

    def multi(self, ask_each):
        threshold = best_threshold(self.multi_scores("dev", ask_each))
        return {"micro_f1": micro_f1(self.multi_scores(self.part, ask_each), threshold), "threshold": threshold}

    def unseen(self, names):
        """Accuracy among the names that the ablation never saw, beside chance."""
        out = {}
        for name in ("snips", "clinc150", "banking77"):
            labels = sorted(set(names) & set(self.labels(name)))
            rows = [r for r in self.of(name) if r.labels[0] in labels]
            if len(labels) > 1:
                value = accuracy(self.model, self.words, rows, labels, listed=len(labels) <= 24)
                out[name] = {"accuracy": value, "chance": 1 / len(labels), "texts": len(rows)}
        return out

    def all(self):
        steps = {
            "snips_intent_listed": lambda: self.intent("snips", True),
            "snips_intent_hidden": lambda: self.intent("snips"),
            "clinc150_hidden": lambda: self.intent("clinc150"),
            "banking77_hidden": lambda: self.intent("banking77"),
            "clinc150_out_of_scope": self.out_of_scope,
            "restaurant8k_all_at_once": lambda: self.spans("restaurant8k"),
            "restaurant8k_one_question": lambda: self.spans("restaurant8k", False),
            "snips_slots_all_at_once": lambda: self.spans("snips"),
            "snips_slots_one_question": lambda: self.spans("snips", False),
            "nlupp_threshold": lambda: self.multi(False),
            "nlupp_yes_no": lambda: self.multi(True),
        }
        out = {}
        for name, step in steps.items():
            out[name] = {k: round(v, 4) if isinstance(v, float) else v for k, v in step().items()}
            print(name, json.dumps(out[name]), flush=True)
        return out


def demo(model, tokenizer, messages, expected):
    """Labels and fields of the demo's messages against those written beside them."""
    words, pieces = Words(tokenizer), Pieces(tokenizer)
    pairs = exchange.read_demo(messages, expected)
    forms = [text_form(x) for x in DEMO_LABELS]
    scores = decoding.score(model, words, [prompts.classify(m["text"], forms) for m, _ in pairs], forms)
    best = [list(DEMO_LABELS)[i] for i in scores.argmax(-1).tolist()]
    fields = [text_form(x) for x in DEMO_FIELDS]
    found = decoding.extract(model, words, pieces, [(m["text"], fields) for m, _ in pairs])
    names = dict(zip(fields, DEMO_FIELDS))
    found = [[(names[k], *span) for k, span in spans.items()] for spans in found]
    return exchange.demo_figures(pairs, best, found)


def main():
    parser = argparse.ArgumentParser()
    add = parser.add_argument
    add("--data", required=True, help="directory of the public sets")
    add("--model", required=True, help="model directory")
    add("--part", default="test", choices=("test", "dev"))
    add("--out", help="file for the figures, as JSON")
    add("--messages", help="the demo's messages")
    add("--expected", help="the answers written beside them")
    add("--enriched", help="output of the pipeline on the demo's messages, scored instead of the model")
    add("--write", help="directory for the part's prompts, pipelines and golds, to be answered elsewhere")
    add("--predictions", help="directory of the answers to what --write wrote")
    add("--hugging-face", type=int, metavar="N", help="compare N prompts with transformers")
    add("--unseen", nargs="+", help="names that the ablation left out")
    args = parser.parse_args()
    torch.set_num_threads(2)
    rows, ontology = load(args.data), load_ontology(args.data)
    tokenizer = Tokenizer.from_file(str(pathlib.Path(args.model) / "tokenizer.json"))
    if args.write:
        exchange.write_prompts(args.write, rows, args.part)
        exchange.write_multi(args.write, rows, args.part, ontology[0])
        exchange.write_labelled(args.write, rows, args.part, args.model)
        return exchange.write_pipelines(args.write, rows, args.part, args.model)
    if args.predictions:
        out = exchange.read_predictions(args.predictions)
        out |= exchange.read_multi(args.predictions, rows, args.part, ontology[0])
        out |= exchange.read_spans(args.predictions, rows, args.part)
    elif args.enriched:
        out = exchange.enriched_figures(args.messages, args.expected, args.enriched)
    else:
        model = checkpoint.load(args.model)
        if args.hugging_face:
            out = hugging_face.compare(args.model, model, [r for r in rows if r.part == args.part], args.hugging_face)
        elif args.messages:
            out = demo(model, tokenizer, args.messages, args.expected)
        else:
            evaluation = Evaluation(model, tokenizer, rows, ontology, args.part)
            out = evaluation.unseen(args.unseen) if args.unseen else evaluation.all()
    print(json.dumps(out, indent=2))
    if args.out:
        pathlib.Path(args.out).write_text(json.dumps(out, indent=2) + "\n")


if __name__ == "__main__":
    main()
