"""symcheck: is a loss with an output regularizer robust to label noise?  Proved or refuted for every C.

>>> import symcheck as sc
>>> cert = sc.certify("gce", "l2")
>>> cert.tier.name, cert.kappa
('SCALED', C**(-q))

Certify    ``certify`` a loss and a penalty: ``print(cert)``, ``cert.repairs``, ``cert.at(C=4)``, ``cert.save("x.html")``;
           ``certify_preference`` for pairs of answers; ``survey`` for many pairs.  An answer is a ``Verdict``, with a
           ``Tier`` (the form of the gradient at 0) and findings, one for each ``Condition``.
Change     ``same``, ``match``, ``region``, ``advise`` return ``Sameness``, ``Match``, ``Region``, ``Advice``: are two
           formulas one, with which weights do they act alike, where is a pair proved, what is proved at this C.
Look in    ``derivatives`` return ``Derivatives`` (SymPy, LaTeX, code), ``decompose`` a ``Decomposition`` into what noise
           shrinks and what it does not see; ``symmetrize`` is the first of these parts.
Noise      ``noise_condition`` of a matrix T: class-conditional noise, corrections of a loss for it.
Check      ``recheck`` derives the JSON of a certificate again, ``verify`` checks its proof: a ``Verification``.
Catalogue  ``losses``, ``regularizers``, ``preferences`` by class, as ``sc.losses.GCE(q="7/10")``; ``paper``: its claims.
Formulas   are functions of (z, y), or of (z) for a penalty, of ``z[y]``, ``z.C``, + - * / ** and
           of an entry: ``abs exp log sqrt relu softplus sigmoid log_sigmoid tanh cosh arccos sin cos arctan erf
             maximum minimum clamp branch detach``;
           over classes: ``total mean norm logsumexp product amax amin softmax log_softmax entmax onehot_argmax onehot
             centred_onehot quadratic_form``; over pairs of classes: ``pair_total`` of ``first`` and ``second``;
           with ``Parameter``, ``ClassParameter`` (w_1, ..., w_C), ``MatrixParameter`` (C, C), free or given.
Errors     Every one that is raised on purpose is a ``SymcheckError``, which says what is accepted.

``help(sc.certify)`` has more of each; ``symcheck --help`` is the command line; package ``numerics`` trains.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from symcheck.errors import SymcheckError, no_such_name
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.language.classwise import ClassParameter, MatrixParameter, quadratic_form
from symcheck.language.functions import (
    abs,
    amax,
    amin,
    arccos,
    arctan,
    branch,
    centred_onehot,
    clamp,
    cos,
    cosh,
    detach,
    entmax,
    erf,
    exp,
    first,
    log,
    log_sigmoid,
    log_softmax,
    logsumexp,
    maximum,
    mean,
    minimum,
    norm,
    onehot,
    onehot_argmax,
    pair_total,
    product,
    relu,
    second,
    sigmoid,
    sin,
    softmax,
    softplus,
    sqrt,
    tanh,
    total,
)
from symcheck.language.parameter import Parameter
from symcheck.version import VERSION as __version__

if TYPE_CHECKING:
    from symcheck import losses, paper, preferences, regularizers
    from symcheck.certificates.certify import certify
    from symcheck.certificates.preferences.certify_preference import certify_preference
    from symcheck.certificates.preferences.value import PreferenceCertificate
    from symcheck.certificates.recheck_json import recheck
    from symcheck.certificates.survey import survey
    from symcheck.class_conditional.condition import noise_condition
    from symcheck.decomposition import Decomposition, decompose, symmetrize
    from symcheck.design.advise import advise
    from symcheck.design.advising.value import Advice
    from symcheck.design.match import match
    from symcheck.design.matching.value import Match
    from symcheck.design.region import region
    from symcheck.design.regions.value import Region
    from symcheck.design.same import same
    from symcheck.design.sameness.value import Sameness
    from symcheck.differentiation import Derivatives, derivatives
    from symcheck.proof.verification import Verification
    from symcheck.proof.verify import verify

__all__ = [
    "Advice", "ClassParameter", "Condition", "Decomposition", "Derivatives", "Match", "MatrixParameter", "Parameter",
    "PreferenceCertificate", "Region", "Sameness", "SymcheckError", "Tier", "Verdict", "Verification", "__version__",
    "abs", "advise", "amax", "amin", "arccos", "arctan", "branch", "centred_onehot", "certify", "certify_preference",
    "clamp", "cos", "cosh", "decompose", "derivatives", "detach", "entmax", "erf", "exp", "first", "log",
    "log_sigmoid", "log_softmax", "logsumexp", "losses", "match", "maximum", "mean", "minimum", "noise_condition",
    "norm", "onehot", "onehot_argmax", "pair_total", "paper", "preferences", "product", "quadratic_form", "recheck",
    "region", "regularizers", "relu", "same", "second", "sigmoid", "sin", "softmax", "softplus", "sqrt", "survey",
    "symmetrize", "tanh", "total", "verify",
]  # fmt: skip


_HOMES = {
    "Advice": "symcheck.design.advising.value",
    "Decomposition": "symcheck.decomposition",
    "Derivatives": "symcheck.differentiation",
    "Match": "symcheck.design.matching.value",
    "Region": "symcheck.design.regions.value",
    "Sameness": "symcheck.design.sameness.value",
    "Verification": "symcheck.proof.verification",
    "PreferenceCertificate": "symcheck.certificates.preferences.value",
    "advise": "symcheck.design.advise",
    "certify": "symcheck.certificates.certify",
    "certify_preference": "symcheck.certificates.preferences.certify_preference",
    "decompose": "symcheck.decomposition",
    "derivatives": "symcheck.differentiation",
    "match": "symcheck.design.match",
    "noise_condition": "symcheck.class_conditional.condition",
    "recheck": "symcheck.certificates.recheck_json",
    "region": "symcheck.design.region",
    "same": "symcheck.design.same",
    "survey": "symcheck.certificates.survey",
    "symmetrize": "symcheck.decomposition",
    "verify": "symcheck.proof.verify",
}
"""Where the names are that bring SymPy with them: they are imported when they are first asked for."""


def __getattr__(name: str) -> object:
    if name in ("losses", "paper", "preferences", "regularizers"):
        return importlib.import_module(f"symcheck.{name}")
    if name in _HOMES:
        found = globals()[name] = getattr(importlib.import_module(_HOMES[name]), name)
        return found
    raise no_such_name("symcheck", name, __all__)


def __dir__() -> list[str]:
    return __all__
