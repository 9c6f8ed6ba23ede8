"""Writes the weights of a run, also of one still going on, as a Hugging Face model directory.

python -m flan_mini.export --run RUN_DIR --out MODEL_DIR [--weights last]
"""

import argparse
import pathlib

import torch

from . import checkpoint
from .model import FlanMini, Shape


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--run", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--weights", default="average", choices=("average", "last"))
    args = parser.parse_args()
    saved = torch.load(pathlib.Path(args.run) / "state.pt", weights_only=True)
    shape = Shape(**saved["shape"]) if "shape" in saved else Shape(len(saved["average"]["shared"]))
    model = FlanMini(shape)
    model.load_state_dict(saved["average" if args.weights == "average" else "model"])
    checkpoint.save(model, args.out)
    print(f"step {saved['step']}, {saved['examples']} examples, {saved['elapsed'] / 60:.1f} minutes")


if __name__ == "__main__":
    main()
