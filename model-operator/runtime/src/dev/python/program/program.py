"""The runtime's own TorchScript program, loaded by Python's libtorch, with random weights or those of a checkpoint.

What `ProgramArchive` and `T5Program` do in Java: the text of t5.py becomes an archive without weights, libtorch's
loader compiles it, and the weights are bound in the order of `T5Tensors`.
"""

import io
import pickle
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path

import torch

SOURCE = Path(__file__).parents[3] / "main" / "torchscript" / "t5.py"
TENSOR_LISTS = ("files", "w", "factors", "prepacked", "cross", "paddings", "cache", "past")
JOINED, QUANTIZED, UNPACKED = 3, 4, 5
INT8_TYPE = "__torch__.torch.classes.quantized.LinearPackedParamsBase"
SCALAR_TYPES = {torch.float16: 5, torch.float32: 6, torch.bfloat16: 15}
FULL_LEVELS = 127


@dataclass(frozen=True)
class Shape:
    """A T5 config's numbers, under their names there."""

    d_model: int
    d_kv: int
    d_ff: int
    num_heads: int
    num_layers: int
    num_decoder_layers: int
    vocab_size: int = 32128
    gated: bool = True
    activation: str = "gelu_new"
    buckets: int = 32
    max_distance: int = 128
    epsilon: float = 1e-6
    tied: bool = False
    bias_in_every_block: bool = False

    def tensors(self):
        """Name and size of every weight, in the program's order, the head last."""
        inner, d = self.num_heads * self.d_kv, self.d_model
        yield "shared.weight", (self.vocab_size, d)
        yield "encoder.final_layer_norm.weight", (d,)
        yield "decoder.final_layer_norm.weight", (d,)
        for stack, layers in (("encoder", self.num_layers), ("decoder", self.num_decoder_layers)):
            for block in range(layers if self.bias_in_every_block else 1):
                yield f"{stack}.block.{block}.layer.0.SelfAttention.relative_attention_bias.weight", (self.buckets, self.num_heads)
        for stack, layers, kinds in (("encoder", self.num_layers, ("SelfAttention",)),
                                     ("decoder", self.num_decoder_layers, ("SelfAttention", "EncDecAttention"))):
            for block in range(layers):
                for i, kind in enumerate(kinds):
                    layer = f"{stack}.block.{block}.layer.{i}"
                    yield f"{layer}.layer_norm.weight", (d,)
                    for projection in "qkv":
                        yield f"{layer}.{kind}.{projection}.weight", (inner, d)
                    yield f"{layer}.{kind}.o.weight", (d, inner)
                layer = f"{stack}.block.{block}.layer.{len(kinds)}"
                yield f"{layer}.layer_norm.weight", (d,)
                for projection in ("wi_0", "wi_1") if self.gated else ("wi",):
                    yield f"{layer}.DenseReluDense.{projection}.weight", (self.d_ff, d)
                yield f"{layer}.DenseReluDense.wo.weight", (d, self.d_ff)
        yield "lm_head.weight", (self.vocab_size, d)


FLAN_T5_SMALL = Shape(512, 64, 1024, 6, 8, 8)
FLAN_T5_BASE = Shape(768, 64, 2048, 12, 12, 12)
FLAN_UL2 = Shape(4096, 256, 16384, 16, 32, 32, activation="silu")


def load(shape, weights, device, dtype, packing=None, cuda=None):
    """The program on a device.

    `weights` is a function of name and size, `packing` None, "prepacked", "int8" or "int8-outputs" in the branch for the
    CPU, in that for CUDA None, "int8" (all of it, activations quantized) or "int8-unpacked". `cuda` says whether it takes
    the branch for CUDA: on a GPU, where nothing else is said.
    """
    cuda = torch.device(device).type == "cuda" if cuda is None else cuda
    module = torch.jit.load(io.BytesIO(archive(shape, cuda)))
    module.w = [weights(name, size) for name, size in shape.tensors()]
    module.kinds, module.places = [0] * len(module.w), [-1] * len(module.w)
    place(module, shape, lambda _: device, dtype, packing if cuda else None)
    if packing and not cuda:
        kinds = {"prepacked": (1, 1), "int8": (2, 1), "int8-outputs": (2, 2)}[packing]
        for block in range(shape.num_layers + shape.num_decoder_layers):
            module.pack_block(block, *kinds, SCALAR_TYPES[dtype], "cpu")
        module.pack_rest(kinds[1], SCALAR_TYPES[dtype])
    module.finish_loading()
    return module


def place(module, shape, device, dtype, packing=None):
    """Gives weights their devices, by part, as `WeightLoader` does: embedding, blocks, head."""
    kind = {None: JOINED, "int8": QUANTIZED, "int8-unpacked": UNPACKED}[packing]
    for i, (name, _) in enumerate(shape.tensors()):
        where = str(device(part(shape, name)))
        if packing and name == "lm_head.weight":
            module.pack(i, 1, kind, SCALAR_TYPES[dtype], where)
        elif not (module.cuda and is_linear(name)):
            module.place(i, SCALAR_TYPES[dtype], where)
    for block in range(shape.num_layers + shape.num_decoder_layers if module.cuda else 0):
        module.pack_block(block, kind, kind, SCALAR_TYPES[dtype], str(device(block + 1)))


def is_linear(name):
    return ".layer." in name and "layer_norm." not in name and "_bias." not in name


def part(shape, name):
    """The part that a weight belongs to."""
    if name == "shared.weight":
        return 0
    stack, *rest = name.split(".")
    first = 1 if stack == "encoder" else 1 + shape.num_layers
    if stack == "lm_head" or rest[0] == "final_layer_norm":
        return shape.num_layers if stack == "encoder" else shape.num_layers + shape.num_decoder_layers + 1
    return first + int(rest[1])


def numbers(shape, tokens, positions, lanes, slots, allowed=None, scored=(), top=()):
    """What a step takes in one tensor; `slots` are (slots, positions) of every lane, rows lie in the first slots.

    `lanes` are those of the program's `step`.
    """
    places, row = [], 0
    for lane, rows, _, _ in zip(*[iter(lanes)] * 4, strict=True):
        first = sum(shape.num_heads * count * span for count, span in slots[:lane])
        span = slots[lane][1]
        for slot in range(rows):
            places += [first + (slot * shape.num_heads + head) * span + positions[row] for head in range(shape.num_heads)]
            row += 1
    flat = [] if allowed is None else [token for one in allowed for token in one]
    return torch.tensor([*tokens, *(p + 1 for p in positions), *places, *flat, *scored, *top])


def source():
    """The program's text."""
    return SOURCE.read_text()


def archive(shape, cuda=False):
    attributes = dict(
        training=False, _is_full_backward_hook=None, kinds=TypedList("List[int]"), places=TypedList("List[int]"), cuts=TypedList("List[int]"),
        adapted=TypedList("List[int]"), scales=TypedList("List[float]"),
        slots=TypedList("List[int]"), spans=TypedList("List[int]"), cuda=cuda,
        int8=TypedList(f"List[{INT8_TYPE}]"), levels=FULL_LEVELS, encoder_layers=shape.num_layers,
        decoder_layers=shape.num_decoder_layers, heads=shape.num_heads, d_kv=shape.d_kv, buckets=shape.buckets,
        max_distance=shape.max_distance, pieces=min(32100, shape.vocab_size), epsilon=shape.epsilon,
        output_scale=shape.d_model ** -0.5 if shape.tied else 1.0, activation=shape.activation, gated=shape.gated,
        bias_in_every_block=shape.bias_in_every_block)
    attributes.update({name: TypedList("List[Tensor]") for name in TENSOR_LISTS})
    files = {"data.pkl": module_pickle(attributes), "code/__torch__.py": source().encode(),
             "constants.pkl": pickle.dumps((), 2), "version": b"10\n", "byteorder": b"little"}
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as out:
        for name, content in files.items():
            out.writestr(f"model/{name}", content)
    return stored.getvalue()


@dataclass
class TypedList:
    """An empty list attribute with its TorchScript type."""

    type: str


def module_pickle(attributes):
    """The pickle that libtorch's unpickler reads: an object of the class T5 with these attributes."""
    out = bytearray(b"\x80\x02c__torch__\nT5\n)\x81}(")
    for name, value in attributes.items():
        out += text(name) + encoded(value)
    return bytes(out + b"ub.")


def text(value):
    content = value.encode()
    return b"X" + struct.pack("<I", len(content)) + content


def encoded(value):
    if value is None:
        return b"N"
    if isinstance(value, bool):
        return b"\x88" if value else b"\x89"
    if isinstance(value, int):
        return b"J" + struct.pack("<i", value)
    if isinstance(value, float):
        return b"G" + struct.pack(">d", value)
    if isinstance(value, TypedList):
        return b"ctorch.jit._pickle\nrestore_type_tag\n]" + text(value.type) + b"\x86R"
    return text(value)
