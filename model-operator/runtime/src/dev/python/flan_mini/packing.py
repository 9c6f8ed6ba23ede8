"""Sequences put in a row without padding; only attention sees them padded, in groups of about one length."""

import torch


class Spread(torch.autograd.Function):
    """Rows to their places among `count` rows, the others being zero."""

    @staticmethod
    def forward(context, x, places, count):
        context.save_for_backward(places)
        return x.new_zeros(count, x.shape[1]).index_copy_(0, places, x)

    @staticmethod
    def backward(context, gradient):
        return gradient.index_select(0, context.saved_tensors[0]), None, None


class Gather(torch.autograd.Function):
    """The inverse of `Spread`."""

    @staticmethod
    def forward(context, x, places):
        context.save_for_backward(places)
        context.count = x.shape[0]
        return x.index_select(0, places)

    @staticmethod
    def backward(context, gradient):
        out = gradient.new_zeros(context.count, gradient.shape[1])
        return out.index_copy_(0, context.saved_tensors[0], gradient), None


class Group:
    """Neighbouring sequences that are padded to one length for attention."""

    def __init__(self, lengths, begin):
        self.count, self.length = len(lengths), max(lengths)
        self.begin, self.end = begin, begin + sum(lengths)
        there = torch.arange(self.length)[None] < torch.tensor(lengths)[:, None]
        self.places = there.flatten().nonzero()[:, 0]
        self.hidden = ((~there)[:, None, None, :] * -1e4).to(torch.bfloat16)

    def pad(self, rows):
        out = Spread.apply(rows[self.begin : self.end], self.places, self.count * self.length)
        return out.view(self.count, self.length, -1)

    def drop(self, padded):
        return Gather.apply(padded.flatten(0, 1), self.places)


class Rows:
    """Sequences in a row, each row knowing its owner, cut into groups at the given places."""

    def __init__(self, sequences, cuts):
        lengths = [len(s) for s in sequences]
        self.ids = torch.tensor([token for s in sequences for token in s])
        self.owner = torch.repeat_interleave(torch.arange(len(lengths)), torch.tensor(lengths))
        self.count, self.longest = len(lengths), max(lengths)
        self.groups, begin = [], 0
        for a, b in zip(cuts, cuts[1:]):
            self.groups.append(Group(lengths[a:b], begin))
            begin += sum(lengths[a:b])


class Pack:
    """`(source ids, target ids, target weights)` examples, sorted by source length."""

    def __init__(self, examples, group_tokens=1200):
        examples = sorted(examples, key=lambda e: (len(e[0]), len(e[1])))
        cuts = [0]
        for i, example in enumerate(examples):
            wide = (i + 1 - cuts[-1]) * len(example[0])
            if i > cuts[-1] and (wide > group_tokens or len(example[0]) > 1.25 * len(examples[cuts[-1]][0]) + 4):
                cuts.append(i)
        cuts.append(len(examples))
        self.source = Rows([e[0] for e in examples], cuts)
        self.target = Rows([e[1] for e in examples], cuts)
        self.inputs = torch.tensor([token for e in examples for token in (0, *e[1][:-1])])
        self.weights = torch.tensor([weight for e in examples for weight in e[2]])
