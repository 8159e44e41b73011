"""Calls in formula strings: which arguments a function takes, and what is said of a call that gives others."""

from __future__ import annotations

from dataclasses import dataclass, field
from inspect import Parameter, signature

from symcheck.language.classwise import MatrixParameter
from symcheck.language.functions import FUNCTIONS
from symcheck.language.term import Label, Term

LABEL_FUNCTIONS = ("onehot", "centred_onehot")
"""The functions whose argument is the label."""

LEAVES_OUT = "but"
"""The argument by which a function over the classes leaves out the label."""


@dataclass(frozen=True)
class Call:
    """A call of the function ``name``: the arguments ``given`` so far, the one that is ``open``, those by name."""

    name: str
    given: dict[str, Term | Label] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    by_name: list[str] = field(default_factory=list)

    def begin(self, argument: str = "") -> str | None:
        """Open the next argument, or the one called ``argument``; what is wrong with that, if something is."""
        if argument in self.given:
            return f"gives {self.name} the argument {argument} twice"
        if argument and argument not in _parameters(self.name):
            return f"gives {self.name} the argument {argument}="
        if not argument:
            # As in Python: by place first, then by name, and ``but`` by name only.
            free = [n for n, p in _parameters(self.name).items() if p.kind is not Parameter.KEYWORD_ONLY]
            if len(self.given) >= len(free):
                return f"gives {self.name} more than {_counted(len(free))}"
            if self.by_name:
                return f"gives {self.name} an argument without a name after one with a name"
            self.open.append(free[len(self.given)])
        else:
            self.by_name.append(argument)
            self.open.append(argument)
        return None

    def end(self, value: Term | Label) -> None:
        """``value`` for the argument that is open."""
        self.given[self.open.pop()] = value

    def missing(self) -> str | None:
        """What is wrong with the call if it ends here, if something is."""
        needed = [n for n, p in _parameters(self.name).items() if p.default is Parameter.empty]
        if any(n not in self.given for n in needed):
            return f"calls {self.name} without {' and '.join(n for n in needed if n not in self.given)}"
        if self.name == "clamp" and len(self.given) == 1:
            return "calls clamp without low and high"
        return None

    @property
    def value(self) -> Term:
        """The term that the call makes."""
        return FUNCTIONS[self.name](**self.given)

    @property
    def form(self) -> str:
        """How the call is written."""
        return form(self.name)


@dataclass(frozen=True)
class Applied(Call):
    """``apply(A, v)`` or ``apply_transposed(A, v)``, whose first argument, the ``matrix``, has been read."""

    matrix: MatrixParameter = field(kw_only=True)

    def begin(self, argument: str = "") -> str | None:
        """A complaint unless this is the one argument v, by place."""
        if argument:
            return f"gives {self.name} the argument {argument}="
        if self.given:
            return f"gives {self.name} more than 2 arguments"
        self.open.append("v")
        return None

    def missing(self) -> str | None:
        """A complaint without v."""
        return None if self.given else f"calls {self.name} without v"

    @property
    def value(self) -> Term:
        """The product of the matrix, or of the transposed one, with v."""
        turned = self.matrix.T if self.name == "apply_transposed" else self.matrix
        return turned @ self.given["v"]

    @property
    def form(self) -> str:
        """How the call is written, with the name of the matrix."""
        return f"{self.name}({self.matrix.array.name}, v)"


def form(name: str) -> str:
    """How a call of the function ``name`` is written: ``branch(u, positive, otherwise)``.

    >>> form("total")
    'total(v, but=y)'
    """
    return f"{name}({', '.join(f'{n}=y' if n == LEAVES_OUT else n for n in _parameters(name))})"


def plain_form(name: str) -> str:
    """The same for a list of functions: only what their names do not say."""
    several = [n for n in _parameters(name) if n != LEAVES_OUT]
    return form(name) if name in LABEL_FUNCTIONS or len(several) > 1 else name


def leaves_out_the_label(name: str) -> bool:
    """Whether the function ``name`` can be taken over all the classes but the label."""
    return LEAVES_OUT in _parameters(name)


def _parameters(name: str) -> dict[str, Parameter]:
    return dict(signature(FUNCTIONS[name]).parameters)


def _counted(arguments: int) -> str:
    return "1 argument" if arguments == 1 else f"{arguments} arguments"
