"""LaTeX of the paper's formulas as plain text for a terminal, and sentences with LaTeX between dollar signs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symcheck.render.block import Line, Tex
from symcheck.render.tex import GREEK

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|[A-Za-z]+|\d+(?:\.\d+)?|.", re.DOTALL)
_WORDS = {
    r"\to": "->", r"\le": "<=", r"\ge": ">=", r"\ne": "!=", r"\iff": "<=>", r"\implies": "=>", r"\in": "in",
    r"\subseteq": "is a subset of", r"\infty": "oo", r"\nabla": "grad", r"\sum": "sum", r"\langle": "<",
    r"\rangle": ">", r"\Vert": "||", r"\cdot": "*", r"\succ": " > ", r"\times": "x", r"\log": "log", r"\min": "min",
    r"\max": "max", r"\arg": "arg", r"\,": " ", r"\{": "{", r"\}": "}", r"\ldots": "...", r"\cdots": "...",
    r"\partial": "d", r"\exists": "there is", r"\approx": "~", r"\star": "*", r"\pm": "+/-", r"\Theta": "Theta",
    r"\Omega": "Omega", r"\mapsto": "|->", r"\mid": "|", r"\colon": ":", r"\left": "", r"\right": "", r"\rho": "rho",
    r"\sigma": "sigma",
}  # fmt: skip
_OPENING = frozenset({r"\Vert", r"\langle", r"\lVert"})
_ACCENTS = {r"\bar": "bar", r"\hat": "hat", r"\tilde": "tilde"}
_PLAIN_ARGUMENT = (r"\mathrm", r"\mathcal", r"\mathbf", r"\mathbb", r"\text", r"\operatorname")
_TIGHT = frozenset({"<=", ">=", "!=", "->", "=>", "<=>", "=", "in", "~", "<<"})


def tex_line(text: str) -> Line:
    """``text``, a sentence with LaTeX between dollar signs, as a line of prose and formulas.

    >>> tex_line(r"for $\\lambda > 0$")
    ('for ', Tex(source='\\\\lambda > 0', plain='lambda > 0'))
    """
    pieces = text.split("$")
    if len(pieces) % 2 == 0:
        raise ValueError(f"text: got an odd number of dollar signs in {text!r}")
    return tuple(Tex(p, plain_tex(p)) if i % 2 else p for i, p in enumerate(pieces) if p)


def plain_tex(source: str) -> str:
    """``source`` as text that a terminal shows: ``\\frac{1}{C} \\sum_i z_i`` is ``1/C sum_i z_i``.

    Raises ``ValueError`` for a command that has no plain form here.
    """
    reader = _Reader(_TOKEN.findall(source))
    text = "".join(reader.read())
    # Spaces come from LaTeX's source and from the words put in: one is enough, and none beside brackets.
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"([(\[{]) | (?=[)\],;}])", r"\1", text)


class _Reader:
    """Reads tokens one group at a time."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.place = 0

    def read(self) -> Iterator[str]:
        """Everything up to the end of the group."""
        before = ""
        while self.place < len(self.tokens) and self.tokens[self.place] != "}":
            is_word = self.tokens[self.place][:1] == "\\"
            piece = self.piece()
            # 2 lambda, and not 2lambda.
            if is_word and (_runs_on(before, piece) or (piece == "||" and before[-1:].isdigit())):
                yield " "
            yield piece
            before = piece

    def piece(self) -> str:
        """The next token with its arguments."""
        token = self._next()
        if token == "{":
            inside = "".join(self.read())
            self._next()
            return inside
        if token in ("^", "_"):
            return self._script(token)
        if token in (r"\frac", r"\tfrac", r"\dfrac"):
            above, below = self._argument(), self._argument()
            return f"{_bracketed(above)}/{_bracketed(below)}"
        if token == r"\sqrt":
            return f"sqrt({self._argument()})"
        if token in _ACCENTS:
            return f"{self._argument()}{_ACCENTS[token]}"
        if token in _PLAIN_ARGUMENT:
            return self._argument()
        if token in _WORDS:
            word = _WORDS[token]
            if token in _OPENING and re.match(r"\s*[\w(\\]", "".join(self.tokens[self.place : self.place + 2])):
                self._skip_space()
            return f" {word} " if word in _TIGHT or (word[:1].isalpha() and " " in word) else word
        if token.startswith("\\"):
            if token[1:] in GREEK:
                return token[1:]
            raise ValueError(f"source: {token} has no plain form; write it with commands that have one")
        return token

    def _script(self, token: str) -> str:
        inside = self._argument()
        if inside == "'" or (token == "^" and inside in ("*", "T")):
            return "'" if inside != "*" else "*"
        return f"{token}{inside}" if re.fullmatch(r"\w+|\*", inside) else f"{token}({inside})"

    def _skip_space(self) -> None:
        while self.place < len(self.tokens) and self.tokens[self.place].isspace():
            self.place += 1

    def _argument(self) -> str:
        self._skip_space()
        if len(self.tokens[self.place]) > 1 and self.tokens[self.place][0].isalnum():  # x^23 is x^2 3
            token = self.tokens[self.place]
            self.tokens[self.place] = token[1:]
            return token[0]
        return self.piece().strip()

    def _next(self) -> str:
        token = self.tokens[self.place]
        self.place += 1
        return token


def _runs_on(before: str, word: str) -> bool:
    """Whether ``word`` would be read as a part of what stands before it."""
    return word[:1].isalnum() and (before[-1:].isalnum() or before[-1:] == ")")


def _bracketed(text: str) -> str:
    return text if re.fullmatch(r"\d+|[A-Za-z]\w*(?:\^\w+)?", text) else f"({text})"
