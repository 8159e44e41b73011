"""Names of the catalogue in formula strings: what they stand for, what the subject is called, and what is refused."""

from __future__ import annotations

import json
import re
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import symcheck as sc
from symcheck.budget import Budget
from symcheck.entry import Entry
from symcheck.errors import FormulaError, ScopeError
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.intake.given import subject_of
from symcheck.intake.parser import composed, parsed
from symcheck.intake.subject_name import LONGEST_NAME, Misfit, named_by_text, subject_of_text
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import FUNCTIONS, logsumexp, onehot, softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.recording import Kind
from symcheck.language.scope import Classes
from symcheck.language.term import Term
from symcheck.losses import GCE, MAE, ClassWeightedCE  # type: ignore[attr-defined]
from symcheck.losses.anl_ce import ANLCE
from symcheck.losses.base import Loss
from symcheck.reason import Undecided
from symcheck.regularizers import L2, Entropy  # type: ignore[attr-defined]
from tests.sampled import one_in

Z, Y = symbols()
LOSSES, REGULARIZERS = names("loss"), names("regularizer")
# Words of the language come before entries: their formulas are reached by norm(v) and entmax(v, alpha).
FREE = [(kind, name) for kind, all_ in (("loss", LOSSES), ("regularizer", REGULARIZERS)) for name in all_]
FREE = [row for row in FREE if row[1] not in FUNCTIONS]


def entry(kind: str, name: str) -> Entry:
    return loss_named(name) if kind == "loss" else regularizer_named(name)


def term(one: Entry) -> Term:
    """What the entry's own code makes, as somebody adds entries up in Python."""
    return one.formula(Z, Y) if isinstance(one, Loss) else one.formula(Z)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("cross_entropy + 1/10*entropy", logsumexp(Z) - Z[Y] + Fraction(1, 10) * term(Entropy())),
        ("gce(q=7/10) + 2*mae", term(GCE(q="7/10")) + 2 * term(MAE())),
        ("2*l2 + entropy", 2 * term(L2()) + term(Entropy())),
        ("1/2*cross_entropy + 1/2*mae", Fraction(1, 2) * (logsumexp(Z) - Z[Y]) + Fraction(1, 2) * term(MAE())),
        ("-gce", -term(GCE())),
        ("gce()*z[y]**2", term(GCE()) * Z[Y] ** 2),
        ("exp(-mae)", FUNCTIONS["exp"](-term(MAE()))),
        ("p = gce(q=1/2); p**2 + p", term(GCE(q="1/2")) ** 2 + term(GCE(q="1/2"))),
        ("r = 1/2; gce(q=r) + gce(q=(1 + r)/3)", term(GCE(q="1/2")) + term(GCE(q="1/2"))),
        ("gce(q=0.7) + l2", term(GCE(q="7/10")) + term(L2())),
        ("unhinged + unhinged", term(loss_named("muh")) + term(loss_named("muh"))),
        ("gce(q=k)", term(GCE(q=Parameter("k", above=0, at_most=1)))),
        ("class_weighted_ce(w=[1, 10, 1/2]) + l2", term(ClassWeightedCE(w=[1, 10, "1/2"])) + term(L2())),
        ("forward(T=[[0.9, 0.1], [1/5, 4/5]]) + l2",
         term(loss_named("forward", T=[["9/10", "1/10"], ["1/5", "4/5"]])) + term(L2())),
        # A word of the language, a part and a letter come before an entry.
        ("norm(z) + l2", FUNCTIONS["norm"](Z) + term(L2())),
        ("mae = softmax(z); total(mae*onehot(y)) + l2", total(softmax(Z) * onehot(Y)) + term(L2())),
    ],
)  # fmt: skip
def test_what_a_text_stands_for(text: str, made: Term) -> None:
    assert composed(text, kind="loss").formula == Formula.of(made)


def test_a_parameter_comes_before_an_entry() -> None:
    mae = Parameter("mae", above=0)
    found = composed("mae*z[y]", parameters={"mae": mae}, kind="loss")
    assert found.formula == Formula.of(mae * Z[Y])
    assert not found.entries
    assert found.used == {"mae"}


@pytest.mark.parametrize(("kind", "name"), FREE)
def test_every_entry_is_a_term(kind: Kind, name: str) -> None:
    one = entry(kind, name)
    assert composed(f"3*{name} - {name}/2", kind=kind).formula == Formula.of(3 * term(one) - term(one) / 2)
    # A loss may have both kinds in it.
    assert composed(f"{name} + l2", kind="loss").formula == Formula.of(term(one) + term(L2()))
    # Alone it is the entry, under its name and with its classes; recording it in brackets changes nothing.
    alone = subject_of_text(f"({name})", kind)
    assert (alone.name, alone.classes, alone.formula) == (name, one.classes, one.recorded)


@pytest.mark.parametrize(("kind", "name"), one_in(3, FREE))
def test_values_in_brackets_are_those_of_the_entry(kind: Kind, name: str) -> None:
    one = entry(kind, name)
    values = {n: p.default for n, p in one.declared.items() if p.default is not None}
    text = ", ".join(f"{n}={v}" for n, v in values.items())
    assert composed(f"2*{name}({text})", kind=kind).formula == Formula.of(2 * term(one.at(**values)))
    # and every parameter that is free may have another name
    free = {p.name: p for p in one.recorded.parameters}
    called = {n: f"{n}_1" for n in {**free, **one.declared_arrays}}
    renamed = composed(f"2*{name}({', '.join(f'{n}={m}' for n, m in called.items())})", kind=kind).formula
    assert {p.name for p in renamed.parameters} == {called[n] for n in free}
    assert {a.name for a in renamed.arrays if a.is_free} == {called[a.name] for a in one.recorded.arrays if a.is_free}
    for parameter in renamed.parameters:
        was = free[parameter.name.removesuffix("_1")]
        assert (parameter.interval, parameter.default) == (was.interval, was.default)


def record(text: str) -> dict[str, object]:
    """A certificate's record but for its repairs, which are looked for as long as there is time."""
    return {key: value for key, value in json.loads(text).items() if key != "repairs"}


def holds(cert: sc.certify) -> None:  # type: ignore[valid-type]
    """The certificate is read again with the same names, and its renderings show them."""
    text = cert.to_json()
    assert record(sc.recheck(text).to_json()) == record(text)
    for shown in (cert.to_text(), cert.to_markdown()):
        assert cert.loss.title in shown
        assert cert.regularizer.title in shown
    assert cert.loss.title.replace("_", r"\_") in cert.to_latex()


@pytest.mark.parametrize(("kind", "name"), one_in(12, FREE))
def test_sums_are_certified_narrowed_and_read_again(kind: Kind, name: str) -> None:
    text = f"{name} + 1/3*l2"
    cert = sc.certify(text, "l2") if kind == "loss" else sc.certify("cross_entropy", text)
    subject = cert.loss if kind == "loss" else cert.regularizer
    assert (subject.name, subject.title) == (text, f"({text})")
    holds(cert)
    values = {p.name: p.default for p in cert.scope.parameters if p.default is not None}
    if values:
        # Numbers put in afterwards and numbers in the text make one formula; each is called by what it is.
        narrowed = cert.at(**values)
        after = narrowed.loss if kind == "loss" else narrowed.regularizer
        assert after.name == text
        assert after.formula == subject_of_text(text, kind, values).formula
        assert after.title == f"({text})({', '.join(f'{n}={v}' for n, v in sorted(values.items()))})"
        holds(narrowed)


ONE_NUMBER = [n for n in LOSSES if n not in FUNCTIONS]


@given(st.sampled_from(ONE_NUMBER), st.sampled_from(ONE_NUMBER), st.fractions(min_value="1/9", max_denominator=9))
@settings(max_examples=12, deadline=None)
def test_kappa_is_additive(first: str, second: str, weight: Fraction) -> None:
    """By hand: b_y is linear in l, so kappa(w l_1 + l_2) = w kappa_1 + kappa_2 where both have one."""
    classes = 2 if any(loss_named(n).classes.fixed for n in (first, second)) else 5
    texts = []
    for name in (first, second):
        one = loss_named(name)
        if one.declared_arrays or any(p.default is None for p in one.declared.values()):
            return
        texts.append(f"{name}({', '.join(f'{n}={p.default}' for n, p in one.declared.items())})")
    kappas = [sc.certify(text, "l2", classes=classes).kappa for text in texts]
    if None in kappas:
        return
    both = sc.certify(f"{weight}*{texts[0]} + {texts[1]}", "l2", classes=classes).kappa
    if both is not None:
        expected = sp.Rational(weight.numerator, weight.denominator) * kappas[0] + kappas[1]
        assert abs(sp.N(both - expected, 40)) < 1e-35


def test_classes_are_those_of_all_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    assert subject_of("hinge + l2", "loss").classes == Classes(2, 2)
    assert subject_of("anl_ce + mae", "loss").classes == Classes(2, 10_000)
    assert sc.certify("hinge + cross_entropy", "l2").scope.classes == Classes(2, 2)
    with pytest.raises(ScopeError, match=r"hinge.* is about C = 2"):
        sc.certify("hinge + cross_entropy", "l2", classes=3)
    monkeypatch.setattr(ANLCE, "classes", Classes(3, 10))
    with pytest.raises(
        ScopeError, match=r"loss: anl_ce is about every C from 3 to 10, and the entries before .* C = 2"
    ):
        subject_of("hinge + anl_ce", "loss")


def test_what_is_long_is_called_a_formula() -> None:
    text = " + ".join(["cross_entropy"] * 5)
    assert len(text) > LONGEST_NAME
    cert = sc.certify(text, "l2")
    assert (cert.loss.title, str(cert.kappa)) == ("formula", "5")
    holds(cert)


def test_a_text_without_entries_is_called_a_formula() -> None:
    assert subject_of("logsumexp(z) - z[y]", "loss").title == "formula"


@pytest.mark.parametrize(
    ("text", "kind", "what"),
    [
        # parameters of one name
        ("gce + agce", "loss", "uses q twice, in gce as q in (0, 1] and in agce as q in (0, oo); give one of them "
         "another name, as in agce(q=q_agce)"),
        ("gce(q=a) + agce", "loss", "uses a twice, in gce as a in (0, 1] and in agce as a in (0, oo)"),
        ("nce_agce + l2 + gce", "loss", "uses q twice, in nce_agce as q in (0, oo) and in gce as q in (0, 1]"),
        ("class_weighted_ce + bce_pos_weight", "loss", "uses w twice, in class_weighted_ce as w_k in (0, oo) and in "
         "bce_pos_weight as w in (0, oo); give one of them another name, as in bce_pos_weight(w=w_bce_pos_weight)"),
        ("class_weighted_ce(w=[1, 2]) + class_weighted_ce(w=[1, 3])", "loss", "uses w twice, in class_weighted_ce as "
         "w = (1, 2) and in class_weighted_ce as w = (1, 3); give both the same entries"),
        ("gce(q=mae) + l2", "loss", "calls q of gce mae, as an entry is called; give it another name"),
        ("gce(q=unhinged) + l2", "loss", "calls q of gce unhinged, as an entry is called"),
        # arguments
        ("gce(7/10) + mae", "loss", "gives gce a value without the name of a parameter; write gce(q=...)"),
        ("mae(2) + l2", "loss", "gives mae a value without the name of a parameter; write mae"),
        ("gce(p=1) + mae", "loss", "gives gce the parameter p, which it does not have; write gce(q=...)"),
        ("focal(gama=1) + l2", "loss", "gives focal the parameter gama, which it does not have; did you mean gamma?"),
        ("gce(q=1/2, q=1/3) + mae", "loss", "gives gce the parameter q twice"),
        ("gce(q=2) + mae", "loss", "gives gce a value that it does not take: q: got 2; accepted is (0, 1]"),
        ("gce(q=0) + mae", "loss", "gives gce a value that it does not take: q: got 0"),
        ("taylor_ce(t=5/2) + mae", "loss", "gives taylor_ce a value that it does not take: t: got 5/2"),
        ("gce(q=1/C) + mae", "loss", "q: accepted are a number, as 7/10, and the name of a parameter"),
        ("gce(q=z[y]) + mae", "loss", "q: accepted are a number"),
        ("gce(q=pi) + mae", "loss", "q: accepted are a number"),
        ("gce(q=z) + mae", "loss", "got 'z'; a parameter's name is letters"),
        ("gce(q=y) + mae", "loss", "got 'y'; a parameter's name is letters"),
        ("gce(q=exp) + mae", "loss", "uses the function exp without its argument"),
        ("gce(q=[1, 2]) + mae", "loss", "q: got the list [1, 2]; accepted is a number"),
        ("class_weighted_ce(w=3) + mae", "loss", "gives class_weighted_ce a value that it does not take: w: got"),
        ("class_weighted_ce(w=[1, -1]) + mae", "loss", "gives class_weighted_ce a value that it does not take: w: "),
        ("class_weighted_ce(w=[1, x]) + mae", "loss", "gives class_weighted_ce a value that it does not take: "),
        ("class_weighted_ce(w=[1, 2) + mae", "loss", "opens a bracket that is never closed; write the missing ]"),
        ("class_weighted_ce(w=[1, 2] + mae", "loss", "has + after a list; write class_weighted_ce(w=[...])"),
        ("class_weighted_ce(w=[1, 2]", "loss", "opens a bracket that is never closed; write the missing )"),
        ("class_weighted_ce(w=[1, 2][y]) + mae", "loss", "has [ after a list"),
        ("gce(q=", "loss", "ends where a value has to follow"),
        ("gce(", "loss", "gives gce a value without"),
        ("gce(q=1/2", "loss", "opens a bracket that is never closed"),
        # kinds
        ("2*l2 + mae", "regularizer", "is a regularizer and uses the loss mae; a regularizer is a function of z alone"),
        ("unhinged + l2", "regularizer", "is a regularizer and uses the loss unhinged"),
        ("norm + l2", "regularizer", "uses the function norm without its argument; write norm(v)"),
        # names
        ("gcee + mae", "loss", "uses the unknown name gcee; did you mean gce or agce?"),
        ("entropyy + mae", "loss", "uses the unknown name entropyy; did you mean "),
        ("gcee(q=1) + mae", "loss", "uses the unknown function gcee; did you mean gce"),
        ("maee + l2", "regularizer", "uses the unknown name maee"),
        ("CrossEntropy + mae", "loss", "uses the unknown name CrossEntropy; did you mean cross_entropy"),
        ("q*mae + gce", "loss", "uses the unknown name q"),
        ("gce mae", "loss", "has no operator before mae; write * for a product"),
    ],
)  # fmt: skip
def test_what_is_refused(text: str, kind: Kind, what: str) -> None:
    with pytest.raises(FormulaError) as caught:
        subject_of(text, kind)
    message = re.sub(r"\n  .*\n +\^\n", "; ", str(caught.value))  # the line and the caret under it
    assert message.startswith(f"{kind}: the formula ")
    assert message != str(caught.value)  # with the place
    assert what in message


WORDS = [
    "gce", "mae", "l2", "class_weighted_ce", "forward", "norm", "q", "w", "T", "z", "y", "C", "pi", "p", "exp", "total",
    "(", ")", "(", ")", "[", "]", "=", ",", ";", "+", "-", "*", "/", "**", "1", "7/10", "[y]", "(q=1/2)", "(w=[1, 2])",
    "(T=[[1, 0], [0, 1]])", "but=y", "(q=k)",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), st.sampled_from(["loss", "regularizer"]))
@settings(max_examples=300, deadline=None)
def test_no_text_raises_anything_else(words: list[str], kind: Kind) -> None:
    for text in (" ".join(words), f"gce({' '.join(words)}) + mae", f"2*l2 + {' '.join(words)}"):
        try:
            found = subject_of_text(text, kind)
        except sc.SymcheckError:
            continue
        assert subject_of_text(text, kind) == found


def test_a_regularizer_is_not_offered_a_loss() -> None:
    with pytest.raises(FormulaError) as caught:
        subject_of("gcee + l2", "regularizer")
    assert "gce or" not in str(caught.value)


def test_what_symcheck_writes_names_no_entries() -> None:
    """A certificate's formula is read in the language alone: a name in it is a parameter or an error."""
    for text in ("mae", "cross_entropy + l2", "gce(q=1/2)"):
        with pytest.raises(FormulaError, match="unknown"):
            parsed(text, kind="loss")


SUM = sc.certify("gce + 2*mae", "l2")


@pytest.mark.parametrize(
    ("name", "values", "field"),
    [
        ("gce + 2*mae", {}, None),
        ("gce + 3*mae", {}, "formula"),
        ("gce + mae + mae", {}, "formula"),
        ("gce(q=1/2) + 2*mae", {}, "formula"),
        ("2*gce", {}, "formula"),
        ("gce+2*maee", {}, "name"),
        ("gce  + 2*mae", {}, "name"),
        ("(1 - softmax(z)[y]**q)/q + 2*(2*(1 - softmax(z)[y]))", {}, "name"),
        ("gce + 2*mae", {"r": Fraction(1)}, "values"),
        ("gce + 2*mae + 0*l2", {}, "formula"),
        ("gce + 2*mae;", {}, "name"),
        ("x" * 65 + " + gce", {}, "name"),
    ],
)
def test_a_text_is_a_name_only_of_what_it_writes(name: str, values: dict[str, Fraction], field: str | None) -> None:
    claimed = type(SUM.loss)(name, SUM.loss.formula, values)
    found = named_by_text(claimed, "loss")
    assert (found.field if isinstance(found, Misfit) else None) == field
    if field is not None:
        # Given as a subject or written into a certificate, it is not called so.
        assert subject_of(claimed, "loss").title == "formula"
    if name != SUM.loss.name:
        with pytest.raises(sc.SymcheckError):
            sc.recheck(SUM.to_json().replace(json_text("gce + 2*mae"), json_text(name)))


def json_text(text: str) -> str:
    return f'"{text}"'


def test_values_of_a_name_are_those_of_its_formula() -> None:
    text = SUM.at(q="7/10").to_json()
    for other in ('{"q": "1/2"}', '{"q": "7/10", "r": "1"}', "{}"):
        with pytest.raises(sc.SymcheckError):
            sc.recheck(re.sub(r'\{\s*"q": "7/10"\s*\}', other, text))


def test_the_subject_with_narrower_ranges_keeps_its_name() -> None:
    q = Parameter("q", above=0, at_most="1/2")
    found = subject_of_text("gce + q*l2", "loss", {"q": q})
    assert found.name == "gce + q*l2"
    assert [p.interval for p in found.formula.parameters] == [q.interval]
    with pytest.raises(FormulaError, match=r"accepted is \(0, 1\]"):
        subject_of_text("gce + q*l2", "loss", {"q": Parameter("q", above=0)})


def test_a_parameter_that_is_called_as_an_entry_is_takes_the_name_away() -> None:
    """Who reads cross_entropy + mae would take the number mae for the loss."""
    for name in ("mae", "Mae", "m_ae", "unhinged", "l2"):
        number = Parameter(name, above=0)
        found = subject_of_text(f"cross_entropy + {name}*z[y]", "loss", {name: number})
        assert found.title == "formula"
        assert subject_of_text(f"cross_entropy + {name}*z[y]", "loss", {name: "1/2"}).title == "formula"
    assert subject_of_text("cross_entropy + k*l2", "loss", {"k": Parameter("k", above=0)}).title != "formula"
    text = SUM.to_json().replace(json_text("gce + 2*mae"), json_text("gce + mae"))
    with pytest.raises(sc.SymcheckError):
        sc.recheck(text)


def test_the_symmetric_part_of_a_sum_is_not_called_by_the_sum() -> None:
    assert sc.symmetrize("gce(q=1) + 2*mae").name == "sym_formula"


def test_reading_ends_with_the_budget() -> None:
    with Budget(0.01).in_force(), pytest.raises(Undecided):
        subject_of_text("+".join(["nfl_rce"] * 4900), "loss")
