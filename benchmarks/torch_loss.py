"""Losses of the catalogue as modules against torch's cross-entropy: ``python -m benchmarks.torch_loss``.

Forward and backward on 4096 x 1000 logits in float32, class indices, one thread, with the looks at logits and labels
that a module takes.  The two run by turns; what counts is the ratio of their least processor seconds, and in brackets
stand the ratios that single repeats gave.  Asked for: at most 1.3 times for losses of one number, log p_y, and of
log_softmax, at most 8 times for ``nfl`` and ``js_divergence``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.clock import timed
from symcheck.intake.catalogue import loss_named, names
from symcheck.language.formula import Formula

SAMPLES, CLASSES = 4096, 1000
AIM, AIMS = 1.3, {"nfl": 8.0, "js_divergence": 8.0}
ONE_NUMBER, LOG_SOFTMAX, OTHER = "log p_y", "log_softmax", "other"
SLOW = 40.0
"""A loss so many times as slow in the first round has no further rounds."""

Step = Callable[[], Any]


@dataclass(frozen=True)
class Row:
    """A loss of a ``kind``: its least seconds and those of torch beside it, in each repeat."""

    name: str
    kind: str
    seconds: tuple[float, ...]
    reference_seconds: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """The ratio of the least seconds of all."""
        return min(self.seconds) / min(self.reference_seconds)

    @property
    def ratios(self) -> list[float]:
        """The ratio of each repeat, the least first."""
        return sorted(a / b for a, b in zip(self.seconds, self.reference_seconds, strict=True))

    @property
    def aim(self) -> float | None:
        """The ratio that is asked for."""
        return AIMS.get(self.name, AIM if self.kind != OTHER else None)

    def __str__(self) -> str:
        low, *_, high = [*self.ratios, self.ratios[-1]]
        verdict = "" if self.aim is None else "reached" if self.ratio <= self.aim else f"MISSED, asked for {self.aim:g}"
        return (
            f"{self.name:26}{self.kind:12}{1e3 * min(self.seconds):9.1f}{1e3 * min(self.reference_seconds):9.1f}"
            f"{self.ratio:8.2f}  [{low:.2f}, {high:.2f}]  {verdict}"
        ).rstrip()


def kind_of(formula: Formula) -> str:
    """What a loss takes of z: the label's share alone, also the logarithms of all shares and their sum, or more."""
    from numerics.formulas.stable_form import stable_form

    nodes, vectors = stable_form(formula).nodes, stable_form(formula).vectors
    found, varies, is_log = ONE_NUMBER, [False] * len(nodes), [False] * len(nodes)
    for place, node in enumerate(nodes):
        varies[place] = node.op == "logits" or any(varies[a] for a in node.args)
        args = [nodes[a].op for a in node.args if varies[a]]
        if not varies[place] or node.op in ("logits", "softmax"):
            continue
        is_log[place] = node.op == "log" and args == ["softmax"]
        is_sum_of_logs = node.op in ("total", "mean") and is_log[node.args[0]]
        is_scaled = node.op in ("mul", "div") and args == ["logits"]
        if is_log[place] or is_sum_of_logs:
            found = LOG_SOFTMAX
        elif (vectors[place] and not is_scaled) or (
            node.op != "take" and any(vectors[a] and varies[a] for a in node.args) and not is_scaled
        ):
            return OTHER
    return found


def step_of(criterion: Callable[[Any, Any], Any], z: Any, labels: Any) -> Step:
    """Forward and backward; the gradient is the only one that z has."""

    def run() -> Any:
        z.grad = None
        criterion(z, labels).backward()
        return z.grad

    return run


def measured(name: str, kind: str, loss: Step, reference: Step, repeats: int, rounds: int) -> Row:
    """Both by turns."""
    reference()
    first = timed(loss)[0] / timed(reference)[0]
    repeats, rounds = (1, 1) if first > SLOW else (repeats, rounds)
    pairs = []
    for _ in range(repeats):
        by_turns = [(timed(loss)[0], timed(reference)[0]) for _ in range(rounds)]
        pairs.append((min(a for a, _ in by_turns), min(b for _, b in by_turns)))
    return Row(name, kind, tuple(a for a, _ in pairs), tuple(b for _, b in pairs))


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; 1 if what is asked for was missed, or the gradient is not torch's."""
    import torch
    import torch.nn.functional as F

    from numerics import torch_loss

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("losses", nargs="*", metavar="LOSS", help="names of the catalogue (default: all)")
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="repeats of each loss (default: 3)")
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="rounds in a repeat (default: 7)")
    given = parser.parse_args(argv)

    torch.set_num_threads(1)
    chance = torch.Generator().manual_seed(0)
    z = (3 * torch.randn(SAMPLES, CLASSES, generator=chance)).requires_grad_()
    labels = torch.randint(0, CLASSES, (SAMPLES,), generator=chance)
    reference = step_of(F.cross_entropy, z, labels)
    apart = float((step_of(torch_loss("cross_entropy"), z, labels)() - reference()).abs().amax()) * SAMPLES
    print(f"{SAMPLES} x {CLASSES} in float32, one thread; the gradient of cross_entropy is torch's but for {apart:.0e}")
    print(f"{'':26}{'of z':12}{'ms':>9}{'torch ms':>9}{'times':>8}  [repeats]")

    rows = []
    for name in given.losses or names("loss"):
        if CLASSES not in loss_named(name).classes:
            continue
        criterion = torch_loss(name, classes=CLASSES)
        kind = kind_of(criterion.subjects[0].formula)
        rows.append(measured(name, kind, step_of(criterion, z, labels), reference, given.repeats, given.rounds))
        print(rows[-1], flush=True)
    if not given.losses or "label_smoothing" in given.losses:
        smoothed = step_of(lambda z, y: F.cross_entropy(z, y, label_smoothing=0.1), z, labels)
        loss = step_of(torch_loss("label_smoothing", r=0.1), z, labels)
        row = measured("against torch's smoothing", OTHER, loss, smoothed, given.repeats, given.rounds)
        print(row)
    missed = [row.name for row in rows if row.aim is not None and row.ratio > row.aim]
    print(f"asked for and missed: {', '.join(missed) or 'none'}")
    return 1 if missed or apart > 1e-5 else 0


if __name__ == "__main__":
    sys.exit(main())
