"""Writes a golden adapter as torch.save does: as an archive, as the stream of PyTorch before 1.6, and with the adapter's name.

    python make_pickled_adapters.py ../../../test/resources/golden/adapters
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import load_file


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("adapters", type=Path)
    adapters = parser.parse_args().adapters
    out = adapters / "pickled"
    out.mkdir(exist_ok=True)
    factors = load_file(adapters / "queries" / "adapter_model.safetensors")
    named = {name.replace(".weight", ".default.weight"): value for name, value in factors.items()}
    torch.save(factors, out / "queries-archive.bin")
    torch.save(factors, out / "queries-stream.bin", _use_new_zipfile_serialization=False)
    torch.save(named, out / "queries-default-names.bin")


if __name__ == "__main__":
    main()
