"""Code as it is handed in: a module, a function, or a text that names one in a file."""

from __future__ import annotations

from numerics.audits.implementations.code_runs import Code
from symcheck.errors import FormulaError, shown
from symcheck.intake.code_file import code_in_file, is_code

_ACCEPTED = (
    "accepted is a torch module, a function of logits and labels, or a file and a name in it, as in "
    '"losses.py:MyLoss(gamma=2)"'
)


def code_of(code: str | Code) -> tuple[Code, str]:
    """The code itself, and how it is called, or spelled in a file; raises ``FormulaError`` for what is no code."""
    if not isinstance(code, str):
        if not callable(code):
            raise FormulaError(f"code: got an object of type {type(code).__name__}; {_ACCEPTED}")
        return code, _called(code)
    if not is_code(code):
        raise FormulaError(f"code: got {shown(code, 80)}; {_ACCEPTED}")
    found = code_in_file(code, "loss")
    if not callable(found):
        raise FormulaError(f"code: {code} is a formula of symcheck; accepted is code that runs on tensors")
    return found, code.strip()


def _called(code: Code) -> str:
    """What code calls itself."""
    code = getattr(code, "_orig_mod", code)
    name = str(getattr(code, "__name__", type(code).__name__))
    return name if name.isidentifier() else "the code"
