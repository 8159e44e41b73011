"""What is said of a formula string that is not in the language: what it does, and what to write instead."""

from __future__ import annotations

import keyword
from collections.abc import Sequence

from symcheck.arguments.weight_decay import WEIGHT_DECAY, is_weight_decay
from symcheck.errors import did_you_mean
from symcheck.intake.calls import form
from symcheck.intake.tokens import Token
from symcheck.language.exact import LONGEST_NUMBER
from symcheck.language.functions import FUNCTIONS
from symcheck.language.misuse import instead
from symcheck.language.operators import ENTRYWISE
from symcheck.language.scores import NAMES

Refusal = tuple[str, str]
"""What the formula does (``uses the unknown name x``), and the advice."""

SHOWS_FUNCTIONS = "symcheck list functions shows all of them"
"""Where the vocabulary is."""

ACCEPTED = (
    "accepted: numbers, pi, z, z[y], C, + - * / ** ( ), and functions such as exp, log, softmax, logsumexp, total; "
    f"{SHOWS_FUNCTIONS}"
)
"""The language, in a line."""

ACCEPTED_WITHOUT_LABEL = ACCEPTED.replace(" z[y],", "")
"""The language of a regularizer, in a line."""

OF_SCORES = tuple(f for f in FUNCTIONS if f in ENTRYWISE or f == "clamp")
"""The functions that a preference, or a penalty on the scores of a pair, may use."""

ACCEPTED_OF_SCORES = (
    "accepted: numbers, pi, h, or chosen and rejected, + - * / ** ( ), and functions of one number such as exp, log, "
    f"sigmoid, log_sigmoid, softplus; {SHOWS_FUNCTIONS}"
)
"""The language of a preference, in a line."""

TOO_LONG: Refusal = (
    f"has a number of more than {LONGEST_NUMBER} digits",
    "write it as a power, or put a parameter in its place",
)
"""The refusal of a number that could not be written down again."""

BESIDE: Refusal = (
    "puts a class-vector beside a quantity of two classes",
    "write first(v) or second(v), the entry of the class-vector v at the first or the second class",
)
"""The refusal of v + first(v)."""

INDEXED: Refusal = (
    "takes an entry with [",
    "a score is one number and has no entries; write h, chosen and rejected without an index",
)
"""The refusal of h[1]."""

_MEANT_OF_SCORES = {
    "max": "maximum", "min": "minimum", "acos": "arccos", "where": "branch", "atan": "arctan", "clip": "clamp",
    "logsigmoid": "log_sigmoid", "ln": "log", "e": "exp", "E": "exp", "margin": "h", "logits": "h", "delta": "h",
}  # fmt: skip
_MEANT = {
    "sum": "total", "max": "amax", "min": "amin", "prod": "product", "acos": "arccos", "where": "branch",
    "atan": "arctan", "logsigmoid": "log_sigmoid",
    "clip": "clamp", "avg": "mean", "average": "mean", "ln": "log", "lse": "logsumexp", "e": "exp", "E": "exp",
    "len": "C", "K": "C", "num_classes": "C", "one_hot": "onehot", "logits": "z", "label": "y",
}  # fmt: skip
"""Names that other languages use, with ours."""

_BRANCH = "use branch(u, positive, otherwise), relu or another function of the vocabulary"
_COMPARES = f"it is one expression for every z and C: {_BRANCH}"
_COMPARES_OF_SCORES = f"it is one expression for all scores: {_BRANCH}"
_COMPARISONS = ("<", ">", "<=", ">=", "==", "!=")
_SIGNS: dict[str, Refusal] = {
    ".": (
        "reads an attribute",
        "write functions around their argument, softmax(z)[y], and C for the number of classes",
    ),
    '"': ("contains a string", ACCEPTED),
    "'": ("contains a string", ACCEPTED),
    ",": ("contains a comma", "only the arguments of a function have commas between them"),
    ":": ("contains a colon", "the only index is the label, z[y]"),
    "//": ("divides with //", "write /, the exact quotient"),
    "=": ("has = inside an expression", "only name = part; comes before the value, as in p = softmax(z); -log(p[y])"),
    **dict.fromkeys(_COMPARISONS, ("compares two values", _COMPARES)),
}
_SIGNS_OF_SCORES: dict[str, Refusal] = {
    **_SIGNS,
    ".": ("reads an attribute", "write functions around their argument, as log_sigmoid(h)"),
    '"': ("contains a string", ACCEPTED_OF_SCORES),
    "'": ("contains a string", ACCEPTED_OF_SCORES),
    **dict.fromkeys(_COMPARISONS, ("compares two values", _COMPARES_OF_SCORES)),
}


def example(kind: str) -> str:
    """A formula of this ``kind``, for who has not written one yet."""
    others = {"preference": "-log_sigmoid(h)", "penalty": "h**2/2", "regularizer": "total(z**2)/2"}
    return others.get(kind, "logsumexp(z) - z[y]")


def over_classes(function: str) -> Refusal:
    """The refusal of a ``function`` that is over classes, where there are the two scores of a pair."""
    return f"uses {function}, which is over classes", instead(function)


def no_value(token: Token, *, of_scores: bool = False) -> Refusal:
    """The refusal of a sign where a value has to begin; ``of_scores`` in a formula of the scores of a pair."""
    signs, accepted = (_SIGNS_OF_SCORES, ACCEPTED_OF_SCORES) if of_scores else (_SIGNS, ACCEPTED)
    return signs.get(token.text, (f"has {shown(token)} where a value has to be", accepted))


def misplaced(token: Token, *, of_scores: bool = False) -> Refusal:
    """The refusal of a token where an operator has to be."""
    signs, accepted = (_SIGNS_OF_SCORES, ACCEPTED_OF_SCORES) if of_scores else (_SIGNS, ACCEPTED)
    if token.kind == "name" and keyword.iskeyword(token.text):
        return _of_keyword(token.text, accepted)
    if token.kind in ("name", "number") or token.text == "(":
        return f"has no operator before {shown(token)}", "write * for a product"
    return signs.get(token.text, (f"has {shown(token)} where an operator has to be", accepted))


def declared_as(name: str) -> str:
    """How ``name`` is made a parameter of a formula, on the command line and in Python."""
    return (
        f'if {name} is a parameter: on the command line --param {name}=1/2 or --param "{name} in (0, 1]"; in Python a '
        f'function in the place of the text, with symcheck.Parameter("{name}", above=0, at_most=1), or a number, for '
        f"{name}"
    )


def unknown(
    name: str,
    called: bool,
    parameters: Sequence[str],
    parts: Sequence[str],
    entries: Sequence[str] = (),
    *,
    of_scores: bool = False,
) -> Refusal:
    """The refusal of a name that has no value; ``called`` if a bracket follows it, ``of_scores`` as above."""
    accepted = ACCEPTED_OF_SCORES if of_scores else ACCEPTED
    if name == "y":
        where = "as the index in z[y] and in onehot(y), centred_onehot(y)"
        return "computes with the label y", f"the label is a name and not a number: use it {where}"
    # A bracket after it would have made it a call, so here it stands alone.
    if name in FUNCTIONS:
        return f"uses the function {name} without its argument", f"write {form(name)}"
    if keyword.iskeyword(name):
        return _of_keyword(name, accepted)
    if is_weight_decay(name):
        return f"uses the unknown name {name}", WEIGHT_DECAY
    if of_scores:
        known = [*OF_SCORES, *entries] if called else [*parameters, *parts, *entries]
    else:
        known = [*FUNCTIONS, *entries] if called else ["z", "C", *parameters, *parts, *FUNCTIONS, *entries]
    usual = _MEANT_OF_SCORES if of_scores else _MEANT
    meant = f"; did you mean {usual[name]}?" if name in usual else did_you_mean(name, known)
    given = [p for p in parameters if not (of_scores and p in NAMES)]
    what = f"uses the unknown {'function' if called else 'name'} {_cut(name)}{meant}"
    accepted = f"{accepted}; names of the catalogue (symcheck list)" if entries else accepted
    if called:
        return what, accepted
    there = f"; the parameters here: {', '.join(given)}" if given else ""
    return what, f"{declared_as(_cut(name))}\n{accepted}{there}"


def _of_keyword(name: str, accepted: str) -> Refusal:
    hint = "; the paper's lambda is written lambda_" if name == "lambda" else ""
    return f"uses {name}, a word of Python", f"a formula is not code{hint}; {accepted}"


def shown(token: Token) -> str:
    """The token as an error message names it."""
    if token.kind == "end":
        return "the end"
    return _cut(token.text) if token.text.isprintable() else f"the character {token.text!a}"


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
