"""torch losses in the style of public code, put together of its idioms, some of them with mistakes."""

from __future__ import annotations

import importlib.util
import random

from benchmarks.soundness.torch_trial import TorchTrial
from benchmarks.soundness.trial import Skipped

SHIFTS = (
    "",
    "",
    "",
    "z = z - z.max(1, keepdim=True)[0]",
    "z = z - z.max(1, keepdim=True)[0].detach()",
    "z = z - torch.amax(z, 1, keepdim=True)",
    "z = z - z.max()",
    "z = z - z.mean(dim=1, keepdim=True)",
    "z = z - z.mean()",
    "z = z - z.logsumexp(1, keepdim=True)",
    "z = z - z[:, :1]",
    "z = z - z.gather(1, y.unsqueeze(1))",
    "z = z / {t}",
    "z = z * {t}",
    "z = z + {t} * F.one_hot(y, C)",
    "z = z - {t} * F.one_hot(y, C).to(z.dtype)",
    "z = z.clamp(-{t}, {t})",
    "z = z.clamp(min=0)",
    "z = torch.where(z > -{t}, z, torch.zeros_like(z))",
    "z = torch.cat([z[:, :1], z[:, 1:]], dim=1)",
    "z = torch.cat([z, z], dim=1)[:, :C]",
    "z = torch.stack([z[:, k] for k in range(C)], dim=1)",
    "z = torch.stack([z, {t} * z], 0).mean(0)",
    "z = z.flip(1).flip(1)",
    "z = z.roll(1, 1)",
    "z = z.unsqueeze(2).expand(-1, -1, 2).mean(2)",
    "z = z.view(z.size(0), -1)",
    "z = z.t().t()",
    "z = torch.einsum('nc,cd->nd', z, torch.eye(C))",
    "z = sum(z.chunk(1, 1))",
    "z = F.relu(z) - F.relu(-z)",
    "z = torch.atan(z) + {t} * z",
    "z = torch.sin(z)",
    "z = z + z.detach() - z.detach()",
    "z = z * F.one_hot(y, C) + z.detach() * (1 - F.one_hot(y, C))",
    "z = z.masked_fill(z > 50, 50.0)",
    "z = z * z.size(0)",
    "z = z / len(y) ** 0.5",
)

SHARES = (
    "p = F.softmax(z, dim=1)",
    "p = F.softmax(z, dim=1)",
    "p = torch.softmax(z, -1)",
    "p = F.log_softmax(z, dim=1).exp()",
    "e = torch.exp(z); p = e / e.sum(1, keepdim=True)",
    "e = torch.exp(z - z.max(1, keepdim=True)[0]); p = e / e.sum(1, keepdim=True)",
    "e = torch.exp(z - z.max(1, keepdim=True)[0]); p = e / e.sum(dim=0, keepdim=True)",
    "p = torch.sigmoid(z)",
    "p = F.softmax(z, dim=0)",
    "p = F.softmax(z, 1).clamp({u}, 1.0)",
    "p = F.softmax(z, 1).clamp(max={u})",
    "p = sparsemax(z)",
    "p = sparsemax({t} * z)",
    "p = Sparsemax.apply(z)",
    "p = F.softmax(z, 1) ** {t}; p = p / p.sum(1, keepdim=True)",
    "p = F.softmax(z, 1); p = p + 0.0; p[:, 0] = p[:, 0] * {t}",
    "p = F.softmax(z, 1).detach() * 0 + F.softmax(z, 1)",
    "p = 0.5 * F.softmax(z, 1) + 0.5 / C",
    "p = F.softmax(z, 1); p = torch.where(p > {u}, p, {t} * p)",
    "p = F.softmax(z, 1); p = torch.maximum(p, torch.full_like(p, {u}))",
    "p = F.softmax(z, 1).cumsum(1)",
    "p = F.softmax(z, 1).sort(1, descending=True)[0]",
)

TARGETS = (
    "t = F.one_hot(y, C).to(z.dtype)",
    "t = F.one_hot(y, num_classes=C).to(z)",
    "t = torch.zeros_like(z).scatter_(1, y.unsqueeze(1), 1)",
    "t = torch.zeros_like(z).scatter(1, y.view(-1, 1), 1.0)",
    "t = torch.eye(C)[y]",
    "t = (torch.arange(C) == y.unsqueeze(1)).to(z.dtype)",
    "t = (torch.arange(C)[None, :] <= y[:, None]).to(z.dtype)",
    "t = torch.zeros_like(z); t[torch.arange(len(y)), y] = 1",
    "t = torch.zeros_like(z); t[range(len(y)), y] += {t}",
    "t = torch.full_like(z, {u} / C); t.scatter_(1, y[:, None], 1 - {u})",
    "t = F.one_hot(y, C).to(z.dtype) * (1 - {u}) + {u} / C",
    "t = F.one_hot(y, C).to(z.dtype); t = t.mul_(1 - {u}).add_({u} / C)",
    "t = F.one_hot(y, C).to(z.dtype); s = t; s *= {t}",
    "t = F.one_hot(y, C).to(z.dtype); s = t.clone(); s *= {t}",
    "t = F.one_hot(y, C).to(z.dtype); s = t[:, :1]; s += {u}",
    "t = F.one_hot(y, C).to(z.dtype); s = t.to(z.dtype); s[:, 0] = {u}",
    "t = F.one_hot(y, C).to(z.dtype); s = t.view(-1); s[0] = {u}",
    "t = F.one_hot(y, C).to(z.dtype); t = t / t.sum(0, keepdim=True).clamp(min=1)",
    "t = F.one_hot((y + 1) % C, C).to(z.dtype)",
    "t = F.one_hot(C - 1 - y, C).to(z.dtype)",
    "t = F.one_hot(y.clamp(max=2), C).to(z.dtype)",
    "t = F.one_hot(y, C); t = (1 - t).to(z.dtype)",
    "t = F.one_hot(z.argmax(1), C).to(z.dtype)",
    "t = F.one_hot(y, C).bool(); t = (~t).to(z.dtype)",
    "t = torch.exp(-(torch.arange(C)[None] - y[:, None]).abs().to(z.dtype)); t = t / t.sum(1, keepdim=True)",
)

AT_LABEL = (
    "q = p.gather(1, y.unsqueeze(1)).squeeze(1)",
    "q = p.gather(1, y.view(-1, 1))[:, 0]",
    "q = p[torch.arange(len(y)), y]",
    "q = p[range(p.shape[0]), y]",
    "q = (p * t).sum(1)",
    "q = (p * t).sum(dim=1)",
    "q = torch.einsum('nc,nc->n', p, t)",
    "q = (p * t).max(1)[0]",
    "q = p.gather(1, y.unsqueeze(1))",
    "q = torch.stack([p[i, y[i]] for i in range(len(y))])",
    "q = torch.cat([p[i:i + 1, k] for i, k in enumerate(y.tolist())])",
    "q = p.index_select(1, y).diagonal()",
    "q = (p * t).sum(0)",
    "q = p.masked_fill(t == 0, 0).sum(1)",
    "q = p[t > 0]",
)

LOSSES = (
    "l = -torch.log(q)",
    "l = -torch.log(q + {u})",
    "l = -torch.log(q.clamp(min={u}))",
    "l = -q.clamp({u}, 1).log()",
    "l = -(t * torch.log(p)).sum(1)",
    "l = -(t * F.log_softmax(z, 1)).sum(1)",
    "l = F.cross_entropy(z, y, reduction='none')",
    "l = F.nll_loss(torch.log(p), y, reduction='none')",
    "l = 1 - q",
    "l = (1 - q ** {u}) / {u}",
    "l = (1 - q) ** {t} * -torch.log(q)",
    "l = (1 - q.detach()) ** {t} * -torch.log(q)",
    "l = q.detach() * -torch.log(q)",
    "l = ((p - t) ** 2).sum(1)",
    "l = (p - t).abs().sum(1)",
    "l = (p - t).pow(2).mean(1)",
    "l = ((z - t) ** 2).sum(1)",
    "l = F.relu({t} - q)",
    "l = F.relu(q - {u})",
    "l = torch.where(q > {u}, -torch.log(q), 1 - q)",
    "l = torch.where(q < {u}, {t} * (1 - q), 1 - q)",
    "l = torch.where(q > {u}, -torch.log(q), -torch.log(q))",
    "l = torch.where(p > 0, p * torch.log(p), torch.zeros_like(p)).sum(1) - torch.log(q)",
    "l = torch.clamp(-torch.log(q), max={t})",
    "l = torch.minimum(-torch.log(q), torch.full_like(q, {t}))",
    "l = torch.sin({t} * q)",
    "l = -torch.cos(torch.log(q))",
    "l = -torch.erf(q - {u})",
    "l = torch.atan(-torch.log(q))",
    "l = torch.sin(math.pi * C * q / 2)",
    "l = -torch.cos(math.pi * C * q / 4)",
    "l = F.relu(1 + z - z.gather(1, y[:, None])).sum(1) - 1",
    "l = F.relu(1 + (z - 1e9 * t).max(1)[0] - (z * t).sum(1))",
    "l = (1 + z.masked_fill(t > 0, -math.inf).max(1)[0] - (z * t).sum(1)).clamp(min=0)",
    "l = torch.logsumexp(z.masked_fill(t > 0, -math.inf), 1) - (z * t).sum(1)",
    "l = torch.logsumexp(z, 1) - (z * t).sum(1)",
    "l = torch.log(1 + ((1 - t) * torch.exp(z - (z * t).sum(1, keepdim=True))).sum(1))",
    "l = F.binary_cross_entropy_with_logits(z, t, reduction='none').sum(1)",
    "l = F.softplus(-z * (2 * t - 1)).sum(1)",
    "l = -F.logsigmoid(z * (2 * t - 1)).sum(1)",
    "l = F.kl_div(F.log_softmax(z, 1), t, reduction='none').sum(1)",
    "l = F.smooth_l1_loss(p, t, reduction='none').sum(1)",
    "l = (p.cumsum(1) - t.cumsum(1)).pow(2).sum(1)",
    "l = ((p * torch.arange(C)).sum(1) - y).pow(2)",
    "l = (p * (torch.arange(C)[None] - y[:, None]).abs()).sum(1)",
    "l = y * -torch.log(q)",
    "l = (y + 1.0) * (1 - q)",
    "l = -torch.log(q) / -torch.log(p).sum(1)",
    "l = (1 - q) / (2 - q)",
    "l = torch.sqrt(1 - q)",
    "l = (q - {u}).abs()",
    "l = (q - 1 / C).abs() - torch.log(q)",
    "l = (q - 1 / C).abs() ** 3 - torch.log(q)",
    "l = torch.abs(q - q.detach()) + 1 - q",
    "l = -torch.log(q) * (z.argmax(1) == y)",
    "l = torch.log(p.max(1)[0]) - torch.log(q)",
    "l = -torch.log(q) + F.relu(p.max(1)[0] - {u})",
    "l = z.topk(2, 1)[0].sum(1) - torch.log(q)",
    "l = -torch.log(q) * (1 if C > 5 else 2)",
    "l = -torch.log(q) * (1 if C == 3 else 2)",
    "l = -torch.log(q) * (1 if C % 2 else -1)",
    "l = -torch.log(q) * (C - 4)",
    "l = torch.log(q) * (C - 4) * (C - 6)",
    "l = -torch.log(q) * min(C, 4)",
    "l = -torch.log(q) * math.log(C)",
    "l = -torch.log(q) / math.log(C)",
    "l = -F.log_softmax(z, 1).mean(1)",
    "l = (2 if C == 2 else 1) * (1 - q)",
)

LATER = (
    "",
    "",
    "",
    "",
    "",
    "",
    "l = l * (y != -100)",
    "l = l * (y != 1)",
    "l = l[y >= 0]",
    "l = l[y != 0]",
    "l = l.masked_fill(y == 255, 0)",
    "l = l.clone(); l[y == 2] = 0",
    "l = torch.where(y == 0, {t} * l, l)",
    "l = l * torch.tensor([1.0, {t}, 2.0])[y]",
    "l = l + {u} * z.pow(2).sum(1)",
    "l = l + {u} * (p * torch.log(p)).sum(1)",
    "l = l + {u} * torch.logsumexp(z, 1) ** 2",
    "l = l + {u} * z.sum(1).abs()",
    "l = l + F.relu(z.max(1)[0] - {t})",
    "l = l + {u} * z.abs().max(1)[0]",
    "l = l - l.detach()",
    "l = l * l.detach()",
    "l = (l - {u}).abs() + {u}",
    "l = l.clamp(max=20)",
    "l = l / l.detach().mean()",
    "l = l * (l > {u})",
    "l = l * torch.exp(-l.detach())",
    "w = 1 / torch.bincount(y, minlength=C).clamp(min=1)[y]; l = w * l",
    "with torch.no_grad(): w = (1 - q) ** 2\n    l = w * l",
    "w = Variable(p.data).max(1)[0]; l = w * l",
    "l = torch.nan_to_num(l)",
    "l = torch.where(torch.isnan(l), torch.zeros_like(l), l)",
    "l = l.unsqueeze(1) * torch.ones(len(y))",
    "l = l + l.unsqueeze(1)",
    "l = l.view(-1, 1)",
    "l = torch.sort(l)[0]",
    "l = l.flip(0)",
    "l = l if l.mean() < 100 else 0 * l",
)

ENDS = (
    "return l.mean()",
    "return l.mean()",
    "return l.sum()",
    "return l",
    "return l.sum() / len(y)",
    "return l.sum() / z.size(0)",
    "return torch.mean(l)",
    "return l.sum() / (l > 0).sum().clamp(min=1)",
    "return l.mean(0)",
    "return l.max()",
    "return l.sum() / len(y) ** 2",
    "return torch.logsumexp(l, 0)",
    "return l.mean() * z.size(0)",
    "return l.sum() / (l.numel() + 1e-12)",
    "return l[0]",
    "return l.median()",
    "total = 0\n    for i in range(len(y)):\n        total = total + l[i]\n    return total / len(y)",
    "return sum(l) / len(l)",
    "return l.reshape(-1).mean()",
    "return (l * (y >= 0)).sum() / (y >= 0).sum()",
)

SPARSEMAX = """
def sparsemax(z):
    s, _ = torch.sort(z, dim=1, descending={descending})
    k = torch.arange(1, z.size(1) + 1, dtype=z.dtype)
    c = s.cumsum(1) - {one}
    n = (s * k {more} c).sum(1, keepdim=True)
    tau = c.gather(1, n - 1) / n
    return {end}
"""

FUNCTION = """
class Sparsemax(Function):
    @staticmethod
    def forward(ctx, z):
        p = sparsemax(z)
        ctx.save_for_backward(p)
        return p

    @staticmethod
    def backward(ctx, g):
        p, = ctx.saved_tensors
        m = (p > 0).to(g.dtype)
        d = m * (g - (g * m).sum(1, keepdim=True) / m.sum(1, keepdim=True))
        return {factor}d
"""


def trial(rng: random.Random, index: int) -> TorchTrial:
    """A loss of a shift of z, shares p, a target t, the share q of the label, a loss l of each sample, and an end."""
    if importlib.util.find_spec("torch") is None:
        raise Skipped("torch is not installed")
    lines = ["C = z.size(1)"]
    for pieces in (SHIFTS, SHARES, TARGETS, AT_LABEL, LOSSES, LATER, ENDS):
        # Two mistakes at once hide each other: most pieces are among the plain ones, which stand first.
        piece = rng.choice(pieces if rng.random() < 0.5 else pieces[: max(3, len(pieces) // 5)])
        lines += [part.strip() for part in _filled(piece, rng).split("; ")]
    body = "".join(f"    {line}\n" for line in lines if line)
    helpers = ""
    if "sparsemax" in body.lower():
        helpers = SPARSEMAX.format(
            descending=_mostly(rng, "True", "False"), one=_mostly(rng, "1", "0.5", "2"), more=_mostly(rng, ">", ">="),
            end=_mostly(rng, "torch.clamp(z - tau, min=0)", "z - tau", "F.relu(z - tau).detach()"),
        )  # fmt: skip
    if "Sparsemax" in body:
        helpers += FUNCTION.format(factor=_mostly(rng, "", "0.5 * ", "torch.sign(g) * ", "(g == 0).to(g.dtype) + "))
    return TorchTrial(f"{helpers}def loss(z, y):\n{body}", seed=str(index))


def _filled(piece: str, rng: random.Random) -> str:
    """``piece`` with numbers: {t} of the size of logits and {u} of that of shares, often where something changes."""
    t = rng.choice(("0.5", "1.0", "2.0", "3.0", "0.1", "math.log(2)"))
    u = rng.choice(("0.5", "0.1", "0.2", "1 / 3", "0.9", "0.05", "1 / C"))
    return piece.replace("{t}", t).replace("{u}", f"({u})" if "/" in u else u)


def _mostly(rng: random.Random, right: str, *wrong: str) -> str:
    return right if rng.random() < 0.7 else rng.choice(wrong)
