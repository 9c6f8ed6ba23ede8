"""Makes the tokenizers that SentencePieceTokenizerTest converts, and what transformers makes of them.

    python make_tokenizers.py DATA ../../../test/resources/tokenizers
    python make_tokenizers.py DATA BIGGER --texts 100000
    mvn -pl model-operator test -Dtest=SentencePieceTokenizerTest -Dflanstream.tokenizers=BIGGER

DATA has the public sets, one JSON object with a `text` a line. Each tokenizer is a directory of a small SentencePiece
model trained on them and the files beside it, and `hashes.txt`: a hash of the ids that transformers gives each of
`texts.jsonl`, real texts and hostile ones. A model that falls back to bytes is asked with the fallback switched on,
which the T5 tokenizer of transformers leaves off.
"""

import argparse
import contextlib
import json
import random
import shutil
import tempfile
import unicodedata
import zlib
from pathlib import Path

import sentencepiece
from tokenizers import Tokenizer
from transformers import ByT5Tokenizer, T5Tokenizer, TokenizersBackend

SETS = ["snips", "banking77", "clinc150", "nlupp", "restaurant8k"]
SENTINELS = [f"<extra_id_{i}>" for i in range(100)]
IDS = {"pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1}
MAP = {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>", "additional_special_tokens": SENTINELS}


def token(content, lstrip=False, rstrip=False, normalized=False, single_word=False, special=False):
    return {key: value for key, value in locals().items()}


# How each model is trained, and the files beside it.
TOKENIZERS = {
    "t5": ({}, {"tokenizer_config.json": {}}),
    "mt5": (
        {"byte_fallback": True, "vocab_size": 900, "rules": True},
        {"tokenizer_config.json": {"extra_ids": 0, "additional_special_tokens": None}},
    ),
    "umt5": (
        {"byte_fallback": True, "vocab_size": 900, "rules": True, "bos_id": 2, "unk_id": 3},
        {"tokenizer_config.json": {"extra_ids": 300}},
    ),
    "fastchat": (
        {"rules": True},
        {
            "tokenizer_config.json": {"extra_ids": 100, "additional_special_tokens": SENTINELS},
            "special_tokens_map.json": MAP,
            "added_tokens.json": {
                c: 700 + i for i, c in enumerate(["<", "{", "\n", "}", "`", "\\", "^", "\t", "new york"])
            },
        },
    ),
    "flags": (
        {"rules": True},
        {
            "tokenizer_config.json": {
                "extra_ids": 2,
                "additional_special_tokens": ["<extra_id_0>", "<extra_id_1>", "<hl>"],
                "added_tokens_decoder": {
                    "600": token("<extra_id_1>", lstrip=True, rstrip=True, special=True),
                    "602": token("<hl>", lstrip=True, special=True),
                    "603": token("<sep>", rstrip=True),
                    "604": token("foo", normalized=True, single_word=True),
                    "605": token("Å", normalized=True),
                    "606": token("card", single_word=True),
                    "607": token("##", lstrip=True, rstrip=True),
                },
            }
        },
    ),
    "user_defined": (
        {"rules": True, "user_defined_symbols": ["##", "<sep>", "a b", "™"], "control_symbols": ["<ctl>"]},
        # With additional_special_tokens, transformers 5 forgets the model's own tokens; 4 does not.
        {"tokenizer_config.json": {"extra_ids": 5}},
    ),
    "identity": ({"normalization_rule_name": "identity"}, {"tokenizer_config.json": {"extra_ids": 0}}),
    "spaces": (
        {
            "normalization_rule_name": "identity",
            "remove_extra_whitespaces": False,
            "add_dummy_prefix": False,
            "user_defined_symbols": ["##", "a b"],
        },
        {"tokenizer_config.json": {"extra_ids": 0}},
    ),
    "extra_spaces": (
        {"rules": True, "remove_extra_whitespaces": False, "byte_fallback": True, "vocab_size": 900},
        {"tokenizer_config.json": {"extra_ids": 0}},
    ),
}
# ByT5 has no model: a text's bytes are its tokens. Names of end, pad and unknown token are left out, as prompts have none.
BYTES = {"config.json": {"model_type": "t5", "tokenizer_class": "ByT5Tokenizer"}, "tokenizer_config.json": {"extra_ids": 125}}
RESERVED = ["</s>", "<pad>", "<unk>"]
# Those whose spaces the T5 tokenizer of transformers would treat as T5's: its general conversion does not.
GENERAL = {"spaces", "extra_spaces"}

RANGES = [
    (0, 0x80), (0x20, 0x7F), (0x80, 0x250), (0x2B0, 0x370), (0x370, 0x600), (0x900, 0xE80), (0x1100, 0x1200),
    (0x1E00, 0x2070), (0x2000, 0x2C00), (0x3000, 0x3400), (0x4E00, 0x5000), (0xAC00, 0xAC80), (0xE000, 0xE020),
    (0xF900, 0xFFF0), (0x1D400, 0x1D800), (0x1F000, 0x1FA00), (0x20000, 0x20040), (0xE0000, 0xE01F0),
    (0x10FFF0, 0x110000),
]  # fmt: skip
PARTS = SENTINELS[:2] + [
    "<extra_id_99>", "</s>", "<pad>", "<unk>", "<0x41>", "<0x0A>", "\u2581", "\u2581\u2581the", "the", "new york",
    "new  york", " ", "  ", "   ", "\n", "\t", "\r\n", "\u00a0", "\u3000", "\u2028", "\x0b", "\x0c", "\x1c", "\x85",
    "\u200b", "\u200d", "\ufeff", "\u00ad", "{", "}", "<", ">", "`", "\\", "^", "~", "##", "<sep>", "<ctl>", "a b",
    "<hl>", "foo", "Foo", "foobar", "card", "card,", "cards", "🚀", "👩‍👩‍👧", "🇵🇱", "e\u0301", "A\u030a", "\u212b", "ﬁ", "½",
    "™", "ｆｕｌｌ", "＜ｐａｄ＞", "＜", "İ", "ß", "日本語", "한글", "नमस्ते", "\x00", "\x07", ".", "...", "'s", "1234567", "ÅÅ",
    "\u0301", "\u0483", "ﷺ", "$", "[new_id_3]",
]  # fmt: skip


def hostile(count, real):
    """Real texts, real ones with something set in, hostile parts, and characters of every plane."""
    draw = random.Random(5)

    def character():
        first, end = draw.choice(RANGES)
        return chr(draw.randrange(first, end))

    def text():
        kind = draw.random()
        if kind < 0.35:
            return draw.choice(real)
        if kind < 0.5:
            chars = list(draw.choice(real))
            for _ in range(draw.randint(1, 4)):
                chars.insert(draw.randint(0, len(chars)), draw.choice(PARTS) if draw.random() < 0.7 else character())
            return "".join(chars)
        if kind < 0.75:
            words = []
            for _ in range(draw.randint(0, 12)):
                word = draw.choice(PARTS) if draw.random() < 0.6 else draw.choice(real).split()[0]
                words.append((word if draw.random() < 0.8 else character()) + draw.choice(["", "", " "]))
            return "".join(words)
        if kind < 0.985:
            return "".join(character() for _ in range(draw.randint(1, 16)))
        if kind < 0.99:
            return "".join(draw.choice(real) + draw.choice([" ", "\n"]) for _ in range(20))
        return draw.choice(PARTS) * draw.randint(20, 60)

    return [text() for _ in range(count)]


def rules(path):
    """A small normalisation in the manner of nmt_nfkc: white space, wide forms, ligatures, letters with marks."""
    lines = []
    for c in list(range(0x80, 0x250)) + list(range(0x2000, 0x2070)) + list(range(0xFB00, 0xFB07)) + [0x2122, 0x3000, 0x212B]:
        form = unicodedata.normalize("NFKC", chr(c))
        if form != chr(c) or chr(c).isspace():
            lines.append((chr(c), " " if form.isspace() else form))
    lines += [(chr(c), chr(c - 0xFEE0)) for c in range(0xFF01, 0xFF5F)]
    lines += [(c, " ") for c in "\t\n\r"] + [(c, "") for c in "\x07\x1c\u200b\ufeff"]
    for letter in "AEIOUaeiouyn":
        for mark in "\u0300\u0301\u0303\u0308\u030a":
            form = unicodedata.normalize("NFKC", letter + mark)
            if len(form) == 1:
                lines.append((letter + mark, form))
    codes = ["\t".join(" ".join(f"{ord(c):X}" for c in side) for side in line) for line in dict(lines).items()]
    path.write_text("\n".join(codes) + "\n")


def train(directory, corpus, options):
    """Trains in the corpus' directory: the model remembers the names of files, which are to be the same everywhere."""
    arguments = {"input": corpus.name, "vocab_size": 600, "model_type": "unigram", "num_threads": 1, "minloglevel": 2}
    arguments |= IDS | options | {"model_prefix": "spiece"}
    with contextlib.chdir(corpus.parent):
        if arguments.pop("rules", False):
            arguments["normalization_rule_tsv"] = "rules.tsv"
            rules(Path("rules.tsv"))
        sentencepiece.SentencePieceTrainer.train(**arguments)
    shutil.move(corpus.parent / "spiece.model", directory / "spiece.model")


def converted(directory):
    """The tokenizer of transformers, with two changes that SentencePieceTokenizer makes, too.

    It falls back to bytes where the model was trained to. And an added token that normalisation changes, such as a line
    break, is looked for in the original text: in the normalised one transformers takes every space for it.
    """
    if directory.name in GENERAL:
        with tempfile.TemporaryDirectory() as copy:
            shutil.copytree(directory, copy, dirs_exist_ok=True)
            shutil.move(f"{copy}/spiece.model", f"{copy}/tokenizer.model")
            return TokenizersBackend.from_pretrained(copy).backend_tokenizer
    tokenizer = T5Tokenizer.from_pretrained(directory).backend_tokenizer
    state = json.loads(tokenizer.to_str())
    state["model"]["byte_fallback"] = TOKENIZERS[directory.name][0].get("byte_fallback", False)
    for added in state["added_tokens"]:
        if tokenizer.normalizer and tokenizer.normalizer.normalize_str(added["content"]) != added["content"]:
            added["normalized"] = False
    return Tokenizer.from_str(json.dumps(state))


def hashes(tokenizer, texts):
    for encoding in tokenizer.encode_batch(texts, add_special_tokens=False):
        yield f"{zlib.crc32(' '.join(map(str, encoding.ids)).encode()):08x}"


def byte_hashes(texts):
    tokenizer = ByT5Tokenizer()
    for text in texts:
        ids = tokenizer(text, add_special_tokens=False).input_ids
        left_out = any(name in text for name in RESERVED)
        yield "left out" if left_out else f"{zlib.crc32(' '.join(map(str, ids)).encode()):08x}"


def write(directory, files, hashed):
    directory.mkdir(exist_ok=True)
    for file, content in files.items():
        (directory / file).write_text(json.dumps(content, ensure_ascii=False) + "\n")
    (directory / "hashes.txt").write_text("".join(line + "\n" for line in hashed))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("to", type=Path)
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--only", nargs="*", default=list(TOKENIZERS))
    arguments = parser.parse_args()
    real = [json.loads(line)["text"] for name in SETS for line in open(arguments.data / f"{name}.jsonl")]
    arguments.to.mkdir(parents=True, exist_ok=True)
    texts = hostile(arguments.texts, real)
    (arguments.to / "texts.jsonl").write_text("".join(json.dumps(text) + "\n" for text in texts))
    with tempfile.TemporaryDirectory() as scratch:
        corpus = Path(scratch) / "corpus.txt"
        corpus.write_text("\n".join(text.replace("\n", " ") for text in real))
        for name in arguments.only:
            options, files = TOKENIZERS[name]
            directory = arguments.to / name
            directory.mkdir(exist_ok=True)
            if not (directory / "spiece.model").exists():
                train(directory, corpus, options)
            write(directory, files, [])
            write(directory, files, hashes(converted(directory), texts))
    write(arguments.to / "byt5", BYTES, byte_hashes(texts))


if __name__ == "__main__":
    main()
