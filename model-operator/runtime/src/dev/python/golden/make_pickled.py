"""Makes pickled weights as PyTorch writes them, and what PyTorch and transformers make of them.

    python make_pickled.py ../../../test/resources/golden

`pickled/` gets:

- `forms/`: one state dict as a zip archive and as the stream of before PyTorch 1.6, with every number format, views,
  aliases, scalars and nothing; `expected.json` has dtype, shape and SHA-256 of each tensor by
  `torch.load(weights_only=True)`;
- `refused/`: files that would run code, or are no state dict; nothing here is ever loaded;
- `flan-ul2/`: google/flan-ul2's files in small: 8 shards of bfloat16, an index of 744 names;
- `t5-v1_1-small/`: google/t5-v1_1-small's: one file, no tokenizer.json, `spiece.model`.
"""

import argparse
import hashlib
import json
import os
import pickle
import random
import shutil
from pathlib import Path

import sentencepiece
import torch
import transformers
from make_golden import SEED, WORDS, make_model, make_tokenizer, score
from transformers import T5ForConditionalGeneration

TYPES = {
    "f64": torch.float64, "f32": torch.float32, "bf16": torch.bfloat16, "f16": torch.float16, "i64": torch.int64,
    "i32": torch.int32, "i16": torch.int16, "i8": torch.int8, "u8": torch.uint8, "bool": torch.bool,
}


def digests(file):
    tensors = torch.load(file, weights_only=True)
    return {
        name: {
            "dtype": str(tensor.dtype).removeprefix("torch."),
            "shape": list(tensor.shape),
            "sha256": hashlib.sha256(tensor.contiguous().flatten().view(torch.uint8).numpy().tobytes()).hexdigest(),
        }
        for name, tensor in tensors.items()
    }


def forms():
    torch.manual_seed(SEED)
    tensors = {f"type.{name}": (torch.randn(3, 5) * 40).to(dtype) for name, dtype in TYPES.items()}
    tensors["type.bool"] = torch.randn(3, 5) > 0
    base = torch.randn(6, 8)
    tensors |= {
        "view.base": base,
        "view.same": base,
        "view.transposed": base.t(),
        "view.rows": base[2:5],
        "view.columns": base[:, 1:4],
        "view.every-other": base[::2, ::3],
        "view.permuted": torch.arange(120, dtype=torch.int16).reshape(2, 3, 4, 5).permute(3, 1, 0, 2),
        "view.one-dimension": base[1, :1].reshape(1, 1, 1),
        "view.of-nothing": base[3:3],
        "scalar": torch.tensor(7.5),
        "scalar.of-a-vector": base[4, 3],
        "nothing": torch.empty(0, 3),
        "a name, not ASCII: ünï ▁": torch.arange(3),
    }
    tensors["view.also-transposed"] = tensors["view.transposed"]
    return tensors


class Runs:
    """Unpickled, it calls."""

    def __init__(self, callable, *arguments, state=None):
        self.call = callable, arguments, state

    def __reduce__(self):
        return self.call if self.call[2] is not None else self.call[:2]


class Plain:
    """Unpickled, it is an object of a class with a state."""

    def __init__(self):
        self.field = 1


def save(value, file, **options):
    file.parent.mkdir(parents=True, exist_ok=True)
    torch.save(value, file, **options)


def make_refused(out):
    touch = "touch ran-code"
    weight = torch.ones(2, 2)
    archives = {
        "os-system": Runs(os.system, touch),
        "eval": {"shared.weight": weight, "lm_head.weight": Runs(eval, "__import__('os').system('touch ran-code')")},
        "getattr": Runs(getattr, Runs(__import__, "os"), "system"),
        "build-of-object": {"shared.weight": Plain()},
        "nested-build": {"shared.weight": Runs(Runs, os.system, touch, state={"call": Runs(os.system, touch)})},
        "load-from-bytes": {"shared.weight": Runs(torch.storage._load_from_bytes, b"payload")},
        "parameter": {"shared.weight": torch.nn.Parameter(weight)},
        "no-tensor": {"shared.weight": weight, "step": 3},
        "nested-dict": {"state_dict": {"shared.weight": weight}},
        "expanded": {"shared.weight": torch.ones(1).expand(1 << 20, 1 << 20)},
        "complex": {"shared.weight": torch.ones(2, dtype=torch.complex64)},
        "whole-model": torch.nn.Linear(2, 2),
        "list": [weight],
    }
    for name, value in archives.items():
        save(value, out / f"{name}.bin")
    save(Runs(os.system, touch), out / "os-system-in-stream.bin", _use_new_zipfile_serialization=False)
    save(Runs(os.system, touch), out / "os-system-protocol-4.bin", pickle_protocol=4)
    (out / "os-system-plain.bin").write_bytes(pickle.dumps(Runs(os.system, touch), protocol=2))
    (out / "os-system-protocol-0.bin").write_bytes(b"cos\nsystem\n(S'touch ran-code'\ntR.")
    (out / "os-system-inst.bin").write_bytes(b"(X\x0e\x00\x00\x00touch ran-codeios\nsystem\n.")
    torch.jit.script(torch.nn.Linear(2, 2)).save(str(out / "torchscript.bin"))


def state_dict(model, dtype):
    return {name: value.detach().clone().to(dtype) for name, value in model.state_dict().items()}


def shards(tensors, count):
    names = list(tensors)
    size = -(-len(names) // count)
    return [{name: tensors[name] for name in names[i * size:(i + 1) * size]} for i in range(count)]


def answers(directory, encode, dtype):
    model = T5ForConditionalGeneration.from_pretrained(directory, attn_implementation="eager", dtype=dtype).eval()
    rng = random.Random(SEED)
    cases = []
    for length in [1, 4, 12, 30]:
        prompt = " ".join(rng.choices(WORDS, k=length))
        choices = ["card lost", "cancel table", "refund", "play music"]
        cases.append({"prompt": prompt, "tokenIds": encode(prompt), "choices": choices,
                      "logprobs": [score(model, encode(prompt), encode(choice)) for choice in choices]})
    tool = f"transformers {transformers.__version__}, torch {torch.__version__}, eager, float32"
    (directory / "expected.json").write_text(json.dumps({"tool": tool, "scores": cases}, indent=1) + "\n")


def write_config(directory, settings, **more):
    config = {"model_type": "t5", "architectures": ["T5ForConditionalGeneration"], "is_encoder_decoder": True, **settings, **more}
    (directory / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def make_flan_ul2(out):
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED + 300)
    tokenizer = make_tokenizer()
    shape = dict(feed_forward_proj="gated-silu", num_layers=32, num_decoder_layers=32, d_model=8, d_kv=4, num_heads=2, d_ff=8)
    model, settings = make_model(shape, None, tokenizer.get_vocab_size())
    # In the order of PyTorch's state_dict(), each file by itself: what is tied is stored four times.
    weights = state_dict(model, torch.bfloat16)
    weight_map = {}
    for i, part in enumerate(shards(weights, 8)):
        name = f"pytorch_model-{i + 1:05d}-of-00008.bin"
        save(part, out / name)
        weight_map |= {tensor: name for tensor in part}
    total = sum(value.numel() * value.element_size() for value in weights.values())
    (out / "pytorch_model.bin.index.json").write_text(
        json.dumps({"metadata": {"total_size": total}, "weight_map": weight_map}, indent=2, sort_keys=True) + "\n")
    tokenizer.save(str(out / "tokenizer.json"))
    write_config(out, settings, torch_dtype="bfloat16")
    answers(out, lambda text: tokenizer.encode(text).ids, torch.float32)
    print(f"flan-ul2: {len(weight_map)} names")


def make_t5_v1_1(out):
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED + 301)
    rng = random.Random(SEED)
    corpus = [" ".join(rng.choices(WORDS, k=rng.randint(3, 12))) for _ in range(2000)]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(corpus), model_prefix=str(out / "spiece"), vocab_size=80, model_type="unigram",
        pad_id=0, eos_id=1, unk_id=2, bos_id=-1, pad_piece="<pad>",
        normalization_rule_name="identity", num_threads=1, minloglevel=2)
    (out / "spiece.vocab").unlink()
    # 100 extra ids behind the pieces, and rows behind those, as the real one has.
    shape = dict(feed_forward_proj="gated-gelu", num_layers=8, num_decoder_layers=8, d_model=12, d_kv=4, num_heads=2, d_ff=16)
    model, settings = make_model(shape, False, 256)
    weights = state_dict(model, torch.float32)
    weights["encoder.embed_tokens.weight"] = weights["decoder.embed_tokens.weight"] = weights["shared.weight"]
    save(weights, out / "pytorch_model.bin")
    write_config(out, settings)
    (out / "special_tokens_map.json").write_text(
        json.dumps({"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}) + "\n")
    (out / "tokenizer_config.json").write_text(
        json.dumps({"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>", "extra_ids": 100, "model_max_length": 512}) + "\n")
    tokenizer = transformers.T5Tokenizer.from_pretrained(out)
    answers(out, lambda text: tokenizer(text).input_ids, torch.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("golden", type=Path, help="directory of the golden checkpoints; this goes to pickled/ in it")
    out = parser.parse_args().golden / "pickled"
    shutil.rmtree(out, ignore_errors=True)
    torch.set_num_threads(1)
    save(forms(), out / "forms" / "archive.bin")
    save(forms(), out / "forms" / "stream.bin", _use_new_zipfile_serialization=False)
    save(forms(), out / "forms" / "archive-protocol-4.bin", pickle_protocol=4)
    expected = digests(out / "forms" / "archive.bin")
    assert expected == digests(out / "forms" / "stream.bin")
    (out / "forms" / "expected.json").write_text(
        json.dumps({"tool": f"torch {torch.__version__}", "tensors": expected}, indent=1, ensure_ascii=False) + "\n")
    make_refused(out / "refused")
    make_flan_ul2(out / "flan-ul2")
    make_t5_v1_1(out / "t5-v1_1-small")


if __name__ == "__main__":
    main()
