"""Spans of a text: what the decoder may write, and where it lies in the original text."""

import unicodedata

from .data import normalise
from .prompts import ABSENT

SPACE = "▁"


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

    def find(self, value):
        """The first place between borders, as `(start, end)` in the original text, or None."""
        at = self.chars.find(value)
        while at >= 0:
            if self.border(at) and self.border(at + len(value)):
                return self.origin[at][0], self.origin[at + len(value) - 1][1]
            at = self.chars.find(value, at + 1)
        return None


class Walk:
    """Where in the source a value being written may be: the positions that its characters so far lead to."""

    def __init__(self, source, pieces):
        self.source, self.pieces = source, pieces
        self.places, self.written = source.begins(), ""

    def allowed(self):
        """The ids of the pieces that go on, and whether the value may end here."""
        c = self.source.chars
        out = set()
        for at in self.places:
            head = SPACE if not self.written else ""
            rest = head + c[at : at + 24].replace(" ", SPACE)
            for length in range(1, min(len(rest), self.pieces.longest) + 1):
                piece = self.pieces.ids.get(rest[:length])
                if piece is not None:
                    out.add(piece)
        ends = self.written[-1:] not in ("", " ", SPACE) and any(self.source.border(at) for at in self.places)
        return out, ends

    def write(self, piece):
        text = self.pieces.texts[piece].replace(SPACE, " ")
        if not self.written:
            text = text[1:]
            if not text:  # a lone `▁`: the word itself follows
                self.written = SPACE
                return
        self.written = ("" if self.written == SPACE else self.written) + text
        self.places = [at + len(text) for at in self.places if self.source.chars.startswith(text, at)]


class Pieces:
    def __init__(self, tokenizer):
        self.texts = [tokenizer.id_to_token(i) for i in range(tokenizer.get_vocab_size())]
        self.ids = {t: i for i, t in enumerate(self.texts) if i > 2}
        self.longest = max(len(t) for t in self.ids)
        self.absent = self.ids[SPACE + ABSENT]
