"""The unigram tokenizer: trained on the training part alone, every word by itself, letters apart from digits and signs.

python -m flan_mini.tokenizer --data DATA --out MODEL_DIR
"""

import argparse
import collections
import io
import json
import pathlib
import string

import regex
import sentencepiece
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from . import prompts, tasks
from .data import load, load_ontology, normalise

PAD, EOS, UNK = 0, 1, 2
SPECIAL = ["<pad>", "</s>", "<unk>"]
# Pieces never mix kinds, so that the borders of a value are borders of pieces: `croatia?` is `▁croatia`, `?`.
KINDS = regex.compile(r"▁?\p{L}[\p{L}\p{M}]*|▁?\p{N}+|▁?[^\p{L}\p{N}▁]|▁")
CUT = "\t"
LETTERS = "▁£€’‘“”–—…éèáàóòúùíìñçöüäßâêîôûëïÿøåæœãõāēīōūšžčćłńśźżğşřěőű"
# Pieces that the templates use, kept whole.
WHOLE = ["▁;", "▁:", "▁-", "▁unanswerable"]


def corpus(rows, ontology):
    intents, slots = ontology
    texts = [r.text for r in rows if r.part == "train"]
    for label in sorted({x for r in rows for x in r.labels} | {f.name for r in rows for f in r.fields}):
        texts += [prompts.text_form(label)] * 20
    texts += [d for d, _ in intents.values()] + list(slots.values()) + list(tasks.descriptions())
    texts += [prompts.classify("", ["yes", "no"], q) for q in tasks.QUESTIONS for _ in range(50)]
    texts += [prompts.yes_no("", "x"), prompts.yes_no("", "x", "x"), prompts.ask_field("", "x")] * 300
    texts += [prompts.ask_fields("", ["x", "y"]) + " unanswerable : unanswerable ;"] * 300
    return texts


def pieces(texts, size):
    """`(piece, score)` of sentencepiece's unigram trainer, in id order."""
    seen = collections.Counter(c for t in texts for c in normalise(t) if c != " ")
    alphabet = (
        {c for c in string.printable if c == normalise(c) and c} | {c for c, n in seen.items() if n > 1} | set(LETTERS)
    )
    lines = (CUT.join(KINDS.findall("▁" + normalise(t).replace(" ", "▁"))) for t in texts)
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=lines,
        model_writer=model,
        vocab_size=size,
        model_type="unigram",
        normalization_rule_name="identity",
        add_dummy_prefix=False,
        split_by_unicode_script=False,
        split_by_number=False,
        split_by_whitespace=True,
        pretokenization_delimiter=CUT,
        required_chars="".join(sorted(alphabet)),
        user_defined_symbols=WHOLE,
        max_sentencepiece_length=20,
        pad_id=PAD,
        eos_id=EOS,
        unk_id=UNK,
        bos_id=-1,
        num_threads=2,
        minloglevel=2,
    )
    trained = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    vocabulary = [(trained.id_to_piece(i), trained.get_score(i)) for i in range(trained.get_piece_size())]
    best = max(score for _, score in vocabulary[3 + len(WHOLE) :])
    words = collections.Counter(w for line in texts for w in KINDS.findall("▁" + normalise(line).replace(" ", "▁")))
    known, out = {p for p, _ in vocabulary}, []
    for piece, score in vocabulary:
        whole = "▁" + piece
        # The trainer keeps some words only behind a lone `▁`: give them their own.
        if len(piece) > 1 and whole not in known and words[whole] > 4 * words[piece]:
            piece = whole
        out.append((piece, best if piece in WHOLE else score))
    return out


def train(texts, size):
    vocabulary = pieces(texts, size)
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=UNK, byte_fallback=False))
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", EOS)]
    )
    return tokenizer


class Words:
    """Tokenises word by word through a cache: the same ids as the tokenizer's, at the price of a dictionary look-up."""

    def __init__(self, tokenizer):
        self.tokenizer, self.cache = tokenizer, {}

    def __call__(self, text):
        out = []
        for word in normalise(text).split(" "):
            ids = self.cache.get(word)
            if ids is None:
                ids = self.tokenizer.encode(word, add_special_tokens=False).ids
                self.cache[word] = ids
            out += ids
        return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--size", type=int, default=8000)
    args = parser.parse_args()
    tokenizer = train(corpus(load(args.data), load_ontology(args.data)), args.size)
    out = pathlib.Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(out / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": "<pad>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "model_max_length": 512,
    }
    (out / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    print(f"{tokenizer.get_vocab_size()} pieces")


if __name__ == "__main__":
    main()
