"""Instructions from the public sets, in the forms of `prompts`: each task draws one (prompt, target) pair."""

import random
import re
from dataclasses import dataclass, replace

from . import prompts
from .augment import Augmenter
from .data import normalise
from .prompts import ABSENT, text_form
from .words import DEMO_FIELDS, DEMO_LABELS, FIELD_DESCRIPTIONS, LABEL_DESCRIPTIONS, SAME
from .written import Writer

QUESTIONS = (
    prompts.QUESTION,
    "What is the intent of the text?",
    "What does the writer want?",
    "Which of these is the text about?",
    "What is this message about?",
)
MONEY = re.compile(
    r"[$£€]\s?\d[\d,.]*\d|[$£€]\s?\d|\d[\d,.]*\s?(?:dollars|euros?|pounds|usd|eur|gbp)\b|\d[\d,.]*[$£€]", re.IGNORECASE
)
WHEN = re.compile(
    r"\d|\b(?:today|tonight|tomorrow|yesterday|now|morning|evening|afternoon|night|noon|midnight|week|weekend|month|year|day|days"
    r"|weeks|months|hours?|minutes?|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may"
    r"|june|july|august|september|october|november|december|ago|last|next|since|soon|earlier|recently)\b",
    re.IGNORECASE,
)
ABSENT_WEIGHT, TEMPLATE_WEIGHT, LABEL_WEIGHT = 0.5, 0.1, 1.5


@dataclass(frozen=True)
class Task:
    """A prompt and its target in parts, each with the weight of its tokens in the loss."""

    prompt: str
    target: tuple


def descriptions():
    return list(FIELD_DESCRIPTIONS.values()) + list(LABEL_DESCRIPTIONS.values())


def demo_label(row):
    """The demo's label of a row, or None."""
    if row.set == "restaurant8k":
        text, names = normalise(row.text), {f.name for f in row.fields}
        if "cancel" in text:
            kind = "cancel"
        elif "confirm" in text:
            kind = "confirm"
        elif re.match(r"(many |ok |okay |great |perfect )?[,.!]?\s*(thank|thx|cheers)", text) and not names:
            kind = "thank"
        elif (
            re.search(r"\b(book|table|reserve|make a reservation)\b", text)
            and len(names) >= 1
            and not re.search(r"\b(had|have|change|made|already|booked|reserved)\b", text)
        ):
            kind = "book"
        else:
            return None
        pair = ("restaurant8k", kind)
    elif row.set.startswith("nlupp"):
        pair = ("nlupp", row.labels[0]) if len(row.labels) == 1 else None
    else:
        pair = (row.set, row.labels[0])
    return next((name for name, pairs in DEMO_LABELS.items() if pair in pairs), None)


def demo_fields(row):
    """The demo's fields that are known for a row: name to values, none of them where the field is surely absent."""
    out = {}
    have = {f.name for f in row.fields}
    when = WHEN.search(row.text)
    music = row.set == "snips" and row.labels[0] in ("PlayMusic", "AddToPlaylist")
    for name in DEMO_FIELDS:
        if row.set == "restaurant8k":
            known = True
        elif row.set == "nlupp-banking":
            known = name not in ("last_name",) or "person_name" not in have
        elif row.set == "nlupp-hotels":
            known = name in ("date", "time", "artist", "playlist", "amount_of_money") or (
                name == "people" and not have & {"adults", "kids", "number"}
            )
        elif row.set == "snips":
            known = {
                "artist": music or row.labels[0] in ("BookRestaurant", "GetWeather", "RateBook"),
                "playlist": True,
                "people": row.labels[0] != "BookRestaurant",
                "last_name": music or row.labels[0] in ("BookRestaurant", "GetWeather"),
                "date": music and not when,
                "time": music and not when,
                "amount_of_money": True,
            }[name]
        else:
            known = {
                "artist": row.set == "banking77" or demo_label(row) not in (None, "play_music", "add_to_playlist"),
                "playlist": row.set == "banking77" or demo_label(row) not in (None, "play_music", "add_to_playlist"),
                "people": row.set == "banking77"
                or not re.search(r"\d|party|for (two|three|four|five|six)|people", row.text),
                "last_name": row.set == "banking77" or "name" not in row.text and "reserv" not in row.text,
                "date": not when,
                "time": not when,
                "amount_of_money": row.set == "banking77" or not re.search(r"\d", row.text),
            }[name]
        if known:
            out[name] = None
    return out


def with_share(weights, snips):
    """The weights with another share of SNIPS, the others in the proportions that they had."""
    if snips is None:
        return weights
    others = sum(w for name, w in weights.items() if name != "snips")
    return {name: snips if name == "snips" else w / others * (1 - snips) for name, w in weights.items()}


class Sampler:
    """Draws tasks from rows; the same seed and rows give the same tasks."""

    KINDS = {
        "hidden": 0.33,
        "listed": 0.06,
        "demo_label": 0.05,
        "yes_no": 0.08,
        "multi": 0.03,
        "field": 0.13,
        "fields": 0.17,
        "demo_fields": 0.11,
        "copy": 0.12,
    }
    HIDDEN = {"clinc150": 0.5, "banking77": 0.42, "snips": 0.08}
    LISTED = {"clinc150": 0.4, "banking77": 0.35, "snips": 0.15, "nlupp": 0.1}

    def __init__(self, rows, ontology, seed, without=(), shuffled=False, never=frozenset(), snips=None):
        """`without` names intents never seen; `shuffled` gives every row another row's label (the control), and leaves
        the written messages' labels out; `never` holds normalised texts that no written message may have; `snips` is
        the share of SNIPS among the intents asked, hidden or listed, where it is not the usual one."""
        self.random = random.Random(seed)
        self.hidden_sets, self.listed_sets = with_share(self.HIDDEN, snips), with_share(self.LISTED, snips)
        self.intents, self.slots = ontology
        rows = [r for r in rows if not set(r.labels) & set(without)]
        if shuffled:
            rows = shuffle_labels(rows, self.random)
        self.rows, self.augmenter = rows, Augmenter(rows, self.random)
        self.writer = Writer(self.augmenter, self.random, never)
        # Their labels would tell the control what its sets no longer tell, and the ablation the names left out.
        self.written = [] if shuffled else sorted(set(DEMO_LABELS) - set(without))
        self.by_set = {}
        for row in rows:
            self.by_set.setdefault(row.set.split("-")[0], []).append(row)
        self.single = {
            s: sorted({r.labels[0] for r in self.by_set[s]} - {"oos"}) for s in ("snips", "banking77", "clinc150")
        }
        self.by_demo = {}
        for row in rows:
            label = demo_label(row)
            if label:
                self.by_demo.setdefault(label, []).append(row)
        self.demo_known = [(r, tuple(demo_fields(r))) for r in rows]
        self.demo_pools = {}
        for row, known in self.demo_known:
            names = {f.name for f in row.fields} & set(known)
            kind = (
                "music"
                if names & {"artist", "playlist"}
                else "table"
                if names & {"people", "last_name"}
                else (
                    "money"
                    if row.set == "nlupp-banking" or row.set == "banking77" and MONEY.search(row.text)
                    else "when"
                    if names
                    else row.set.split("-")[0]
                )
            )
            if len(known) >= 3:
                self.demo_pools.setdefault(kind, []).append((row, known))
        self.field_names = sorted({f.name for r in rows for f in r.fields})
        self.schema = {}
        for row in rows:
            key = row.labels[0] if row.set == "snips" else row.set
            self.schema.setdefault(key, set()).update(f.name for f in row.fields)
        self.schema = {k: sorted(v) for k, v in self.schema.items()}

    def draw(self, done=0.0):
        """A task at a share `done` of the run: copying is learnt early and then kept up."""
        fade = max(0.2, 1 - 2 * done)
        kind = self.pick(self.KINDS | {"copy": self.KINDS["copy"] * fade})
        return getattr(self, kind)()

    def pick(self, weights):
        return self.random.choices(list(weights), weights.values())[0]

    def question(self):
        return QUESTIONS[0] if self.random.random() < 0.8 else self.random.choice(QUESTIONS)

    def label_task(self, prompt, label):
        return Task(prompt, ((label, LABEL_WEIGHT), ("</s>", LABEL_WEIGHT)))

    def hidden(self):
        name = self.pick(self.hidden_sets)
        row = self.random.choice(self.by_set[name])
        label = row.labels[0] if row.labels[0] != "oos" else self.random.choice(self.single[name])
        return self.label_task(
            prompts.classify(self.augmenter.labelled(row), question=self.question()), text_form(label)
        )

    def listed(self):
        name = self.pick(self.listed_sets)
        row = self.random.choice(self.by_set[name])
        if name == "nlupp":
            if len(row.labels) != 1:
                return self.listed()
            others = [k for k, (_, d) in self.intents.items() if row.domain in d or "general" in d]
            described = {
                k: self.intents[k][0].removeprefix("is the intent ").removeprefix("to ").rstrip("?") for k in others
            }
        else:
            others = list(self.single[name])
            if self.random.random() < 0.3:
                others += self.single[self.random.choice(["clinc150", "banking77", "snips"])]
            described = LABEL_DESCRIPTIONS
        gold = row.labels[0] if row.labels[0] != "oos" else None
        if gold is None:
            return self.hidden()
        same = next((s for s in SAME if gold in s), {gold})
        others = [x for x in set(others) - same - {gold}]
        others.sort()
        count = min(len(others), self.random.choice((1, 2, 3, 4, 5, 7, 9, 14, 19)))
        labels = self.random.sample(others, count) + [gold]
        return self.with_options(self.augmenter.labelled(row), labels, gold, described, 0.2 if len(labels) < 9 else 0.0)

    def with_options(self, text, labels, gold, described, share):
        self.random.shuffle(labels)
        described = described if self.random.random() < share else {}
        described = {text_form(k): v for k, v in described.items()}
        prompt = prompts.classify(text, [text_form(x) for x in labels], self.question(), described)
        return self.label_task(prompt, text_form(gold))

    def demo_label(self):
        if self.written and self.random.random() < 0.5:
            gold, text, _ = self.writer.message(self.random.choice(self.written))
        else:
            gold = self.random.choice(sorted(self.by_demo))
            text = self.augmenter.labelled(self.random.choice(self.by_demo[gold]))
        labels = list(DEMO_LABELS)
        if self.random.random() < 0.25:
            labels = self.random.sample(sorted(set(labels) - {gold}), self.random.randint(1, 15)) + [gold]
        return self.with_options(text, labels, gold, LABEL_DESCRIPTIONS, 0.03)

    def yes_no(self):
        yes, draw = self.random.random() < 0.5, self.random.random()
        if self.written and draw < 0.1:
            gold, text, _ = self.writer.message(self.random.choice(self.written))
            label = gold if yes else self.random.choice(sorted(set(DEMO_LABELS) - {gold}))
            description = LABEL_DESCRIPTIONS[label] if self.random.random() < 0.3 else None
            return self.yes_or_no(text, label, description, yes)
        if draw < 0.75:
            row = self.random.choice(self.by_set["nlupp"])
            pool = (
                row.labels
                if yes
                else [
                    k
                    for k, (_, d) in self.intents.items()
                    if k not in row.labels and (row.domain in d or "general" in d)
                ]
            )
            if not pool:
                return self.yes_no()
            label = self.random.choice(pool)
            description = self.intents[label][0] if self.random.random() < 0.75 else None
        else:
            row = self.random.choice(self.by_set[self.pick({"clinc150": 0.5, "banking77": 0.4, "snips": 0.1})])
            if row.labels[0] == "oos":
                yes = False
            pool = row.labels if yes else [x for x in self.single[row.set] if x != row.labels[0]]
            label = self.random.choice(pool)
            description = LABEL_DESCRIPTIONS.get(label) if self.random.random() < 0.3 else None
        return self.yes_or_no(self.augmenter.labelled(row), label, description, yes)

    def yes_or_no(self, text, label, description, yes):
        prompt = prompts.yes_no(text, text_form(label), description)
        return Task(prompt, (("yes" if yes else "no", 1.5), ("</s>", 0.1)))

    def multi(self):
        row = self.random.choice(self.by_set["nlupp"])
        if not row.labels:
            return self.multi()
        gold = self.random.choice(row.labels)
        if self.random.random() < 0.7:
            return self.label_task(
                prompts.classify(self.augmenter.labelled(row), question=self.question()), text_form(gold)
            )
        others = [
            k for k, (_, d) in self.intents.items() if k not in row.labels and (row.domain in d or "general" in d)
        ]
        labels = list(row.labels) + self.random.sample(others, self.random.randint(2, 9))
        described = {
            k: d.removeprefix("is the intent ").removeprefix("to ").rstrip("?") for k, (d, _) in self.intents.items()
        }
        return self.with_options(self.augmenter.labelled(row), labels, gold, described, 0.2 if len(labels) < 9 else 0.0)

    def extraction_row(self):
        name = self.pick({"snips": 0.5, "restaurant8k": 0.35, "nlupp": 0.15})
        return self.random.choice(self.by_set[name])

    def descriptions_of(self, row, share):
        if self.random.random() >= share:
            return {}
        return {
            k: (self.slots[k] if row.set.startswith("nlupp") and k in self.slots else v)
            for k, v in FIELD_DESCRIPTIONS.items()
        }

    def field(self):
        if self.random.random() < 0.15:
            _, text, fields = self.writer.message()
            present = sorted(fields) if self.random.random() < 0.6 else []
            return self.one_field(text, self.random.choice(present or DEMO_FIELDS), fields, self.some(0.2))
        row = self.extraction_row()
        schema = self.schema[row.labels[0] if row.set == "snips" else row.set]
        text, fields = self.augmenter.spanned(row)
        if self.random.random() < 0.6 and fields:
            name = self.random.choice(sorted(fields))
        else:
            name = self.random.choice(schema)
        return self.one_field(text, name, fields, self.descriptions_of(row, 0.3))

    def some(self, share):
        return FIELD_DESCRIPTIONS if self.random.random() < share else {}

    def one_field(self, text, name, fields, described):
        description = described.get(name)
        return Task(
            prompts.ask_field(text, text_form(name), description), self.value(fields.get(name)) + (("</s>", 1.0),)
        )

    def value(self, value):
        return ((value, 1.0),) if value else ((ABSENT, ABSENT_WEIGHT),)

    def fields(self):
        row = self.extraction_row()
        schema = list(self.schema[row.labels[0] if row.set == "snips" else row.set])
        text, fields = self.augmenter.spanned(row)
        draw = self.random.random()
        if draw < 0.4 and row.set == "restaurant8k":
            names = ["people", "date", "time", "first_name", "last_name"]
        elif draw < 0.25:
            names = schema
        else:
            names = self.random.sample(schema, min(len(schema), self.random.randint(2, 6)))
        if self.random.random() < 0.8:
            self.random.shuffle(names)
        return self.all_fields(text, names, fields, self.descriptions_of(row, 0.15))

    def all_fields(self, text, names, fields, described):
        target = []
        # The template is given, not chosen, at run time: learning it from some of the tasks is enough.
        template = TEMPLATE_WEIGHT if self.random.random() < 0.15 else 0.0
        for i, name in enumerate(names):
            if i:
                # Ending a value is a choice, unlike the rest of the template.
                target.append((";", 1.0 if fields.get(names[i - 1]) else template))
            target.append((f"{text_form(name)} :", template))
            target += self.value(fields.get(name))
        described = {text_form(k): v for k, v in described.items()}
        prompt = prompts.ask_fields(text, [text_form(x) for x in names], described)
        return Task(prompt, tuple(target) + (("</s>", 1.0),))

    def demo_fields(self):
        if self.random.random() < 0.5:
            _, text, fields = self.writer.message()
            if not fields and self.random.random() < 0.6:
                return self.demo_fields()
            return self.all_demo_fields(text, list(DEMO_FIELDS), fields, self.some(0.1))
        kind = self.pick(
            {
                "table": 0.38,
                "music": 0.28,
                "money": 0.14,
                "when": 0.06,
                "banking77": 0.05,
                "clinc150": 0.05,
                "snips": 0.02,
                "restaurant8k": 0.02,
            }
        )
        row, known = self.random.choice(self.demo_pools[kind])
        if row.set == "banking77":
            text, fields = self.augmenter.with_money(row.text, MONEY)
        else:
            text, fields = self.augmenter.spanned(row)
        return self.all_demo_fields(
            text, [x for x in DEMO_FIELDS if x in known], fields, self.descriptions_of(row, 0.1)
        )

    def all_demo_fields(self, text, names, fields, described):
        if self.random.random() < 0.5:
            self.random.shuffle(names)
        if self.random.random() < 0.25:
            names = self.random.sample(names, self.random.randint(1, len(names)))
        return self.all_fields(text, names, fields, described)

    def copy(self):
        words = self.augmenter.any_words(self.random.randint(4, 14))
        at = self.random.randrange(1, len(words) - 2)
        end = min(len(words) - 1, at + self.random.randint(1, 5))
        text, span = " ".join(words), " ".join(words[at:end])
        before, after = words[at - 1], words[end]
        if words.count(before) > 1 or words.count(after) > 1:
            return self.copy()
        question = self.random.choice(
            (
                f"What comes between {before} and {after}?",
                f"What follows {before} up to {after}?",
            )
        )
        return Task(f"{question}\n\nText: {text}", ((span, 1.0), ("</s>", 1.0)))


def shuffle_labels(rows, rng):
    """The control's rows: each set's labels dealt out anew among its texts."""
    out = list(rows)
    for name in sorted({r.set for r in rows}):
        at = [i for i, r in enumerate(rows) if r.set == name]
        labels = [rows[i].labels for i in at]
        rng.shuffle(labels)
        for i, label in zip(at, labels):
            out[i] = replace(rows[i], labels=label)
    return out
