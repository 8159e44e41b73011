"""Entries as frozen values: free and set parameters, equality, and classes that users write."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction

import pytest

from symcheck.errors import FormulaError, ParameterError
from symcheck.language.functions import softmax
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes
from symcheck.losses.base import Loss
from symcheck.losses.gce import GCE
from symcheck.losses.mae import MAE
from symcheck.losses.symmetric_cross_entropy import SymmetricCrossEntropy
from symcheck.losses.taylor_ce import TaylorCE
from symcheck.regularizers.base import Regularizer


class Own(Loss):
    """A loss of a user."""

    reference = "nobody 2024"
    classes = Classes(2, 2)
    s = Parameter("s", above=0)

    def formula(self, z, y):
        return -z[y] / self.s


def test_parameters_are_free_unless_given() -> None:
    assert [p.name for p in GCE().parameters] == ["q"]
    assert GCE().values == {}
    assert GCE(q="7/10").parameters == ()
    assert GCE(q="7/10").values == {"q": Fraction(7, 10)}
    some = SymmetricCrossEntropy(beta=1)
    assert [p.name for p in some.parameters] == ["A", "alpha"]
    assert some.values == {"beta": Fraction(1)}
    assert [p.name for p in some.recorded.parameters] == ["A", "alpha"]


def test_another_parameter_can_stand_in_for_one_within_its_interval() -> None:
    narrow = Parameter("p", at_least="1/2", at_most=1)
    loss = GCE(q=narrow)
    assert [p is narrow for p in loss.parameters] == [True]
    assert str(loss.recorded) == "(1 - softmax(z)[y]**p)/p"
    with pytest.raises(ParameterError) as caught:
        GCE(q=Parameter("p", at_least=0, at_most=1))
    assert str(caught.value) == "q: got the free parameter p in [0, 1]; accepted is (0, 1]"


def test_an_entry_is_frozen() -> None:
    loss = GCE()
    with pytest.raises(AttributeError) as caught:
        loss.q = 1
    assert str(caught.value) == "q: GCE is frozen; make another one, as in .at(q=...)"
    with pytest.raises(AttributeError, match="GCE is frozen"):
        del loss.q
    assert GCE().parameters[0] is GCE.declared["q"]


def test_at_gives_another_entry_and_keeps_the_rest() -> None:
    first = SymmetricCrossEntropy(beta=1)
    second = first.at(alpha="1/2")
    assert second.values == {"alpha": Fraction(1, 2), "beta": Fraction(1)}
    assert first.values == {"beta": Fraction(1)}
    assert first.recorded != second.recorded
    assert second.at(beta=2).values["beta"] == 2
    with pytest.raises(ParameterError, match="q: symmetric_cross_entropy has no parameter of this name"):
        first.at(q=1)


def test_entries_are_equal_if_class_and_values_are() -> None:
    assert GCE() == GCE()
    assert GCE(q="0.5") == GCE(q=Fraction(1, 2))
    assert hash(GCE(q="0.5")) == hash(GCE(q=Fraction(1, 2)))
    assert GCE(q=Parameter("q", above=0, at_most=1)) == GCE()
    different = [GCE(), GCE(q=1), GCE(q="1/2"), GCE(q=Parameter("q", above=0, below=1)), MAE(), Own()]
    assert len(set(different)) == len(different)
    assert GCE() != "gce"


def test_an_entry_can_be_shown_copied_and_sent() -> None:
    assert repr(GCE()) == "GCE()"
    assert repr(GCE(q=Parameter("p", above=0, at_most=1))) == "GCE(q=Parameter p in (0, 1])"
    for loss in (GCE(q="7/10"), SymmetricCrossEntropy(beta=1)):
        _ = loss.recorded
        for other in (copy.copy(loss), pickle.loads(pickle.dumps(loss))):
            assert other == loss
            assert other.recorded == loss.recorded


def test_a_users_own_entry_has_its_class_name() -> None:
    assert Own().name == "Own"
    assert str(Own(s=2).recorded) == "-z[y]/2"
    assert Own().classes == Classes(2, 2)
    assert GCE().classes == Classes()
    with pytest.raises(ParameterError, match=r"^t: Own has no parameter of this name; accepted: s$"):
        Own(t=1)


def test_a_subclass_adds_parameters_to_those_it_inherits() -> None:
    class Wider(Own):
        t = Parameter("t")

    assert list(Wider.declared) == ["s", "t"]
    assert list(Own.declared) == ["s"]


def test_a_field_has_the_name_of_its_parameter() -> None:
    with pytest.raises(ParameterError) as caught:

        class _Wrong(Loss):
            r = Parameter("s")

    assert str(caught.value) == "_Wrong.r: the parameter calls itself s; use one name"


def test_a_base_is_abstract() -> None:
    for base in (Loss, Regularizer):
        with pytest.raises(TypeError, match="abstract"):
            base()


def test_a_parameter_is_no_number_that_code_may_branch_on() -> None:
    class Branching(Own):
        def formula(self, z, y):
            return -z[y] if self.s == 1 else -softmax(z)[y]

    for loss in (Branching(), Branching(s=1)):
        with pytest.raises(FormulaError, match="compares a symbol") as caught:
            _ = loss.recorded
        assert "test_entry.py, line" in caught.value.__notes__[0]


def test_mistakes_in_a_users_entry_have_the_words_of_recording() -> None:
    class Nothing(Regularizer):
        def formula(self, z):
            z + 1

    with pytest.raises(FormulaError) as caught:
        _ = Nothing().recorded
    assert str(caught.value) == (
        "the regularizer returned None: its code has to end with return and the value of the formula"
    )


def test_the_number_of_terms_of_taylor_cross_entropy_is_always_set() -> None:
    of = TaylorCE()
    assert of.parameters == ()
    assert of.values == {"t": 2}
    assert of.at(t=5) == TaylorCE(t=5)
    with pytest.raises(ParameterError) as caught:
        TaylorCE(t=Parameter("n", at_least=1, at_most=20, integer=True))
    assert str(caught.value) == (
        "t: got the free parameter n; it is the number of terms of the formula, so give it a value such as t=2"
    )
    with pytest.raises(ParameterError) as caught:
        TaylorCE(t=21)
    assert str(caught.value) == "t: got 21; accepted is [1, 20] of integers"
