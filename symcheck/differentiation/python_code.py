"""Derivatives as source text: functions for numpy, and a file for pytest that compares them with differences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from symcheck.differentiation.held import held_apart
from symcheck.differentiation.proof import Point
from symcheck.errors import shortened
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.terms_of import term_of_formula
from symcheck.render.array_code import ATOM, MATRIX, PLAIN, SAMPLE, VECTOR, Written, entries, number
from symcheck.render.numpy_code import NumpyCode, helper_sources
from symcheck.render.stable_code import divides_by_rests, stable_derivative, stable_value

INDENT = "    "

_TAKEN = frozenset({
    "np", "math", "pytest", "z", "y", "held", "checked", "loss", "gradient", "hessian_diagonal", "hessian", "objective",
    "exp", "cosh", "softmax", "log_softmax", "logsumexp", "rest", "residual", "centred", "sigmoid", "softplus", "relu",
    "erf", "log_sigmoid", "onehot_argmax", "entmax", "CASES",
})  # fmt: skip

_SQUARED, _SUBTRACTED = "1e-140", "1e-12"

_SAYS = {
    "loss": "The value for each sample, of shape (n,).",
    "gradient": "d/dz_j for each sample, of shape (n, C).",
    "hessian_diagonal": "d^2/dz_j^2 for each sample, of shape (n, C).",
    "hessian": "d^2/dz_j dz_k for each sample, of shape (n, C, C).",
}


def python_source(formulas: dict[str, Formula], title: str, where: Sequence[str]) -> str:
    """The source of one function for each of ``formulas``, by name, and of ``objective``."""
    code = "\n".join(_functions(formulas))
    return "\n".join([*_heading(title, where, code, is_test=False), code, ""])


def pytest_source(formulas: dict[str, Formula], title: str, where: Sequence[str], points: Sequence[Point]) -> str:
    """The same with tests at ``points``: each derivative is compared with central differences."""
    formula = formulas["loss"]
    call = ", ".join(["z", "y"] if formula.uses_label else ["z"])
    held = ", held=z" if formula.detaches else ""
    shift = ", ".join(["z + step", "y"] if formula.uses_label else ["z + step"])
    back = shift.replace("+", "-")
    tests = f'''
def differences(function, z, y, parameters, width=1e-5):
    """Central differences of ``function`` along each axis of z, the last axis of what is returned."""
    found = []
    for j in range(z.shape[1]):
        step = np.zeros_like(z)
        step[:, j] = width
        above, below = function({shift}{held}, **parameters), function({back}{held}, **parameters)
        found.append((above - below) / (2 * width))
    return np.stack(found, axis=-1)


def assert_close(derived, seen, scale):
    assert derived.shape == seen.shape
    assert np.all(np.isfinite(derived))
    assert np.max(np.abs(derived - seen)) <= 1e-6 * (1 + np.max(np.abs(derived)) + np.max(np.abs(scale)))


@pytest.mark.parametrize(("z", "y", "parameters"), CASES)
def test_derivatives(z, y, parameters):
    z, y = np.array([z], dtype=float), np.array([y])
    parameters = {{name: np.array(value) if isinstance(value, list) else value for name, value in parameters.items()}}
    slope = gradient({call}, **parameters)
    bend = hessian({call}, **parameters)
    assert_close(slope, differences(loss, z, y, parameters), loss({call}, **parameters))
    assert_close(bend, differences(gradient, z, y, parameters), slope)
    assert_close(hessian_diagonal({call}, **parameters), np.diagonal(bend, axis1=1, axis2=2), slope)
'''
    cases = [f"{INDENT}({_list(p.z)}, {p.y}, {{{_values(p, formula)}}})," for p in points]
    code = "\n".join(_functions(formulas))
    listed = ["", "", "CASES = [", *cases, "]", '"""Scores, the label, parameters."""', ""]
    return "\n".join([*_heading(title, where, code, is_test=True), code, *listed, tests]).rstrip() + "\n"


def _heading(title: str, where: Sequence[str], code: str, *, is_test: bool) -> Iterator[str]:
    says = f"Derivatives of {title} by scores z of shape (n, C); labels y are class indices from 0."
    if where:
        yield from (f'"""{says}', "", "They hold at every z with", "")
        yield from (*(f"    {shortened(text, 100)}" for text in where), '"""')
    else:
        yield f'"""{says}"""'
    yield ""
    yield from ("import math", "") if "math." in code else ()
    yield "import numpy as np"
    yield from ("import pytest",) if is_test else ()


def _functions(formulas: dict[str, Formula]) -> Iterator[str]:
    bodies: list[str] = []
    helpers: dict[str, None] = {}
    for name, formula in formulas.items():
        stable = stable_value(formula) if name == "loss" else stable_derivative(formula)
        code = NumpyCode(_names(formulas["loss"]), _TAKEN, _least(name, stable))
        term = term_of_formula(stable)
        (value,) = code.write(held_apart(term) if formulas["loss"].detaches else term)
        lines = [*_preamble(formulas["loss"]), *code.opening(value), *code.lines, f"return {_shaped(value, name)}"]
        helpers |= code.helpers
        bodies += [
            "",
            "",
            f"def {name}({_signature(formulas['loss'])}):",
            f'{INDENT}"""{_SAYS[name]}{_rough(name, stable)}"""',
        ]
        bodies += [INDENT + line for line in lines]
    for source in (*helper_sources(helpers), _checked(formulas["loss"])):
        yield from ("", "", *source.splitlines())
    yield from bodies
    if "gradient" in formulas:
        yield from ("", "", *_objective(formulas["loss"]).splitlines())


def _least(name: str, formula: Formula) -> str:
    """What stands for shares below it: squares are divided by in Hessians, and where quotients cancel more is lost."""
    if not name.startswith("hessian"):
        return ""
    return _SUBTRACTED if divides_by_rests(formula) else _SQUARED


def _rough(name: str, formula: Formula) -> str:
    """What the docstring says where large quotients are subtracted."""
    if _least(name, formula) != _SUBTRACTED:
        return ""
    return f"\n\n{INDENT}Rough at scores more than 15 apart: shares below {_SUBTRACTED} count as that.\n{INDENT}"


def _checked(formula: Formula) -> str:
    label = ", y" if formula.uses_label else ""
    lines = [
        f"def checked(z{label}):",
        f'{INDENT}"""z as floats of shape (n, C){", y as integers of shape (n,)" if label else ""}."""',
        f"{INDENT}z{label} = np.asarray(z, dtype=float){', np.asarray(y, dtype=int)' if label else ''}",
        f"{INDENT}if z.ndim != 2" + (" or y.shape != z.shape[:1]:" if label else ":"),
    ]
    if label:
        lines.append(
            f'{INDENT * 2}raise ValueError(f"z has to be (n, C) and y (n,), and they are {{z.shape}}, {{y.shape}}")'
        )
    else:
        lines.append(f'{INDENT * 2}raise ValueError(f"z has to be of shape (n, C), and it is {{z.shape}}")')
    return "\n".join([*lines, f"{INDENT}return z{label}"])


def _objective(formula: Formula) -> str:
    call = ", ".join(["z", "y"] if formula.uses_label else ["z"])
    passed = "".join(f", {n}={n}" for n in _names(formula))
    return "\n".join([
        f"def objective({_signature(formula, held=False)}):",
        f'{INDENT}"""The gradient and the diagonal of the Hessian, as gradient boosting asks for them."""',
        f"{INDENT}return gradient({call}{passed}), hessian_diagonal({call}{passed})",
    ])  # fmt: skip


def _names(formula: Formula) -> list[str]:
    return [*(p.name for p in formula.parameters), *(a.name for a in formula.arrays if a.values is None)]


def _signature(formula: Formula, *, held: bool = True) -> str:
    parts = ["z", "y"] if formula.uses_label else ["z"]
    named = _names(formula) + (["held=None"] if formula.detaches and held else [])
    return ", ".join([*parts, "*", *named] if named else parts)


def _preamble(formula: Formula) -> Iterator[str]:
    yield "z, y = checked(z, y)" if formula.uses_label else "z = checked(z)"
    if formula.detaches:  # what autograd holds fixed while it differentiates
        yield "held = z if held is None else held"
    for array in formula.arrays:
        if array.values is not None:
            yield f"{array.name} = np.array({entries(array)})"


def _shaped(value: Written, name: str) -> str:
    """The result in the shape of the function, also where it is the same for all samples or all classes."""
    if name == "loss":
        return f"{value.within(ATOM)}[:, 0]" if value.shape == SAMPLE else f"np.full(z.shape[0], {value.text})"
    if value.shape == (MATRIX if name == "hessian" else VECTOR):
        return value.text
    shape = "z.shape" if name != "hessian" else "(*z.shape, z.shape[1])"
    if value.shape == PLAIN:
        return f"np.full({shape}, float({value.text}))"
    is_number = value.shape == SAMPLE and name == "hessian"
    text = f"{value.within(ATOM)}[:, :, None]" if is_number else value.text
    return f"np.broadcast_to({text}, {shape}).copy()"


def _list(z: Sequence[Fraction]) -> str:
    return f"[{', '.join(number(x).text for x in z)}]"


def _values(point: Point, formula: Formula) -> str:
    found = [f'"{p.name}": {number(_value(point, p)).text}' for p in formula.parameters]
    free = [a.name for a in formula.arrays if a.values is None]
    return ", ".join([*found, *(f'"{name}": {entries(point.here.arrays[name])}' for name in free)])


def _value(point: Point, p: Parameter) -> Fraction:
    """The value of a parameter at a point, of a rounded number the middle of where it lies."""
    low, high = p.interval.low, p.interval.high
    if p.name in point.here.values or low is None or high is None:
        return point.here.values[p.name]
    return (low + high) / 2
