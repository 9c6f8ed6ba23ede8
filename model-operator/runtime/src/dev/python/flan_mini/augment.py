"""Variants of training texts: values swapped or made up, words mistyped or dropped, sums of money put in."""

import re

from .words import OPEN_FIELDS

MONEY_AT = re.compile(
    r"\b(payment|transfer|refund|top up|top-up|withdrawal|purchase|charge|deposit|transaction)\b", re.IGNORECASE
)
SYLLABLES = (
    "ba be bi bo ca co da de do du el en er fa fi ga go ha hu in is ja jo ka ko la le li lo lu ma me mi mo na ne no or "
    "pa pe ra re ri ro sa se shi so sta ta te ti to tra tu va ve vi wa ya za zo sky ton son berg man ley ski ford well"
).split()


class Augmenter:
    def __init__(self, rows, rng):
        self.random = rng
        self.values = {}
        for row in rows:
            for field in row.fields:
                self.values.setdefault(field.name, {}).setdefault(field.value)
        self.values = {k: list(v) for k, v in self.values.items()}
        self.texts = [r.text.split() for r in rows if len(r.text.split()) >= 3]
        self.vocabulary = sorted({w for t in self.texts for w in t})
        self.disjoint = [r for r in rows if r.set == "restaurant8k" and r.fields]

    def made_up_word(self):
        return "".join(self.random.choice(SYLLABLES) for _ in range(self.random.choice((1, 2, 2, 3, 3, 4))))

    def any_words(self, count):
        """A stretch of a text with some words replaced by any other, real or made up."""
        words = list(self.random.choice(self.texts)[:count])
        while len(words) < max(4, count):
            words.append(self.random.choice(self.vocabulary))
        for i in range(len(words)):
            draw = self.random.random()
            if draw < 0.25:
                words[i] = self.random.choice(self.vocabulary)
            elif draw < 0.35:
                words[i] = self.made_up_word()
        return words

    def made_up_value(self, name):
        if name in ("first_name", "last_name"):
            return self.made_up_word()
        if self.random.random() < 0.6:
            words = self.random.choice(self.texts)
            count = self.random.choice((1, 2, 2, 3, 3, 4, 5))
            at = self.random.randrange(max(1, len(words) - count))
            value = " ".join(words[at : at + count]).strip(".,?!;:'\" ")
            if value:
                return value
        return " ".join(self.made_up_word() for _ in range(self.random.choice((1, 1, 2, 2, 3))))

    def money(self):
        r = self.random
        whole = r.choice((r.randint(1, 99), r.randint(1, 20) * 5, r.randint(1, 40) * 25, r.randint(100, 9999)))
        number = f"{whole:,}" if r.random() < 0.5 else str(whole)
        if r.random() < 0.2:
            number += f".{r.randint(0, 99):02d}"
        if r.random() < 0.55:
            return r.choice("$£€") + r.choice(("", "", "", " ")) + number
        if r.random() < 0.2:
            number = r.choice("twenty fifty ten thirty forty hundred sixty five".split())
            number = r.choice(("", "", "a hundred and ", "two hundred and ")) + number
        return number + r.choice((" dollars", " euros", " pounds", " usd", " eur", " gbp", "€", "£", "$", " bucks"))

    def swapped(self, field):
        draw = self.random.random()
        if field.name == "amount_of_money" and draw < 0.6:
            return self.money()
        if field.name in OPEN_FIELDS and draw < 0.3:
            return self.made_up_value(field.name)
        return self.random.choice(self.values[field.name])

    def spanned(self, row):
        """A variant of the text, and its fields: name to the first value in text order."""
        text, fields = self.filled(row)
        if row.set == "restaurant8k" and fields and self.random.random() < 0.12:
            other = self.random.choice(self.disjoint)
            if not {f.name for f in other.fields} & fields.keys():
                more, others = self.filled(other)
                text = f"{text.rstrip()}{self.random.choice((' ', '. ', ', '))}{more}"
                fields = fields | others
        return text, fields

    def filled(self, row):
        swap = 0.6 if self.random.random() < 0.65 else 0.0
        out, at, fields = "", 0, {}
        for field in row.fields:
            if field.start < at:
                continue
            value = self.swapped(field) if self.random.random() < swap else field.value
            out += row.text[at : field.start] + value
            at = field.end
            fields.setdefault(field.name, value)
        return out + row.text[at:], fields

    def with_money(self, text, pattern):
        """Sums in a text without marked fields: found by their form, swapped, or put in."""
        found = pattern.search(text)
        if found:
            value = self.money() if self.random.random() < 0.6 else found.group().rstrip(".,")
            end = found.start() + len(found.group().rstrip(".,"))
            return text[: found.start()] + value + text[end:], {"amount_of_money": value}
        places = list(MONEY_AT.finditer(text))
        if places and self.random.random() < 0.6:
            place, value = self.random.choice(places), self.money()
            return f"{text[: place.end()]} of {value}{text[place.end() :]}", {"amount_of_money": value}
        return text, {}

    def labelled(self, row):
        """A variant of the text that keeps its label."""
        draw = self.random.random()
        if draw < 0.3 and row.fields:
            return self.filled(row)[0]
        if draw < 0.7:
            return row.text
        words = row.text.split()
        if len(words) > 3:
            words = [w for w in words if self.random.random() > 0.1] or words
        if self.random.random() < 0.35:
            words = [self.mistyped(w) if self.random.random() < 0.12 else w for w in words]
        return " ".join(words)

    def mistyped(self, word):
        if len(word) < 4:
            return word
        at = self.random.randrange(1, len(word) - 1)
        return self.random.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            )
        )
