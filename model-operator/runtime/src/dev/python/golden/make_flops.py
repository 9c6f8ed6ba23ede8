"""Writes ../../../test/resources/golden/flops.json: what PyTorch counts for transformers' T5 of given shapes.

python make_flops.py

The counter (torch.utils.flop_counter) takes 2 operations for a multiplication with its addition, and counts matrix
multiplications alone. Tensors lie on the meta device: nothing is computed, and Flan-UL2's full shape takes no memory.
"""

import json
import pathlib

import torch
from torch.utils.flop_counter import FlopCounterMode
from transformers import T5Config, T5ForConditionalGeneration
from transformers.modeling_outputs import BaseModelOutput

FILE = pathlib.Path(__file__).parents[3] / "test/resources/golden/flops.json"
SHAPES = {
    "flan-ul2": dict(
        d_model=4096, d_kv=256, d_ff=16384, num_heads=16, num_layers=32, num_decoder_layers=32, vocab_size=32128,
        feed_forward_proj="gated-silu",
    ),
    "deep encoder": dict(
        d_model=64, d_kv=24, d_ff=160, num_heads=4, num_layers=5, num_decoder_layers=2, vocab_size=300,
        feed_forward_proj="relu",
    ),
}  # fmt: skip
WORK = [(1, 1), (128, 1), (128, 61), (512, 20)]


def flops(run):
    with FlopCounterMode(display=False) as counter:
        result = run()
    return counter.get_total_flops(), result


def ones(*shape):
    return torch.ones(shape, dtype=torch.long, device="meta")


def counted(model, tokens, positions):
    """A prompt of `tokens` encoded, `positions` decoded at once, and one more after them from the caches."""
    encoder, _ = flops(lambda: model.encoder(input_ids=ones(1, tokens)))
    hidden = BaseModelOutput(last_hidden_state=torch.empty(1, tokens, model.config.d_model, device="meta"))
    decoded, first = flops(
        lambda: model(encoder_outputs=hidden, decoder_input_ids=ones(1, positions), use_cache=True, return_dict=True)
    )
    step, _ = flops(
        lambda: model(
            encoder_outputs=hidden, decoder_input_ids=ones(1, 1), past_key_values=first.past_key_values, use_cache=True
        )
    )
    return {"tokens": tokens, "positions": positions, "encodeAndDecode": encoder + decoded, "step": step}


def main():
    out = []
    for name, shape in SHAPES.items():
        config = T5Config(model_type="t5", **shape)
        with torch.device("meta"):
            model = T5ForConditionalGeneration._from_config(config, attn_implementation="eager").eval()
        with torch.no_grad():
            work = [counted(model, *w) for w in WORK]
        # Tied or not, the head is counted once more: Flan-UL2 stores one of its own.
        parameters = sum(p.numel() for p in model.parameters()) + (
            config.vocab_size * config.d_model if config.tie_word_embeddings else 0
        )
        out.append({"name": name, "config": {"model_type": "t5", **shape}, "parameters": parameters, "work": work})
    FILE.write_text(json.dumps(out, indent=2) + "\n")


if __name__ == "__main__":
    main()
