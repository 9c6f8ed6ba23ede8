"""Whether the program, its blocks spread over devices, ever computes with tensors of two of them.

    python placement.py

Needs no devices: FakeTensorMode gives tensors that are nothing but dtype, shape and device, and OneDevice raises where
an operation has inputs on two. Every way of placing the parts in order on up to three devices is run; then each move of a tensor
is taken out of the program in turn, and some placement must raise. On the CPU the numbers are compared, too.
"""

import itertools
import re

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

import program

SHAPE = program.Shape(16, 4, 32, 2, 2, 3, vocab_size=64)
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


def part(name):
    """The part that a weight belongs to."""
    if name == "shared.weight":
        return 0
    stack, *rest = name.split(".")
    first = 1 if stack == "encoder" else 1 + SHAPE.num_layers
    if stack == "lm_head" or rest[0] == "final_layer_norm":
        return SHAPE.num_layers if stack == "encoder" else parts() - 1
    return first + int(rest[1])


def placements(devices):
    """Device of each part."""
    for cuts in itertools.combinations_with_replacement(range(parts() + 1), devices - 1):
        yield [sum(cut <= i for cut in cuts) for i in range(parts())]


def load(weights, placement):
    module = program.load(SHAPE, weights, "cpu", torch.float32)
    blocks = placement[1:-1]
    module.cuts = [i for i in range(1, len(blocks)) if blocks[i] != blocks[i - 1]]
    return module


def fake(placement):
    module = load(lambda _, size: torch.empty(size), placement)
    module.w = [torch.empty(size, device=f"{DEVICE}:{placement[part(name)]}") for name, size in SHAPE.tensors()]
    return module


def work(module):
    """Calls every method that computes, with two lanes and all kinds of rows."""
    none = torch.zeros(0, dtype=torch.long)
    ids = torch.arange(RECORDS * TOKENS).view(RECORDS, TOKENS) % 50 + 3
    mask = torch.ones_like(ids)
    mask[::2, 7:] = 0
    encoded = module.encode(ids, mask)
    ancestors = torch.tensor([[1, 0, 0], [1, 1, 0], [1, 0, 1]])
    out = [module.score(encoded, mask, 1, 2, torch.tensor([0, 5, 6]), torch.tensor([0, 1, 1]), ancestors,
                        torch.tensor([0, 0, 1, 2]), torch.tensor([5, 6, 7, 8]), [0, 2, 0, 3, 2, 3, 3, 4])]
    module.clear_lanes()
    for lane, records in enumerate((RECORDS, 2)):
        assert module.add_lane(TOKENS, STEPS) == lane
        module.resize_lane(lane, records, STEPS)
        module.join(encoded, mask, torch.arange(records), lane, 0)
    rows = RECORDS + 2
    for position in range(STEPS):
        out += module.step(torch.full((rows,), 3), torch.full((rows,), position),
                           [0, RECORDS, position + 1, TOKENS, 1, 2, position + 1, TOKENS],
                           torch.zeros(rows, 0, dtype=torch.long), none, torch.tensor([1, 2]), [2, 3])
    module.move(0, 3, 1)
    module.reorder(0, torch.tensor([0, 1]), torch.tensor([1, 0]), STEPS)
    module.resize_lane(0, 3, 2 * STEPS)
    module.resize_lane(1, 2, 2 * STEPS)
    out += module.step(torch.full((5,), 3), torch.full((5,), STEPS), [0, 3, STEPS + 1, TOKENS, 1, 2, STEPS + 1, TOKENS],
                       torch.tensor([[1, 2, -1]] * 5), torch.tensor([1]), none, [])
    return out


def runs_on_fake_devices():
    """How many placements run; raises for the first that does not."""
    count = 0
    for placement in placements(3):
        # A mode of its own, and the lists of the program with it.
        with FakeTensorMode():
            module = fake(placement)
            with OneDevice():
                out = work(module)
            assert all(one.device.type == "cpu" for one in out), "a result is not on the CPU"
            for layer in range(SHAPE.num_decoder_layers):
                wanted = placement[1 + SHAPE.num_layers + layer]
                for lane in range(2):
                    at = 2 * (SHAPE.num_decoder_layers * lane + layer)
                    for cache in (module.cross, module.cache):
                        assert {x.device.index for x in cache[at:at + 2]} == {wanted}, "a cache is not where its block is"
        count += 1
    return count


def compare():
    """The farthest that a number is from the same on one device, where all devices are the CPU."""
    generator = torch.Generator().manual_seed(0)
    weights = {name: torch.randn(size, generator=generator) * 0.3 for name, size in SHAPE.tensors()}
    expected = work(load(lambda name, _: weights[name], [0] * parts()))
    worst = 0.0
    for placement in placements(3):
        for one, other in zip(work(load(lambda name, _: weights[name], placement)), expected, strict=True):
            worst = max([worst, *(one - other).abs()[one != other].flatten().tolist()])
    return worst


@torch.no_grad()
def main():
    print(f"{runs_on_fake_devices()} placements on fake devices: no operation has tensors of two")
    print(f"the same placements on the CPU: numbers are at most {compare():.2g} from those on one device")
    source = program.source()
    moves = list(MOVE.finditer(source))
    for move in moves:
        program.source = lambda move=move: source[:move.start()] + source[move.end():]
        try:
            runs_on_fake_devices()
        except (RuntimeError, AssertionError):
            continue
        line = source[:move.start()].count("\n") + 1
        raise SystemExit(f"Line {line}: without {move.group()} every placement runs")
    print(f"each of {len(moves)} moves is needed")


if __name__ == "__main__":
    main()
