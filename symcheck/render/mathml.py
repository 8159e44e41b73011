"""The mathematics of a line as MathML, which a browser shows without a script and without the network."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)")
# What LaTeX knows and the translator does not, or makes an identifier of, in what both know.
_PLAINER = {
    r"\Vert": r"\|", r"\lbrace": r"\{", r"\rbrace": r"\}", r"\implies": r"\Rightarrow", r"\iff": r"\Leftrightarrow",
    r"\thinspace": r"\,", r"\thickspace": r"\;", r"\negthinspace": r"\!", r"\ne": r"\neq",
    r"\arg": r"\operatorname{arg}",
}  # fmt: skip
# Without braces the translator leaves the style to an attribute, which browsers pass over.
_STYLED = re.compile(r"\\(mathbb|mathbf|mathcal)\s+([A-Za-z0-9])")
# Each letter of \mathrm{word} would be an element of its own.
_UPRIGHT = re.compile(r"\\math(?:rm|tt)\{((?:[A-Za-z0-9 ]|\\_)+)\}")

# A prime is a superscript to the translator, and it has no second one.
_PRIMED = re.compile(r"((?:[A-Za-z]|\\[A-Za-z]+)(?:_\{[^{}]*\}|_\w)?'+)(?=\^)")

# LaTeX sets log as an operator, with a thin space towards an atom; the translator makes an identifier of it.
_ATOM = r"m(?:i|n|text|sub|sup|subsup|frac|sqrt)"
_OPERATOR = re.compile(rf"(</(?:{_ATOM}|mrow)>|&#x00029;</mo>)?<mi>([a-z]{{2,}})</mi>(?=(<{_ATOM}>)?)")

# Browsers have bold digits as characters of their own and not as a style.
_BOLD_ONE = '<mn mathvariant="bold">1</mn>'


def mathml(tex: str, *, display: bool = False) -> str:
    r"""``tex``, LaTeX without dollar signs, as one ``<math>`` element; as code where it cannot be translated.

    >>> print(mathml("x^2").replace("http://www.w3.org/1998/Math/MathML", "..."))
    <math xmlns="..." display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>
    """
    found = _translated(tex, "block" if display else "inline")
    return f"<code>{escape(tex)}</code>" if found is None else found


@lru_cache(maxsize=4096)
def _translated(tex: str, display: str) -> str | None:
    from latex2mathml.converter import convert  # pages in HTML alone need it

    plainer = _COMMAND.sub(lambda m: _PLAINER.get(m[0], m[0]), tex)
    plainer = _STYLED.sub(r"\\\1{\2}", plainer)
    plainer = _PRIMED.sub(r"{\1}", plainer)
    plainer = _UPRIGHT.sub(lambda m: rf"\text{{{m[1].replace(chr(92), '')}}}", plainer)
    try:
        found = str(convert(plainer, display=display))
    except Exception:  # noqa: BLE001 - it raises errors of a dozen classes, IndexError among them
        return None
    found = _OPERATOR.sub(_spaced, found).replace(_BOLD_ONE, "<mn>&#x1D7CF;</mn>")
    # A command that it does not know stays in the text.
    return None if re.search(r"\\[A-Za-z]", found) else found


def _spaced(operator: re.Match[str]) -> str:
    left, right = ("0.167em" if beside else "0" for beside in (operator[1], operator[3]))
    return f'{operator[1] or ""}<mo lspace="{left}" rspace="{right}">{operator[2]}</mo>'
