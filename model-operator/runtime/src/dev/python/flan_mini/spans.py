"""Spans of a text: what the decoder may write, and where it lies in the original text."""

import unicodedata

from .data import normalise
from .prompts import ABSENT

SPACE = "▁"
UNKNOWN = 2


def is_letter(c):
    return c.isalpha() or unicodedata.combining(c) != 0


class Source:
    """A text in its normalised form, each character of which knows the original characters it came from."""

    def __init__(self, text):
        self.text = text
        chars, origin, i = [], [], 0
        while i < len(text):
            end = i + 1
            while end < len(text) and unicodedata.combining(text[end]):
                end += 1
            for c in normalise("x" + text[i:end] + "x")[1:-1]:
                if c != " " or chars and chars[-1] != " ":
                    chars.append(c)
                    origin.append((i, end))
            i = end
        while chars and chars[-1] == " ":
            chars.pop(), origin.pop()
        self.chars, self.origin = "".join(chars), origin

    def border(self, at):
        """Whether a value may begin or end before the character `at`: not within letters, nor within digits."""
        if at in (0, len(self.chars)):
            return True
        before, after = self.chars[at - 1], self.chars[at]
        if unicodedata.combining(after):
            return False
        return not (is_letter(before) and is_letter(after) or before.isdigit() and after.isdigit())

    def begins(self):
        return [i for i, c in enumerate(self.chars) if c != " " and self.border(i)]

    def unknown(self, at, pieces):
        """Whether the character at a position is no piece by itself."""
        return at < len(self.chars) and self.chars[at] != " " and self.chars[at] not in pieces.ids


class Walk:
    """Where in the source a value being written may lie: (begin, end so far) of each possible place."""

    def __init__(self, source, pieces):
        self.source, self.pieces = source, pieces
        self.places, self.begun, self.marked = [(i, i) for i in source.begins()], False, False

    def allowed(self):
        """The ids of the pieces that go on."""
        out = set()
        head = "" if self.begun or self.marked else SPACE
        for _, at in self.places:
            rest = head + self.source.chars[at : at + self.pieces.longest].replace(" ", SPACE)
            out.update(filter(None, (self.pieces.ids.get(rest[:n]) for n in range(1, len(rest) + 1))))
            if not head and self.source.unknown(at, self.pieces):
                out.add(UNKNOWN)
        return out

    def ends(self):
        """Whether the value may end here."""
        return self.begun and any(self.source.border(at) and self.source.chars[at - 1] != " " for _, at in self.places)

    def write(self, piece):
        text = self.pieces.texts[piece].replace(SPACE, " ")
        if piece == UNKNOWN:
            self.places = [(b, end) for b, at in self.places for end in self.after_unknown(at)]
        elif not self.begun and not self.marked and text == " ":
            self.marked = True
            return
        else:
            text = text if self.begun or self.marked else text[1:]
            self.places = [(b, at + len(text)) for b, at in self.places if self.source.chars.startswith(text, at)]
        self.begun = True

    def after_unknown(self, at):
        while self.source.unknown(at, self.pieces):
            at += 1
            yield at

    def span(self):
        """The first place in the original text, the longer of two that begin together."""
        found = [(b, -at) for b, at in self.places if self.source.border(at) and self.source.chars[at - 1] != " "]
        begin, end = min(found)
        return self.source.origin[begin][0], self.source.origin[-end - 1][1]


class Pieces:
    def __init__(self, tokenizer):
        self.texts = [tokenizer.id_to_token(i) for i in range(tokenizer.get_vocab_size())]
        self.ids = {t: i for i, t in enumerate(self.texts) if i > 2}
        self.longest = max(len(t) for t in self.ids)
        self.absent = self.ids[SPACE + ABSENT]
