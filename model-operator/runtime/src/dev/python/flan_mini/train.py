"""Trains flan-mini.

    python -m flan_mini.train --data DATA --tokenizer MODEL_DIR --run RUN_DIR --minutes 95 [--out MODEL_DIR]

The run can be stopped and started again: it goes on from RUN_DIR/state.pt. The schedule follows the clock (warm-up,
plateau, linear decay), so that a run takes the time it is given; `--steps` makes it follow steps instead.
"""

import argparse
import json
import multiprocessing
import pathlib
import random
import time

import torch
from tokenizers import Tokenizer
from tqdm import tqdm

from . import checkpoint, evaluate
from .data import load, load_ontology, normalise
from .model import FlanMini, Shape
from .muon import Muon
from .packing import Pack
from .tasks import Sampler
from .tokenizer import EOS, Words


class Batches:
    """Draws a step's tasks and packs them."""

    def __init__(self, sampler, words, size, longest=256):
        self.sampler, self.words, self.size, self.longest = sampler, words, size, longest
        self.done = 0.0

    def encoded(self):
        while True:
            task = self.sampler.draw(self.done)
            source = self.words(task.prompt) + [EOS]
            target, weights = [], []
            for text, weight in task.target:
                ids = [EOS] if text == "</s>" else self.words(text)
                target += ids
                weights += [weight] * len(ids)
            if len(source) <= self.longest and len(target) <= 120:
                return source, target, weights

    def __next__(self):
        return Pack([self.encoded() for _ in range(self.size)])


def schedule(done, warm=0.02, decay_from=0.35):
    """The share of the full rate after a share `done` of the run."""
    if done < warm:
        return max(done / warm, 0.01)
    return 1.0 if done < decay_from else max(0.0, (1 - done) / (1 - decay_from))


class Average:
    """An exponential average of the weights, which are better than the last ones before the rate has fallen."""

    def __init__(self, model, keep=0.98, every=10):
        self.keep, self.every = keep, every
        self.weights = {k: p.detach().clone() for k, p in model.named_parameters()}

    @torch.no_grad()
    def update(self, model, step):
        if step % self.every == 0:
            keep = min(self.keep, step / (step + 10 * self.every))
            for k, p in model.named_parameters():
                self.weights[k].lerp_(p, 1 - keep)

    def into(self, model):
        model.load_state_dict(self.weights)
        return model.eval()


def arguments():
    parser = argparse.ArgumentParser()
    add = parser.add_argument
    add("--data", required=True, help="directory of the public sets")
    add("--tokenizer", required=True, help="directory of tokenizer.json")
    add("--messages", help="messages that the model is measured on: none of them is ever written anew")
    add("--run", required=True, help="directory of the run's state and log")
    add("--out", help="model directory to write at the end")
    add("--minutes", type=float, default=95)
    add("--steps", type=int, help="follow steps, not the clock")
    add("--batch", type=int, default=128)
    add("--matrix-rate", type=float, default=0.02)
    add("--other-rate", type=float, default=0.01)
    add("--dropout", type=float, default=0.05)
    add("--seed", type=int, default=20260101)
    add(
        "--go-on-from",
        metavar="STATE",
        help="state.pt of an ended run: start with its weights and moments, the rate falling at once",
    )
    add("--rate", type=float, default=1.0, help="share of the full rates at the run's highest")
    add("--snips", type=float, help="share of SNIPS among the intents asked")
    add("--processes", type=int, default=2)
    add("--heads", type=int, default=4)
    add("--d-kv", type=int, default=64)
    add("--d-ff", type=int, default=512)
    add("--encoder-layers", type=int, default=4)
    add("--decoder-layers", type=int, default=2)
    add("--every", type=float, default=10, help="minutes between evaluations on the dev part")
    add("--without", type=float, default=0.0, help="share of the intent names never seen (the ablation)")
    add("--shuffled", action="store_true", help="labels shuffled within each set (the control)")
    return parser.parse_args()


def texts_of(messages):
    """The normalised texts of JSON lines of which some are broken on purpose."""
    for line in pathlib.Path(messages).read_text(encoding="utf-8").splitlines():
        try:
            text = json.loads(line).get("text")
        except (ValueError, AttributeError):
            continue
        if isinstance(text, str):
            yield normalise(text)


def left_out(rows, share, seed):
    """The intent names of the ablation."""
    names = sorted({r.labels[0] for r in rows if r.set in ("snips", "banking77", "clinc150")} - {"oos"})
    return random.Random(seed).sample(names, round(share * len(names)))


class Team:
    """Processes that share the weights, each with its own half of a step's tasks: one thread each beats two in one."""

    def __init__(self, model, optimizer, size):
        self.model, self.size = model, size
        self.shares = optimizer.shares(size)
        self.gradients = [
            {k: torch.zeros_like(p).share_memory_() for k, p in model.named_parameters()} for _ in range(size)
        ]
        self.barrier = multiprocessing.Barrier(size)

    def exchange(self, rank):
        """Gives this process's gradients to all, and takes the sums for its own share of the parameters."""
        for k, p in self.model.named_parameters():
            self.gradients[rank][k].copy_(p.grad)
            p.grad = None
        self.barrier.wait()
        return {k: sum(g[k] for g in self.gradients) for k in self.shares[rank]}


class Run:
    """What is saved and gone on from."""

    def __init__(self, args, rows, tokenizer):
        self.args, self.rows, self.tokenizer = args, rows, tokenizer
        self.shape = Shape(
            vocab=tokenizer.get_vocab_size(),
            heads=args.heads,
            d_kv=args.d_kv,
            d_ff=args.d_ff,
            encoder_layers=args.encoder_layers,
            decoder_layers=args.decoder_layers,
        )
        self.model = FlanMini(self.shape, args.dropout, torch.bfloat16).share_memory()
        self.optimizer = Muon(self.model, args.matrix_rate, args.other_rate)
        self.average = Average(self.model)
        self.step, self.elapsed, self.examples = 0, 0.0, 0
        self.file = pathlib.Path(args.run) / "state.pt"
        self.later = args.go_on_from is not None
        if self.file.exists() or self.later:
            saved = torch.load(self.file if self.file.exists() else args.go_on_from, weights_only=True)
            self.model.load_state_dict(saved["model"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.average.weights = saved["average"]
        if self.file.exists():
            self.step, self.elapsed, self.examples = saved["step"], saved["elapsed"], saved["examples"]

    def save(self):
        saved = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "average": self.average.weights,
            "step": self.step,
            "elapsed": self.elapsed,
            "examples": self.examples,
            "shape": self.shape.to_dict(),
        }
        torch.save(saved, self.file.with_suffix(".new"))
        self.file.with_suffix(".new").replace(self.file)

    def measure(self):
        """Figures on the dev part of the averaged weights, which it gives back."""
        copy = self.average.into(FlanMini(self.shape, compute=torch.bfloat16))
        figures = evaluate.quick(copy, self.tokenizer, self.rows)
        at = {"step": self.step, "minutes": round(self.elapsed / 60, 1), "examples": self.examples}
        print("\n" + json.dumps(at | figures), flush=True)
        return copy

    def rate(self):
        done = self.done()
        return self.args.rate * (schedule(done, decay_from=0.02) if self.later else schedule(done))

    def done(self):
        return self.step / self.args.steps if self.args.steps else self.elapsed / (self.args.minutes * 60)


def work(rank, run, team, sampler):
    """One process of the team; the first one reports, measures and saves."""
    args = run.args
    torch.set_num_threads(1)
    torch.manual_seed(args.seed + 1000 * run.step + rank)
    sampler.random.seed(args.seed + 1000 * run.step + rank)
    batches = Batches(sampler, Words(run.tokenizer), args.batch // team.size)
    begun, checked, saved, losses = time.time() - run.elapsed, run.elapsed, run.elapsed, []
    bar = tqdm(total=args.steps or 100, unit="step" if args.steps else "%", mininterval=20, disable=rank > 0)
    while True:
        if rank == 0:
            team.clock.value = time.time() - begun
        batches.done = run.done()
        pack = next(batches)
        loss = run.model.loss(pack) / (float(pack.weights.sum()) * team.size)
        loss.backward()
        gradients = team.exchange(rank)
        run.elapsed = team.clock.value
        if run.done() >= 1:
            break
        run.optimizer.step(run.rate(), gradients)
        team.barrier.wait()
        run.step, run.examples = run.step + 1, run.examples + args.batch
        if rank > 0:
            continue
        losses.append(loss.item() * team.size)
        run.average.update(run.model, run.step)
        recent = sum(losses[-50:]) / len(losses[-50:])
        bar.set_postfix_str(
            f"step {run.step} loss {recent:.3f} {run.examples / run.elapsed:.0f} examples/s", refresh=False
        )
        bar.update((run.step if args.steps else min(100.0, round(run.done() * 100, 2))) - bar.n)
        if run.elapsed - checked > args.every * 60:
            checked = run.elapsed
            run.measure()
        if run.elapsed - saved > 300:
            saved = run.elapsed
            run.save()
    if rank == 0:
        run.save()
        final = run.measure()
        if args.out:
            checkpoint.save(final, args.out)


def main():
    args = arguments()
    pathlib.Path(args.run).mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    rows = load(args.data)
    tokenizer = Tokenizer.from_file(str(pathlib.Path(args.tokenizer) / "tokenizer.json"))
    run = Run(args, rows, tokenizer)
    without = left_out(rows, args.without, args.seed) if args.without else ()
    training = [r for r in rows if r.part == "train"]
    never = frozenset(texts_of(args.messages)) if args.messages else frozenset()
    sampler = Sampler(training, load_ontology(args.data), args.seed, without, args.shuffled, never, args.snips)
    size = sum(p.numel() for p in run.model.parameters())
    print(f"{size} parameters; seed {args.seed}; {run.shape}; left out {without}", flush=True)
    team = Team(run.model, run.optimizer, args.processes)
    team.clock = multiprocessing.Value("d", run.elapsed)
    others = [multiprocessing.Process(target=work, args=(i, run, team, sampler)) for i in range(1, args.processes)]
    for process in others:
        process.start()
    work(0, run, team, sampler)
    for process in others:
        process.join()


if __name__ == "__main__":
    main()
