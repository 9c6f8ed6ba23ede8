"""Kernel launches of a decoder step on CUDA: operations of the branch for CUDA in bfloat16, counted on the CPU.

    python launches.py

With `--packing int8` or `int8-unpacked`, of the same with 8-bit weights. Casts and copies count, views and allocations do not. All kinds of rows are in the step: free, constrained and scored
ones, and one whose most probable pieces are wanted. `LaunchesTest` holds the numbers.
"""

import argparse
import collections
import dataclasses

import torch
from torch.utils._python_dispatch import TorchDispatchMode

import program

SHAPE = program.Shape(64, 16, 128, 4, 1, 2, vocab_size=128, activation="silu", tied=True)
FREE = {"view", "_unsafe_view", "t", "transpose", "permute", "expand", "select", "slice", "unsqueeze", "squeeze", "split",
        "as_strided", "detach", "alias", "empty", "empty_strided", "new_empty", "empty_like"}
TOKENS, SPAN, ROWS = 16, 32, 2


class Count(TorchDispatchMode):
    def __init__(self):
        super().__init__()
        self.operations = collections.Counter()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = func.overloadpacket.__name__
        if name not in FREE:
            self.operations[name] += 1
        return func(*args, **(kwargs or {}))


def step(layers, lanes, packing):
    """Operations of one step."""
    shape = dataclasses.replace(SHAPE, num_decoder_layers=layers)
    module = program.load(shape, lambda _, size: torch.randn(size), "cpu", torch.bfloat16, packing, cuda=True)
    ids = torch.arange(ROWS * TOKENS).view(ROWS, TOKENS) % 50 + 3
    mask = torch.ones_like(ids)
    module.clear_lanes()
    for lane in range(lanes):
        module.add_lane(TOKENS, SPAN)
        module.resize_lane(lane, ROWS, SPAN)
        module.join(module.encode(ids, mask), mask, torch.arange(ROWS), lane, 0)
    rows = ROWS * lanes
    layout = [number for lane in range(lanes) for number in (lane, ROWS, 5, TOKENS)]
    allowed = [[5, 6, 7]] + [[-1, -1, -1]] * (rows - 1)
    numbers = program.numbers(shape, [3] * rows, [4] * rows, layout, [(ROWS, SPAN)] * lanes, allowed, (0,), (1,))
    with Count() as count:
        module.step(numbers, rows, layout, 3, 1, [1, 4])
    # To the device and back; on the CPU the tensors are there.
    return count.operations + collections.Counter({"copy to the device and back": 2})


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packing", choices=("int8", "int8-unpacked"))
    packing = parser.parse_args().packing
    for lanes in (1, 3):
        two, three = step(2, lanes, packing), step(3, lanes, packing)
        block = three - two
        besides = two - block - block
        print(f"lanes: {lanes}, launches a block: {block.total()}, besides: {besides.total()}")
        for title, counter in (("block", block), ("besides", besides)):
            print(f"  {title}: " + ", ".join(f"{name} {count}" for name, count in sorted(counter.items())))


if __name__ == "__main__":
    main()
