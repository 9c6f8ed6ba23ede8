"""Whether the program, its blocks spread over devices, ever computes with tensors of two of them.

    python placement.py

Needs no devices: FakeTensorMode gives tensors that are nothing but dtype, shape and device, and OneDevice raises where
an operation has inputs on two. Every way of placing the parts in order on up to three devices is run, with one table of
positions for a stack, as T5 has it, and with one for each block, as UMT5 has; then each move of a tensor is taken out of
the program in turn, and some placement must raise. On the CPU the numbers are compared, too.
"""

import io
import itertools
import re
from dataclasses import replace

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

import program

SHAPE = program.Shape(16, 4, 32, 2, 2, 3, vocab_size=64)
SHAPES = {"T5": SHAPE, "UMT5": replace(SHAPE, bias_in_every_block=True)}
# A type of device that libtorch does not ask a driver for.
DEVICE = "xla"
MOVE = re.compile(r"\.to\((device|[\w.\[\]]+\.device)\)")
RECORDS, TOKENS, STEPS = 4, 10, 3


class OneDevice(TorchDispatchMode):
    """Lets no operation have tensors of two devices: stricter than libtorch, which takes indices and copies from another."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        devices = {x.device for x in tree_leaves((args, kwargs)) if isinstance(x, torch.Tensor)}
        if len(devices) > 1:
            raise AssertionError(f"{func} has tensors on {devices}")
        return func(*args, **kwargs)


def parts():
    """Embedding, blocks, head."""
    return SHAPE.num_layers + SHAPE.num_decoder_layers + 2


def placements(devices):
    """Device of each part."""
    for cuts in itertools.combinations_with_replacement(range(parts() + 1), devices - 1):
        yield [sum(cut <= i for cut in cuts) for i in range(parts())]


def load(shape, weights, placement, cuda, device=lambda _: "cpu", packing=None):
    module = torch.jit.load(io.BytesIO(program.archive(shape, cuda)))
    module.w = [weights(name, size) for name, size in shape.tensors()]
    module.kinds, module.places = [0] * len(module.w), [-1] * len(module.w)
    program.place(module, shape, lambda part: device(placement[part]), torch.float32, packing)
    blocks = placement[1:-1]
    module.cuts = [i for i in range(1, len(blocks)) if blocks[i] != blocks[i - 1]]
    return module


def fake(shape, placement, cuda, packing):
    return load(shape, lambda _, size: torch.empty(size), placement, cuda, lambda place: f"{DEVICE}:{place}", packing)


def work(module):
    """Calls every method that computes, with two lanes and all kinds of rows."""
    ids = torch.arange(RECORDS * TOKENS).view(RECORDS, TOKENS) % 50 + 3
    mask = torch.ones_like(ids)
    mask[::2, 7:] = 0
    encoded = module.encode(ids, mask)
    ancestors = torch.tensor([[1, 0, 0], [1, 1, 0], [1, 0, 1]])
    trie = module.place_trie(torch.tensor([0, 5, 6]), torch.tensor([0, 1, 1]), ancestors, torch.tensor([0, 0, 1, 2]),
                             torch.tensor([5, 6, 7, 8]))
    chunks = [0, 2, 0, 3, 2, 3, 3, 4]
    out = [module.score(encoded, mask, 1, 2, *trie, chunks), module.score_edges(encoded, mask, 1, 2, *trie, chunks)]
    module.clear_lanes()
    for lane, records in enumerate((RECORDS, 2)):
        assert module.add_lane(TOKENS, STEPS) == lane
        module.resize_lane(lane, records, STEPS)
        module.join(encoded, mask, torch.arange(records), lane, 0)
    rows = RECORDS + 2
    for position in range(STEPS):
        lanes = [0, RECORDS, position + 1, TOKENS, 1, 2, position + 1, TOKENS]
        numbers = program.numbers(SHAPE, [3] * rows, [position] * rows, lanes, [(RECORDS, STEPS), (2, STEPS)], top=(1, 2))
        out.append(module.step(numbers, rows, lanes, 0, 0, [2, 3]))
    module.move(0, 3, 1)
    module.reorder(0, torch.tensor([0, 1]), torch.tensor([1, 0]), STEPS)
    module.resize_lane(0, 3, 2 * STEPS)
    module.resize_lane(1, 2, 2 * STEPS)
    lanes = [0, 3, STEPS + 1, TOKENS, 1, 2, STEPS + 1, TOKENS]
    numbers = program.numbers(SHAPE, [3] * 5, [STEPS] * 5, lanes, [(3, 2 * STEPS), (2, 2 * STEPS)],
                              allowed=[[1, 2, -1]] * 5, scored=(1,))
    out.append(module.step(numbers, 5, lanes, 3, 1, []))
    return out


def runs_on_fake_devices(shape, cuda, packing=None):
    """How many placements run; raises for the first that does not."""
    count = 0
    for placement in placements(3):
        # A mode of its own, and the lists of the program with it.
        with FakeTensorMode():
            module = fake(shape, placement, cuda, packing)
            with OneDevice():
                out = work(module)
            assert all(one.device.type == "cpu" for one in out), "a result is not on the CPU"
            for layer in range(SHAPE.num_decoder_layers):
                wanted = placement[1 + SHAPE.num_layers + layer]
                kept = [module.cache[layer]]
                for lane in range(2):
                    at = 2 * (SHAPE.num_decoder_layers * lane + layer)
                    kept += module.cross[at:at + 2]
                assert {x.device.index for x in kept} == {wanted}, "a cache is not where its block is"
        count += 1
    return count


def compare(shape, cuda, packing=None):
    """The farthest that a number is from the same on one device, where all devices are the CPU: in the other branch, or with
    the same 8-bit weights."""
    generator = torch.Generator().manual_seed(0)
    weights = {name: torch.randn(size, generator=generator) * 0.3 for name, size in shape.tensors()}
    expected = work(load(shape, lambda name, _: weights[name], [0] * parts(), cuda if packing else not cuda, packing=packing))
    worst = 0.0
    for placement in placements(3):
        for one, other in zip(work(load(shape, lambda name, _: weights[name], placement, cuda, packing=packing)), expected, strict=True):
            worst = max([worst, *(one - other).abs()[one != other].flatten().tolist()])
    return worst


@torch.no_grad()
def main():
    for name, shape in SHAPES.items():
        for cuda in (False, True):
            branch = "CUDA" if cuda else "the CPU"
            print(f"{name}: {runs_on_fake_devices(shape, cuda)} placements on fake devices, branch for {branch}: no operation has tensors of two")
            print(f"the same placements on the CPU: numbers are at most {compare(shape, cuda):.2g} from the other branch's on one device")
        for packing in ("int8", "int8-unpacked"):
            print(f"{name}: {runs_on_fake_devices(shape, True, packing)} placements on fake devices, {packing}: no operation has tensors of two")
            print(f"the same placements on the CPU: numbers are at most {compare(shape, True, packing):.2g} from those on one device")
    source = program.source()
    moves = list(MOVE.finditer(source))
    for move in moves:
        program.source = lambda move=move: source[:move.start()] + source[move.end():]
        if not any(raises(shape) for shape in SHAPES.values()):
            line = source[:move.start()].count("\n") + 1
            raise SystemExit(f"Line {line}: without {move.group()} every placement runs")
    print(f"each of {len(moves)} moves is needed")


def raises(shape):
    """Whether a placement does not run."""
    try:
        runs_on_fake_devices(shape, True)
    except (RuntimeError, AssertionError):
        return True
    return False


if __name__ == "__main__":
    main()
