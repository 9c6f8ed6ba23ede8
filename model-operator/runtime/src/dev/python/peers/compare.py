"""Runs the same prompts on the same random checkpoint through this runtime and its peers, in one go.

    python compare.py --shape small --task score --scratch DIR --flanstream deploy/bin/flanstream

Prints a ratio only of what agrees: in float32 scores within 1e-3 and texts that are the same but for a few near ties,
in int8 the same label as float32, or the same first token, for most records. Rates are records a second of scores and
tokens a second of texts, which in int8 have lengths of their own. Rounds are interleaved, since other work on the
machine comes and goes; figures are medians. Only the ratios of one run mean anything.
"""

import argparse
import json
import shlex
import statistics
import time
from pathlib import Path

import torch

from ctranslate import CTranslate2
from flanstream import Flanstream
from hugging_face import HuggingFace
from onnx_runtime import OnnxRuntime
from workload import SHAPES, make_checkpoint, make_workload

# Float32: log-probabilities apart by so much at most, and texts that are the same. The random head is wide, so
# in int8 the scores of a right computation differ by far more; most of the labels must be the same.
MOST_APART = 1e-3
SAME_TEXTS = 0.95
SAME_INT8 = 0.75
# Caches that are expanded over the labels grow with the rows: scores like few of them, texts many.
ROWS = {"score": (1, 4, 16), "generate": (16, 64)}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", choices=SHAPES, default="small")
    parser.add_argument("--task", choices=["score", "generate"], default="score")
    parser.add_argument("--records", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--max-new-tokens", type=int, default=32)
    parser.add_argument("--rows", nargs="+", type=int,
                        help="of a peer's batch; each is a way of its own, and the best one counts")
    parser.add_argument("--precisions", nargs="+", help="of this runtime",
                        default=["float32", "float32+prepack", "int8", "int8+outputs"])
    parser.add_argument("--without", nargs="*", default=[], help="peers to leave out: eager, sdpa, ctranslate2, onnxruntime, float32, int8")
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--flanstream", default="flanstream", help="the command")
    return parser.parse_args()


def contenders(options, directory):
    """Each is a function of a workload: answers, seconds."""
    found = {}
    for precision in options.precisions:
        ours = Flanstream(shlex.split(options.flanstream), directory, precision, options.threads, options.scratch)

        def bench(workload, ours=ours):
            answers, report = ours.run(options.task, workload, options.max_new_tokens)
            (options.scratch / f"report-{ours.precision}.json").write_text(json.dumps(report, indent=2))
            return answers, report["figures"]["seconds"]
        found[ours.name()] = bench
    peers = [HuggingFace(directory, attention) for attention in ("eager", "sdpa") if attention not in options.without]
    peers += [engine(directory, precision, options.threads)
              for engine in (CTranslate2, OnnxRuntime) for precision in ("float32", "int8")
              if not {precision, engine.__name__.lower()} & set(options.without)]
    for peer in peers:
        for rows in options.rows or ROWS[options.task]:
            found[f"{peer.name()}, {rows} rows"] = timed(way(peer, options, rows))
    return found


def way(peer, options, rows):
    if options.task == "score":
        return lambda workload: peer.score(workload, rows)
    return lambda workload: peer.generate(workload, options.max_new_tokens, rows)


def timed(answer):
    def run(workload):
        start = time.perf_counter()
        answers = answer(workload)
        return answers, time.perf_counter() - start
    return run


def agreement(task, reference, answers):
    """The share of records that are the same, and the largest distance of a score or the share that begins the same."""
    if task == "generate":
        begin = sum(a[0] == b[0] for a, b in zip(reference, answers)) / len(reference)
        return sum(a == b for a, b in zip(reference, answers)) / len(reference), begin
    best = [max(range(len(row)), key=row.__getitem__) for row in reference]
    same = sum(max(range(len(row)), key=row.__getitem__) == winner for row, winner in zip(answers, best))
    apart = max(abs(a - b) for ours, theirs in zip(reference, answers) for a, b in zip(ours, theirs))
    return same / len(reference), apart


def agrees(task, name, same, more):
    if "int8" in name:
        return (more if task == "generate" else same) >= SAME_INT8
    return same >= SAME_TEXTS if task == "generate" else more <= MOST_APART


def work(task, answers):
    return sum(map(len, answers)) if task == "generate" else len(answers)


def main():
    options = arguments()
    if {"eager", "sdpa"} <= set(options.without):
        raise SystemExit("--without: eager or sdpa must be left in: its answers are those that the others are held to")
    torch.set_num_threads(options.threads)
    directory = options.scratch / options.shape
    if not (directory / "tokenizer_config.json").exists():
        make_checkpoint(options.shape, directory)
    workload = make_workload(options.records)
    few = make_workload(min(8, options.records))
    found = contenders(options, directory)
    seconds = {name: [] for name in found}
    answers = {}
    for name, run in found.items():
        run(few)
    for _ in range(options.rounds):
        for name, run in found.items():
            answers[name], taken = run(workload)
            seconds[name].append(taken)
    report(options, workload, seconds, answers)


def report(options, workload, seconds, answers):
    tokens = sum(map(len, workload.prompts))
    print(f"{options.task}, flan-t5-{options.shape}'s shape, {len(workload.prompts)} prompts of {tokens} tokens, "
          f"{options.threads} threads, median of {options.rounds} interleaved rounds")
    reference = answers[next(name for name in answers if name.startswith("transformers"))]
    if options.task == "generate":
        lengths = sorted(map(len, reference))
        print(f"answers of {lengths[0]} to {lengths[-1]} tokens, {sum(lengths) / len(lengths):.1f} on average")
    ours = [name for name in seconds if name.startswith("flanstream")]
    rates = {name: work(options.task, answers[name]) / statistics.median(taken) for name, taken in seconds.items()}
    unit, second = ("tokens/s", "begin the same") if options.task == "generate" else ("records/s", "apart")
    agreeing = []
    for name, taken in seconds.items():
        same, more = agreement(options.task, reference, answers[name])
        line = f"{name:32} same {same:6.1%}, {second} {more:.2g}"
        if not agrees(options.task, name, same, more):
            print(f"{line}: DISAGREES, no ratio")
            continue
        agreeing.append(name)
        print(f"{line}   {rates[name]:8.2f} {unit} ({min(taken):.2f} to {max(taken):.2f} s)")
    for one in ours:
        for other in agreeing:
            if one in agreeing and other not in ours:
                print(f"{one} is {rates[one] / rates[other]:.2f}x {other}")


if __name__ == "__main__":
    main()
