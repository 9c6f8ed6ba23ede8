"""The lean model against transformers: the weights must mean the same there."""

import torch

from . import decoding, prompts
from .prompts import text_form


def compare(directory, model, rows, count):
    """The largest difference of a choice's log-probability over `count` prompts, fp32, one at a time."""
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    from .tokenizer import Words

    reference = AutoModelForSeq2SeqLM.from_pretrained(
        directory, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    tokenizer = AutoTokenizer.from_pretrained(directory)
    words = Words(tokenizer.backend_tokenizer)
    rows = [r for r in rows if r.set == "clinc150"]
    rows = rows[:: max(1, len(rows) // count)][:count]
    choices = sorted({text_form(r.labels[0]) for r in rows})
    asked = [prompts.classify(r.text, choices if i % 2 else ()) for i, r in enumerate(rows)]
    mine, largest = decoding.score(model, words, asked, choices), 0.0
    for i, prompt in enumerate(asked):
        source = tokenizer(prompt, return_tensors="pt")
        for j, choice in enumerate(choices):
            target = tokenizer(choice, return_tensors="pt").input_ids
            with torch.inference_mode():
                logits = reference(
                    input_ids=source.input_ids, attention_mask=source.attention_mask, labels=target
                ).logits
            score = logits.log_softmax(-1).gather(-1, target[..., None]).sum().item()
            largest = max(largest, abs(score - mine[i, j].item()))
    greedy = reference.generate(**tokenizer(asked[0], return_tensors="pt"), max_new_tokens=16)
    return {
        "prompts": len(asked),
        "choices": len(choices),
        "largest_difference": largest,
        "greedy": tokenizer.decode(greedy[0], skip_special_tokens=True),
    }
