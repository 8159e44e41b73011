"""The faults: slips of the kind that a person makes, each a text of one file and what is put in its place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """In ``file`` the text ``right``, which stands there once, becomes ``wrong``: ``what`` has gone wrong then.

    ``first``: the file of tests that is tried before all others.
    """

    what: str
    file: str
    right: str
    wrong: str
    first: str

    @property
    def area(self) -> str:
        """The folder of symcheck that it is in."""
        return self.file.split("/")[1]

    def wrong_text(self, checkout: Path) -> str:
        """What its file then says; raises ``ValueError`` if the text is not in ``checkout``, or is more than once."""
        path = checkout / self.file
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        if text.count(self.right) != 1:
            raise ValueError(
                f"{self.file}: {text.count(self.right)} times {self.right!r}, for {self.what!r}; the code has moved, "
                "so state the fault for the code of today"
            )
        return text.replace(self.right, self.wrong)

    def plant(self, checkout: Path) -> None:
        """Write it into ``checkout``."""
        (checkout / self.file).write_text(self.wrong_text(checkout), encoding="utf-8")


FAULTS = (
    # field
    Fault(
        "the slope of arccos has the other sign", "symcheck/field/derivative.py",
        "return -field.power(1 - x * x, field.number(Fraction(-1, 2)))",
        "return field.power(1 - x * x, field.number(Fraction(-1, 2)))",
        "symcheck/field/test_arccosine.py",
    ),
    Fault(
        "(-1)**(m n) is -1 where one of the two is odd", "symcheck/field/ball.py",
        "return arb(-1 if all(x.numerator % 2 for x in factors) else 1)",
        "return arb(-1 if any(x.numerator % 2 for x in factors) else 1)",
        "symcheck/field/test_parity.py",
    ),
    Fault(
        "a rounded number is its low end", "symcheck/field/ball.py",
        "return ball_of(interval.low).union(ball_of(interval.high))",
        "return ball_of(interval.low)",
        "symcheck/conditions/test_rounding.py",
    ),
    Fault(
        "a root to its own power is left as it is", "symcheck/field/relations.py",
        "if degrees[g.place] >= g.root:", "if degrees[g.place] > g.root:",
        "symcheck/field/test_canonical_form.py",
    ),
    Fault(
        "the discriminant has twice the room", "symcheck/field/signs/rules/discriminant.py",
        "a * c * 4 - b * b", "a * c * 8 - b * b",
        "symcheck/field/test_attacks.py",
    ),
    Fault(
        "what rises from a 0 that is reached is above 0", "symcheck/field/signs/rules/slope.py",
        "slope.proved.is_strict and is_open)", "slope.proved.is_strict)",
        "symcheck/field/test_attacks.py",
    ),
    Fault(
        "the sign of a fraction is that of its numerator", "symcheck/field/signs/ladder.py",
        "ProvedSign.POSITIVE if below.proved.at_least_zero else ProvedSign.NEGATIVE", "ProvedSign.POSITIVE",
        "symcheck/field/test_arctangent.py",
    ),
    Fault(
        "even exponents of -1 are not looked at", "symcheck/field/signs/rules/parity.py",
        "for odd in (False, True):", "for odd in (True,):",
        "symcheck/field/test_parity.py",
    ),
    Fault(
        "the first C of a run is not looked at", "symcheck/field/signs/runs.py",
        "side = Interval(Fraction(classes.low), high,", "side = Interval(Fraction(classes.low + 1), high,",
        "symcheck/field/test_attacks.py",
    ),
    # readings
    Fault(
        "the named classes are counted twice in a sum", "symcheck/field/base.py",
        "generic * (self.C - self.number(len(named)))",
        "generic * self.C",
        "symcheck/readings/test_jet.py",
    ),
    Fault(
        "a product forgets how often a pair occurs", "symcheck/readings/jet_arithmetic.py",
        "term = x * y if count == 1 else x * y * field.number(count)",
        "term = x * y",
        "symcheck/readings/test_jet.py",
    ),
    Fault(
        "C = 2 has a third class", "symcheck/readings/jet_arithmetic.py",
        "MANY if field.names_classes else min(field.scope.classes.fixed or MANY, MANY)",
        "MANY",
        "symcheck/readings/test_jet.py",
    ),
    Fault(
        "x^1 of an x >= 0 is smooth where x is 0", "symcheck/readings/jet.py",
        "2 * exponent <= max(self.order, 2)", "2 * exponent < max(self.order, 2)",
        "symcheck/readings/test_powers.py",
    ),
    Fault(
        "the third derivative of cos has the other sign", "symcheck/readings/derivatives.py",
        "cycle((cosine, -sine, -cosine, sine))", "cycle((cosine, -sine, -cosine, -sine))",
        "symcheck/readings/test_jet.py",
    ),
    Fault(
        "what is taken out of a sum is what it says of the first class", "symcheck/field/indexed_field.py",
        "total + c - self.renamed(generic, {place: b})",
        "total + c - self.renamed(generic, {place: 0})",
        "symcheck/conditions/test_labels.py",
    ),
    Fault(
        "entries that are made alike are taken to be equal", "symcheck/readings/jet_arithmetic.py",
        "if int(v.label) in self.field.classes_in(generic) or not (generic - at_label).is_zero:",
        "if not (generic - at_label).is_zero:",
        "symcheck/readings/test_entmax.py",
    ),
    Fault(
        "a transposed matrix is read as it stands, class by class", "symcheck/readings/labelled.py",
        "self.entries.of(array, *((j, i) if transposed else (i, j)))", "self.entries.of(array, i, j)",
        "symcheck/readings/test_labelled.py",
    ),
    Fault(
        "the slice has C - 1 other classes", "symcheck/readings/orbit/slice.py",
        "(ONE, ONE, self.count - rational(2))", "(ONE, ONE, self.count - rational(1))",
        "symcheck/readings/test_orbit.py",
    ),
    # conditions
    Fault(
        "the orbit reading is not compared", "symcheck/conditions/agreement/checks.py",
        'require_equal(name, "the jet and the orbit reading", by_jet, field.from_sympy(by_orbit))',
        "field.from_sympy(by_orbit)",
        "symcheck/conditions/test_agreement_alike.py",
    ),
    Fault(
        "C = 2 is not read alone", "symcheck/conditions/agreement/agree.py",
        "if 2 in scope.classes and scope.classes.fixed is None:", "if False:",
        "symcheck/conditions/test_agreement_alike.py",
    ),
    Fault(
        "balls have no objection", "symcheck/conditions/agreement/checks.py",
        "if not ball.overlaps(by_series):",
        "if False:",
        "symcheck/conditions/test_agreement_alike.py",
    ),
    Fault(
        "the labelled reading is not compared with the indexed one", "symcheck/conditions/agreement/agree.py",
        "    for classes in numbers:\n",
        "    for classes in ():\n",
        "symcheck/conditions/test_agreement_by_name.py",
    ),
    Fault(
        "the series are not compared with the labelled reading", "symcheck/conditions/agreement/checks.py",
        "if (order > 1 or not name) and not by_reading.overlaps(by_series):",
        "if False:",
        "symcheck/conditions/test_agreement_by_name.py",
    ),
    Fault(
        "the drift counts all classes besides the label's", "symcheck/conditions/gradient/gradient_form.py",
        "(g_k - g_y,), (field.over_classes(g_k, 1, {0: g_y}),)",
        "(g_k - g_y,), (g_y + field.C * g_k,)",
        "proofs/test_catalogue_table.py",
    ),
    Fault(
        "an open end of a parameter is a case", "symcheck/conditions/gradient/tiers.py",
        "if end is not None and not is_open", "if end is not None",
        "proofs/test_catalogue_table.py",
    ),
    Fault(
        "one label stands for all in the sums of gradients", "symcheck/conditions/gradient/gradient_form.py",
        "sums = [e.field.sum([b[y][k] for y in range(n)]) for k in range(n)]",
        "sums = [e.field.sum([b[y][k] for y in range(n)]) for k in range(1)]",
        "symcheck/conditions/test_labels.py",
    ),
    Fault(
        "a pivot that is 0 is positive", "symcheck/conditions/curvature/pivots.py",
        "and field.sign(found[-1]).kind is Kind.POSITIVE else None",
        "and field.sign(found[-1]).kind in (Kind.POSITIVE, Kind.ZERO) else None",
        "symcheck/conditions/test_pivots.py",
    ),
    Fault(
        "the form on the quotient lacks its last entry", "symcheck/conditions/curvature/pivots.py",
        "rows[i][j] - rows[i][n] - rows[n][j] + rows[n][n]", "rows[i][j] - rows[i][n] - rows[n][j]",
        "symcheck/conditions/test_pivots.py",
    ),
    Fault(
        "what vanishes at 0 along 1 is shift-invariant", "symcheck/conditions/curvature/apart_hessian.py",
        "if high is None or high > 2 or not self.is_flat_along_ones:",
        "if not self.is_flat_along_ones:",
        "proofs/test_classwise.py",
    ),
    Fault(
        "derivatives from the two sides of a kink differ in their sign alone", "symcheck/conditions/smoothness/kink.py",
        "left = ahead.neg(exact=True) if order % 2 else ahead", "left = ahead.neg(exact=True)",
        "symcheck/conditions/test_kink.py",
    ),
    Fault(
        "labels that are named are counted twice in a mean", "symcheck/conditions/orders/directions.py",
        "yield max(named) + 1, self.field.C - self.field.number(len(named))",
        "yield max(named) + 1, self.field.C",
        "proofs/test_order.py",
    ),
    Fault(
        "C = 3 is read with all others in an order", "symcheck/conditions/orders/order.py",
        "5 if among is Among.REFERENCE else 4",
        "5 if among is Among.REFERENCE else 3",
        "symcheck/conditions/test_order.py",
    ),
    Fault(
        "cases of l and g that exclude each other are crossed", "symcheck/conditions/pair/pair_cases.py",
        "return any(_has_no_value([c for c in both if c.parameter.name == name]) for name in names)", "return False",
        "proofs/test_cases_by_hand.py",
    ),
    Fault(
        "a softmax's log reaches its bound", "symcheck/conditions/convexity/bounds.py",
        "(top, Bounds(zero, field.log(field.C), low_open=True)),",
        "(top, Bounds(zero, field.log(field.C - 1), low_open=True)),",
        "symcheck/conditions/test_convexity_normal_form.py",
    ),
    Fault(
        "a rise of one unit is a fall of none", "symcheck/conditions/everywhere/bounded.py",
        "down is not None and down < 0", "down is not None and down > 0",
        "symcheck/conditions/test_bounded.py",
    ),
)  # fmt: skip
"""In the order of the folders: what is reckoned with, how formulas are read, what is decided."""
