"""What people want of the API, and which folders of the packages serve it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """A page ``name`` with a ``title``; names whose home begins with one of ``homes`` stand on it."""

    name: str
    title: str
    said: str
    homes: tuple[str, ...]


GROUPS = (
    Group(
        "check-again", "Check a certificate again",
        "A certificate in a file is derived again, or its proof is verified by a small program that shares no code "
        "with what wrote it.",
        ("symcheck.certificates.recheck", "symcheck.proof"),
    ),
    Group(
        "certify", "Certify",
        "What holds for a loss with a penalty, for a loss alone, for a preference loss, or for all pairs.",
        ("symcheck.certificates", "symcheck.findings", "symcheck.class_conditional", "symcheck.errors"),
    ),
    Group(
        "design", "Design and compare losses",
        "What to change, what two formulas have in common, what a loss is made of, its derivatives.",
        ("symcheck.design", "symcheck.decomposition", "symcheck.differentiation"),
    ),
    Group(
        "language", "Words of formulas",
        "What formulas of your own are written with: parameters, and functions of scores.",
        ("symcheck.language",),
    ),
    Group(
        "catalogue", "The catalogue and the paper",
        "Losses, penalties and preference losses that have a name, and the claims of the paper.",
        ("symcheck.losses", "symcheck.regularizers", "symcheck.preferences", "symcheck.paper", "symcheck.entry"),
    ),
    Group(
        "train", "Train with it",
        "Losses in torch that are what was certified, training, and the choice of lambda.",
        ("numerics.torch_losses", "numerics.networks", "numerics.finite.choose"),
    ),
    Group(
        "noise", "How much noise",
        "Rates of noise, accuracy on clean labels without clean labels, and what noise cannot change.",
        ("numerics.finite", "numerics.noise"),
    ),
    Group(
        "confirm", "Confirm and audit",
        "What was predicted against what training shows; code against its formula, a model against the hypotheses.",
        ("numerics.confirmations", "numerics.audits", "numerics.counterexamples"),
    ),
    Group(
        "sweeps", "Data sets and sweeps",
        "Data under a name, and many runs of training.",
        ("numerics.sweeps", "numerics.datasets"),
    ),
    Group("other", "Others", "Names that belong to none of the other pages.", ("",)),
)  # fmt: skip
"""The pages, the first whose homes fit takes a name."""

ORDER = ("certify", "design", "language", "catalogue", "check-again", "train", "noise", "confirm", "sweeps", "other")
"""In which they are read."""


def group_of(home: str) -> Group:
    """The page of a name whose module is ``home``."""
    return next(g for g in GROUPS if home.startswith(g.homes))
