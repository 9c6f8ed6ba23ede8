"""This runtime, through `flanstream bench` in a process of its own."""

import json
import subprocess
from pathlib import Path


OPTIONS = {"prepack": "model.prepack=true", "outputs": "model.int8-outputs=true"}


class Flanstream:
    """`precision` is a dtype, with more after plus signs: float32+prepack, int8+outputs."""

    def __init__(self, command, directory, precision, threads, scratch):
        self.command = command
        self.directory = directory
        self.precision = precision
        self.threads = threads
        self.scratch = Path(scratch)

    def name(self):
        return f"flanstream {self.precision}"

    def run(self, mode, workload, max_new_tokens):
        """Answers and report of one run, warmed up by the process itself."""
        dtype, *more = self.precision.split("+")
        settings = [part for name in more for part in ("--set", OPTIONS[name])]
        prompts, answers = self.scratch / "prompts.jsonl", self.scratch / "answers.jsonl"
        workload.write(prompts)
        done = subprocess.run(
            [*self.command, "bench", "--model", str(self.directory), "--prompts", str(prompts), "--mode", mode,
             "--max-new-tokens", str(max_new_tokens), "--precision", dtype, *settings, "--threads", str(self.threads),
             "--in-flight", str(len(workload.prompts)), "--answers", str(answers), "--format", "json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise SystemExit(f"flanstream failed: {done.stderr[-2000:]}")
        field = "logprobs" if mode == "score" else "tokenIds"
        return [json.loads(line)[field] for line in answers.read_text().splitlines()], json.loads(done.stdout)
