"""Whether a statement of the small checker is true, at points of its scope, by differences at 100 digits."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from benchmarks.mutations.numbers_at import MP, NoValue, NumbersAt, Values, exactly
from symcheck.errors import SymcheckError
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter

Statement = Mapping[str, Any]
STEPS = (MP.mpf(10) ** -20, MP.mpf(10) ** -24)
"""Two steps of differences: how far they lie apart is how well they are known."""
UNREAD = "unread"
"""How the answer to a statement begins of which the language does not have a text."""
MOST_CLASSES = 60
"""At more of them nothing is looked at."""
CLEAR = MP.mpf(10) ** -38
"""What is smaller is 0."""


def why_false(statement: Statement, rng: random.Random, points: int = 3) -> str:
    """Why the statement is false, "" if it holds at every point of the scope that was tried.

    A text that the language does not have is false of everything.
    """
    try:
        return Claim.of(statement).why_false(rng, points)
    except SymcheckError as error:
        return f"{UNREAD}: {str(error).splitlines()[0]}"
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        return f"it is no statement: {error!r}"


@dataclass(frozen=True)
class Claim:
    """A statement whose texts were read by the parser of the language."""

    statement: Statement
    formula: Formula
    kappa: Formula | None
    anchor: Formula | None

    @classmethod
    def of(cls, statement: Statement) -> Claim:
        """Raises errors of the language for texts that it does not have."""
        given = {p["name"]: _parameter(p["name"], p["interval"]) for p in statement["scope"]["parameters"]}

        def read(key: str, kind: Any) -> Formula | None:
            text = statement.get(key)
            return None if text is None else parsed(text, parameters=given, kind=kind)

        of_loss = statement["about"] == "loss"
        said = statement["which"] if statement["about"] == "refuted" else statement["about"]
        formula = read("formula", "regularizer" if said.startswith("regularizer") else "loss")
        assert formula is not None
        return cls(statement, formula, read("kappa", "constant") if of_loss else None, read("anchor", "formula"))

    def why_false(self, rng: random.Random, points: int) -> str:
        """Why it is false, "" if it holds at the points that are tried, or where it is said that a condition fails."""
        if self.statement["about"] == "refuted":
            return self.why_not_refuted(rng)
        for classes in self.numbers_of_classes(rng, points):
            for way in ("low", "high", *["inner"] * (points - 2)):
                values = self.values(way, rng)
                wrong = self.wrong_at(classes, values, rng)
                if wrong:
                    return f"{wrong} at C = {classes}, {', '.join(f'{n} = {x}' for n, x in values.items())}"
        return ""

    def why_not_refuted(self, rng: random.Random) -> str:
        """Why the condition does not fail at the point of the statement; along all the directions that are tried."""
        point, which = self.statement["point"], self.statement["which"]
        classes, ends = point["C"], self.statement["scope"]["classes"]
        values = {p["name"]: Fraction(point[p["name"]]) for p in self.statement["scope"]["parameters"]}
        if not ends["low"] <= classes <= (classes if ends["high"] is None else ends["high"]):
            return "C is not in the scope"
        for p in self.statement["scope"]["parameters"]:
            if values[p["name"]] not in _parameter(p["name"], p["interval"]).interval:
                return f"{p['name']} is not in the scope"
        if classes > MOST_CLASSES:
            return ""
        numbers = {n: exactly(x) for n, x in values.items()}
        for y in range(min(classes, 4)):
            field = _Field(self, classes, y, numbers)
            try:
                if field.wrong(which, rng):
                    return ""
            except NoValue:
                return ""
        return f"{which} is not seen to fail at {point}"

    def numbers_of_classes(self, rng: random.Random, most: int) -> list[int]:
        """The least one, one of the next few, and the one after the least, at most so many."""
        low, high = (self.statement["scope"]["classes"][end] for end in ("low", "high"))
        last = low + 12 if high is None else min(high, low + 12)
        return sorted({*[low, rng.choice(range(low, last + 1)), min(low + 1, last)][:most]})

    def values(self, way: str, rng: random.Random) -> dict[str, Fraction]:
        """Numbers for the parameters: at their ends, next to the open ones, or within."""
        return {p["name"]: _value(p["interval"], way, rng) for p in self.statement["scope"]["parameters"]}

    def wrong_at(self, classes: int, values: Mapping[str, Fraction], rng: random.Random) -> str:
        """What is wrong there, "" if nothing is."""
        numbers = {n: exactly(x) for n, x in values.items()}
        if classes > MOST_CLASSES:
            return ""
        about, space = self.statement["about"], self.statement["scope"]["space"]
        field = _Field(self, classes, rng.randrange(classes), numbers)
        try:
            if about == "loss":
                kappa = None if self.kappa is None else field.value(self.kappa, field.at({}))[0]
                wrong = field.wrong_loss(kappa)
            else:
                wrong = field.wrong_regularizer(space) if about == "regularizer" else field.wrong_smooth()
            return wrong or (field.wrong_invariance(rng) if space != "R^C" else "")
        except NoValue as stop:
            return f"no value ({stop})"


@dataclass(frozen=True)
class _Field:
    claim: Claim
    classes: int
    y: int
    values: Mapping[str, Any]

    def at(self, moves: Mapping[int, Any]) -> Values:
        z = [MP.mpf(0)] * self.classes
        for k, x in moves.items():
            z[k] += x
        return z

    def value(self, formula: Formula, z: Values, held: list[Values] | None = None) -> Values:
        return NumbersAt(z, self.y, self.values, held).read(formula)

    def function(self) -> Callable[[Mapping[int, Any]], Any]:
        """The formula near z = 0, its detached parts with their values at 0."""
        shift = [MP.mpf(0)] * self.classes
        if self.claim.anchor is not None:
            anchor = self.value(self.claim.anchor, self.at({}))
            shift = anchor * (self.classes // len(anchor))

        def moved(moves: Mapping[int, Any]) -> Values:
            return [a + x for a, x in zip(shift, self.at(moves), strict=True)]

        first = NumbersAt(moved({}), self.y, self.values)
        first.read(self.claim.formula)
        known: dict[tuple[Any, ...], Any] = {}

        def at(moves: Mapping[int, Any]) -> Any:
            place = tuple(sorted((k, x) for k, x in moves.items() if x))
            if place not in known:
                known[place] = self.value(self.claim.formula, moved(moves), first.met)[0]
            return known[place]

        return at

    def slopes(self, f: Any, moves: Mapping[int, Any]) -> tuple[Any, Any, Any]:
        """d f along ``moves``, how well it is known, and how much the two one-sided ones differ."""
        found = []
        for h in STEPS:
            up, middle, down = (f({k: s * h * x for k, x in moves.items()}) for s in (1, 0, -1))
            found.append(((up - down) / (2 * h), (up + down - 2 * middle) / h))
        (one, _), (two, kink) = found  # what is no kink is less at the second step
        return one, 10 * abs(one - two), abs(kink)

    def kinked(self, f: Any, moves: Mapping[int, Any]) -> str:
        """Whether the two one-sided slopes differ as much for a smaller step: beside a large bend they come nearer."""
        one, two = (
            abs(sum(f({k: s * h * x for k, x in moves.items()}) for s in (1, -1)) - 2 * f({})) / h for h in STEPS
        )
        return f"not differentiable along {dict(moves)}" if two > max(MP.mpf(10) ** -12, one / 2) else ""

    def second(self, f: Any, a: Mapping[int, Any]) -> tuple[Any, Any]:
        """The second derivative along ``a``, and how well it is known."""
        found = []
        for h in STEPS:
            up, middle, down = (f({k: s * h * x for k, x in a.items()}) for s in (1, 0, -1))
            found.append((up + down - 2 * middle) / h**2)
        return found[0], 10 * abs(found[0] - found[1])

    def others(self) -> list[int]:
        return [k for k in range(self.classes) if k != self.y]

    def smooth(self, f: Any, moves: Mapping[int, Any]) -> str:
        _, _, kink = self.slopes(f, moves)
        bend, known = self.second(f, moves)
        h = STEPS[0]
        on, back = ([f({k: n * s * h * x for k, x in moves.items()}) for n in range(3)] for s in (1, -1))
        corner = abs((on[2] - 2 * on[1]) - (back[2] - 2 * back[1])) / h**2
        # Where f is large its last digits are lost in differences that are small.
        size = 1 + abs(bend) + abs(f({})) * MP.mpf(10) ** -30
        if kink > MP.mpf(10) ** -12 * size or max(known, corner) > MP.mpf(10) ** -3 * size:
            return f"not twice differentiable along {dict(moves)}"
        return ""

    def wrong_loss(self, kappa: Any | None) -> str:
        f = self.function()
        one = MP.mpf(1)
        rest = self.others()
        directions = [self.y, *{rest[0], rest[-1]}]
        found = {k: self.slopes(f, {k: one}) for k in directions}
        for moves in ({self.y: one}, {rest[0]: one}, {self.y: one, rest[0]: -2 * one}):
            # With detached parts the field at 0 is a gradient of what has no kink there; its Hessian is another one.
            wrong = self.kinked(f, moves) if self.claim.formula.detaches else self.smooth(f, moves)
            if wrong:
                return wrong
        # Beside a detached part, which keeps its value, the rest may have a kink all the same.
        if any(kink > MP.mpf(10) ** -12 * (1 + abs(slope)) for slope, _, kink in found.values()):
            return "a kink"
        label, known, _ = found.pop(self.y)
        each = [slope for slope, _, _ in found.values()]
        known = max(known, *(k for _, k, _ in found.values()))
        size = 1 + abs(label) + max(map(abs, each))
        near = known + CLEAR * size
        if max(each) - min(each) > near:
            return f"d_k l are not equal: {[MP.nstr(x, 8) for x in each]}"
        if abs(label + (self.classes - 1) * each[0]) > near * self.classes:
            return "grad l is no multiple of MUH's"
        shown = each[0] - label
        if shown <= near:
            return f"kappa = {MP.nstr(shown, 8)}"
        if kappa is not None and abs(shown - kappa) > near:
            return f"kappa = {MP.nstr(shown, 8)} and not {MP.nstr(kappa, 8)}"
        return ""

    def wrong_regularizer(self, space: str | None) -> str:
        if self.claim.formula.detaches:
            return "a part is detached"
        f = self.function()
        one = MP.mpf(1)
        for moves in ({0: one}, {0: one, 1: -one}, {0: one, 1: 2 * one}, dict.fromkeys(range(self.classes), one)):
            slope, known, _ = self.slopes(f, moves)
            if abs(slope) > known + CLEAR:
                return f"a gradient of {MP.nstr(slope, 8)}"
            wrong = self.smooth(f, moves)
            if wrong:
                return wrong
        tried: list[Mapping[int, Any]] = [{0: one, 1: -one}]
        if space == "R^C":
            tried += [{0: one}, {0: one, 1: one}, dict.fromkeys(range(self.classes), one)]
        for v in tried:
            bend, known = self.second(f, v)
            if bend <= known + CLEAR:
                return f"v'Hv = {MP.nstr(bend, 8)} for v = {dict(v)}"
        return ""

    def wrong_smooth(self) -> str:
        f, one = self.function(), MP.mpf(1)
        every = dict.fromkeys(range(self.classes), one)
        ways = ({self.y: one}, {self.others()[0]: one}, {0: one, 1: -2 * one}, every)
        if self.claim.formula.detaches:
            return ""
        sums = [self.second(f, v)[0] for v in ({0: one, 1: one}, {0: one, 1: -one}, {0: one}, {1: one})]
        if abs(sums[0] + sums[1] - 2 * sums[2] - 2 * sums[3]) > MP.mpf(10) ** -3 * (1 + max(map(abs, sums))):
            return "second derivatives along rays that are no quadratic form"
        return next(filter(None, (self.smooth(f, v) for v in ways)), "")

    def wrong(self, which: str, rng: random.Random) -> str:
        """What is wrong with one condition, by its name in certificates."""
        if which == "shift-invariant":
            return self.wrong_invariance(rng)
        if which.endswith("smooth"):
            return self.wrong_smooth()
        if which == "loss-gradient":
            return self.wrong_loss(None)
        f, one = self.function(), MP.mpf(1)
        if which == "regularizer-gradient":
            slope, known, kink = self.slopes(f, {0: one})
            return "no gradient of 0" if abs(slope) > known + CLEAR or kink > MP.mpf(10) ** -12 else ""
        return self.wrong_regularizer(self.claim.statement["scope"]["space"])

    def wrong_invariance(self, rng: random.Random) -> str:
        f = self.function()
        for _ in range(3):
            moves = {k: MP.mpf(rng.randint(-30, 30)) / 17 for k in range(self.classes)}
            shift = MP.mpf(rng.randint(1, 30)) / 7
            one, two = _or_none(f, moves), _or_none(f, {k: x + shift for k, x in moves.items()})
            if one is None and two is None:  # far from 0 a formula may have no value, and then at both
                continue
            if one is None or two is None:
                return "f has a value at one of z and z + t 1"
            if abs(one - two) > CLEAR * (1 + abs(one)):
                return f"f(z) = {MP.nstr(one, 8)} and f(z + t 1) = {MP.nstr(two, 8)}"
        return ""


def _or_none(f: Callable[[Any], Any], moves: Any) -> Any:
    """The value, None where there is none."""
    try:
        return f(moves)
    except NoValue:
        return None


def _parameter(name: str, interval: Mapping[str, Any]) -> Parameter:
    above, below = ("above", "at_least"), ("below", "at_most")
    ends = {above[not interval["low_open"]]: interval["low"], below[not interval["high_open"]]: interval["high"]}
    return Parameter(name, **{end: value for end, value in ends.items() if value is not None})


def _value(ends: Mapping[str, Any], way: str, rng: random.Random) -> Fraction:
    low, high = (None if ends[end] is None else Fraction(ends[end]) for end in ("low", "high"))
    low_open, high_open = ends["low_open"], ends["high_open"]
    if low is None and high is None:
        return Fraction({"low": -3, "high": 5}.get(way, 0)) + Fraction(rng.randint(-9, 9), 7)
    if way == "low" and low is not None:
        return low if not low_open else low + _inside(low, high)
    if way == "high" and high is not None:
        return high if not high_open else high - _inside(low, high)
    share = Fraction(rng.randint(1, 99), 100)
    if low is not None and high is not None:
        return low + (high - low) * share
    far = 8 if way in ("low", "high") else 2
    return low + far * share if low is not None else high - far * share  # type: ignore[operator]


def _inside(low: Fraction | None, high: Fraction | None) -> Fraction:
    """How far from an open end a number is taken."""
    return Fraction(1, 1000) if low is None or high is None else min(Fraction(1, 1000), (high - low) / 1000)
