"""Makes tiny checkpoints in every layout that T5-family repositories have, and what transformers answers on them.

    python4 make_layouts.py ../../../test/resources/golden/layouts --save      # with transformers 4.x: what it saves itself
    python5 make_layouts.py ../../../test/resources/golden/layouts --save      # with 5.x: the same, and all others
    python4 make_layouts.py ../../../test/resources/golden/layouts --answer
    python5 make_layouts.py ../../../test/resources/golden/layouts --answer

`expected-4.json` and `expected-5.json` hold log-probabilities of choices and greedy generations (eager attention, float32,
one record at a time, no cache, rows beyond the tokenizer's pieces never written), or the reason why that version does not load the directory. Where a layout is one that no
version loads as it is, they come from the same weights in a plain layout, and `reference` says so. The tokenizer is
that of the other golden checkpoints, by a symbolic link.
"""

import argparse
import json
import os
import random
import shutil
import struct
import zlib
from pathlib import Path

import tokenizers
import torch
import transformers
from safetensors.torch import save_file
from transformers import (ByT5Tokenizer, MT5Config, MT5ForConditionalGeneration, T5Config, T5ForConditionalGeneration, UMT5Config,
                          UMT5ForConditionalGeneration)

SEED = 20261128
MAJOR = int(transformers.__version__.split(".")[0])
ROWS = 128  # the tokenizer has 122 pieces
BYTE_ROWS = 384  # ByT5 has 259 pieces, 125 sentinels and no tokenizer file
WORDS = "card lost stolen arrive cancel table tonight people music play song refund money transfer bank account pin".split()
CHOICES = [["card lost", "card stolen", "card", "cancel table", "refund"], ["play music", "play song", "thanks"]]
NEW_TOKENS = 12

SHAPE = dict(d_model=16, d_kv=4, d_ff=24, num_heads=4, num_layers=2, num_decoder_layers=2, vocab_size=ROWS,
             relative_attention_num_buckets=32, relative_attention_max_distance=128, layer_norm_epsilon=1e-6,
             feed_forward_proj="relu", pad_token_id=0, eos_token_id=1, decoder_start_token_id=0)
V11 = dict(feed_forward_proj="gated-gelu")
UL2 = dict(feed_forward_proj="gated-silu", d_kv=6)
CLASSES = {"t5": (T5Config, T5ForConditionalGeneration), "mt5": (MT5Config, MT5ForConditionalGeneration),
           "umt5": (UMT5Config, UMT5ForConditionalGeneration)}
SHARED, ENCODER, DECODER, HEAD = "shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "lm_head.weight"


def draw(settings, family, own_head, seed):
    """Weights by name, the embedding as shared.weight; drawn wide, so that a wrong scale or a dropped bias shows."""
    generator = torch.Generator().manual_seed(seed)

    def normal(*size, gain=1.0):
        return torch.randn(*size, generator=generator) * gain

    d, inner, ff = settings["d_model"], settings["num_heads"] * settings["d_kv"], settings["d_ff"]
    gated = settings["feed_forward_proj"].startswith("gated-")
    weights = {SHARED: normal(settings["vocab_size"], d, gain=2.0)}
    if own_head:
        weights[HEAD] = normal(settings["vocab_size"], d, gain=0.7)
    for stack, layers in (("encoder", settings["num_layers"]), ("decoder", settings["num_decoder_layers"])):
        weights[f"{stack}.final_layer_norm.weight"] = 1 + normal(d, gain=0.2)
        for block in range(layers):
            kinds = ["SelfAttention", "EncDecAttention"] if stack == "decoder" else ["SelfAttention"]
            for layer, kind in enumerate(kinds):
                prefix = f"{stack}.block.{block}.layer.{layer}"
                weights[f"{prefix}.layer_norm.weight"] = 1 + normal(d, gain=0.2)
                for name in "qkv":
                    gain = (1.5 / settings["d_kv"] ** 0.5 if name == "q" else 1.3) / d ** 0.5
                    weights[f"{prefix}.{kind}.{name}.weight"] = normal(inner, d, gain=gain)
                weights[f"{prefix}.{kind}.o.weight"] = normal(d, inner, gain=1.3 / inner ** 0.5)
                if kind == "SelfAttention" and (block == 0 or family == "umt5"):
                    weights[f"{prefix}.{kind}.relative_attention_bias.weight"] = normal(
                        settings["relative_attention_num_buckets"], settings["num_heads"], gain=1.5)
            prefix = f"{stack}.block.{block}.layer.{len(kinds)}"
            weights[f"{prefix}.layer_norm.weight"] = 1 + normal(d, gain=0.2)
            for name in ["wi_0", "wi_1"] if gated else ["wi"]:
                weights[f"{prefix}.DenseReluDense.{name}.weight"] = normal(ff, d, gain=1.3 / d ** 0.5)
            weights[f"{prefix}.DenseReluDense.wo.weight"] = normal(d, ff, gain=1.3 / ff ** 0.5)
    return weights


class Layout:
    """One directory: what is in its config and how its weights are stored."""

    def __init__(self, name, family="t5", shape=None, own_head=False, config=None, drop=(), architecture=None,
                 generation=None, store=None, reference=None, of_bytes=False, about=""):
        self.name, self.family, self.own_head, self.about = name, family, own_head, about
        self.settings = {**SHAPE, **(shape or {})}
        self.config, self.drop, self.generation = config or {}, drop, generation
        self.architecture = architecture or CLASSES[family][1].__name__
        self.store = store or (lambda directory, weights: plain(directory, weights))
        self.reference, self.of_bytes = reference, of_bytes

    def weights(self):
        return draw(self.settings, self.family, self.own_head, zlib.crc32(self.name.encode()))

    def save(self, directory):
        config = {"architectures": [self.architecture], "model_type": self.family, "is_encoder_decoder": True,
                  **self.settings, **self.config}
        for key in self.drop:
            config.pop(key)
        write_json(directory / "config.json", config)
        if self.generation:
            write_json(directory / "generation_config.json", self.generation)
        if self.of_bytes:
            (directory / "tokenizer.json").unlink()
            write_json(directory / "tokenizer_config.json", {"extra_ids": 125, "tokenizer_class": "ByT5Tokenizer"})
        self.store(directory, self.weights())


def write_json(file, value):
    file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def plain(directory, weights, metadata=None, name="model.safetensors"):
    save_file({key: value.contiguous().clone() for key, value in weights.items()}, directory / name,
              metadata={"format": "pt", **(metadata or {})})


def renamed(*names, keep=()):
    """The embedding under other names; `keep` are names of the four that stay as they are."""
    def store(directory, weights):
        embedding = weights[SHARED]
        weights = {key: value for key, value in weights.items() if key != SHARED or SHARED in keep}
        plain(directory, {**weights, **{name: embedding for name in names}})
    return store


def sharded(shards, listed=()):
    def store(directory, weights):
        names = sorted(weights)
        files = {}
        for i in range(shards):
            file = f"model-{i + 1:05d}-of-{shards:05d}.safetensors"
            part = {name: weights[name] for name in names[i::shards]}
            plain(directory, part, name=file)
            files.update(dict.fromkeys(part, file))
        files.update(dict.fromkeys(listed, "model-00001-of-%05d.safetensors" % shards))
        write_json(directory / "model.safetensors.index.json", {"metadata": {}, "weight_map": files})
    return store


def beside_index(directory, weights):
    plain(directory, weights)
    write_json(directory / "model.safetensors.index.json",
               {"metadata": {}, "weight_map": dict.fromkeys(weights, "model-00001-of-00002.safetensors")})


def aliased(directory, weights):
    plain(directory, weights, metadata={ENCODER: SHARED, DECODER: SHARED, HEAD: SHARED})


def stale(directory, weights):
    generator = torch.Generator().manual_seed(7)
    table = torch.randn(32, 4, generator=generator)
    plain(directory, {**weights, "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight": table,
                      "encoder.position_ids": torch.arange(4)})


def typed(*dtypes):
    """Tensors in turn of each dtype."""
    def store(directory, weights):
        plain(directory, {name: value.to(dtypes[i % len(dtypes)]) for i, (name, value) in enumerate(sorted(weights.items()))})
    return store


def unaligned(directory, weights):
    """Numbers at odd places, which the format allows and the library's writer does not make."""
    header, data = {}, b""
    for name, value in sorted(weights.items()):
        raw = value.contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * ((3 - len(text)) % 8)
    (directory / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)


def four(directory, weights):
    renamed(ENCODER, DECODER, HEAD, keep=[SHARED])(directory, weights)


LAYOUTS = [
    # Head, scale and embedding.
    Layout("t5-v1_0", about="google-t5/t5-small: no tie_word_embeddings, one matrix"),
    Layout("ul2-head-stored", shape=UL2, store=renamed(SHARED, HEAD), about="google/flan-ul2: an equal head is stored, still scaled"),
    Layout("flan-t5", shape=V11, own_head=True, config={"tie_word_embeddings": False}),
    Layout("flan-t5-5x", shape=V11, own_head=True, config={"tie_word_embeddings": True, "scale_decoder_outputs": False},
           about="Flan-T5 opened and saved again by transformers 5"),
    Layout("t5-scaled-5x", config={"tie_word_embeddings": True, "scale_decoder_outputs": True}),
    Layout("untied-equal-5x", config={"tie_word_embeddings": True, "scale_decoder_outputs": False}, store=renamed(SHARED, HEAD),
           about="T5Config(tie_word_embeddings=False) made by transformers 5: the head equals the embedding"),
    Layout("encoder-embedding", store=renamed(ENCODER), about="madlad400 and converted files"),
    Layout("decoder-embedding", store=renamed(DECODER)),
    Layout("encoder-and-decoder-embedding", shape=V11, own_head=True, config={"tie_word_embeddings": False},
           store=renamed(ENCODER, DECODER)),
    Layout("head-alone", store=renamed(HEAD), about="the head is the one matrix that is stored"),
    Layout("all-four", store=four, about="as torch.save writes them"),
    Layout("tie-false-no-head", config={"tie_word_embeddings": False}, about="hand-made files: the embedding, not scaled"),
    Layout("tie-true-own-head", own_head=True, config={"tie_word_embeddings": True}),
    Layout("tie-absent-own-head", own_head=True),
    Layout("scale-true-tie-false", own_head=True, config={"tie_word_embeddings": False, "scale_decoder_outputs": True}),
    Layout("scale-false-alone", config={"scale_decoder_outputs": False}),
    Layout("tie-null", config={"tie_word_embeddings": None}),
    # Files.
    Layout("sharded", shape=UL2, store=sharded(3)),
    Layout("sharded-tied-names-listed", store=sharded(2, listed=[ENCODER, DECODER, HEAD]), about="converted sharded repositories"),
    Layout("index-beside-single", store=beside_index, about="lmsys/fastchat-t5-3b"),
    Layout("metadata-aliases", store=aliased, about="files converted by text-generation-inference"),
    Layout("stale-tensors", store=stale, about="2020 files: a position table in the cross-attention"),
    Layout("unaligned", store=unaligned),
    Layout("float16", shape=V11, own_head=True, config={"tie_word_embeddings": False, "torch_dtype": "float16"},
           store=typed(torch.float16)),
    Layout("bfloat16", shape=UL2, config={"dtype": "bfloat16"}, store=typed(torch.bfloat16)),
    Layout("float64", config={"torch_dtype": "float64"}, store=typed(torch.float64)),
    Layout("mixed-dtypes", config={"torch_dtype": "float16"},
           store=typed(torch.float16, torch.float32, torch.bfloat16, torch.float64)),
    # Config.
    Layout("config-2020", architecture="T5WithLMHeadModel",
           drop=["feed_forward_proj", "num_decoder_layers", "relative_attention_max_distance"],
           config={"n_positions": 512, "output_past": True, "task_specific_params": {}}),
    Layout("no-model-type", shape=V11, own_head=True, config={"tie_word_embeddings": False}, drop=["model_type"]),
    Layout("other-key-names", shape=V11, own_head=True, drop=["d_model", "num_heads", "num_layers", "d_kv"],
           config={"tie_word_embeddings": False, "hidden_size": 16, "num_attention_heads": 4, "num_hidden_layers": 2, "head_dim": 4}),
    Layout("deep-encoder", shape={**V11, "num_layers": 3, "num_decoder_layers": 1}, own_head=True, config={"tie_word_embeddings": False}),
    Layout("deep-decoder", shape={**V11, "num_layers": 1, "num_decoder_layers": 3}, own_head=True, config={"tie_word_embeddings": False}),
    Layout("few-buckets", shape={"relative_attention_num_buckets": 8, "relative_attention_max_distance": 12}),
    Layout("large-epsilon", shape={"layer_norm_epsilon": 0.05}),
    Layout("gated-relu", shape={"feed_forward_proj": "gated-relu"}),
    Layout("gelu", shape={"feed_forward_proj": "gelu"}, about="the exact form, not gated"),
    Layout("silu", shape={"feed_forward_proj": "silu"}),
    Layout("activation-contradicted", shape=V11, config={"dense_act_fn": "silu", "is_gated_act": True}),
    Layout("vocab-size-other-than-rows", config={"vocab_size": 100}, reference="vocab_size",
           about="grammarly/coedit, valhalla, vit5"),
    # Ids.
    Layout("generation-config-ids", config={"eos_token_id": 1},
           generation={"decoder_start_token_id": 5, "eos_token_id": [1, 43, 67, 101], "pad_token_id": 0}),
    Layout("config-ids", shape={"decoder_start_token_id": 7, "eos_token_id": 90}),
    Layout("generation-config-of-4x", generation={"_from_model_config": True, "decoder_start_token_id": 0, "eos_token_id": 1,
                                                  "pad_token_id": 0, "transformers_version": "4.57.6"}),
    # Families.
    Layout("mt5", family="mt5", shape=V11, own_head=True, config={"tie_word_embeddings": False}, about="google/mt5-small"),
    Layout("mt5-5x", family="mt5", shape=V11, own_head=True, config={"tie_word_embeddings": True}),
    Layout("mt5-tie-absent", family="mt5", shape=V11, own_head=True),
    Layout("umt5", family="umt5", shape=V11, own_head=True, config={"tie_word_embeddings": False}, about="google/umt5-small"),
    Layout("umt5-scaled", family="umt5", shape=V11),
    Layout("umt5-5x", family="umt5", shape={**V11, "num_layers": 3}, own_head=True,
           config={"tie_word_embeddings": True, "scale_decoder_outputs": False}),
    Layout("umt5-no-model-type", family="umt5", shape=V11, own_head=True, config={"tie_word_embeddings": False},
           drop=["model_type"], about="google/umt5-base"),
    Layout("byt5", shape={**V11, "num_layers": 3, "num_decoder_layers": 1, "vocab_size": BYTE_ROWS}, own_head=True,
           config={"tie_word_embeddings": False, "tokenizer_class": "ByT5Tokenizer"}, of_bytes=True, about="google/byt5-small"),
    Layout("byt5-mt5", family="mt5", shape={**V11, "vocab_size": BYTE_ROWS}, own_head=True,
           config={"tie_word_embeddings": True, "scale_decoder_outputs": False}, of_bytes=True, about="ByT5 saved again by transformers 5"),
    Layout("umt5-default-activation", family="umt5", shape=V11, own_head=True, config={"tie_word_embeddings": False},
           drop=["feed_forward_proj"]),
]

# What each version saves of the same models; those of 5.x are opened from what 4.x saved, as a fine-tune is.
SAVED = [("t5", dict(shape=V11, own_head=True), False), ("t5", dict(), True), ("mt5", dict(shape=V11, own_head=True), False),
         ("umt5", dict(shape=V11, own_head=True), False)]


def save_by_library(out):
    for family, kind, tie in SAVED:
        name = f"saved-{MAJOR}x-{family}-{'tied' if tie else 'untied'}"
        directory = fresh(out / name)
        config_class, model_class = CLASSES[family]
        if MAJOR == 4:
            layout = Layout(name, family=family, **kind)
            config = config_class(**{**layout.settings, "tie_word_embeddings": tie})
            model = model_class(config)
            model.load_state_dict(layout.weights(), strict=False)
            if tie:
                model.tie_weights()
        else:
            model = model_class.from_pretrained(out / name.replace("5x", "4x"), dtype=torch.float32)
        model.save_pretrained(directory)


def fresh(directory):
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    os.symlink("../../t5-v1_0/tokenizer.json", directory / "tokenizer.json")
    return directory


def open_model(directory, layout):
    family = layout.family if layout else directory.name.split("-")[2]
    model_class = CLASSES[family][1]
    options = {"dtype" if MAJOR >= 5 else "torch_dtype": torch.float32, "attn_implementation": "eager"}
    if layout and layout.reference:
        options["config"] = CLASSES[family][0].from_pretrained(directory, vocab_size=ROWS)
    return model_class.from_pretrained(directory, **options).eval()


class ByteTokens:
    """ByT5's tokenizer in the form that the others have."""

    def __init__(self):
        self.tokenizer = ByT5Tokenizer()

    def encode(self, text):
        return argparse.Namespace(ids=self.tokenizer(text).input_ids)

    def decode(self, ids, skip_special_tokens):
        return self.tokenizer.decode(ids, skip_special_tokens=skip_special_tokens)

    def get_vocab_size(self):
        return len(self.tokenizer)


@torch.inference_mode()
def answers(model, tokenizer, start, seed):
    rng = random.Random(seed)
    prompts = [" ".join(rng.choices(WORDS, k=length)) for length in (1, 4, 11, 40)]

    def logprobs(prompt, choice):
        decoder = torch.tensor([[start] + choice[:-1]])
        logits = model(input_ids=torch.tensor([prompt]), decoder_input_ids=decoder, use_cache=False).logits[0]
        return torch.log_softmax(logits, -1)[torch.arange(len(choice)), torch.tensor(choice)].sum().item()

    scores = [{"prompt": prompt, "choices": choices,
               "logprobs": [logprobs(tokenizer.encode(prompt).ids, tokenizer.encode(choice).ids) for choice in choices]}
              for prompt in prompts for choices in CHOICES]
    generations = []
    for prompt in prompts:
        ids = model.generate(torch.tensor([tokenizer.encode(prompt).ids]), max_new_tokens=NEW_TOKENS, do_sample=False,
                             num_beams=1, use_cache=False, decoder_start_token_id=start,
                             suppress_tokens=list(range(tokenizer.get_vocab_size(), model.config.vocab_size)))[0, 1:].tolist()
        generations.append({"prompt": prompt, "maxNewTokens": NEW_TOKENS, "tokenIds": ids,
                            "text": tokenizer.decode(ids, skip_special_tokens=True)})
    return {"scores": scores, "generations": generations}


def answer(directory, layout):
    tool = f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}, eager"
    result = {"tool": tool}
    if layout and layout.reference:
        result["reference"] = f"{layout.reference} set to {ROWS}: transformers refuses the directory as it is"
    torch.manual_seed(SEED)
    tokenizer = ByteTokens() if layout and layout.of_bytes else tokenizers.Tokenizer.from_file(str(directory / "tokenizer.json"))
    try:
        model = open_model(directory, layout)
        start = model.generation_config.decoder_start_token_id
        start = next(id for id in (start, model.config.decoder_start_token_id, model.config.pad_token_id) if id is not None)
        return {**result, **answers(model, tokenizer, start, zlib.crc32(directory.name.encode()))}
    except Exception as e:  # noqa: BLE001 - whatever it says is the record
        return {**result, "refused": f"{type(e).__name__}: {str(e).splitlines()[0][:160]}".replace(str(directory), directory.name)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--save", action="store_true")
    parser.add_argument("--answer", action="store_true")
    parser.add_argument("--only", help="one layout")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    if arguments.save:
        if not arguments.only:
            save_by_library(arguments.out)
        for layout in LAYOUTS if MAJOR >= 5 else []:
            if arguments.only in (None, layout.name):
                layout.save(fresh(arguments.out / layout.name))
    if arguments.answer:
        layouts = {layout.name: layout for layout in LAYOUTS}
        for directory in sorted(path for path in arguments.out.iterdir() if path.is_dir()):
            if arguments.only in (None, directory.name):
                result = answer(directory, layouts.get(directory.name))
                write_json(directory / f"expected-{MAJOR}.json", result)
                print(directory.name, result.get("refused", "answered"))


if __name__ == "__main__":
    main()
