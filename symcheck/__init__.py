"""symcheck: is a loss with an output regularizer robust to label noise?  Proved or refuted for every C.

>>> import symcheck as sc
>>> cert = sc.certify("gce", "l2")
>>> cert.tier.name, cert.kappa
('SCALED', C**(-q))

Certify
    ``certify`` a loss and a penalty: ``print(cert)``, ``cert.repairs``, ``cert.at(C=4)``, ``cert.save("ce.html")``;
    ``certify_preference`` for pairs of answers (a ``PreferenceCertificate``), ``survey`` for many pairs (l, g).  The
    answer is a ``Verdict``, a ``Tier`` (the form of the gradient at 0), and a finding for each ``Condition``.
Compare and change
    ``same``, ``match``, ``region``, ``advise`` give ``Sameness``, ``Match``, ``Region``, ``Advice``; ``derivatives``
    (``Derivatives``) in SymPy, LaTeX and code; ``decompose`` (``Decomposition``) into what noise shrinks and what it
    does not see; ``symmetrize`` is the first of these parts; ``noise_condition`` of a matrix T, noise by class.
Check
    ``recheck`` derives the JSON of a certificate again, ``verify`` checks its proof (``Verification``).
Look up
    ``losses``, ``regularizers``, ``preferences`` by class, as ``sc.losses.GCE(q="7/10")``; ``paper``, claim by claim.
Write a formula
    A text or a function of (z, y), of z for a penalty, of ``z[y]``, ``z.C``, + - * / ** and ``abs exp log sqrt relu
    softplus sigmoid log_sigmoid tanh cosh arccos sin cos arctan erf maximum minimum clamp branch detach``, over the
    classes ``total mean norm logsumexp product amax amin softmax log_softmax entmax onehot_argmax onehot centred_onehot
    quadratic_form``, over two classes ``pair_total first second``, with a ``Parameter``, ``ClassParameter`` (a number
    for each class) or ``MatrixParameter`` (C, C), free or given.

Errors about what is given are a ``SymcheckError``.  ``help(sc.certify)`` has more of each; package ``numerics`` trains.
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


if not TYPE_CHECKING:  # a checker has the imports above, and a name that is not there is an error

    def __getattr__(name: str) -> object:
        if name in ("losses", "paper", "preferences", "regularizers"):
            return importlib.import_module(f"symcheck.{name}")
        if name in _HOMES:
            found = globals()[name] = getattr(importlib.import_module(_HOMES[name]), name)
            return found
        raise no_such_name("symcheck", name, __all__)


def __dir__() -> list[str]:
    return __all__
