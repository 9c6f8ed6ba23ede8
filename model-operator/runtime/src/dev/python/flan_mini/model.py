"""A lean T5 for training on a CPU: fused projections, no padding, bf16 compute over fp32 weights.

The numbers are those of transformers' T5ForConditionalGeneration (gated SiLU, tied and scaled head), to which
`to_hugging_face` maps the weights.
"""

import math
from dataclasses import asdict, dataclass

import torch
from torch import nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Shape:
    vocab: int
    d_model: int = 256
    d_kv: int = 64
    heads: int = 4
    d_ff: int = 512
    encoder_layers: int = 4
    decoder_layers: int = 2
    buckets: int = 32
    max_distance: int = 128
    epsilon: float = 1e-6

    @property
    def inner(self):
        return self.heads * self.d_kv

    def to_dict(self):
        return asdict(self)


def bucket_of(distance, bidirectional, buckets, max_distance):
    """T5's relative position buckets of `memory - query` distances."""
    offset = torch.zeros_like(distance)
    if bidirectional:
        buckets //= 2
        offset = (distance > 0).long() * buckets
        distance = distance.abs()
    else:
        distance = (-distance).clamp(min=0)
    exact = buckets // 2
    far = (
        exact
        + (torch.log(distance.float().clamp(min=1) / exact) / math.log(max_distance / exact) * (buckets - exact)).long()
    )
    return offset + torch.where(distance < exact, distance, far.clamp(max=buckets - 1))


class FlanMini(nn.Module):
    def __init__(self, shape, dropout=0.0, compute=torch.float32):
        super().__init__()
        self.shape, self.dropout, self.compute = shape, dropout, compute
        s, p = shape, nn.Parameter

        def normal(*size, std):
            return p(torch.randn(*size) * std)

        def attention(layers, parts):
            q = torch.randn(layers, 1, s.inner, s.d_model) * (s.d_model * s.d_kv) ** -0.5
            kv = torch.randn(layers, parts - 1, s.inner, s.d_model) * s.d_model**-0.5
            return p(torch.cat([q, kv], 1)), normal(layers, s.d_model, s.inner, std=s.inner**-0.5)

        self.shared = normal(s.vocab, s.d_model, std=1.0)
        for side, layers in (("enc", s.encoder_layers), ("dec", s.decoder_layers)):
            qkv, o = attention(layers, 3)
            self.register_parameter(f"{side}_qkv", qkv)
            self.register_parameter(f"{side}_o", o)
            self.register_parameter(f"{side}_wi", normal(layers, 2, s.d_ff, s.d_model, std=s.d_model**-0.5))
            self.register_parameter(f"{side}_wo", normal(layers, s.d_model, s.d_ff, std=s.d_ff**-0.5))
            self.register_parameter(f"{side}_norms", p(torch.ones(layers, 2 if side == "enc" else 3, s.d_model)))
            self.register_parameter(f"{side}_final", p(torch.ones(s.d_model)))
            self.register_parameter(f"{side}_bias", normal(s.buckets, s.heads, std=s.d_model**-0.5))
        self.cross_qkv, self.cross_o = attention(s.decoder_layers, 3)

    def norm(self, x, weight):
        scale = torch.rsqrt(x.float().square().mean(-1, keepdim=True) + self.shape.epsilon)
        return (x * scale * weight).to(self.compute)

    def weight(self, parameter):
        return parameter.to(self.compute)

    def split(self, x):
        return x.view(x.shape[0], x.shape[1], -1, self.shape.d_kv).transpose(1, 2)

    def attend(self, q, k, v, bias):
        """Unscaled attention: `[batch, heads, length, d_kv]` and an additive bias, to `[batch, length, inner]`."""
        scores = torch.matmul(q, k.transpose(-1, -2)) + bias
        mixed = torch.matmul(torch.softmax(scores, -1), v)
        return mixed.transpose(1, 2).flatten(2)

    def feed_forward(self, x, side, i):
        wi = self.weight(getattr(self, f"{side}_wi")[i]).flatten(0, 1)
        gate, up = F.linear(x, wi).chunk(2, -1)
        return F.linear(F.silu(gate) * up, self.weight(getattr(self, f"{side}_wo")[i]))

    def bias(self, side, distance):
        buckets = bucket_of(distance, side == "enc", self.shape.buckets, self.shape.max_distance)
        return getattr(self, f"{side}_bias")[buckets].movedim(-1, -3)

    def encode(self, ids, mask):
        """`[batch, length]` ids and true-for-tokens mask, to `[batch, length, d_model]`."""
        at = torch.arange(ids.shape[1])
        bias = self.bias("enc", at[None, :] - at[:, None])[None]
        bias = (bias + (~mask)[:, None, None, :] * -1e4).to(self.compute)
        x = F.embedding(ids, self.shared)
        for i in range(self.shape.encoder_layers):
            qkv = F.linear(self.norm(x, self.enc_norms[i, 0]), self.weight(self.enc_qkv[i]).flatten(0, 1))
            mixed = self.attend(*map(self.split, qkv.chunk(3, -1)), bias)
            x = x + F.linear(mixed, self.weight(self.enc_o[i]))
            x = x + self.feed_forward(self.norm(x, self.enc_norms[i, 1]), "enc", i)
        return self.norm(x, self.enc_final)

    def cross(self, encoded):
        """The keys and values of every decoder layer's cross-attention."""
        out = []
        for i in range(self.shape.decoder_layers):
            kv = F.linear(encoded, self.weight(self.cross_qkv[i, 1:]).flatten(0, 1))
            out.append(tuple(map(self.split, kv.chunk(2, -1))))
        return out

    def decode(self, ids, cross, cross_mask, bias, cache=None):
        """Hidden states `[batch, length, d_model]`, scaled for the tied head; `cache` is a list that grows."""
        hide = (~cross_mask)[:, None, None, :].to(self.compute) * -1e4
        bias = bias.to(self.compute)
        x = F.embedding(ids, self.shared)
        for i in range(self.shape.decoder_layers):
            qkv = F.linear(self.norm(x, self.dec_norms[i, 0]), self.weight(self.dec_qkv[i]).flatten(0, 1))
            q, k, v = map(self.split, qkv.chunk(3, -1))
            if cache is not None:
                if len(cache) > i:
                    k, v = torch.cat([cache[i][0], k], 2), torch.cat([cache[i][1], v], 2)
                    cache[i] = (k, v)
                else:
                    cache.append((k, v))
            x = x + F.linear(self.attend(q, k, v, bias), self.weight(self.dec_o[i]))
            q = self.split(F.linear(self.norm(x, self.dec_norms[i, 1]), self.weight(self.cross_qkv[i, 0])))
            x = x + F.linear(self.attend(q, *cross[i], hide), self.weight(self.cross_o[i]))
            x = x + self.feed_forward(self.norm(x, self.dec_norms[i, 2]), "dec", i)
        return self.norm(x, self.dec_final) * self.shape.d_model**-0.5

    def causal_bias(self, length):
        at = torch.arange(length)
        distance = at[None, :] - at[:, None]
        return (self.bias("dec", distance) + (distance > 0) * -1e4)[None]

    def loss(self, pack):
        """Sum of weighted cross-entropies over a `Pack`; targets of weight 0 are not computed."""
        s, source, target = self.shape, pack.source, pack.target
        at = torch.arange(source.longest)
        bias = self.bias("enc", at[None, :] - at[:, None]).to(self.compute)
        x = self.drop_rows(F.embedding(source.ids, self.shared), source)
        for i in range(s.encoder_layers):
            qkv = F.linear(self.norm(x, self.enc_norms[i, 0]), self.weight(self.enc_qkv[i]).flatten(0, 1))
            mixed = [
                g.drop(self.attend(*self.heads(g.pad(qkv), 3), bias[:, : g.length, : g.length] + g.hidden))
                for g in source.groups
            ]
            x = x + self.drop_rows(F.linear(torch.cat(mixed), self.weight(self.enc_o[i])), source)
            x = x + self.drop_rows(self.feed_forward(self.norm(x, self.enc_norms[i, 1]), "enc", i), source)
        encoded = self.drop_rows(self.norm(x, self.enc_final), source)
        bias = self.causal_bias(target.longest)[0].to(self.compute)
        x = self.drop_rows(F.embedding(pack.inputs, self.shared), target)
        for i in range(s.decoder_layers):
            qkv = F.linear(self.norm(x, self.dec_norms[i, 0]), self.weight(self.dec_qkv[i]).flatten(0, 1))
            mixed = [
                g.drop(self.attend(*self.heads(g.pad(qkv), 3), bias[:, : g.length, : g.length])) for g in target.groups
            ]
            x = x + self.drop_rows(F.linear(torch.cat(mixed), self.weight(self.dec_o[i])), target)
            q = F.linear(self.norm(x, self.dec_norms[i, 1]), self.weight(self.cross_qkv[i, 0]))
            kv = F.linear(encoded, self.weight(self.cross_qkv[i, 1:]).flatten(0, 1))
            mixed = [
                t.drop(self.attend(*self.heads(t.pad(q), 1), *self.heads(g.pad(kv), 2), g.hidden))
                for g, t in zip(source.groups, target.groups)
            ]
            x = x + self.drop_rows(F.linear(torch.cat(mixed), self.weight(self.cross_o[i])), target)
            x = x + self.drop_rows(self.feed_forward(self.norm(x, self.dec_norms[i, 2]), "dec", i), target)
        counted = pack.weights.nonzero()[:, 0]
        hidden = self.drop_rows(self.norm(x, self.dec_final), target)[counted] * s.d_model**-0.5
        losses = F.cross_entropy(self.logits(hidden), target.ids[counted], reduction="none")
        return (losses * pack.weights[counted]).sum()

    def heads(self, x, parts):
        """`[batch, length, parts * inner]` to `parts` of `[batch, heads, length, d_kv]`."""
        return x.view(x.shape[0], x.shape[1], parts, self.shape.heads, self.shape.d_kv).permute(2, 0, 3, 1, 4).unbind(0)

    def drop_rows(self, x, rows):
        """Drops features of a whole sequence: as good as T5's dropout here, at a fraction of its random numbers."""
        if not self.training or self.dropout == 0:
            return x
        keep = 1 - self.dropout
        mask = (torch.rand(rows.count, x.shape[1]) < keep).to(x.dtype).div_(keep)
        return x * mask[rows.owner]

    def logits(self, hidden):
        return F.linear(hidden, self.weight(self.shared)).float()


def named_views(model):
    """The parts of the fused weights under the names of T5ForConditionalGeneration."""
    yield "shared.weight", model.shared
    for side, name, last in (("enc", "encoder", 1), ("dec", "decoder", 2)):
        part = {k.removeprefix(f"{side}_"): p for k, p in model.named_parameters() if k.startswith(side)}
        yield f"{name}.final_layer_norm.weight", part["final"]
        yield f"{name}.block.0.layer.0.SelfAttention.relative_attention_bias.weight", part["bias"]
        for i in range(len(part["o"])):
            block = f"{name}.block.{i}.layer."
            for j, letter in enumerate("qkv"):
                yield f"{block}0.SelfAttention.{letter}.weight", part["qkv"][i, j]
                if side == "dec":
                    yield f"{block}1.EncDecAttention.{letter}.weight", model.cross_qkv[i, j]
            yield f"{block}0.SelfAttention.o.weight", part["o"][i]
            if side == "dec":
                yield f"{block}1.EncDecAttention.o.weight", model.cross_o[i]
            for j in range(2):
                yield f"{block}{last}.DenseReluDense.wi_{j}.weight", part["wi"][i, j]
            yield f"{block}{last}.DenseReluDense.wo.weight", part["wo"][i]
            for j in range(last + 1):
                yield f"{block}{j}.layer_norm.weight", part["norms"][i, j]


def to_hugging_face(model):
    return {name: view.detach().clone().contiguous() for name, view in named_views(model)}


@torch.no_grad()
def from_hugging_face(tensors, shape, compute=torch.float32):
    model = FlanMini(shape, compute=compute)
    for name, view in named_views(model):
        if name not in tensors:
            raise ValueError(f"Cannot load the weights: {name} must be there")
        view.copy_(tensors[name])
    return model
