"""A preference loss as torch code of two scores."""

from __future__ import annotations

from symcheck.intake.preference_subject import PreferenceSubject
from symcheck.language.parameter import Parameter
from symcheck.render.array_code import number
from symcheck.render.torch_code import torch_code


def preference_code(subject: PreferenceSubject, name: str) -> str:
    """The source of ``name(chosen, rejected)``, with scores of shape (N,): one value for each pair.

    It calls the loss of two classes that the preference loss is, the chosen answer being the label.
    """
    inner = f"{name}_of_two_classes"
    free = subject.loss.formula.parameters
    arguments = "".join(f", {_argument(p)}" for p in free)
    passed = "".join(f", {p.name}={p.name}" for p in free)
    star = ", *" if free else ""
    return (
        f"{torch_code(subject.loss.formula, inner)}\n\n\n"
        f"def {name}(chosen: torch.Tensor, rejected: torch.Tensor{star}{arguments}) -> torch.Tensor:\n"
        "    logits = torch.stack([chosen, rejected], 1)\n"
        "    target = torch.zeros(len(logits), dtype=torch.long, device=logits.device)\n"
        f"    return {inner}(logits, target{passed})\n"
    )


def _argument(p: Parameter) -> str:
    return f"{p.name}: float" + ("" if p.default is None else f" = {number(p.default).text}")
