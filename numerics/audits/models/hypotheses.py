"""The hypotheses of Theorems 2, 2' and 3 on a network and data, each answered with a number and a sentence."""

from __future__ import annotations

from dataclasses import replace

import torch

from numerics.audits.models.audit import Answer, Hypothesis
from numerics.audits.models.cone import LOGARITHMS, bound, missed
from numerics.audits.models.inspection import Inspected
from numerics.audits.models.jacobian import Spectrum
from numerics.audits.models.kinks import watched
from numerics.models.start import Start
from numerics.networks.linearity import ROUNDING
from numerics.networks.train import ZERO


def zero(seen: Inspected) -> Hypothesis:
    """Z(theta_0) = 0: the largest score at the start."""
    with torch.no_grad():
        largest = float(seen.network.scores(seen.network.theta).abs().max())
    is_zero = largest <= ZERO
    how = {
        Start.ZERO_LAST_LAYER: "the last linear layer is 0",
        Start.SUBTRACTED: "the initial function is subtracted",
        Start.AS_IS: "the module starts there by itself",
    }[seen.start]
    return Hypothesis(
        name="Z(theta_0) = 0",
        answer=Answer.HOLDS if is_zero else Answer.FAILS,
        number=largest,
        sentence=f"the largest score at the start is {largest:.2g}: {how}"
        if is_zero
        else f"the largest score at the start is {largest:.2g}; start='zero-last-layer' or 'subtracted' arranges 0",
    )


def smooth(seen: Inspected) -> Hypothesis:
    """Z is C^2 near theta_0: how far the nearest entry is from a kink of the network."""
    name = "Z is C^2 near theta_0"
    if seen.linearity.is_affine:
        return Hypothesis(name=name, answer=Answer.HOLDS, number=None, sentence="Z is linear in the weights")
    # One pass with the weights theta_0: what is not smooth elsewhere does not matter here.
    watch = watched(seen.network.scores, seen.network.theta)
    unread = ", ".join(sorted(watch.unread))
    if watch.nearest == 0.0:
        answer = Answer.UNKNOWN
        sentence = "an entry lies exactly on a kink (of relu, abs and the like): Z has no derivative if weights move it"
    elif watch.unread:
        answer = Answer.UNKNOWN
        sentence = f"the network uses {unread}, whose kinks are not looked for"
    elif watch.nearest < float("inf"):
        answer = Answer.HOLDS
        sentence = (
            f"on these samples no entry lies on a kink, the nearest is {watch.nearest:.2g} away: Z is smooth near "
            "theta_0, though perhaps only very near"
        )
    else:
        answer, sentence = Answer.HOLDS, "no operation with a kink was met, so Z is smooth in the weights"
    number = watch.nearest if watch.nearest < float("inf") else None
    return Hypothesis(name=name, answer=answer, number=number, sentence=sentence)


def rank(seen: Inspected) -> Hypothesis:
    """E[J'J] > 0: the Jacobian at the start has full column rank."""
    found = _definite("E[J'J] > 0", seen.decomposed.spectrum, "E[J'J]")
    if found.answer is not Answer.FAILS or not seen.claim.quotient or seen.features.rank != seen.features.columns:
        return found
    return replace(
        found,
        sentence=found.sentence + "; some moves of the weights shift all scores together, which counts for nothing",
    )


def _definite(name: str, found: Spectrum, what: str) -> Hypothesis:
    m, most = found.columns, min(found.columns, found.rows)
    told = "" if found.rank is None else f"its rank is {found.rank} of m = {m}"
    # Counting is enough here: no decomposition could find more than that many independent columns.
    if found.columns > found.rows:
        answer = Answer.FAILS
        sentence = (
            f"m = {m} weights outnumber the n C = {found.rows} scores: the rank is at most {most} < m, so {what} "
            "is not positive definite" + (f" ({told})" if told else "")
        )
    elif found.zero_columns:
        answer = Answer.FAILS
        sentence = f"{found.zero_columns} of m = {m} weights move no score to first order: {what} is singular" + (
            f", {told}" if told else ""
        )
    elif found.rank is None:
        answer = Answer.UNKNOWN
        sentence = f"J has {found.rows} rows and {m} columns, too many to be decomposed: take fewer samples or weights"
    else:
        answer = Answer.HOLDS if found.rank == m else Answer.FAILS
        singular = found.singular
        smallest = float(singular[-1]) if singular is not None else 0.0
        sentence = (
            f"{told}; the smallest singular value of J/sqrt(n) is {smallest:.2g}, and up to eps max(n C, m) "
            f"sigma_max = {found.tolerance:.2g} it could be rounding"
        )
    return Hypothesis(name=name, answer=answer, number=found.smallest_eigenvalue, sentence=sentence)


def signal(seen: Inspected) -> Hypothesis:
    """grad L(theta_0) != 0: the norm of E[J'b_Y] against its rounding."""
    size = float(seen.gradient.norm())
    holds = size > seen.rounding
    return Hypothesis(
        name="grad L(theta_0) != 0",
        answer=Answer.HOLDS if holds else Answer.FAILS,
        number=size,
        sentence=f"the norm of E[J'b_Y] is {size:.3g}, where rounding alone could leave {seen.rounding:.1g}: "
        + (
            "the labels pull the scores away from 0"
            if holds
            else "to first order no weight says anything about the label"
        ),
    )


def direction(seen: Inspected) -> Hypothesis:
    """Jv != 0: the limit of the scores of Theorem 2 is not 0."""
    size = float(seen.limit.square().sum(1).mean().sqrt())
    holds = size > seen.rounding
    return Hypothesis(
        name="Jv != 0",
        answer=Answer.HOLDS if holds else Answer.FAILS,
        number=size,
        sentence=f"the L2 norm of Jv is {size:.3g} for v = -E[J'HJ]^+ E[J'b_Y]"
        + ("" if holds else ", which is rounding: there is no limit direction"),
    )


def linear(seen: Inspected) -> Hypothesis:
    """Z = theta phi(X): the scores of all weights are a subspace."""
    found, answer = seen.linearity, seen.linear
    told = f"between two random weights Z leaves the chord by {found.bend:.2g}, relatively: "
    if answer is Answer.UNKNOWN and found.bend > ROUNDING:
        told += "each operation on the way is linear, and single precision on the way may leave that much"
    elif found.bend > ROUNDING:
        told += "it is not linear in the weights"
    elif answer is Answer.HOLDS:
        told += "it is linear in the weights, as each operation on the way is" + (
            "" if found.is_linear else "; the fixed term of the scores is one of those that weights give"
        )
    elif not found.is_followed:
        told += f"it is linear there, but passes {', '.join(found.lost)}, and that it is so at all weights is not known"
    elif answer is Answer.FAILS:
        told += (
            "it is linear in the weights up to a fixed term, which no weights give (relative distance "
            f"{seen.offset:.2g}): the scores are no subspace; start='subtracted' takes the term away"
        )
    elif seen.offset is None:
        told += "it is linear in the weights up to a fixed term, and J is too large to see whether weights give it"
    else:
        told += (
            f"it is linear in the weights up to a fixed term of {found.offset:.2g}, relatively, which may be rounding"
        )
    return Hypothesis(name="Z = theta phi(X)", answer=answer, number=found.bend, sentence=told)


def features(seen: Inspected) -> Hypothesis:
    """E[phi phi'] > 0: the features of a linear family are independent."""
    name = "E[phi phi'] > 0"
    if not seen.is_linear:
        told = "is not linear, so there is no phi" if seen.linear is Answer.FAILS else "is not known to be linear"
        return Hypothesis(name=name, answer=seen.linear, number=None, sentence=f"the family {told}")
    found = _definite(name, seen.features, "E[J'J] = E[phi phi'], C times over,")
    if found.answer is not Answer.FAILS:
        return found
    return replace(
        found,
        sentence=found.sentence + "; the scores are those of fewer features, which all are combinations of others: "
        "leave some out, and the hypothesis holds",
    )


def cone(seen: Inspected) -> Hypothesis:
    """The scores form a cone: some layer scales them, or they are bounded, or nothing is known."""
    name, found = "the scores form a cone", seen.scale
    if not found.is_proved and seen.is_linear:
        return Hypothesis(
            name=name, answer=Answer.HOLDS, number=None, sentence="the scores of all weights are a subspace"
        )
    if found.layer is not None:
        told = f"{found.move} multiplies the scores by t"
        ends = f"(at random weights, error {found.error:.1g})"
        if found.is_proved:
            return Hypothesis(
                name=name,
                answer=Answer.HOLDS,
                number=found.error,
                sentence=f"{told} {ends}, since every operation that follows keeps the factor; where the cone is not "
                "closed, its closure is meant",
            )
        return Hypothesis(
            name=name,
            answer=Answer.UNKNOWN,
            number=found.error,
            sentence=f"{told} {ends}, but they pass {', '.join(found.lost)}, of which it is not known that the factor "
            "is kept at all weights",
        )
    if seen.linearity.is_affine and seen.linear is Answer.FAILS:
        told = (
            "the scores of all weights are an affine space without 0, which t Z leaves; start='subtracted' takes the "
        )
        return Hypothesis(name=name, answer=Answer.FAILS, number=seen.offset, sentence=told + "fixed term away")
    last = bound(seen.network)
    # Up to a shift of all scores together logarithms of probabilities are the scores before the softmax.
    if last is not None and not (seen.claim.quotient and last == LOGARITHMS):
        return Hypothesis(name=name, answer=Answer.FAILS, number=None, sentence=_bounded(last))
    distance = missed(seen.network)
    return Hypothesis(name=name, answer=Answer.UNKNOWN, number=distance, sentence=_unscaled(seen, distance))


def _bounded(last: str) -> str:
    if last == LOGARITHMS:
        return (
            "the scores are logarithms of probabilities, log_softmax(...), and t times them are none for t != 1; give "
            "the scores before log_softmax: the losses take a softmax themselves"
        )
    return (
        f"the last operation is {last.strip('_')}, whose results are bounded: not all t Z, t > 0, are scores of this "
        "family; give the scores before it"
    )


def _unscaled(seen: Inspected, distance: float | None) -> str:
    searched = (
        "the scores are 0 at random weights: that decides nothing"
        if distance is None
        else f"a search for weights with the scores 3 Z stopped at the relative distance {distance:.2g}: that decides "
        "nothing"
    )
    return f"no layer was found that scales the scores, and {searched}" + (
        "; a family with its initial function subtracted is in general no cone"
        if seen.start is Start.SUBTRACTED
        else ""
    )


def nonzero(seen: Inspected, signal: Hypothesis) -> Hypothesis:
    """Z* != 0: somewhere in the family E<b_Y, Z> < 0."""
    name = "Z* != 0"
    if signal.answer is not Answer.HOLDS:
        told = "E<b_Y, Z> = 0 for all scores of this linear family, so l_lin + g_sq is smallest at Z* = 0"
        return Hypothesis(
            name=name,
            answer=Answer.FAILS if seen.is_linear else Answer.UNKNOWN,
            number=0.0,
            sentence=told if seen.is_linear else "no scores with E<b_Y, Z> < 0 were met; without them Z* = 0",
        )
    # For short steps E<b_Y, Z> falls along -grad L, whatever the network is; a longer one shows it above the rounding.
    step = seen.gradient / seen.gradient.norm()
    with torch.no_grad():
        tried = [seen.network.scores(seen.network.theta - length * step) for length in (1.0, 1e-2, 1e-4)]
    found = min(float((seen.pull * scores).sum(1).mean()) for scores in tried)
    holds = found < -seen.rounding
    return Hypothesis(
        name=name,
        answer=Answer.HOLDS if holds else Answer.UNKNOWN,
        number=found,
        sentence=f"a step along -grad L gives E<b_Y, Z> = {found:.3g} < 0, so l_lin + g_sq is not smallest at 0"
        if holds
        else "steps along -grad L met no scores with E<b_Y, Z> < 0; without them Z* = 0",
    )


def unique(seen: Inspected) -> Hypothesis:
    """Z* is unique: certain where the scores form a subspace."""
    name = "Z* is unique"
    if seen.is_linear:
        return Hypothesis(
            name=name, answer=Answer.HOLDS, number=None,
            sentence="the scores form a subspace, on which l_lin + g_sq is strictly convex",
        )  # fmt: skip
    return Hypothesis(
        name=name, answer=Answer.UNKNOWN, number=None,
        sentence="l_lin + g_sq may have several minimisers on the scores of this network; clean and noisy training "
        "may then end in different ones",
    )  # fmt: skip


def ties(seen: Inspected) -> Hypothesis:
    """No ties in Jv: the least lead of the first class over the second."""
    top = seen.limit.topk(2, dim=1).values
    size = float(seen.limit.abs().max()) or 1.0
    margin = float((top[:, 0] - top[:, 1]).min()) / size
    tolerance = torch.finfo(torch.float64).eps * max(seen.decomposed.spectrum.rows, seen.decomposed.spectrum.columns)
    holds = margin > tolerance
    return Hypothesis(
        name="no ties in the limit Jv",
        answer=Answer.HOLDS if holds else Answer.FAILS,
        number=margin,
        sentence=f"the two largest scores of a sample in Jv differ by at least {margin:.2g} of the largest of all; "
        f"below {tolerance:.1g} that could be rounding",
    )


def unknown_ties() -> Hypothesis:
    """No ties in Z*, of which nothing is known without training."""
    return Hypothesis(
        name="no ties in the limit Z*", answer=Answer.UNKNOWN, number=None,
        sentence="Z* is not known without training; training on the limit problem, alphas=[0], finds it",
    )  # fmt: skip
