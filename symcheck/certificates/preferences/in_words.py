"""The certificate of a preference loss in words: what flipped pairs do, to which models, and what that means."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.certificates.places_in_words import LONGEST_SCOPE
from symcheck.certificates.preferences.answers.limit import on_cones
from symcheck.certificates.preferences.gradient_at_reference import BACKWARDS
from symcheck.certificates.preferences.left import PENALTIES, limit_with, proved_where
from symcheck.certificates.preferences.said import PreferenceSaid
from symcheck.findings.verdict import Verdict

# The rate has no name here: a loss may have a parameter eps of its own.
FLIPS = "flips of pairs (all with one probability below 1/2, in expectation)"


def in_words(c: PreferenceSaid) -> str:
    """What ``c`` says, in at most three sentences."""
    told = {Verdict.PROVED: _proved, Verdict.REFUTED: _refuted, Verdict.UNDECIDED: _undecided}[c.verdict]
    return " ".join(told(c))


def _proved(c: PreferenceSaid) -> Iterator[str]:
    name = next(a.name for a in c.answers if a.decides and a.verdict is Verdict.PROVED)
    holds = f"This holds for {_parameters(c)}every such probability, under the assumptions below"
    if name != "limit":
        yield _kept(c, name)
        yield f"{holds}, wherever there are minimisers."
        # Flips may leave alone what is wrong from the start.
        if c.gradient == BACKWARDS:
            yield "Its gradient at equal scores points to the rejected answer, though."
    elif on_cones(c.certificate) is None:
        yield (
            f"With a large lambda there is one minimum near the scores 0; as lambda -> oo, {FLIPS} only shorten its "
            "scores and turn no preference."
        )
        yield f"{holds}."
        yield "Nothing is claimed further away, where minimisers may be missing."
    else:
        yield (
            "Train a linear reward model to the minimum of the loss with lambda times the penalty: as lambda -> oo, "
            f"{FLIPS} only shorten the scores and turn no preference."
        )
        yield f"{holds}; how large lambda has to be depends on the data."


def _kept(c: PreferenceSaid, name: str) -> str:
    """What flips do to the minimisers of a loss that is symmetric or exact."""
    if name == "exact":
        where = "Without any penalty" if c.penalty is None else "At every lambda"
        return f"{where}, {FLIPS} only scale the minimisers, and turn no preference of a linear reward model."
    if c.penalty is None:
        return f"Without any penalty, {FLIPS} leave the minimisers of the loss where they are, on every model."
    return (
        f"On every model, {FLIPS} do what a larger lambda does: they give the minimisers of clean pairs at that lambda."
    )


def _parameters(c: PreferenceSaid) -> str:
    found = ", ".join(f"every {p.name} in {p.interval}" for p in c.scope.parameters)
    if not found:
        return ""
    return f"{found if len(found) <= LONGEST_SCOPE else 'all values of the parameters'} and "


def _refuted(c: PreferenceSaid) -> Iterator[str]:
    limit = "" if c.penalty is None else ", nor the condition for one limit direction"
    yield f"Neither of the two forms of a loss that flips of pairs only rescale holds in the whole scope{limit}."
    back = "its gradient at equal scores points to the rejected answer; " if c.gradient == BACKWARDS else ""
    promise = (
        f"{back}so nothing promises that its minimisers survive flips; that is no word against training on your data."
    )
    yield promise[0].upper() + promise[1:]
    yield from _somewhere(c)


def _undecided(c: PreferenceSaid) -> Iterator[str]:
    yield "Nothing is claimed: it is open what flips of pairs do; what would settle it stands below."
    yield from _somewhere(c)


def _somewhere(c: PreferenceSaid) -> Iterator[str]:
    """Where it is PROVED, or with which penalty."""
    if c.penalty is None:
        penalty = next((text for text in PENALTIES if limit_with(text) in c.left), None)
        if penalty is not None:
            yield f"With the penalty {penalty} it is PROVED in the limit lambda -> oo."
        return
    found = proved_where(c.certificate)
    if found:
        yield f"It is PROVED where {' or '.join(found)}."
