"""Differences that only batches show: what is said of single samples says nothing of code that mixes them."""

from __future__ import annotations

import torch
from torch import Tensor

from numerics.audits.implementations.batched import WAYS, Batch, Batched, by_way
from numerics.audits.implementations.evidence import Evidence
from numerics.audits.implementations.explanations.normaliser import over_samples
from numerics.audits.implementations.formula_runs import values_and_gradients, values_at
from numerics.audits.implementations.implementation_audit import Difference, Witness
from numerics.audits.implementations.kind import Kind

ROOM = 1e-6
"""The code on a batch is not the formula if they differ by more than this, relative to the largest value in it."""


def mixing_difference(found: Batched, evidence: Evidence, alone: Witness | None) -> Difference | None:
    """How code that mixes samples differs from the formula, with a batch or with one sample ``alone``; None if it does
    not, or nothing shows it."""
    ratios = _ratios(evidence)
    for batch in reversed(found.batches):
        where = _value_witness(batch, _wanted(found), evidence)
        if where is None:
            continue
        if ratios is not None and _is_weighted(batch, ratios, evidence):
            sentence = (
                "for a batch the code is the sum of the formula's values divided by the sum of the weights of the "
                "labels, and neither their mean nor their sum"
            )
            return Difference(kind=Kind.REDUCTION, sentence=sentence, witness=where)
        named = next(over_samples(evidence), None)
        if named is not None:
            sentence = f"for one sample the code is {named.sentence}, and for a batch it is no mean or sum of that"
            return Difference(kind=named.kind, sentence=sentence, witness=where)
        return Difference(kind=Kind.REDUCTION, sentence=found.mixing, witness=where)
    return None if alone is None else Difference(kind=Kind.REDUCTION, sentence=found.mixing, witness=alone)


def _wanted(found: Batched) -> tuple[str, ...]:
    """The ways in which a batch may be the formula: the one that the code says, else those of the batches before."""
    return found.before or found.ways if found.says is None else (WAYS[found.says],)


def reduction_difference(found: Batched, evidence: Evidence) -> Difference | None:
    """How the reduction is not the one that the code says, or its gradients are not those of its values."""
    if found.backward:
        where = _gradient_witness(found, found.batches[-1], evidence)
        if where is not None:
            return Difference(kind=Kind.WRONG_BACKWARD, sentence=found.backward, witness=where)
    if found.is_right:
        return None
    for batch in found.batches:
        where = _value_witness(batch, _wanted(found), evidence)
        if where is not None:
            sentence = (
                f"for a batch the code returns the {found.ways[0]} of the formula's values, although its reduction is "
                f"{found.says!r}"
            )
            return Difference(kind=Kind.REDUCTION, sentence=sentence, witness=where)
    return None


def _value_witness(batch: Batch, ways: tuple[str, ...], evidence: Evidence) -> Witness | None:
    """The batch, if the code is the formula there in none of the ``ways``."""
    formula, returned = _values(batch, evidence), batch.returned.values
    if formula is None or not formula.isfinite().all():
        return None
    wanted = by_way(formula)
    room = ROOM * max(1.0, float(formula.abs().max()))
    if any(_close(returned, wanted[way], room) for way in ways):
        return None
    if returned.numel() not in (1, len(formula)):
        return _witness_of(batch, "the count of numbers for the batch", returned.numel(), len(formula))
    if returned.numel() > 1:
        place = int((returned - formula).abs().argmax())
        return _witness_of(batch, f"the number {place} for the batch", float(returned[place]), float(formula[place]))
    if ways == ("list",):
        return _witness_of(batch, "the count of numbers for the batch", 1, len(formula))
    return _witness_of(batch, "the value of the batch", float(returned[0]), float(wanted[ways[0]][0]))


def _values(batch: Batch, evidence: Evidence) -> Tensor | None:
    """The formula at the samples of the batch."""
    return values_at(evidence.asked.free, batch.z, batch.y, evidence.asked.numbers)


def _witness_of(batch: Batch, quantity: str, code: float, formula: float) -> Witness:
    z, y = tuple(map(tuple, batch.z.tolist())), tuple(batch.y.tolist())
    return Witness(z=z, y=y, classes=batch.z.shape[1], quantity=quantity, code=code, formula=formula)


def _gradient_witness(found: Batched, batch: Batch, evidence: Evidence) -> Witness | None:
    read = values_and_gradients(evidence.asked.free, batch.z, batch.y, evidence.asked.numbers)
    if read is None:
        return None
    wanted = read[1] / len(batch.y) if found.ways[0] == "mean" else read[1]
    here = _entry_witness(batch, "gradient of the batch", batch.returned.gradient, wanted)
    if here is None and batch.handed is not None:
        here = _entry_witness(batch, "gradient of a multiple of the batch", batch.handed, batch.wanted_of_handed)
    return here


def _entry_witness(batch: Batch, words: str, gradient: Tensor, wanted: Tensor) -> Witness | None:
    row, entry = divmod(int((gradient - wanted).abs().argmax()), batch.z.shape[1])
    code, formula = float(gradient[row, entry]), float(wanted[row, entry])
    if abs(code - formula) <= ROOM * max(1.0, abs(formula)):
        return None
    return _witness_of(batch, f"{words} with respect to z[{row}, {entry}]", code, formula)


def _close(found: Tensor, wanted: Tensor, room: float) -> bool:
    return found.shape == wanted.shape and bool(((found - wanted).abs() <= room).all())


def _is_weighted(batch: Batch, ratios: dict[int, float], evidence: Evidence) -> bool:
    """Whether the code on the batch is the sum of the formula's values over that of the weights, 1 over the ratios."""
    formula = _values(batch, evidence)
    if formula is None or batch.returned.values.numel() != 1 or not set(batch.y.tolist()) <= ratios.keys():
        return False
    total = formula.sum()
    weights = torch.tensor([1 / ratios[label] for label in batch.y.tolist()])
    return _close(batch.returned.values * float(weights.sum()), total.reshape(1), ROOM * max(1.0, float(total.abs())))


def _ratios(evidence: Evidence) -> dict[int, float] | None:
    """The code over the formula for each label, if for one sample that is a number of the label alone, and not 1."""
    compared = evidence.compared[-1]
    found: dict[int, float] = {}
    for place, point in enumerate(compared.code.points):
        formula = float(compared.values[place])
        if not bool(compared.value_known[place]) or abs(formula) < ROOM:
            continue
        here = float(compared.code.values[place]) / formula
        if abs(found.setdefault(point.y, here) - here) > ROOM * abs(here):
            return None
    varies = len({round(r, 6) for r in found.values()}) > 1
    return found if varies and 0 not in found.values() else None
