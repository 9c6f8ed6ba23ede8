"""Writes the weights of a run, also of one still going on, as a Hugging Face model directory.

python -m flan_mini.export --run RUN_DIR --out MODEL_DIR [--weights last]
python -m flan_mini.export --mix MODEL_DIR MODEL_DIR --share 0.7 --out MODEL_DIR
"""

import argparse
import pathlib

import torch

from . import checkpoint
from .model import FlanMini, Shape


def mixed(first, second, share):
    """The weighted mean of two models' weights, of which the second has a share."""
    model, other = checkpoint.load(first), checkpoint.load(second).state_dict()
    model.load_state_dict({k: (1 - share) * v + share * other[k] for k, v in model.state_dict().items()})
    return model


def main():
    parser = argparse.ArgumentParser()
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--run", help="directory of a run's state")
    what.add_argument("--mix", nargs=2, metavar="MODEL_DIR", help="model directories of one shape and tokenizer")
    parser.add_argument("--share", type=float, default=0.5, help="share of the second in the mixture")
    parser.add_argument("--out", required=True)
    parser.add_argument("--weights", default="average", choices=("average", "last"))
    args = parser.parse_args()
    if args.mix:
        return checkpoint.save(mixed(*args.mix, args.share), args.out)
    saved = torch.load(pathlib.Path(args.run) / "state.pt", weights_only=True)
    shape = Shape(**saved["shape"]) if "shape" in saved else Shape(len(saved["average"]["shared"]))
    model = FlanMini(shape)
    model.load_state_dict(saved["average" if args.weights == "average" else "model"])
    checkpoint.save(model, args.out)
    print(f"step {saved['step']}, {saved['examples']} examples, {saved['elapsed'] / 60:.1f} minutes")


if __name__ == "__main__":
    main()
