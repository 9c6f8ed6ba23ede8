"""Muon for the matrices, Adam for the embeddings, biases and norms, all in one step.

Muon (K. Jordan et al., 2024) replaces the momentum of a matrix by its nearest semi-orthogonal matrix. T5's attention
is unscaled, hence its query matrices are small: their rate is smaller by sqrt(d_kv).
"""

import torch


def orthogonal(g, steps=4):
    """Newton-Schulz iteration on `[..., rows, columns]` in bf16."""
    x = g.bfloat16()
    wide = x.shape[-2] > x.shape[-1]
    if wide:
        x = x.transpose(-1, -2)
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        a = x @ x.transpose(-1, -2)
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return (x.transpose(-1, -2) if wide else x).to(g.dtype)


class Muon:
    """Steps over parameters, gradients and state in shared memory, each of several processes on its own share."""

    def __init__(self, model, matrix_rate=0.02, other_rate=0.01, momentum=0.95, betas=(0.9, 0.98), decay=0.02):
        self.matrix_rate, self.other_rate, self.momentum, self.betas = matrix_rate, other_rate, momentum, betas
        self.decay, self.heads = decay, model.shape.d_kv
        self.parameters = dict(model.named_parameters())
        self.state = {k: torch.zeros_like(p).share_memory_() for k, p in self.parameters.items()}
        self.squares = {
            k: torch.zeros_like(p).share_memory_() for k, p in self.parameters.items() if not self.is_matrix(k)
        }
        self.steps = 0

    def is_matrix(self, name):
        return self.parameters[name].dim() >= 3 and not name.endswith("norms")

    def shares(self, processes):
        """Names for each process, of about the same work."""
        out = [[] for _ in range(processes)]
        for name in sorted(self.parameters, key=lambda k: -self.parameters[k].numel()):
            min(out, key=lambda names: sum(self.parameters[k].numel() for k in names)).append(name)
        return out

    @torch.no_grad()
    def step(self, scale, gradients):
        """`scale` is the schedule's share of the full rates; `gradients` are those of this process's names."""
        self.steps += 1
        for name, gradient in gradients.items():
            (self.turn if self.is_matrix(name) else self.adapt)(name, gradient, scale)

    def turn(self, name, gradient, scale):
        p, m = self.parameters[name], self.state[name]
        m.lerp_(gradient, 1 - self.momentum)
        update = orthogonal(gradient.lerp(m, self.momentum))
        update *= max(1, p.shape[-2] / p.shape[-1]) ** 0.5
        if name.endswith("qkv"):
            update[:, 0] *= self.heads**-0.5
        rate = self.matrix_rate * scale
        p.mul_(1 - rate * self.decay).sub_(update, alpha=rate)

    def adapt(self, name, gradient, scale):
        one, two = self.betas
        m, v = self.state[name].lerp_(gradient, 1 - one), self.squares[name]
        v.mul_(two).addcmul_(gradient, gradient, value=1 - two)
        corrected = (v / (1 - two**self.steps)).sqrt_().add_(1e-8)
        self.parameters[name].addcdiv_(m, corrected, value=-self.other_rate * scale / (1 - one**self.steps))

    def state_dict(self):
        return {"state": self.state, "squares": self.squares, "steps": self.steps}

    @torch.no_grad()
    def load_state_dict(self, saved):
        for mine, theirs in ((self.state, saved["state"]), (self.squares, saved["squares"])):
            for k, tensor in mine.items():
                tensor.copy_(theirs[k])
        self.steps = saved["steps"]
