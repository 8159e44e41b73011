"""What is no statement or no proof is refused by a message that names the field, whatever it is, and at once."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from symcheck.proof.check import Refused, Scope, Tape, check, main
from symcheck.proof.splits import checked
from tests.symcheck.proof.claims import MUH, POSITIVE, QUOTIENT, UNIT, loss, regularizer, statement

Json = Any
Key = str | int
SECONDS = 2.0
"""No refusal takes longer."""
WRONG: tuple[Json, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    1.5,
    float("nan"),
    float("inf"),
    10**4000,
    "",
    "x",
    "\x00",
    "\ud800",
    [],
    {},
    [[]],
    {"": {}},
    [None],
    {"x": 1},
    {"0": "C"},
    b"C",
    (1, 2),
    {1, 2},
    object(),
    "C" * 30_000,
    "(" * 500,
)


def verified() -> list[tuple[Json, Json]]:
    """Statements with proofs that have every field."""
    exponential = statement(f"exp(-q)*log(1 + q)*{MUH}", kappa="exp(-q)*log(1 + q)", q=POSITIVE)
    letters = [["E", "exp", "-q"], ["L", "log", "1 + q"]]
    variance = statement("total((z - mean(z))**2)/2", about="regularizer", space=QUOTIENT)
    relu = statement("relu(onehot(y) + 1 + z)[y] + total(z, but=y)/(C - 1)/C*(C - 1) - 2*z[y] + z[y]/C")
    return [
        (exponential, loss(exponential, "E*L", letters, exp={"E": 1}, log={"L": 1})),
        (variance, regularizer(variance, "1", None)),
        (relu, loss(relu, "1", inverse=("C - 1", "C"), branch=["2", "1"])),
    ]


def seconds(f: Any, *args: Any) -> float:
    start = time.process_time()
    with pytest.raises(Refused, match=r"^[^:]+: "):
        f(*args)
    return time.process_time() - start


def answered(said: Json, proof: Json) -> str:
    """What the checker answers, where any other error than a refusal is one of the test."""
    try:
        check(said, proof)
    except Refused as stop:
        return str(stop)
    return "verified"


def places(data: Json, path: tuple[Key, ...] = ()) -> Iterator[tuple[Key, ...]]:
    yield path
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield from places(value, (*path, key))


def changed(data: Json, path: tuple[Key, ...], value: Json) -> Json:
    """``data`` with ``value`` at ``path``."""
    if not path:
        return value
    made = copy.deepcopy(data)
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return made


def without(data: Json, path: tuple[Key, ...]) -> Json:
    made = copy.deepcopy(data)
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return made


def at(data: Json, path: tuple[Key, ...]) -> Json:
    for key in path:
        data = data[key]
    return data


@pytest.mark.parametrize(("said", "proof"), verified(), ids=["loss", "regularizer", "branch"])
def test_it_is_verified_as_it_is(said: Json, proof: Json) -> None:
    check(said, proof)


@pytest.mark.parametrize(("said", "proof"), verified(), ids=["loss", "regularizer", "branch"])
def test_any_value_anywhere_is_verified_or_refused(said: Json, proof: Json) -> None:
    # Whatever stands at a place, the answer is "verified" or a refusal: no other error, and never a long wait.
    for whole, other in ((said, proof), (proof, said)):
        for path in places(whole):
            for value in (*WRONG, *([[at(whole, path)], {"x": at(whole, path)}] if path else ())):
                made = changed(whole, path, value)
                start = time.process_time()
                answer = answered(*((made, other) if whole is said else (other, made)))
                assert answer == "verified" or ": " in answer
                assert time.process_time() - start < SECONDS


@pytest.mark.parametrize(("said", "proof"), verified(), ids=["loss", "regularizer", "branch"])
def test_no_key_of_a_statement_may_be_missing(said: Json, proof: Json) -> None:
    for path in places(said):
        if path and isinstance(path[-1], str):
            with pytest.raises(Refused, match=path[-1] if len(path) == 1 else ": "):
                check(without(said, path), proof)


@pytest.mark.parametrize(("said", "proof"), verified(), ids=["loss", "regularizer", "branch"])
def test_no_key_of_a_proof_may_be_missing(said: Json, proof: Json) -> None:
    for key in proof:
        with pytest.raises(Refused, match=f"proof.{key}|hints|letters"):
            check(said, {k: v for k, v in proof.items() if k != key})


HINTS: list[Json] = [
    None,
    1,
    1.5,
    True,
    "",
    " ",
    "z",
    "C +",
    "C C",
    "C; C",
    "C,",
    "(C",
    "C)",
    "C**C",
    "C**q",
    "C**1.5",
    "C**(1/2)",
    "exp(C)",
    "C[y]",
    "onehot(y)",
    "C**65000",
    "C**-1000",
    "-" * 15000 + "C",
    "(" * 9000 + "C" + ")" * 9000,
    "C+" * 9000 + "C",
    "C" * 25_000,
    "2**" * 5000 + "C",
    "[" * 150 + "]" * 150,
    "{}",
    "\x00",
    "\ud800",
    "\uff23",
    "C # 1",
    "C\n",
    "lambda: C",
    "9" * 5000,
    "0x" + "f" * 5000,
    "1e5",
    "1_0",
    "C if C else C",
    "C < C",
    [],
    ["C"] * 5,
    [["C"]],
    {"C": 1},
    {"L": 1},
    {"": 1},
    {"E": 1},
    ["z"],
    [None],
    {"C": "1"},
    {"E": True},
    {"E": 1.0},
    {"E": 10**30},
    {"E": -(10**30)},
    {"E": [1]},
    {"E": None},
]


@pytest.mark.parametrize("hint", HINTS, ids=lambda h: ascii(h)[:24])
def test_a_hint_of_another_form_is_refused(hint: Json) -> None:
    # At a division, a logarithm, an exponential and a branch in turn; E is a letter of the proof, but not this one.
    said = statement(f"exp(1)*log(C)/C*relu(1 + {MUH})")
    letters = [["L", "log", "C"], ["E", "exp", "1"], ["E2", "exp", "1"]]
    proof = loss(said, "E*L/C", letters, exp={"E2": 1}, log={"L": 1}, branch="1")
    proof["kappa"] = "E2*L/C"
    check(said, proof)
    nodes = Tape(said["formula"], Scope(said["scope"]), "formula").nodes
    for node in proof["hints"]:
        op = nodes[int(node)][0]
        fits: dict[str, list[Json]] = {"inverse": [["C"] * 5], "exp": [{"E": 1}], "log": [{"L": 1}], "branch": []}
        if hint in fits[op]:
            continue
        assert seconds(check, said, {**proof, "hints": {**proof["hints"], node: hint}}) < SECONDS


@pytest.mark.parametrize("text", [h for h in HINTS if isinstance(h, str) and h != "C"], ids=lambda h: ascii(h)[:24])
def test_a_text_of_another_form_is_refused(text: str) -> None:
    said = statement(f"C*{MUH}", kappa="C")
    proof = loss(said, "C")
    check(said, proof)
    assert seconds(check, said, {**proof, "kappa": text}) < SECONDS
    assert seconds(check, said, {**proof, "letters": [["E", "exp", text]]}) < SECONDS


@pytest.mark.parametrize(
    "letters",
    [
        None,
        {},
        "E",
        [None],
        [[]],
        [["E"]],
        [["E", "exp"]],
        [["E", "exp", "1", "1", "1"]],
        [["E", "exp", 1]],
        [[1, "exp", "1"]],
        [["E", None, "1"]],
        [["E", "sin", "1"]],
        [["E", "EXP", "1"]],
        [["", "exp", "1"]],
        [["1", "exp", "1"]],
        [["E E", "exp", "1"]],
        [["E", "exp", "1"]] * 2,
        [[f"E{k}", "exp", "1"] for k in range(100_000)],
        [["E", "exp", "E"]],
        [["E", "exp", ""]],
        [["\u212f", "exp", "1"]],
        [["E", "log", "1 - C"]],
        [["E", "log", "0"]],
        [["E", "exp", "1/0"]],
        [["E", "exp", "1/(C - 2)"]],
        [["E", "exp", "z"]],
        [["E", "exp", "onehot(y)"]],
        [["E", "exp", "log(C)"]],
        [("E", "exp", "1")],
        [["E", "exp", "1", None]],
    ],
    ids=lambda x: ascii(x)[:30],
)
def test_letters_of_another_form_are_refused(letters: Json) -> None:
    said = statement(MUH)
    assert seconds(check, said, {**loss(said), "letters": letters}) < SECONDS


@pytest.mark.parametrize(
    "formula",
    [
        "-" * 19_000 + "z[y]",
        "(" * 9_000 + "z" + ")" * 9_000,
        "(" * 150 + "z" + ")" * 150,
        "2**" * 6_000 + "z",
        "z + " * 4_000 + "z",
        "z" + "[y]" * 6_000,
        "exp(" * 90 + "z" + ")" * 90,
        "exp(" * 3_000 + "z" + ")" * 3_000,
        "9" * 4_000,
        "9" * 19_000,
        "0" * 19_000,
        "9**9**9**9",
        "(9**60)**60",
        "1/" * 9_000 + "1",
        "z[y]" * 4_000,
        "a = " * 5_000 + "z",
        ";" * 19_000,
        "z;" * 9_000 + "z",
        "z," * 9_000,
        "total(z" + ", z" * 6_000 + ")",
        "t = z; " * 2_000 + "t",
        "z" * 30_000,
        "\x00" * 10,
        " " * 19_000,
        "[" * 19_000,
        "{" * 190 + "}" * 190,
        "z.a" * 6_000,
        "not " * 4_500 + "z",
        "f(" * 190 + ")" * 190,
        "z if z else " * 1_500 + "z",
        "; ".join(f"t{k} = z*{k + 1}" for k in range(1_200)) + "; t1",
        "*".join(f"(C + {k})" for k in range(1_500)),
    ],
    ids=lambda f: f"{f[:8]}...{f[-4:]}",
)
def test_long_and_deep_formulas_are_refused_at_once(formula: str) -> None:
    said = statement(formula)
    assert seconds(check, said, {"letters": [], "hints": {"3": "C"}, "kappa": "1"}) < SECONDS
    said = statement(MUH, anchor=formula)
    assert seconds(check, said, {"letters": [], "hints": {"3": "C"}, "kappa": "1"}) < SECONDS


def long(terms: int, seed: int = 0) -> str:
    """A text of about 12 operators a term, and no two of one seed alike."""
    return " + ".join(f"(C + {k + 1000 * seed})**63" for k in range(terms))


def test_proofs_that_ask_for_much_work_are_answered_at_once() -> None:
    muh = statement(MUH)
    units: Any = {f"p{k}": UNIT for k in range(24)}
    many = statement(MUH, **units)
    divided = statement(MUH + "".join(f" + 0/(C + {k})" for k in range(1, 300)))
    powers = statement(MUH + "".join(f" + 0*(z[y] + {k})**64" for k in range(120)))
    exponentials = statement(MUH + "".join(f" + 0*exp({k}*C)" for k in range(1, 200)))
    squares = "; ".join(["t0 = C + 1", *(f"t{k} = t{k - 1}*t{k - 1}" for k in range(1, 600))])
    letters = [[f"E{k}", "exp", long(100, k)] for k in range(20)]
    asked = [
        (muh, loss(muh, "(((C**64)**64)**64)**64")),
        (muh, loss(muh, "t0 = C; " + "; ".join(f"t{k} = t{k - 1}*t{k - 1}" for k in range(1, 60)) + "; t59")),
        (muh, loss(muh, "((C + 1)**64*(C + 2)**64 + 1)**64")),
        (many, loss(many, "(" + " + ".join(units) + " + 1)**3")),
        (many, loss(many, "(" + " - ".join(units) + " + 1000)**7")),
        (divided, loss(divided, inverse=("C", *[long(100)] * 299))),
        (
            exponentials,
            {
                **loss(exponentials, "1", letters),
                "hints": {str(n): {f"E{k}": 1 for k in range(20)} for n in range(2000)},
            },
        ),
        (statement(f"{squares}; {MUH} + 0*t599*z[y]*(t599 - t598**2)"), loss(muh)),
        (statement(f"{squares}; {MUH} + z[y]*(t599 - t598)"), loss(muh)),
        (powers, loss(powers, "2")),
    ]
    for said, proof in asked:
        start = time.process_time()
        with pytest.raises(Refused):
            check(said, proof)
        assert time.process_time() - start < SECONDS


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "1",
        "q q",
        "q.r",
        "q-r",
        "q\n",
        "\u0430",
        "\uff51",
        "\u017f",
        "q\u200b",
        "C",
        "z",
        "y",
        "q" * 70_000,
        "q\x00",
        "\ud800",
        "q;z",
        "z[y]",
        "q = 1; q",
        1,
        None,
        True,
        ["q"],
    ],
    ids=lambda n: ascii(n)[:20],
)
def test_names_that_are_none_are_refused(name: Json) -> None:
    said = statement(MUH, q=UNIT)
    said["scope"]["parameters"][0]["name"] = name
    if name == "q" * 70_000:
        pytest.skip("long names are names")
    assert seconds(check, said, loss(statement(MUH))) < SECONDS


@pytest.mark.parametrize(
    "number",
    [
        "",
        " 1",
        "1 ",
        "1_0",
        "\uff11",
        "1/0",
        "1/",
        "/1",
        "1/-2",
        "0x1",
        "1e5",
        "1.5",
        "+1",
        "--1",
        "inf",
        "nan",
        "1/2/3",
        "1" * 5_000,
        1,
        1.5,
        True,
        [],
        {},
        "one",
        "1/00",
        "\u00b2",
        "1\n",
        "1\x00",
    ],
    ids=lambda n: ascii(n)[:20],
)
def test_ends_that_are_no_fractions_are_refused(number: Json) -> None:
    for end in ("low", "high"):
        said = statement(MUH, q=("-9", "9", False, False))
        said["scope"]["parameters"][0]["interval"][end] = number
        assert seconds(check, said, loss(statement(MUH))) < SECONDS


@pytest.mark.parametrize("key", [0, None, True, 1.5, ("a",)], ids=str)
def test_keys_that_are_no_texts_do_no_harm(key: Any) -> None:
    said = statement(MUH)
    proof = loss(said)
    check({**said, key: 1}, proof)
    check(said, {**proof, key: 1})
    with pytest.raises(Refused):
        check(said, {**proof, "hints": {3: "C"}})


def test_one_parameter_has_one_interval() -> None:
    said = statement(f"q*{MUH}", q=UNIT)
    said["scope"]["parameters"] += statement(MUH, q=POSITIVE)["scope"]["parameters"]
    assert seconds(check, said, loss(statement(f"q*{MUH}", q=POSITIVE), "q")) < SECONDS


@pytest.mark.parametrize("key", ["about", "formula", "kappa", "anchor", "scope"])
def test_a_statement_whose_scope_is_split_needs_its_keys_too(key: str) -> None:
    said = statement(f"q*{MUH}", kappa="q", q=POSITIVE)
    leaf: Json = {"letters": [], "hints": {}}
    proof = {"split": "q", "at": "C", "below": leaf, "equal": leaf, "above": leaf}
    assert seconds(checked, {k: v for k, v in said.items() if k != key}, proof) < SECONDS
    for value in WRONG:
        assert seconds(checked, {**said, key: value}, proof) < SECONDS


def test_splits_that_are_none_are_refused() -> None:
    said = statement(f"q*{MUH}", kappa="q", q=POSITIVE)
    leaf = {"letters": [], "hints": {}, "kappa": "q", "kappa_hints": {}}
    sides = dict.fromkeys(("below", "equal", "above"), leaf)
    for name in ("z", "y", "r", "", None, 1, ["q"]):
        assert seconds(checked, said, {"split": name, "at": "1", **sides}) < SECONDS
    for at in (
        None,
        1,
        "",
        "z",
        "z[y]",
        "onehot(y)",
        "q",
        "q_",
        "1/0",
        "1; 2",
        "t = 1; t",
        "1)*(2",
        "1" * 9_000,
        "(" * 900,
        "-" * 9_000,
    ):
        assert seconds(checked, said, {"split": "q", "at": at, **sides}) < SECONDS
    for at in ("5/2", "C", "0.5", "q", ""):
        assert seconds(checked, said, {"split": "C", "at": at, **sides}) < SECONDS
    deep: Json = leaf
    for _ in range(2_000):
        deep = {"split": "C", "at": "3", "below": deep, "equal": deep, "above": deep}
    assert seconds(checked, said, deep) < SECONDS


FILES = {
    "nothing": b"",
    "no JSON": b"PROVED",
    "an array": b"[]",
    "a number": b"1",
    "a text": b'"PROVED"',
    "null": b"null",
    "not UTF-8": b"\xff\xfe{}",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "deep": b"[" * 100_000,
    "deep objects": b'{"a":' * 50_000,
    "an endless number": b'{"verdict": ' + b"9" * 10_000 + b"}",
    "half a file": b'{"verdict": "PROVED", "scope"',
    "not a number": b'{"verdict": NaN}',
    "an empty object": b"{}",
    "a lone surrogate": b'{"verdict": "\\ud800"}',
    "a key twice": b'{"verdict": "PROVED", "verdict": "REFUTED"}',
}


@pytest.mark.parametrize("name", [*FILES, "no file", "a folder"])
def test_files_that_are_no_certificates_are_told_so(name: str, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "x.json"
    if name in FILES:
        path.write_bytes(FILES[name])
    elif name == "a folder":
        path.mkdir()
    start = time.process_time()
    assert main(str(path)) == 1
    assert time.process_time() - start < SECONDS
    assert "verified" in capsys.readouterr().out


def test_a_key_that_stands_twice_is_refused_wherever_it_stands(tmp_path: Path, capsys: Any) -> None:
    # A reader sees the first one, Python the last one.
    path = tmp_path / "x.json"
    path.write_text(
        json.dumps({"verdict": "PROVED", "scope": {}})[:-1] + ', "loss": {"formula": "z[y]", "formula": "1"}}', "utf-8"
    )
    assert main(str(path)) == 1
    assert "twice" in capsys.readouterr().out
