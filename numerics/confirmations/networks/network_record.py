"""Records of network confirmations: the claim, what was trained, what each network shows, and how training went."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Sequence
from dataclasses import asdict

from torch import Tensor

from numerics.confirmations.networks.judged import Judged
from numerics.confirmations.networks.network_spec import NetworkSpec
from numerics.confirmations.networks.steps_to_go import StepsToGo, steps_to_go
from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.networks.comparison import Comparison
from numerics.networks.without_penalty import BesideWithoutPenalty
from numerics.runs.agreement import Agreement, finite

SCHEMA = "symcheck.network-confirmation/2"


def record_text(
    judged: Judged,
    spec: NetworkSpec,
    agreement: Agreement,
    comparisons: Sequence[Comparison],
    beside: BesideWithoutPenalty | None = None,
) -> str:
    """The record in JSON; equal runs on one machine are equal text."""
    found, to_go = judged.found, steps_to_go(judged)
    record = {
        "schema": SCHEMA,
        "run": found.name,
        "spec": asdict(spec),
        "claim": _claim(judged.claim),
        "layer": judged.layer,
        "agreement": agreement.to_record(),
        "networks": _networks(judged),
        "steps_to_go": None if to_go is None else _to_go(to_go),
        "looks": [] if found.until is None else found.until.looks.tolist(),
        "without_penalty": None if beside is None else beside.to_record(),
        "comparisons": [_plain(asdict(pair)) for pair in comparisons],
        "versions": {name: importlib.metadata.version(name) for name in ("torch", "numpy", "sympy")},
    }
    return json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def _to_go(to_go: StepsToGo) -> dict[str, object]:
    """How far training is from what is asked; the optimiser is in the specification."""
    return {
        "run": asdict(to_go.run),
        "done": to_go.done,
        "left": finite(to_go.left),
        "asked": to_go.asked,
        "ended": str(to_go.ended),
        "more": to_go.more,
    }


def _claim(claim: PredictedNumbers) -> dict[str, object]:
    """The numbers that are claimed of the formulas that were trained."""
    pair = claim.objective
    return {
        "loss": str(pair.loss),
        "regularizer": str(pair.regularizer),
        "parameters": {**pair.parameters, **pair.entries, **claim.assumed},
        "kappa": claim.kappa,
        "hessian": claim.hessian.tolist() if claim.power == 1 else None,
        "quotient": claim.quotient,
        "power": claim.power,
        "noise_power": claim.noise_power,
        "planted": claim.planted or None,
    }


def _networks(judged: Judged) -> list[dict[str, object]]:
    """Each network: what it shows of the claim, what training and alpha leave of that, and how it went."""
    found, seen, along = judged.found, judged.measured.weights, judged.measured.scale
    is_scaled = judged.layer is not None
    rows = []
    for k, case in enumerate(found.cases):
        rows.append(
            {
                **asdict(case),
                "steps": found.steps[k],
                "ended": str(found.ended[k]),
                "gradient_norm": finite(float(found.gradient_norms[k])),
                "kappa": _at(along.kappa, k) if is_scaled else None,
                "kappa_left": _at(along.kappa_left, k) if is_scaled else None,
                "kappa_remainder": _at(along.kappa_remainder, k) if is_scaled else None,
                "gap": _at(seen.gap, k),
                "gap_left": _at(seen.gap_left, k),
                "gap_remainder": _at(seen.gap_remainder, k),
                "history": _history(judged, k),
            }
        )
    return rows


def _history(judged: Judged, k: int) -> dict[str, list[float | None]]:
    """What network ``k`` showed at each look."""
    until = judged.found.until
    if until is None or not len(until.looks):
        return {}
    names = ("kappa", "kappa_left", "gap_left") if until.is_scaled else (None, None, "gap_left")
    return {
        name: [finite(float(x)) for x in until.history[:, k, i]] for i, name in enumerate(names) if name is not None
    }


def _at(values: Tensor, k: int) -> float | None:
    return finite(float(values[k]))


def _plain(values: dict[str, object]) -> dict[str, object]:
    """Numbers that JSON does not have as None, in tuples too."""
    return {name: _number(value) for name, value in values.items()}


def _number(value: object) -> object:
    if isinstance(value, tuple):
        return [_number(one) for one in value]
    return finite(value) if isinstance(value, float) else value
