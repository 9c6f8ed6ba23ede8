"""Where the program stands against the device it runs on, with random weights, and beside Hugging Face on the same tensors.

    python roofline.py --shape flan-ul2 --layers 1 --device cuda:0 --dtype bfloat16
    python roofline.py --shape flan-ul2 --device cuda:0 --dtype bfloat16

Peaks are measured on the device in the same run: a matrix product for FLOP/s, a copy for bytes/s. Encoding is held to
the first, decoding to the second. On CUDA a batch that does not fit is forced once, and the answers after it compared.
"""

import argparse
import dataclasses
import time

import torch
from transformers import T5Config, T5ForConditionalGeneration
from transformers.modeling_outputs import BaseModelOutput

import program

SHAPES = {"flan-t5-small": program.FLAN_T5_SMALL, "flan-t5-base": program.FLAN_T5_BASE, "flan-ul2": program.FLAN_UL2}
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
# Of log-probabilities of the same tokens, by dtype: bfloat16 has 8 bits of mantissa.
MOST_APART = {"float32": 1e-3, "bfloat16": 0.5}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", choices=SHAPES, default="flan-ul2")
    parser.add_argument("--layers", type=int, help="of encoder and decoder each; the shape's own by default")
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--dtype", choices=DTYPES, default="bfloat16")
    parser.add_argument("--records", type=int, default=64, help="of a batch")
    parser.add_argument("--tokens", type=int, default=128, help="of a record")
    parser.add_argument("--steps", type=int, default=32, help="tokens that each record writes")
    parser.add_argument("--peak-size", type=int, default=8192, help="of the matrices and the megabytes that peaks are measured with")
    return parser.parse_args()


class Run:
    def __init__(self, options):
        shape = SHAPES[options.shape]
        if options.layers:
            shape = dataclasses.replace(shape, num_layers=options.layers, num_decoder_layers=options.layers)
        self.options, self.shape = options, shape
        self.device, self.dtype = torch.device(options.device), DTYPES[options.dtype]
        torch.manual_seed(0)
        self.weights = {name: self.random(name, size) for name, size in shape.tensors()}
        self.module = program.load(shape, lambda name, _: self.weights[name], self.device, self.dtype)
        self.ids = torch.randint(3, 32000, (options.records, options.tokens), device=self.device)
        self.mask = torch.ones_like(self.ids)
        # Half of the records are padded, so that the masks are at work.
        self.mask[::2, options.tokens * 3 // 4:] = 0
        self.ids = self.ids * self.mask

    def random(self, name, size):
        """As T5 is initialised, so that activations stay in range."""
        shape = self.shape
        if name.endswith("layer_norm.weight"):
            return torch.ones(size, device=self.device, dtype=self.dtype)
        scale = 1.0 if name == "shared.weight" else size[-1] ** -0.5
        if ".q." in name:
            scale = (shape.d_model * shape.d_kv) ** -0.5
        return torch.randn(size, device=self.device, dtype=self.dtype).mul_(scale)

    def synchronize(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)

    def seconds(self, work, times=5):
        work()
        self.synchronize()
        start = time.perf_counter()
        for _ in range(times):
            work()
        self.synchronize()
        return (time.perf_counter() - start) / times

    def peaks(self):
        n = self.options.peak_size
        a = torch.randn(n, n, device=self.device, dtype=self.dtype)
        flops = 2 * n ** 3 / self.seconds(lambda: a @ a)
        source = torch.empty(n << 20, dtype=torch.uint8, device=self.device)
        target = torch.empty_like(source)
        return flops, 2 * source.numel() / self.seconds(lambda: target.copy_(source))

    def parameters(self, part):
        return sum(w.numel() for name, w in self.weights.items() if part(name) and w.dim() == 2)

    def encode_flops(self):
        shape, tokens = self.shape, self.ids.numel()
        linear = self.parameters(lambda name: name.startswith("encoder.block") and "bias" not in name
                                 or "EncDecAttention.k" in name or "EncDecAttention.v" in name)
        attention = 2 * shape.num_layers * shape.num_heads * shape.d_kv * self.ids.size(1)
        return 2 * tokens * (linear + attention)

    def step_bytes(self, position):
        shape = self.shape
        weights = self.parameters(lambda name: name.startswith("decoder.block") and "bias" not in name
                                  and "EncDecAttention.k" not in name and "EncDecAttention.v" not in name
                                  or name == "lm_head.weight")
        cached = 2 * shape.num_decoder_layers * shape.num_heads * shape.d_kv * self.ids.size(0) * (self.ids.size(1) + position)
        return self.dtype.itemsize * (weights + cached)

    def encode(self, ids=None, mask=None):
        return self.module.encode(self.ids if ids is None else ids, self.mask if mask is None else mask)

    def decode(self):
        """Tokens that each record writes, and their log-probabilities: [records, steps] each."""
        records, tokens = self.ids.shape
        module = self.module
        module.clear_lanes()
        lane = module.add_lane(tokens, self.options.steps)
        module.resize_lane(lane, records, self.options.steps)
        module.join(self.encode(), self.mask, torch.arange(records), lane, 0)
        written, logprobs = [torch.zeros(records)], []
        slots = [(records, self.options.steps)]
        self.synchronize()
        start = time.perf_counter()
        for position in range(self.options.steps):
            lanes = [lane, records, position + 1, tokens]
            last = written[-1].long().tolist()
            numbers = program.numbers(self.shape, last, [position] * records, lanes, slots)
            out = module.step(numbers, records, lanes, 0, 0, [])
            written.append(out[:records])
            logprobs.append(out[records:])
        self.synchronize()
        self.decoding = time.perf_counter() - start
        return torch.stack(written[1:], 1).long(), torch.stack(logprobs, 1)

    def hugging_face(self):
        shape = self.shape
        config = T5Config(vocab_size=shape.vocab_size, d_model=shape.d_model, d_kv=shape.d_kv, d_ff=shape.d_ff,
                          num_layers=shape.num_layers, num_decoder_layers=shape.num_decoder_layers,
                          num_heads=shape.num_heads, feed_forward_proj="gated-silu" if shape.activation == "silu" else
                          "gated-gelu", tie_word_embeddings=False, decoder_start_token_id=0)
        config._attn_implementation = "sdpa"
        with torch.device("meta"):
            model = T5ForConditionalGeneration(config)
        weights = dict(self.weights)
        weights.update({f"{stack}.embed_tokens.weight": weights["shared.weight"] for stack in ("encoder", "decoder")})
        model.load_state_dict(weights, assign=True)
        model.config.tie_word_embeddings = False
        return model.eval()


@torch.inference_mode()
def main():
    options = arguments()
    run = Run(options)
    flops, bandwidth = run.peaks()
    bytes_of_weights = sum(w.numel() * w.itemsize for w in run.weights.values())
    print(f"{options.shape}, {run.shape.num_layers}+{run.shape.num_decoder_layers} layers, {options.dtype} on "
          f"{options.device}: {bytes_of_weights:,} bytes of weights; measured peaks {flops / 1e12:.2f} TFLOP/s, "
          f"{bandwidth / 1e9:.1f} GB/s")
    seconds = run.seconds(run.encode)
    print(f"encode {options.records} records of {options.tokens} tokens: {options.records / seconds:.1f} records/s, "
          f"{run.ids.numel() / seconds:.0f} tokens/s, {run.encode_flops() / seconds / flops:.1%} of peak FLOP/s")
    run.decode()
    written, logprobs = run.decode()
    moved = sum(map(run.step_bytes, range(1, options.steps + 1)))
    print(f"decode {options.steps} steps of {options.records} rows: {written.numel() / run.decoding:.0f} tokens/s, "
          f"{moved / run.decoding / bandwidth:.1%} of the bandwidth")
    if run.device.type == "cuda":
        survive(run, written)
    beside(run, written, logprobs)


def survive(run, expected):
    """A batch that cannot fit, and the same answers after it."""
    records, found = run.ids.size(0), False
    while not found:
        records *= 4
        try:
            run.encode(run.ids.repeat(records // run.ids.size(0), 1), run.mask.repeat(records // run.ids.size(0), 1))
        except RuntimeError as e:
            if "out of memory" not in str(e):
                raise
            found = True
    torch.cuda.empty_cache()
    print(f"out of memory with {records} records; the answers after it are the same: {torch.equal(run.decode()[0], expected)}")


def beside(run, written, logprobs):
    model, options = run.hugging_face(), run.options
    targets = torch.cat([torch.zeros(len(written), 1, dtype=torch.long), written], 1).to(run.device)
    encoded = model.encoder(input_ids=run.ids, attention_mask=run.mask).last_hidden_state
    logits = model(encoder_outputs=BaseModelOutput(encoded), attention_mask=run.mask, decoder_input_ids=targets[:, :-1]).logits
    theirs = torch.log_softmax(logits.float(), -1).gather(-1, targets[:, 1:].unsqueeze(-1)).squeeze(-1).cpu()
    apart = (theirs - logprobs).abs().max().item()
    print(f"log-probabilities are at most {apart:.2g} apart from Hugging Face's")
    if apart > MOST_APART[options.dtype]:
        raise SystemExit(f"More than {MOST_APART[options.dtype]}: no ratio")
    ours, hf = run.seconds(run.encode), run.seconds(lambda: model.encoder(input_ids=run.ids, attention_mask=run.mask))
    print(f"encode {hf / ours:.2f} times as fast as Hugging Face, with the keys and values of the decoder that it leaves for later")
    whole = run.seconds(run.decode, 2)
    generate = run.seconds(lambda: model.generate(
        input_ids=run.ids, attention_mask=run.mask, do_sample=False, num_beams=1, max_new_tokens=options.steps,
        min_new_tokens=options.steps), 2)
    print(f"write {options.steps} tokens, encoding included: {generate / whole:.2f} times as fast")


if __name__ == "__main__":
    main()
