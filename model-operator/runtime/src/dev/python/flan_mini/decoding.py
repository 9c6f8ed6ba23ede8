"""Scores of all choices in one decoder pass, and greedy extraction held to spans of the text."""

import torch

from . import prompts
from .model import bucket_of
from .spans import Source, Walk
from .tokenizer import EOS


class Trie:
    """Choices as one token tree, laid out in a row: node 0 is the start token."""

    def __init__(self, choices):
        self.tokens, self.parents, self.depths, self.ends = [0], [-1], [0], []
        index = {}
        for ids in choices:
            at = 0
            for token in [*ids, EOS]:
                key = (at, token)
                if key not in index:
                    index[key] = len(self.tokens)
                    self.tokens.append(token)
                    self.parents.append(at)
                    self.depths.append(self.depths[at] + 1)
                at = index[key]
            self.ends.append(at)
        size = len(self.tokens)
        self.above = torch.zeros(size, size, dtype=torch.bool)
        for i in range(size):
            self.above[i, i] = True
            if i:
                self.above[i] |= self.above[self.parents[i]]

    def bias(self, model):
        depth = torch.tensor(self.depths)
        buckets = bucket_of(depth[None] - depth[:, None], False, model.shape.buckets, model.shape.max_distance)
        return (model.dec_bias[buckets].permute(2, 0, 1) + (~self.above) * -1e4)[None]


def padded(sequences):
    length = max(map(len, sequences))
    ids = torch.tensor([[*s, *[0] * (length - len(s))] for s in sequences])
    return ids, torch.arange(length)[None] < torch.tensor([len(s) for s in sequences])[:, None]


def by_length(items, length, size):
    order = sorted(range(len(items)), key=lambda i: length(items[i]))
    return [order[i : i + size] for i in range(0, len(order), size)]


@torch.inference_mode()
def score(model, words, texts, choices, batch=32):
    """Log-probabilities `[prompt, choice]` of every choice with its end token."""
    trie = Trie([words(c) for c in choices])
    bias, tokens = trie.bias(model), torch.tensor(trie.tokens)
    inner = sorted(set(trie.parents[1:]))
    place = {node: i for i, node in enumerate(inner)}
    rows = torch.tensor([place[p] for p in trie.parents[1:]])
    sources = [words(t) + [EOS] for t in texts]
    out = torch.zeros(len(texts), len(choices))
    for part in by_length(sources, len, batch):
        ids, mask = padded([sources[i] for i in part])
        cross = model.cross(model.encode(ids, mask))
        hidden = model.decode(tokens[None].expand(len(part), -1), cross, mask, bias)[:, inner]
        logits = model.logits(hidden)
        steps = logits[:, rows, tokens[1:]] - logits.logsumexp(-1)[:, rows]
        total = torch.zeros(len(part), len(trie.tokens))
        for node in range(1, len(trie.tokens)):
            total[:, node] = total[:, trie.parents[node]] + steps[:, node - 1]
        out[part] = total[:, trie.ends]
    return out


class Answer:
    """One prompt's answer being written: template tokens are given, values are chosen."""

    def __init__(self, words, pieces, text, parts):
        self.pieces, self.source = pieces, Source(text)
        self.parts = [words(p) if p else [] for p in parts]
        self.given, self.values, self.walk, self.done = list(self.parts[0]), [], None, False
        self.last = 0
        if not self.given:
            self.open()

    def open(self):
        self.walk = Walk(self.source, self.pieces)

    def choices(self):
        """The ids that may come next."""
        if self.given:
            return self.given[:1]
        if self.walk is None:
            self.open()
        out = list(self.walk.allowed())
        if not self.walk.begun and not self.walk.marked:
            out.append(self.pieces.absent)
        if self.walk.ends():
            out.append(self.end())
        return out

    def end(self):
        at = len(self.values) + 1
        return self.parts[at][0] if at < len(self.parts) else EOS

    def close(self, value):
        self.values.append(value)
        at = len(self.values)
        self.walk = None
        self.given = list(self.parts[at]) if at < len(self.parts) else [EOS]

    def write(self, token):
        self.last = token
        if self.given:
            self.given.pop(0)
            self.done = token == EOS and not self.given
        elif token == self.pieces.absent and not self.walk.begun:
            self.close(None)
        elif token == self.end() and self.walk.ends():
            self.close(self.walk.span())
            self.write(token)
        else:
            self.walk.write(token)


@torch.inference_mode()
def answer(model, sources, answers):
    ids, mask = padded(sources)
    cross, cache = model.cross(model.encode(ids, mask)), []
    at = 0
    while not all(a.done for a in answers) and at < 200:
        distance = torch.arange(at + 1)[None] - at
        hidden = model.decode(
            torch.tensor([[a.last] for a in answers]), cross, mask, model.bias("dec", distance)[None], cache
        )
        logits = model.logits(hidden[:, 0])
        for i, a in enumerate(answers):
            if not a.done:
                allowed = a.choices()
                a.write(allowed[0] if len(allowed) == 1 else allowed[int(logits[i, allowed].argmax())])
        at += 1


def extract(model, words, pieces, items, at_once=True, batch=48):
    """`items` are (text, field text forms); gives for each `{field: (start, end)}` of the fields that are there."""
    work = []
    for i, (text, fields) in enumerate(items):
        if at_once:
            parts = [("; " if j else "") + f"{name} :" for j, name in enumerate(fields)]
            work.append((i, fields, prompts.ask_fields(text, fields), text, parts))
        else:
            work += [(i, [name], prompts.ask_field(text, name), text, [""]) for name in fields]
    sources = [words(w[2]) + [EOS] for w in work]
    out = [{} for _ in items]
    for part in by_length(work, lambda w: (len(w[4]), len(w[3])), batch):
        answers = [Answer(words, pieces, work[i][3], work[i][4]) for i in part]
        answer(model, [sources[i] for i in part], answers)
        for i, a in zip(part, answers):
            out[work[i][0]] |= {name: span for name, span in zip(work[i][1], a.values) if span}
    return out
