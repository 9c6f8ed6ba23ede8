"""ONNX Runtime: the graphs that an export of T5 has, an encoding for all labels of a record, caches handed from step to step."""

import functools
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import quantize_dynamic
from torch import nn

from hugging_face import MAX_TOKENS, HuggingFace, cut
from workload import batches

NEVER = float(np.finfo(np.float32).min)


class OnnxRuntime:
    """`precision` is float32, or int8: weights quantized, activations as they come."""

    def __init__(self, directory, precision, threads):
        directory = Path(directory)
        files = directory.parent / f"{directory.name}-onnx-float32"
        if not files.exists():
            export(directory, files)
        if precision == "int8":
            files = quantized(files, directory.parent / f"{directory.name}-onnx-int8")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.precision = precision
        self.encoder, self.decoder = (onnxruntime.InferenceSession(str(files / name), options, ["CPUExecutionProvider"])
                                      for name in ("encoder.onnx", "decoder.onnx"))
        self.encoder_bias, self.decoder_bias = np.load(files / "encoder-bias.npy"), np.load(files / "decoder-bias.npy")

    def name(self):
        return f"onnxruntime {self.precision}"

    def _encode(self, prompts, batch):
        longest = max(len(prompts[i]) for i in batch)
        ids = np.zeros((len(batch), longest), np.int64)
        for row, i in enumerate(batch):
            ids[row, :len(prompts[i])] = prompts[i]
        mask = np.where(ids == 0, np.float32(NEVER), np.float32(0))[:, None, None]
        keys, values = self.encoder.run(None, {"ids": ids, "mask": mask,
                                               "bias": biases(self.encoder_bias, longest, longest, True)})
        return keys, values, mask

    def _decode(self, ids, cross, past):
        """Log-probabilities [rows, tokens, vocabulary], and the past with these tokens."""
        keys, values, mask = cross
        if past is None:
            layers, rows, heads, _, width = keys.shape
            past = [np.zeros((layers, rows, heads, 0, width), np.float32)] * 2
        before = past[0].shape[3]
        logprobs, *past = self.decoder.run(None, {
            "ids": ids, "bias": biases(self.decoder_bias, before + ids.shape[1], ids.shape[1], False), "mask": mask,
            "cross_keys": keys, "cross_values": values, "past_keys": past[0], "past_values": past[1]})
        return logprobs, past

    def score(self, workload, rows):
        labels = workload.label_ids
        longest = max(map(len, labels))
        targets = np.zeros((len(labels), longest), np.int64)
        for row, label in enumerate(labels):
            targets[row, :len(label)] = label
        real = targets != 0
        scores = [None] * len(workload.prompts)
        for batch in batches(workload.prompts, MAX_TOKENS, rows):
            cross = self._encode(workload.prompts, batch)
            count = len(batch)
            first, past = self._decode(np.zeros((count, 1), np.int64), cross, None)
            repeat = functools.partial(np.repeat, repeats=len(labels))
            expanded = [repeat(part, axis=1) for part in cross[:2]] + [repeat(cross[2], axis=0)]
            rest, _ = self._decode(np.tile(targets[:, :-1], (count, 1)), expanded,
                                   [repeat(part, axis=1) for part in past])
            chosen = np.take_along_axis(rest, np.tile(targets[:, 1:], (count, 1))[..., None], -1)[..., 0]
            total = first[:, 0][:, targets[:, 0]] + (chosen.reshape(count, *real[:, 1:].shape) * real[:, 1:]).sum(-1)
            for row, i in enumerate(batch):
                scores[i] = total[row].tolist()
        return scores

    def generate(self, workload, max_new_tokens, rows):
        answers = [None] * len(workload.prompts)
        for batch in batches(workload.prompts, 1 << 30, rows):
            cross = self._encode(workload.prompts, batch)
            written = np.zeros((len(batch), 1), np.int64)
            past = None
            while written.shape[1] <= max_new_tokens and not (written == 1).any(1).all():
                logprobs, past = self._decode(written[:, -1:], cross, past)
                written = np.concatenate([written, logprobs[:, -1].argmax(-1)[:, None]], 1)
            for row, i in enumerate(batch):
                answers[i] = cut(written[row, 1:].tolist())
        return answers


def biases(weight, keys, queries, bidirectional):
    """Relative biases [1, heads, queries, keys] of the last queries; later keys are masked in a decoder."""
    key, query = np.arange(keys)[None], np.arange(keys - queries, keys)[:, None]
    bias = weight[buckets(key - query, bidirectional)].transpose(2, 0, 1)[None]
    return bias if bidirectional else np.where(key > query, np.float32(NEVER), bias)


def buckets(distance, bidirectional):
    from transformers.models.t5.modeling_t5 import T5Attention
    return T5Attention._relative_position_bucket(torch.from_numpy(distance), bidirectional, 32, 128).numpy()


class Encoder(nn.Module):
    """To what each decoder layer's cross-attention reads of the encoding: [layers, rows, heads, tokens, width]."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, ids, mask, bias):
        x = self.model.shared(ids)
        for block in self.model.encoder.block:
            normed = block.layer[0].layer_norm(x)
            attention = block.layer[0].SelfAttention
            x = x + attend(attention, normed, *keys_and_values(attention, normed), bias + mask)
            x = block.layer[1](x)
        x = self.model.encoder.final_layer_norm(x)
        cross = [keys_and_values(block.layer[1].EncDecAttention, x) for block in self.model.decoder.block]
        return torch.stack([keys for keys, _ in cross]), torch.stack([values for _, values in cross])


class Decoder(nn.Module):
    def __init__(self, model, scaled):
        super().__init__()
        self.model = model
        self.scale = model.config.d_model ** -0.5 if scaled else 1.0

    def forward(self, ids, bias, mask, cross_keys, cross_values, past_keys, past_values):
        x = self.model.shared(ids)
        all_keys, all_values = [], []
        for i, block in enumerate(self.model.decoder.block):
            normed = block.layer[0].layer_norm(x)
            attention = block.layer[0].SelfAttention
            keys, values = keys_and_values(attention, normed)
            keys, values = torch.cat([past_keys[i], keys], 2), torch.cat([past_values[i], values], 2)
            x = x + attend(attention, normed, keys, values, bias)
            x = x + attend(block.layer[1].EncDecAttention, block.layer[1].layer_norm(x), cross_keys[i], cross_values[i],
                           mask)
            x = block.layer[2](x)
            all_keys.append(keys)
            all_values.append(values)
        x = self.model.decoder.final_layer_norm(x) * self.scale
        return torch.log_softmax(self.model.lm_head(x), -1), torch.stack(all_keys), torch.stack(all_values)


def heads(attention, x):
    return x.unflatten(-1, (attention.n_heads, attention.key_value_proj_dim)).transpose(1, 2)


def keys_and_values(attention, x):
    return heads(attention, attention.k(x)), heads(attention, attention.v(x))


def attend(attention, x, keys, values, bias):
    """T5's attention: not scaled, biases added."""
    weights = torch.softmax(heads(attention, attention.q(x)) @ keys.transpose(2, 3) + bias, -1)
    return attention.o((weights @ values).transpose(1, 2).flatten(2))


@torch.inference_mode()
def export(directory, files):
    reference = HuggingFace(directory, "eager")
    model, config = reference.model, reference.model.config
    files.mkdir()
    for side, stack in (("encoder", model.encoder), ("decoder", model.decoder)):
        np.save(files / f"{side}-bias.npy", stack.block[0].layer[0].SelfAttention.relative_attention_bias.weight.numpy())
    ids, mask, bias = torch.ones(2, 7, dtype=torch.long), torch.zeros(2, 1, 1, 7), torch.zeros(1, config.num_heads, 7, 7)
    write(Encoder(model), (ids, mask, bias), files / "encoder.onnx", ["keys", "values"],
          dict(ids={0: "rows", 1: "tokens"}, mask={0: "rows", 3: "tokens"}, bias={2: "tokens", 3: "tokens"}))
    keys, values = Encoder(model)(ids, mask, bias)
    past = torch.zeros(config.num_decoder_layers, 2, config.num_heads, 3, config.d_kv)
    cross = {1: "rows", 3: "tokens"}
    before = {1: "rows", 3: "before"}
    write(Decoder(model, reference.scaled),
          (ids[:, :4], torch.zeros(1, config.num_heads, 4, 7), mask, keys, values, past, past), files / "decoder.onnx",
          ["logprobs", "new_keys", "new_values"],
          dict(ids={0: "rows", 1: "new"}, bias={2: "new", 3: "all"}, mask={0: "rows", 3: "tokens"}, cross_keys=cross,
               cross_values=cross, past_keys=before, past_values=before))


def write(module, inputs, file, outputs, axes):
    torch.onnx.export(module, inputs, str(file), input_names=list(axes), output_names=outputs, dynamic_axes=axes,
                      opset_version=17, dynamo=False)


def quantized(files, directory):
    if not directory.exists():
        directory.mkdir()
        for name in ("encoder", "decoder"):
            quantize_dynamic(files / f"{name}.onnx", directory / f"{name}.onnx", per_channel=True,
                             op_types_to_quantize=["MatMul"])
            (directory / f"{name}-bias.npy").write_bytes((files / f"{name}-bias.npy").read_bytes())
    return directory
