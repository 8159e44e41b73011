"""What an audit of code takes and returns: scopes, values, pages, records, copies, and errors word for word."""

from __future__ import annotations

import copy
import json
import pickle
import time

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

import numerics
import symcheck as sc
from numerics import ImplementationAudit, audit_implementation
from symcheck.errors import FormulaError, NumberError, ParameterError, ScopeError, UnknownNameError
from symcheck.findings.verdict import Verdict


def gce(z, y, q=0.7):
    return ((1 - F.softmax(z, 1).gather(1, y[:, None]) ** q) / q).mean()


def tripled(z, y):
    return 3 * gce(z, y)


class TestScope:
    def test_without_classes_it_is_every_c(self):
        assert audit_implementation(gce, "gce").scope == "every C >= 2"

    @pytest.mark.parametrize(("classes", "scope"), [(10, "C = 10"), ((2, 1000), "every C from 2 to 1000")])
    def test_it_is_that_which_is_asked_for(self, classes, scope):
        found = audit_implementation(gce, "gce", classes=classes)
        assert (found.verdict, found.scope) == (Verdict.PROVED, scope)

    def test_of_code_for_one_c_it_is_that(self):
        def code(z, y):
            return -(F.one_hot(y, 10) * F.log_softmax(z, 1)).sum(1).mean()

        found = audit_implementation(code, "cross_entropy")
        assert (found.verdict, found.scope) == (Verdict.PROVED, "C = 10")

    def test_of_a_formula_for_two_classes_it_is_two(self):
        found = audit_implementation(lambda z, y: F.cross_entropy(z, y), "logistic_margin")
        assert (found.verdict, found.scope) == (Verdict.PROVED, "C = 2")

    def test_code_for_other_classes_is_told(self):
        def code(z, y):
            return -(F.one_hot(y, 10) * F.log_softmax(z, 1)).sum(1).mean()

        with pytest.raises(FormulaError, match="C = 5"):
            audit_implementation(code, "cross_entropy", classes=5)

    def test_a_difference_at_large_c_alone_is_found(self):
        def code(z, y):
            return F.cross_entropy(z, y) * (2 if z.shape[1] > 500 else 1)

        assert audit_implementation(code, "cross_entropy", classes=1000).verdict is Verdict.REFUTED
        # Read for every C, it is read for those on one side of the number that C is compared with.
        found = audit_implementation(code, "cross_entropy", classes=(2, 1000))
        assert (found.verdict, found.scope) == (Verdict.PROVED, "every C from 2 to 500")

    def test_a_number_of_classes_that_the_code_keeps_is_that_which_it_is_for(self):
        class Smoothed(nn.Module):
            def __init__(self, num_classes=10):
                super().__init__()
                self.num_classes = num_classes

            def forward(self, z, y):
                lp = F.log_softmax(z, 1)
                return -(0.9 * lp.gather(1, y[:, None]).squeeze(1) + 0.1 / self.num_classes * lp.sum(1)).mean()

        found = audit_implementation(Smoothed(), "label_smoothing")
        assert (found.verdict, found.scope) == (Verdict.PROVED, "C = 10")
        assert "the code keeps the number of classes 10: it was compared for that" in found.notes
        assert audit_implementation(Smoothed(), "label_smoothing", classes=5).verdict is Verdict.REFUTED
        assert audit_implementation(Smoothed(5), "label_smoothing", classes=(2, 10)).verdict is Verdict.REFUTED


class TestValues:
    @pytest.mark.parametrize("q", ["7/10", 0.7, "0.7"])
    def test_are_texts_or_numbers(self, q):
        assert audit_implementation(gce, "gce", q=q).verdict is Verdict.PROVED

    def test_a_default_is_told(self):
        assert "q was not given: it takes its default 7/10" in audit_implementation(gce, "gce").notes
        assert audit_implementation(gce, "gce", q=0.7).notes == ()

    def test_of_an_entry_are_its_own(self):
        assert audit_implementation(gce, sc.losses.GCE(q=0.7)).title == "gce as gce(q=7/10)"
        assert audit_implementation(gce, sc.losses.GCE(q="1/2")).verdict is Verdict.REFUTED

    def test_of_a_formula_string_are_those_of_its_names(self):
        assert audit_implementation(gce, "(1 - softmax(z)[y]**q)/q", q="7/10").verdict is Verdict.PROVED

    def test_that_give_a_formula_its_form(self):
        # Taylor-CE has t terms: with one it is 1 - p.
        def code(z, y):
            return (1 - F.softmax(z, 1).gather(1, y[:, None])).mean()

        assert audit_implementation(code, "taylor_ce", t=1).verdict is Verdict.PROVED
        assert audit_implementation(code, "taylor_ce", t=2).verdict is Verdict.REFUTED


class TestPages:
    def test_text_says_verdict_difference_and_witness(self):
        lines = str(audit_implementation(tripled, "gce")).splitlines()
        assert lines[0] == "REFUTED for every C >= 2: tripled as gce(q=7/10)"
        told = "SCALE: the code is 3 times the formula; so it is for every z, label and C, by canonical forms"
        assert lines[1] == told
        assert lines[3].startswith("  at  C = 2, y = 0, z = (")
        assert lines[-1] == "  note  q was not given: it takes its default 7/10"

    def test_text_says_what_is_proved(self):
        text = audit_implementation(gce, "gce", q=0.7).to_text()
        assert text.startswith(
            "PROVED for every C >= 2: gce as gce(q=7/10)\nthe canonical forms of values and gradients"
        )

    def test_markdown_is_what_notebooks_show(self):
        found = audit_implementation(tripled, "gce")
        assert found._repr_markdown_() == found.to_markdown()
        assert found.to_markdown().startswith(
            "### **REFUTED** for every C \\>= 2: tripled as gce(q=7/10)\n\n**SCALE**: "
        )

    def test_repr_is_short(self):
        assert repr(audit_implementation(tripled, "gce")) == "<ImplementationAudit: REFUTED, SCALE>"
        assert repr(audit_implementation(gce, "gce")) == "<ImplementationAudit: PROVED>"

    def test_the_record_is_json(self):
        record = json.loads(json.dumps(audit_implementation(tripled, "gce").to_record(), allow_nan=False))
        assert (record["verdict"], record["difference"]["kind"]) == ("REFUTED", "SCALE")
        assert set(record["difference"]["witness"]) == {"C", "z", "y", "quantity", "code", "formula"}
        assert record["difference"]["witness"]["code"] == pytest.approx(3 * record["difference"]["witness"]["formula"])

    def test_a_number_that_is_none_is_a_text_in_the_record(self):
        def code(z, y):
            return F.cross_entropy(z, y) + 0 * (0 * z[:, 0]).sqrt().sum()

        record = audit_implementation(code, "cross_entropy").to_record()
        assert json.loads(json.dumps(record, allow_nan=False))["difference"]["witness"]["code"] == "nan"

    @pytest.mark.parametrize(("code", "expected"), [(gce, 0), (tripled, 1)])
    def test_the_exit_code_is_the_verdict(self, code, expected):
        assert audit_implementation(code, "gce").exit_code == expected

    def test_it_is_copied_and_pickled(self):
        found = audit_implementation(tripled, "gce")
        assert pickle.loads(pickle.dumps(found)) == copy.deepcopy(found) == found
        assert isinstance(found, ImplementationAudit)


def test_progress_is_told_and_the_same_twice():
    told = []
    one = audit_implementation(tripled, "gce", progress=lambda *step: told.append(step))
    assert all(0 <= done <= total for done, total, _ in told)
    assert len(told) > 3
    assert one == audit_implementation(tripled, "gce")


def test_the_module_of_the_user_is_left_alone():
    class Counting(nn.Module):
        def __init__(self):
            super().__init__()
            self.calls = 0

        def forward(self, z, y):
            self.calls += 1
            return F.cross_entropy(z, y)

    code = Counting()
    assert audit_implementation(code, "cross_entropy").difference is None
    assert code.calls == 0


def test_random_numbers_of_the_caller_are_left_alone():
    torch.manual_seed(0)
    before = torch.get_rng_state()
    audit_implementation(gce, "gce")
    audit_implementation(lambda z, y: F.cross_entropy(F.dropout(z), y), "cross_entropy")
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_default_dtype() is torch.float32


def test_a_budget_that_is_spent_leaves_a_verdict():
    def other(z, y):
        return F.cross_entropy(z**3, y) * torch.logsumexp(z, 1).mean()

    start = time.monotonic()
    found = audit_implementation(other, "nce_rce", budget=0.2)
    assert found.verdict is Verdict.REFUTED
    assert time.monotonic() - start < 5


def test_code_for_one_sample_at_a_time_is_not_proved():
    def alone(z, y):
        assert len(z) == 1
        return -F.log_softmax(z, 1)[0, y[0]]

    found = audit_implementation(alone, "cross_entropy")
    assert (found.verdict, found.difference) == (Verdict.UNDECIDED, None)
    assert "of batches nothing is known" in found.reason


def test_slow_code_is_looked_at_within_the_budget():
    def slow(z, y):
        time.sleep(0.01)
        return F.cross_entropy(z, y) if z.max() < 1e9 else z.sum()

    start = time.monotonic()
    found = audit_implementation(slow, "cross_entropy", budget=1.0)
    assert (found.verdict, found.difference) == (Verdict.UNDECIDED, None)
    assert time.monotonic() - start < 8


def test_code_whose_state_changes_is_not_proved():
    class Warming(nn.Module):
        def __init__(self):
            super().__init__()
            self.calls = 0

        def forward(self, z, y):
            self.calls += 1
            return F.cross_entropy(z, y) if self.calls < 10_000 else 2 * F.cross_entropy(z, y)

    found = audit_implementation(Warming(), "cross_entropy")
    assert (found.verdict, found.difference) == (Verdict.UNDECIDED, None)
    assert "calls" in found.reason


def at_one_label(z, y):
    loss = F.cross_entropy(z, y, reduction="none")
    return torch.where(y == 3, loss + loss**2, loss).mean()


def of_large_logits(z, y):
    return torch.where(z.abs().amax(1) > 100, z.sin().sum(1), F.cross_entropy(z, y, reduction="none")).mean()


def of_many_classes(z, y):
    return F.cross_entropy(z**3 if len(z.T) > 5 else z, y)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (at_one_label, "differs, among the points compared only where y is 3"),
        (of_large_logits, "differs, among the points compared only where a logit is "),
        (of_many_classes, "differs, among the points compared only where C is 10 or more"),
    ],
)
def test_where_another_function_differs_is_told(code, words):
    def branching(z, y):
        return code(z, y) if z.max() < 1e9 else z.sum()

    found = audit_implementation(branching, "cross_entropy")
    assert words in found.difference.sentence


def test_large_and_small_losses_are_measured_by_their_size():
    # 1e8 l is written in two orders, which round in their own ways; a factor of 2 is one however small the loss is.
    def large(z, y):
        return -(1e8 * F.log_softmax(z, 1)).gather(1, y[:, None]).mean()

    assert audit_implementation(large, "-100000000*log_softmax(z)[y]").verdict is Verdict.PROVED
    small = "-1/1000000000000*log_softmax(z)[y]"
    assert audit_implementation(lambda z, y: 1e-12 * F.cross_entropy(z, y), small).difference is None
    doubled = audit_implementation(lambda z, y: 2e-12 * F.cross_entropy(z, y), small)
    assert "2 times the formula" in doubled.difference.sentence


@pytest.mark.parametrize("number", [float(np.float32(0.7)), 0.7000000001, torch.tensor(0.7).item()])
def test_a_constant_of_32_bits_is_no_difference(number):
    def code(z, y):
        return ((1 - F.softmax(z, 1).gather(1, y[:, None]) ** number) / number).mean()

    assert audit_implementation(code, "gce").difference is None


def test_of_a_batch_the_gradient_counts_too():
    class Summed(torch.autograd.Function):
        """The mean, with the gradient of the sum."""

        @staticmethod
        def forward(ctx, z, y):
            ctx.save_for_backward(z, y)
            return F.cross_entropy(z, y)

        @staticmethod
        def backward(ctx, g):
            z, y = ctx.saved_tensors
            return g * (F.softmax(z, 1) - F.one_hot(y, z.shape[1])), None

    found = audit_implementation(lambda z, y: Summed.apply(z, y), "cross_entropy")
    assert str(found.difference.kind) == "WRONG_BACKWARD"
    assert "its gradient is that of the sum, 3 times as large" in found.difference.sentence


def test_code_that_mixes_samples_is_told_before_anything_of_one():
    for code in (
        lambda z, y: F.cross_entropy(z - z.mean(0), y),
        lambda z, y: F.cross_entropy(z - z.max(0).values, y),
        lambda z, y: 2 * F.cross_entropy(z, y) if len(z) == 1 else F.cross_entropy(z, y),
        lambda z, y: F.cross_entropy(z, y, reduction="sum" if len(z) > 5 else "mean"),
    ):
        found = audit_implementation(code, "cross_entropy")
        assert str(found.difference.kind) == "REDUCTION"


def test_the_old_name_is_an_alias():
    assert numerics.audit is numerics.audit_model
    assert {"audit", "audit_model", "audit_implementation", "ImplementationAudit"} <= set(numerics.__all__)


BAD = [
    (("gce", "gce"), {}, FormulaError,
     "code: got 'gce'; accepted is a torch module, a function of logits and labels, or a file and a name in it, as in "
     '"losses.py:MyLoss(gamma=2)"'),
    ((7, "gce"), {}, FormulaError,
     "code: got an object of type int; accepted is a torch module, a function of logits and labels, or a file and a "
     'name in it, as in "losses.py:MyLoss(gamma=2)"'),
    ((gce, "gec"), {}, UnknownNameError, None),
    ((gce, "gce"), {"q": 2}, ParameterError, "q: got 2; accepted is (0, 1]"),
    ((gce, "reverse_cross_entropy"), {"A": "log(1/10000)"}, NumberError,
     "A: got 'log(1/10000)'; write an integer, a fraction or a decimal, such as 2, 7/10 or 0.7; for another number "
     'write the formula as a text with it, as in "-log(1/10000)*(1 - softmax(z)[y])"'),
    ((gce, "gce"), {"r": 2}, ParameterError, "r: gce has no parameter of this name; accepted: q"),
    ((gce, "cross_entropy"), {"r": 2}, ParameterError,
     "r: cross_entropy has no parameter of this name; accepted: none, it has no parameters"),
    ((gce, sc.regularizers.L2()), {}, FormulaError, "formula: got the regularizer l2; accepted is a loss"),
    ((gce, "l2"), {}, UnknownNameError, "formula: l2 is a regularizer; accepted is a loss"),
    ((gce, "gce"), {"classes": 1}, ScopeError,
     "classes: got 1; accepted is an integer C >= 2, or a pair such as (2, 1000)"),
    ((gce, "logistic_margin"), {"classes": 3}, ScopeError,
     "classes: got C = 3, and logistic_margin is about C = 2; ask for that, or leave classes out"),
    ((gce, "(1 - softmax(z)[y]**q)/q"), {}, FormulaError, None),
    ((nn.CrossEntropyLoss, "cross_entropy"), {}, FormulaError, None),
    ((lambda z: z.sum(), "cross_entropy"), {}, FormulaError, None),
    ((lambda z, y: z.nonsense(), "cross_entropy"), {}, FormulaError, None),
    ((lambda z, y: None, "cross_entropy"), {}, FormulaError, None),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "options", "error", "message"), BAD)
def test_wrong_input_is_told(arguments, options, error, message):
    with pytest.raises(error) as raised:
        audit_implementation(*arguments, **options)
    assert message is None or str(raised.value) == message


def test_a_free_parameter_without_a_default_is_told():
    def formula(z, y):
        return sc.Parameter("a", above=0) * (sc.logsumexp(z) - z[y])

    with pytest.raises(ParameterError) as raised:
        audit_implementation(gce, formula)
    assert str(raised.value) == (
        "a: formula leaves it free in (0, oo), and it has no default to compare code with; give it a value, as in a=..."
    )
    assert audit_implementation(lambda z, y: 2 * F.cross_entropy(z, y), formula, a=2).verdict is Verdict.PROVED
