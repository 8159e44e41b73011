"""Checks of the ledger with one ingredient changed: a number, a sign, an operation or a formula.

A check that holds whatever it is given shows nothing.  So each fact has to fail for at least one such change in the
code that computes it.
"""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import chain, pairwise, zip_longest
from types import ModuleType

from symcheck.paper import far_minimum, flat_steps, references
from symcheck.paper.base import Claim, Fact, Values

HELPERS: tuple[ModuleType, ...] = (far_minimum, flat_steps, references)
"""Where facts of several entries are computed."""

FORMULAS = frozenset(["vanishes_for_every_C", "equal_for_every_C", "_is_invariant", "parsed"])
"""Functions whose first argument is a formula."""

LEFT_ALONE = ("Claim", "Point", "Ruling")
"""What says something, and computes nothing."""

PAIRS = (
    ("focal_detached", "l1"), ("cross_entropy", "l2"), ("muh", "l2"), ("square_centred", "l2"), ("square", "l2"),
    ("square_centred", "entropy"), ("cross_entropy", "entropy"), ("one_vs_rest_logistic", "l2"),
)  # fmt: skip
"""Pairs of the catalogue that differ in what applies to them."""

NAMES = {
    "symmetry_of": ("mae", "cross_entropy"),
    "convexity_of": ("mae", "l2"),
    "counterexample": ("small_penalty_two_classes", "class_weights", "one_vs_rest_anisotropic"),
}
"""Functions whose argument is a name, and others for it."""

ROLES = ("proves", "repairs", "refutes")

SWAPPED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult}


def facts_of(entry: Claim, compute: Callable[[Values], Iterable[Fact]], **changes: int | Fraction) -> list[Fact]:
    """The facts that ``compute`` yields from the witness of ``entry``, with these ``changes``; none if it raises."""
    values = {} if entry.witness is None else entry.witness.at(**changes).values
    try:
        return list(compute(values))
    except Exception:  # noqa: BLE001  # a change may make nonsense of the code
        return []


def mutations(module: ModuleType, reached: set[str]) -> Iterator[ModuleType]:
    """``module`` with one change in the functions ``reached`` or in what stands outside functions."""
    tree = ast.parse(inspect.getsource(module))
    changeable = [
        (number, path)
        for number, statement in enumerate(tree.body)
        if getattr(statement, "name", None) in reached
        or (isinstance(statement, ast.Assign | ast.AnnAssign) and not ast.unparse(statement).startswith("CLAIMS"))
        for path in _paths(statement)
    ]
    calls_first = sorted(changeable, key=lambda place: not isinstance(_at(tree.body[place[0]], place[1]), ast.Call))
    for number, path in calls_first:
        node = _at(tree.body[number], path)
        for now in _changed(node):
            changed = copy.deepcopy(tree)
            _put(changed.body[number], path, copy.deepcopy(now))
            made = _module(module, ast.fix_missing_locations(changed))
            if made is not None:
                yield made


def reached_from(module: ModuleType, start: str) -> set[str]:
    """The functions of ``module`` that ``start`` may call, itself among them."""
    tree = ast.parse(inspect.getsource(module))
    uses = {
        f.name: {n.id for n in ast.walk(f) if isinstance(n, ast.Name)}
        for f in tree.body
        if isinstance(f, ast.FunctionDef)
    }
    found, new = set(), {start}
    while new:
        found |= new
        new = {name for f in new for name in uses.get(f, ()) if name in uses} - found
    return found


Path = tuple[tuple[str, int | None], ...]


def _paths(node: ast.AST, path: Path = ()) -> Iterator[Path]:
    """The places of the nodes that can be changed, in the order of the code."""
    for field, value in ast.iter_fields(node):
        children = (
            [(None, value)] if isinstance(value, ast.AST) else enumerate(value) if isinstance(value, list) else ()
        )
        for n, child in children:
            if not isinstance(child, ast.AST) or isinstance(child, ast.JoinedStr):
                continue
            if isinstance(child, ast.Call) and getattr(child.func, "id", "") in LEFT_ALONE:
                continue
            if field in ("annotation", "returns", "slice"):
                continue
            here = (*path, (field, n))
            if any(True for _ in _changed(child)) and not _is_compared(node, child):
                yield here
            yield from _paths(child, here)


def _is_compared(node: ast.AST, child: ast.AST) -> bool:
    """Whether ``child`` is a number or a sign at one side of a comparison, or the difference that is to vanish.

    To change these is to ask another question, not to ask the same one of other things.
    """
    if isinstance(node, ast.Compare):
        return isinstance(child, ast.Constant | ast.UnaryOp)
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "vanishes" and isinstance(child, ast.BinOp)


def _changed(node: ast.AST) -> Iterator[ast.AST]:
    """The node with one change, in the ways that there are."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool):
        yield ast.Constant(node.value + 1)
        if node.value:
            yield ast.UnaryOp(ast.USub(), node)
            yield ast.Constant(0 if node.value == 1 else 1)
    elif isinstance(node, ast.BinOp) and type(node.op) in SWAPPED:
        yield ast.BinOp(node.left, SWAPPED[type(node.op)](), node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand
    elif isinstance(node, ast.Call) and node.args and not any(isinstance(x, ast.Starred) for x in node.args):
        name, (first, *others) = getattr(node.func, "id", ""), node.args
        if name in FORMULAS:
            texts = [ast.BinOp(first, ast.Add(), ast.Constant(f" + {more}")) for more in ("z[y]", "total(z)")]
            yield from (ast.Call(node.func, [text, *others], node.keywords) for text in texts)
        elif name in NAMES:
            yield from (ast.Call(node.func, [ast.Constant(other), *others], node.keywords) for other in NAMES[name])
        elif name in ("certify", "theorem_fact"):
            kept = [first] if name == "theorem_fact" else []
            left = node.args[len(kept) + 2 :]
            for pair in PAIRS:
                yield ast.Call(node.func, [*kept, *map(ast.Constant, pair), *left], node.keywords)


def _at(node: ast.AST, path: Path) -> ast.AST:
    for field, n in path:
        value = getattr(node, field)
        node = value if n is None else value[n]
    return node


def _put(node: ast.AST, path: Path, new: ast.AST) -> None:
    parent = _at(node, path[:-1])
    field, n = path[-1]
    if n is None:
        setattr(parent, field, new)
    else:
        getattr(parent, field)[n] = new


def _module(module: ModuleType, tree: ast.Module) -> ModuleType | None:
    """A module like ``module`` with this code; None if the code does not run."""
    made = ModuleType(module.__name__)
    made.__file__ = module.__file__
    try:
        exec(compile(tree, module.__name__, "exec"), made.__dict__)  # noqa: S102
    except Exception:  # noqa: BLE001
        return None
    return made


def survivors(module: ModuleType, entry: Claim, harmless: dict[str, int | Fraction] | None) -> list[Fact]:
    """The facts of ``entry``, which stands in ``module``, that no change makes fail, another witness among them."""
    facts = facts_of(entry, entry.compute)
    alive = [*range(len(facts))]
    first = [] if harmless is None else [facts_of(entry, entry.compute, **harmless)]
    for found in chain(first, _found(module, entry)):
        alive = [n for n in alive if len(found) != len(facts) or found[n].holds]
        if not alive:
            break
    return [facts[n] for n in alive]


def _found(module: ModuleType, entry: Claim) -> Iterator[list[Fact]]:
    """The facts of ``entry`` with each change in turn, in its module and in the helpers that this borrows from."""
    name = entry.compute.__name__
    used = reached_from(module, name)
    sources = [(facts_of(entry, getattr(changed, name)) for changed in mutations(module, used))]
    for helper in HELPERS:
        borrowed = [
            k for k in _names(module, used) if getattr(getattr(module, k, None), "__module__", "") == helper.__name__
        ]
        if borrowed:
            sources.append(_with_helper(module, entry, helper, borrowed))
    for round_ in zip_longest(*sources):
        yield from (found for found in round_ if found is not None)


def _with_helper(module: ModuleType, entry: Claim, helper: ModuleType, names: list[str]) -> Iterator[list[Fact]]:
    kept = {k: getattr(module, k) for k in names}
    for changed in mutations(helper, set().union(*(reached_from(helper, k) for k in names))):
        try:
            vars(module).update({k: getattr(changed, k) for k in names})
            found = facts_of(entry, entry.compute)
        finally:
            vars(module).update(kept)
        yield found


def _names(module: ModuleType, functions: set[str]) -> set[str]:
    """The names that these functions of ``module`` use."""
    found = [f for f in ast.parse(inspect.getsource(module)).body if getattr(f, "name", "") in functions]
    return {n.id for f in found for n in ast.walk(f) if isinstance(n, ast.Name)}


def empty_comparisons(module: ModuleType) -> list[str]:
    """The comparisons in the facts of ``module`` that compare nothing: constants, or an expression with itself."""
    found = []
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ROLES and len(node.args) > 1:
            for part in ast.walk(node.args[1]):
                for left, right in _compared(part):
                    constant = not any(isinstance(n, ast.Name) for side in (left, right) for n in ast.walk(side))
                    if constant or ast.unparse(left) in (ast.unparse(right), f"-{ast.unparse(right)}"):
                        found.append(ast.unparse(part))
    return found


def _compared(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What ``node`` compares: the sides of a comparison, or of the difference that is to vanish."""
    if isinstance(node, ast.Compare):
        yield from pairwise([node.left, *node.comparators])
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "vanishes":
        difference = node.args[0]
        if isinstance(difference, ast.BinOp) and isinstance(difference.op, ast.Sub):
            yield difference.left, difference.right
