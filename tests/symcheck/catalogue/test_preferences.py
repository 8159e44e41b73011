"""Properties of every preference of the catalogue, and its values against definitions written independently."""

from __future__ import annotations

import doctest
import random
import re
from fractions import Fraction
from pathlib import Path

import pytest
from mpmath import mp, mpf

import symcheck as sc
from symcheck.entry import class_called, class_in_file
from symcheck.errors import FormulaError, ParameterError, UnknownNameError
from symcheck.intake.catalogue import names, other_names, preference_as_loss, preference_named
from symcheck.intake.parser import parsed
from symcheck.intake.preference_given import preference_of
from symcheck.intake.preference_subject import PreferenceSubject
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes
from symcheck.language.scores import NAMES as SCORE_NAMES
from symcheck.language.scores import in_scores, loss_of_scores, score_symbols, swapped
from symcheck.one_file_each import OneFileEach
from symcheck.preferences.base import Preference
from tests.definitions import PREFERENCES
from tests.symcheck.catalogue.floats import value

NAMES = names("preference")
every = pytest.mark.parametrize("name", NAMES)


def set_to_defaults(name: str) -> Preference:
    of = preference_named(name)
    return of.at(**{n: p.default for n, p in of.declared.items() if p.default is not None})


def drawn(of: Preference, draw: random.Random) -> dict[str, Fraction]:
    """Values inside the intervals of the parameters, within 2 of an end."""
    found = {}
    for name, parameter in of.declared.items():
        low, high = parameter.interval.low, parameter.interval.high
        low = Fraction(-1) if low is None else low
        found[name] = low + ((high or low + 2) - low) * Fraction(draw.randrange(1, 20), 20)
    return found


@every
def test_its_loss_and_the_flipped_one_are_the_definition(name: str) -> None:
    """l(z, y) with z_y = chosen at the label 1 and 2, that is f(z_1, z_2) and f(z_2, z_1)."""
    draw = random.Random(3)
    of = preference_named(name)
    for values in [{n: p.default for n, p in of.declared.items() if p.default is not None}, drawn(of, draw)]:
        subject = preference_of(of.at(**values))
        assert subject.loss.classes == Classes(2, 2)
        given = {n: mpf(v.numerator) / v.denominator for n, v in values.items()}
        for _ in range(6):
            z = [draw.uniform(-4, 4), draw.uniform(-4, 4)]
            with mp.workdps(30):
                chosen, flipped = (float(PREFERENCES[name](*map(mpf, s), **given)) for s in (z, z[::-1]))
            assert value(subject.loss.formula, z, 0) == pytest.approx(chosen, rel=1e-11, abs=1e-11)
            assert value(subject.loss.formula, z, 1) == pytest.approx(flipped, rel=1e-11, abs=1e-11)
            of_flipped = loss_of_scores(swapped(subject.formula))
            assert value(of_flipped, z, 0) == pytest.approx(flipped, rel=1e-11, abs=1e-11)
            assert value(loss_of_scores(in_scores(subject.formula)), z, 0) == pytest.approx(
                chosen, rel=1e-11, abs=1e-11
            )


@every
def test_it_is_written_in_the_scores_that_it_says(name: str) -> None:
    free = preference_named(name)
    assert free.recorded.names & {*SCORE_NAMES} == {*free.scores}
    assert {*free.recorded.names} - {*free.scores} == {*free.declared}
    assert free.recorded == type(free)().recorded
    fixed = set_to_defaults(name)
    assert fixed.recorded.names == {*free.scores}


@every
def test_its_text_reads_back_as_the_same_formula(name: str) -> None:
    for of in (preference_named(name), set_to_defaults(name)):
        known = {p.name: p for p in of.recorded.parameters}
        assert parsed(str(of.recorded), parameters=known, kind="preference") == of.recorded


@every
def test_it_is_found_by_its_name_its_class_and_its_text(name: str) -> None:
    of = set_to_defaults(name)
    assert type(of).__name__.lower() == name.replace("_", "")
    assert type(of).__final__
    assert getattr(sc.preferences, type(of).__name__) is type(of)
    by_text = preference_of(f"{name}({', '.join(f'{n}={v}' for n, v in of.values.items())})")
    assert by_text == preference_of(of)
    assert (by_text.name, by_text.loss.name) == (name, f"{name}_preference")
    assert preference_as_loss(by_text.loss.name) == name
    assert by_text.title.startswith(f"{name}(")


@every
def test_parameters_have_defaults_in_their_intervals_and_a_loss_keeps_them(name: str) -> None:
    of = preference_named(name)
    assert preference_of(name).loss.defaults == {n: str(p.default) for n, p in of.declared.items()}
    assert all(p.default is not None and p.default in p.interval for p in of.declared.values())
    assert not {*of.declared} & {*SCORE_NAMES}


@every
def test_its_docstring_has_a_formula_parameters_a_reference_with_a_year_and_an_example(name: str) -> None:
    of = preference_named(name)
    text = " ".join((type(of).__doc__ or "").split())
    assert text.startswith("f = ")
    assert re.search(r"\b20\d\d\b", of.reference)
    for field in of.declared:
        assert re.search(rf"Parameters: .*\b{field}\b", text), f"{field} is not described"
    assert doctest.DocTestFinder(recurse=False).find(type(of))[0].examples


def test_only_simpo_is_without_a_reference_policy() -> None:
    assert [n for n in NAMES if preference_of(n).reference_free] == ["simpo"]


def test_other_names() -> None:
    assert preference_named("slic") == preference_named("hinge")
    others = [other for file in sc.preferences.FILES for other in class_in_file(file).also]
    assert len({*others, *NAMES}) == len(others) + len(NAMES)
    assert other_names("preference")["sppo_hard"] == "sppo"


def test_a_name_of_another_kind_says_where_it_belongs() -> None:
    with pytest.raises(UnknownNameError, match=r"gce is a loss of the classes' scores; symcheck\.certify takes"):
        preference_named("gce")
    with pytest.raises(UnknownNameError, match="did you mean simpo"):
        preference_named("simpoo")
    calls = [lambda n=n: sc.certify(*n) for n in (("dpo", "l2"), ("gce", "dpo"), ("dpo_preference", "l2"))]
    for call in calls:
        with pytest.raises(
            UnknownNameError, match=r"is a loss of a pair of answers: symcheck\.certify_preference\('dpo'\)"
        ):
            call()
    with pytest.raises(FormulaError, match=r"loss: got the preference dpo.*certify_preference"):
        sc.certify(sc.preferences.DPO(), "l2")  # type: ignore[arg-type]
    with pytest.raises(FormulaError, match="is a loss and uses the preference dpo"):
        sc.certify("gce + dpo", "l2")


def test_a_certificate_of_its_loss_is_derived_again_and_a_false_name_is_refused() -> None:
    text = sc.certify(preference_of("dpo").loss, "l2").to_json()
    assert sc.recheck(text).loss.title == "dpo_preference"
    false = text.replace("dpo_preference", "ipo_preference")
    assert false != text
    with pytest.raises(sc.SymcheckError, match="the loss ipo_preference is"):
        sc.recheck(false)


def test_no_loss_of_ones_own_is_called_as_a_preference() -> None:
    def dpo_preference(z: object, y: object) -> object:
        return -sc.log_softmax(z)[y]  # type: ignore[index]

    assert sc.certify(dpo_preference, "l2").loss.name == "formula"


def test_a_new_preference_is_one_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "more_preferences"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "half_margin.py").write_text(
        "from symcheck.preferences.base import Preference\n"
        "class HalfMargin(Preference):\n"
        "    def formula(self, chosen, rejected):\n"
        "        return (rejected - chosen) / 2\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    found = class_called("HalfMargin", OneFileEach("more_preferences"))()
    assert found.name == "half_margin"
    subject = preference_of(found)  # type: ignore[arg-type]
    assert (subject.name, subject.loss.name, subject.in_margin) == ("half_margin", "half_margin", True)


def test_a_class_of_ones_own_that_is_no_preference_is_refused() -> None:
    with pytest.raises(FormulaError, match=r"Ordinary\.formula: got the arguments \(z, y\)"):

        class Ordinary(Preference):
            def formula(self, z, y):  # type: ignore[no-untyped-def]
                return -z[y]

    with pytest.raises(ParameterError, match="h: h, chosen, rejected are the scores of a pair"):

        class Named(Preference):
            h = Parameter("h", above=0)

            def formula(self, chosen, rejected):  # type: ignore[no-untyped-def]
                return self.h * (rejected - chosen)

    free = sc.preferences.DPO(beta=Parameter("rejected", above=0))
    with pytest.raises(ParameterError, match="rejected: h, chosen, rejected are the scores"):
        _ = free.recorded


def test_the_formula_of_a_class_of_ones_own_is_not_taken_for_the_catalogues() -> None:
    class DPO(Preference):
        def formula(self, h):  # type: ignore[no-untyped-def]
            return -h

    subject = preference_of(DPO())
    assert isinstance(subject, PreferenceSubject)
    assert subject.loss.defaults is None
    assert (subject.name, subject.loss.name) == ("formula", "formula")
    assert subject.formula == Formula.of(-score_symbols("h")[0])
