"""Formulas as torch code: a function of logits and class indices, to be pasted into a training script."""

from __future__ import annotations

from collections.abc import Mapping
from keyword import iskeyword
from typing import ClassVar

from symcheck.errors import FormulaError, shown
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.terms_of import term_of_formula
from symcheck.render.array_code import ATOM, MATRIX, PLAIN, ROW, SAMPLE, ArrayCode, Written, entries, number
from symcheck.render.long_lines import INDENT, LONGEST, broken
from symcheck.render.stable_code import stable_code

_TAKEN = frozenset({"torch", "F", "math", "entmax_shares"})


def torch_code(formula: Formula, name: str = "loss") -> str:
    """The source of a torch function called ``name``: one value for each sample, as ``reduction="none"`` gives it.

    The function takes ``logits`` of shape (N, C), for a loss ``target`` of shape (N,) with class indices from 0, and
    the free parameters as keyword arguments: numbers, tensors (C,) and (C, C) for those with class indices.  torch is
    imported in the text alone.  Raises ``FormulaError`` for a name that is none and for what has no form in code.

    >>> from symcheck.intake.parser import parsed
    >>> print(torch_code(parsed("logsumexp(z) - z[y]", kind="loss"), "cross_entropy"))
    import torch
    <BLANKLINE>
    <BLANKLINE>
    def cross_entropy(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        log_p = torch.log_softmax(logits, dim=1)
        return (-log_p.gather(1, target[:, None])).squeeze(1)
    """
    if not (isinstance(name, str) and name.isidentifier() and not iskeyword(name) and name not in _TAKEN):
        raise FormulaError(
            f"name: got {shown(name, 80)}; accepted is a name that Python takes for a function, such as my_loss"
        )
    arrays = {a.name: a for a in formula.arrays}
    names = [*(p.name for p in formula.parameters), *arrays]
    code = TorchCode("logits", "target", [name, *names], _TAKEN)
    (value,) = code.write(term_of_formula(stable_code(formula)))
    signature = ["logits: torch.Tensor"] + ["target: torch.Tensor"] * formula.uses_label
    free = [_argument(p) for p in formula.parameters] + [
        f"{n}: torch.Tensor" for n, a in arrays.items() if a.values is None
    ]
    signature += ["*", *free] if free else []
    given = [f"{n} = logits.new_tensor({entries(a)})" for n, a in arrays.items() if a.values is not None]
    body = [*code.opening(value), *given, *code.lines, f"return {_result(value)}"]
    modules = ["import math", ""] * any("math." in line for line in body) + ["import torch"]
    modules += ["import torch.nn.functional as F"] * any("F." in line for line in body)
    helpers = [line for helper in code.helpers for line in (*_HELPERS[helper].splitlines(), "", "")]
    head = f"def {name}({', '.join(signature)}) -> torch.Tensor:"
    if len(head) > LONGEST:
        head = "\n".join([f"def {name}(", *(f"{INDENT}{part}," for part in signature), ") -> torch.Tensor:"])
    return "\n".join([*modules, "", "", *helpers, head, *(piece for line in body for piece in broken(INDENT + line))])


def _argument(p: Parameter) -> str:
    return f"{p.name}: float" + ("" if p.default is None else f" = {number(p.default).text}")


def _result(value: Written) -> str:
    """One number a sample."""
    if value.strength == ATOM and value.text.endswith("1, keepdim=True)"):
        return value.text.removesuffix(", keepdim=True)") + ")"
    if value.shape == SAMPLE:
        return f"{value.within(ATOM)}.squeeze(1)"
    return f"logits.new_full((logits.shape[0],), {value.text})"


class TorchCode(ArrayCode):
    """The words of torch."""

    functions: ClassVar[Mapping[str, str]] = {
        "exp": "torch.exp", "log": "torch.log", "sqrt": "torch.sqrt", "abs": "torch.abs", "relu": "torch.relu",
        "softplus": "F.softplus", "sigmoid": "torch.sigmoid", "log_sigmoid": "F.logsigmoid",
        "tanh": "torch.tanh", "cosh": "torch.cosh", "arccos": "torch.acos", "sin": "torch.sin", "cos": "torch.cos",
        "arctan": "torch.atan", "erf": "torch.erf", "detach": "",
    }  # fmt: skip

    def called(self, op: str, a: Written) -> str:
        return f"{a.within(ATOM)}.detach()" if op == "detach" else super().called(op, a)

    def onehot(self) -> str:
        return f"F.one_hot({self.label}, {self.logits}.shape[1]).to({self.logits}.dtype)"

    def identity(self) -> str:
        return f"torch.eye({self.logits}.shape[1], dtype={self.logits}.dtype, device={self.logits}.device)"

    def mask(self) -> str:
        return f"F.one_hot({self.label}, {self.logits}.shape[1]).bool()"

    def masked(self, neutral: str, v: Written) -> str:
        return f"{v.within(ATOM)}.masked_fill(at_label, {neutral})"

    def where(self, condition: str, a: Written, b: Written) -> str:
        # torch.where of two numbers has the default dtype.
        first = f"{self.logits}.new_tensor({a.text})" if a.shape == b.shape == PLAIN else a.text
        return f"torch.where({condition}, {first}, {b.text})"

    def extreme(self, op: str, a: Written, b: Written) -> str:
        for x, other in ((a, b), (b, a)):
            if x.shape == PLAIN:
                return f"{other.within(ATOM)}.clamp({'min' if op == 'maximum' else 'max'}={x.text})"
        return f"torch.{op}({a.text}, {b.text})"

    def over(self, name: str, v: Written) -> str:
        x, axis = v.within(ATOM), "" if v.shape == ROW else "1, keepdim=True"
        if name == "logsumexp":
            return f"torch.logsumexp({v.text}, {axis or '0'})"
        word = {"total": "sum", "product": "prod"}.get(name, name)
        return f"{x}.{word}({axis})"

    def mixed(self, op: str, v: Written, *constants: Written) -> str:
        if op == "onehot_argmax":
            return f"F.one_hot({v.within(ATOM)}.argmax(1), {self.logits}.shape[1]).to({self.logits}.dtype)"
        if op == "entmax":
            self.helpers["entmax_shares"] = None
            return f"entmax_shares({v.text}, {constants[0].text})"
        return f"torch.{op}({v.text}, dim=1)"

    def at_label(self, v: Written) -> str:
        return f"{v.within(ATOM)}.gather(1, {self.label}[:, None])"

    def row_total(self, q: Written) -> str:
        return f"{q.within(ATOM)}.sum(-1)"

    def pair_total(self, q: Written) -> str:
        return f"{q.within(ATOM)}.sum((1, 2))[:, None]" if q.shape == MATRIX else f"{q.within(ATOM)}.sum()"


_ENTMAX = '''def entmax_shares(v: torch.Tensor, alpha: float) -> torch.Tensor:
    """[(alpha - 1) v - tau]_+^(1/(alpha - 1)) with the sum 1; autograd sees its Newton steps."""
    if alpha == 1:
        return torch.softmax(v, dim=1)
    rate, gaps = alpha - 1, v - v.detach().amax(1, keepdim=True)

    def powers(q: torch.Tensor, exponent: float) -> torch.Tensor:
        x = rate * gaps * q**-rate
        inside = x > -1
        logarithm = torch.log1p(torch.where(inside, x, 0.0)) / rate
        return torch.where(inside, torch.exp(exponent * logarithm), 0.0)

    with torch.no_grad():
        low, high = torch.full_like(gaps[:, :1], 1 / gaps.shape[1]), torch.ones_like(gaps[:, :1])
        for _ in range(60):
            q = (low + high) / 2
            is_below = (q * powers(q, 1.0)).sum(1, keepdim=True) < 1
            low, high = torch.where(is_below, q, low), torch.where(is_below, high, q)
        q = (low + high) / 2
    for _ in range(3):
        left = 1 - (q * powers(q, 1.0)).sum(1, keepdim=True)
        q = q + left / powers(q, 1 - rate).sum(1, keepdim=True)
    return q * powers(q, 1.0)'''

_HELPERS: Mapping[str, str] = {"entmax_shares": _ENTMAX}
