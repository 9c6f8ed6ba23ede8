"""Log-probabilities of choices among themselves, as `model.score-normalizer: labels` takes them, by transformers.

    python make_label_scores.py ../../../test/resources/golden

At each token of a choice the logits of the tokens that continue one of the choices share the probability; a choice's
log-probability is the sum. Prompts and choices are those of the checkpoints' expected files (eager attention, float32, one
record at a time, no cache).
"""

import json
import sys
from pathlib import Path

import tokenizers
import torch
import transformers
from transformers import MT5ForConditionalGeneration, T5ForConditionalGeneration

CHECKPOINTS = {
    "ul2": ("expected.json", T5ForConditionalGeneration),
    "layouts/flan-t5": ("expected-5.json", T5ForConditionalGeneration),
    "layouts/t5-v1_0": ("expected-5.json", T5ForConditionalGeneration),
    "layouts/mt5": ("expected-5.json", MT5ForConditionalGeneration),
}


@torch.inference_mode()
def scores(directory, expected, model_class):
    model = model_class.from_pretrained(directory, dtype=torch.float32, attn_implementation="eager").eval()
    tokenizer = tokenizers.Tokenizer.from_file(str(directory / "tokenizer.json"))
    start = model.config.decoder_start_token_id or 0
    for score in json.loads((directory / expected).read_text())["scores"]:
        choices = [tuple(tokenizer.encode(choice).ids) for choice in score["choices"]]
        prompt = torch.tensor([tokenizer.encode(score["prompt"]).ids])
        logprobs = []
        for choice in choices:
            decoder = torch.tensor([[start, *choice[:-1]]])
            logits = model(input_ids=prompt, decoder_input_ids=decoder, use_cache=False).logits[0]
            total = 0.0
            for i, token in enumerate(choice):
                among = sorted({other[i] for other in choices if other[:i] == choice[:i] and len(other) > i})
                total += torch.log_softmax(logits[i][among], -1)[among.index(token)].item()
            logprobs.append(total)
        yield {"prompt": score["prompt"], "choices": score["choices"], "logprobs": logprobs}


def main():
    golden = Path(sys.argv[1])
    tool = f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}, eager"
    result = {"tool": tool, "checkpoints": {name: list(scores(golden / name, *rest)) for name, rest in CHECKPOINTS.items()}}
    (golden / "label-scores.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
