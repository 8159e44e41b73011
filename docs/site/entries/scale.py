"""kappa of a loss: for every C, and at a few numbers of classes."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from sympy import Expr, Rational

from docs.site.entries.markdown import prose, table
from symcheck.certificates.certificate import Certificate
from symcheck.render.block import Value
from symcheck.render.markdown import markdown_line

AT = (2, 10, 100)
"""The numbers of classes at which kappa is shown."""


def scale_table(certificate: Certificate) -> str:
    """tier and kappa in the whole scope, then at each of ``AT`` that the loss exists for.

    A decimal stands beside a kappa where every parameter in it has a value to train with.
    """
    defaults = {p.name: p.default for p in certificate.scope.parameters if p.default is not None}
    classes = certificate.scope.classes
    shown_at = [c for c in AT if c in classes and classes.fixed is None]
    rows = [_row(prose(str(classes)), certificate, defaults)]
    rows += [_row(prose(f"C = {c}"), certificate.at(C=c), defaults) for c in shown_at]
    shown = table(["for", "tier", "kappa", "decimal"], rows)
    values = ", ".join(f"{name} = {value}" for name, value in defaults.items())
    return shown + (f"\n\nDecimals at {prose(values, list(defaults))}." if values and _has_decimal(rows) else "")


def kappa_text(kappa: Expr | None) -> str:
    """kappa as mathematics, a dash where there is none."""
    return "-" if kappa is None else markdown_line((Value(kappa),))


def tier_meaning(certificate: Certificate) -> str:
    """What the tier says of the gradient at 0."""
    if certificate.tier is None:
        return "whether b_y has one of the forms is undecided"
    return certificate.tier.value


def _row(where: str, certificate: Certificate, defaults: Mapping[str, Fraction]) -> list[str]:
    return [where, _tier(certificate), kappa_text(certificate.kappa), _decimal(certificate.kappa, defaults)]


def _tier(certificate: Certificate) -> str:
    return "undecided" if certificate.tier is None else certificate.tier.name


def _decimal(kappa: Expr | None, defaults: Mapping[str, Fraction]) -> str:
    """kappa as a decimal at ``defaults``, "" where a symbol is left or there is no number."""
    if kappa is None:
        return ""
    value = kappa.subs({s: _rational(defaults[s.name]) for s in kappa.free_symbols if s.name in defaults})
    if value.free_symbols:
        return ""
    number = value.evalf(17)
    return f"{float(number):.6g}" if number.is_Float or number.is_Rational else ""


def _rational(value: Fraction) -> Expr:
    return Rational(value.numerator, value.denominator)


def _has_decimal(rows: list[list[str]]) -> bool:
    return any(row[-1] for row in rows)
