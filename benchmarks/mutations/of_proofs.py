"""Mutations of proofs: of hints, exponents and letters; and of any part, in its type, or taken from another one."""

from __future__ import annotations

import copy
import random

from benchmarks.mutations.claimed import Changed, Claimed, Json, at, leaves, names_of, put


def _hints(rng: random.Random, proof: Json) -> Json:
    found = [proof[k] for k in ("hints", "kappa_hints") if isinstance(proof, dict) and proof.get(k)]
    return rng.choice(found) if found else None


def _hint(rng: random.Random, statement: Json, proof: Json, other: Claimed) -> Changed:
    """One hint less, moved to another node, exchanged with another one, or taken from elsewhere."""
    hints = _hints(rng, proof)
    if not hints:
        return None
    node = rng.choice([*hints])
    way = rng.randrange(5)
    if way == 0:
        hints.pop(node)
    elif way == 1:
        step = rng.choice((-2, -1, 1, 2, 1000, 10**30))
        hints[rng.choice((str(int(node) + step), f"0{node}", f" {node}", "x", "-1"))] = hints.pop(node)
    elif way == 2:
        one = rng.choice([*hints])
        hints[node], hints[one] = hints[one], hints[node]
    elif way == 3:
        elsewhere = _hints(rng, other.proof)
        if not elsewhere:
            return None
        hints[node] = copy.deepcopy(rng.choice([*elsewhere.values()]))
    else:
        hints[node] = rng.choice((
            [hints[node]] * 2, [hints[node]], [hints[node]] * 3, hints[node][::-1] if type(hints[node]) is list else {},
            [], {"C": 1}, "1", "0",
        ))  # fmt: skip
    return statement, proof


def _exponent(rng: random.Random, statement: Json, proof: Json, _: Claimed) -> Changed:
    """Another exponent, or another letter with it."""
    found = [(p, v) for p, v in leaves(proof) if type(v) is int]
    if not found:
        return None
    path, k = rng.choice(found)
    if rng.random() < 0.6:
        put(proof, path, rng.choice((k + 1, k - 1, -k, 2 * k, 0, True, float(k), str(k), 10**30, k + 2**127 - 1)))
        return statement, proof
    holder = at(proof, path[:-1])
    if isinstance(holder, dict):
        holder[rng.choice(["C", *names_of(statement), *(x[0] for x in proof.get("letters", ()))])] = k
    return statement, proof


def _letters(rng: random.Random, statement: Json, proof: Json, _: Claimed) -> Changed:
    """The letters in another order, one less, one twice, of another kind, name or meaning."""
    letters = proof.get("letters") if isinstance(proof, dict) else None
    if not letters:
        return None
    way = rng.randrange(6)
    i = rng.randrange(len(letters))
    if way == 0:
        rng.shuffle(letters)
    elif way == 1:
        letters.pop(i)
    elif way == 2:
        letters.insert(rng.randrange(len(letters) + 1), [*letters[i]])
    elif way == 3:
        letters[i][1] = rng.choice(("log", "exp", "root", "variable", "", "Log"))
    elif way == 4:
        names = [x[0] for x in letters]
        letters[i][2] = rng.choice((*names, f"{letters[i][0]} + 1", "C", "1", "0", "-1", "C - 2", "2", "C - 3", "1/2"))
    else:
        letters[i][0] = rng.choice((*names_of(statement), "C", "z", letters[rng.randrange(len(letters))][0], "if"))
    return statement, proof


def _type(rng: random.Random, statement: Json, proof: Json, _: Claimed) -> Changed:
    """A part of another type, a key more or a key less."""
    whole = rng.choice((statement, proof))
    if not whole:
        return None
    path, value = rng.choice([*leaves(whole)])
    if rng.random() < 0.2:
        holder = at(whole, path[:-1])
        if isinstance(holder, dict):
            holder.pop(path[-1])
        else:
            holder.append(copy.deepcopy(value))
    else:
        new: tuple[Json, ...] = (
            None,
            True,
            0,
            5,
            -1,
            1.5,
            "",
            "x",
            [],
            {},
            [[]],
            {"a": 1},
            float("nan"),
            10**4000,
            [value],
            {"0": value},
        )
        put(whole, path, rng.choice(new))
    return statement, proof


def _key(rng: random.Random, statement: Json, proof: Json, _: Claimed) -> Changed:
    whole = rng.choice((statement, proof))
    if isinstance(whole, dict):
        whole[rng.choice(("x", "", "kappa", "across", "split", "at", "arrays", "root", "Formula", 5, None))] = (
            rng.choice(("1", {}, [], None, 1))
        )
    return statement, proof


def _taken(rng: random.Random, statement: Json, proof: Json, other: Claimed) -> Changed:
    """The proof, the formula or kappa of another one."""
    way = rng.randrange(4)
    if way == 0:
        return statement, copy.deepcopy(other.proof)
    if way == 1:
        statement["formula"] = other.statement["formula"]
    elif way == 2:
        statement["kappa"] = other.statement.get("kappa")
    else:
        key = rng.choice([*proof])
        if key not in other.proof:
            return None
        proof[key] = copy.deepcopy(other.proof[key])
    return statement, proof


OF_PROOFS = {
    "proof: hints": _hint,
    "proof: exponents": _exponent,
    "proof: letters": _letters,
    "any: type": _type,
    "any: key": _key,
    "any: from another": _taken,
}
