"""Confirmations: certificates agree with training, near-misses of them do not, and input is checked."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from sympy import Integer, Rational, sqrt

import numerics
from numerics.confirmations.confirmation import confirm
from numerics.confirmations.experiment import Experiment
from numerics.confirmations.judge import agreement_of
from numerics.confirmations.measure import measured, run_spec
from numerics.confirmations.predict import Curve, Expected
from numerics.errors import ConfirmationError, DeviceError, NoiseError
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.models.linear import Outputs
from numerics.runs.agreement import Outcome
from symcheck.certificates.certify import certify
from symcheck.errors import NumberError, UnknownNameError
from symcheck.findings.prediction import Order
from symcheck.language import functions as sc
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes
from symcheck.losses import PHuberCE, PHuberGCE
from tests.sampled import one_in


def outcomes(agreement):
    return {row.name: row.outcome for row in agreement.rows}


@pytest.mark.parametrize(
    ("loss", "regularizer", "data"),
    one_in(
        2,
        [
            ("cross_entropy", "l2", "digits"),
            ("cross_entropy", "l2", "breast_cancer"),  # order 3
            ("gce", "l2", "iris"),  # SCALED, a free parameter, order 1
            ("mae", "entropy", "iris"),  # SCALED, the quotient, not convex
            ("mae", "entropy", "breast_cancer"),  # the same with two classes: order 2
            ("cross_entropy", "entropy", "wine"),  # far from its limit until alpha is small
            ("cross_entropy", "label_smoothing_penalty", "iris"),
            ("brier", "log_cosh", "iris"),
            ("nce", "l2", "iris"),
            ("label_smoothing", "l2", "wine"),
            ("sce", "l2", "iris"),
            ("muh", "l2", "iris"),  # exact: no distance at any alpha
            ("square_centred", "l2", "wine"),
        ],
    ),
)
def test_what_is_certified_agrees_with_training(confirmed, loss, regularizer, data):
    found = confirmed(loss, regularizer, data)
    assert outcomes(found.agreement) == dict.fromkeys(outcomes(found.agreement), Outcome.AGREES)
    assert all(m.solved for m in found.run.measurements)
    assert found.outcome is Outcome.AGREES


def test_the_numbers_of_cross_entropy_with_l2_on_digits(confirmed):
    # THEORY 5: order 2 with .0075166, clean to noisy (1 - a) times that; a = 1 - .4 * 10/9 = 5/9
    rows = {row.name: row for row in confirmed("cross_entropy", "l2", "digits").agreement.rows}
    assert [name for name in rows if "order" in name] == [f"{curve}, order in 1/lambda" for curve in Curve]
    order = rows[f"{Curve.CLEAN}, order in 1/lambda"]
    assert order.predicted == 2
    assert order.tolerance < 0.01
    constant = rows[f"{Curve.CLEAN}, constant of 1/lambda^2"]
    assert constant.measured == pytest.approx(0.0075166, abs=2e-7)
    assert rows[f"{Curve.GAP}, constant of 1/lambda^2"].measured == pytest.approx(4 / 9 * 0.0075166, abs=2e-6)
    factor = next(row for row in rows.values() if row.name.startswith("noise factor"))
    assert factor.measured == pytest.approx(5 / 9, abs=1e-9)
    differ = next(row for row in rows.values() if row.name.startswith("predicted classes"))
    assert "all 1797 samples" in differ.name


def with_prediction(certificate, **changes):
    """What a certificate would say if its prediction were another one."""
    made = SimpleNamespace(
        problem=certificate.problem,
        loss=certificate.loss,
        regularizer=certificate.regularizer,
        scope=certificate.scope,
        prediction=replace(certificate.prediction, **changes),
        reference_orders=certificate.reference_orders,
        finding=certificate.finding,
    )
    made.at = lambda *_, **__: made
    return made


@pytest.mark.parametrize(
    ("loss", "regularizer", "changes", "row"),
    [
        ("cross_entropy", "l2", {"kappa": Rational(1001, 1000)}, "lambda Z from its limit"),
        ("gce", "l2", {"kappa": Integer(1)}, "lambda Z from its limit"),
        ("cross_entropy", "l2", {"curvature": Rational(999, 1000)}, "lambda Z from its limit"),
        ("cross_entropy", "l2", {"orders": (Order(Classes(), 1, 2),)}, "distance to the limit, order"),
        ("cross_entropy", "l2", {"orders": (Order(Classes(), 3, 2),)}, "distance to the limit, order"),
        ("cross_entropy", "l2", {"orders": (Order(Classes(), 2, 1),)}, "clean to noisy, order"),
        ("gce", "l2", {"orders": (Order(Classes(), 2, 2),)}, "order"),
        ("muh", "l2", {"orders": (Order(Classes(), 2, 2),)}, "order in 1/lambda (at least)"),
    ],
)
def test_a_prediction_that_is_a_little_wrong_is_contradicted(certified, loss, regularizer, changes, row):
    found = confirm(with_prediction(certified(loss, regularizer), **changes), data="iris")
    assert found.outcome is Outcome.CONTRADICTS
    wrong = [name for name, outcome in outcomes(found.agreement).items() if outcome is Outcome.CONTRADICTS]
    assert wrong
    assert all(row in name for name in wrong)


def test_a_wrong_noise_factor_is_contradicted(certified):
    # a**2 would be the claim of a penalty of degree 3/2; it is put in behind the check that refuses such penalties
    claim = replace(predicted_numbers(certified("cross_entropy", "l2"), 3, "iris"), noise_power=2.0)
    dataset = numerics.datasets.load("iris")
    expected = Expected.of(Experiment.on(claim, dataset, 0.4, torch.device("cpu")))
    found = outcomes(agreement_of(expected, measured(expected)))
    assert [name for name, o in found.items() if o is Outcome.CONTRADICTS] == [
        name for name in found if name.startswith("noise factor")
    ]


def test_a_coupling_is_seen_where_the_limit_has_a_mean(certified):
    # R^C is needed to see it: on onehot* scores 11' does nothing, so a wrong coupling alone changes no prediction
    found = confirm(with_prediction(certified("cross_entropy", "l2"), coupling=Integer(1)), data="iris")
    assert found.outcome is Outcome.AGREES


def test_without_noise_there_is_one_curve(confirmed):
    found = confirmed("cross_entropy", "l2", "iris", "0")
    names = list(outcomes(found.agreement))
    assert found.outcome is Outcome.AGREES
    assert sum("order" in name for name in names) == 1
    assert not any("noisy labels" in name for name in names)


def test_a_free_parameter_is_trained_at_its_default_and_that_is_said(confirmed):
    found = confirmed("gce", "l2", "iris")
    assert found.agreement.notes == ("free parameters of the certificate are trained at their defaults: q = 7/10",)
    assert found.run.spec.parameters == (("q", "7/10"),)


def test_a_default_may_be_special(certified):
    # CE - alpha mean_k CE(., k) has the order 2 for every alpha but 1, its default, where it is MUH
    certificate = certified("peer_uniform", "l2")
    assert [order.to_limit for order in certificate.prediction.orders] == [3, 2]
    found = confirm(certificate, data="iris")
    assert found.outcome is Outcome.AGREES
    assert not any("order in 1/lambda" in row.name for row in found.agreement.rows)
    assert any(
        "order in 1/lambda" in row.name for row in confirm(certificate.at(alpha="1/2"), data="iris").agreement.rows
    )


def test_a_loss_that_is_linear_up_to_a_kink_is_trained_below_it(confirmed):
    # multi-margin is MUH + const for ||z||_inf < 1/2; at alpha = 1 scores on iris are larger
    found = confirmed("multi_margin", "l2", "iris")
    assert found.outcome is Outcome.AGREES
    assert found.run.spec.alphas[0] == 0.5


def test_a_detached_loss_is_trained_by_its_field(confirmed):
    # its order is 1 on these data; no certificate states it
    found = confirmed("focal_detached", "l2", "iris")
    assert found.outcome is Outcome.AGREES
    assert found.expected.powers[Curve.CLEAN].order == 1
    assert "the certificate derives no order of convergence here, so none is tested" in found.agreement.notes


@pytest.mark.parametrize(
    ("loss", "kappa"),
    one_in(
        2,
        [
            ("phuber_ce", 1),  # at C = 3 and the default tau = 10: kappa = min(1, tau/C)
            (PHuberCE(tau="21/2"), 1),
            (PHuberCE(tau="5/2"), 5 / 6),
            (PHuberGCE(q="1/2", tau="5/2"), 3**-0.5),
            ("2*(logsumexp(z) - z[y]) + relu(logsumexp(z) - z[y] - 1)", 3),  # log 3 > 1
            ("(logsumexp(z) - z[y])*maximum(C - 2, 1/2)", 1),
        ],
    ),
)
def test_what_counts_is_what_holds_at_the_data(loss, kappa):
    # REFUTED somewhere, or with another kappa for other C: training is at one C
    found = confirm(certify(loss, "l2"), data="iris")
    assert found.expected.experiment.claim.kappa == pytest.approx(kappa)
    assert found.outcome is Outcome.AGREES


def test_a_pair_that_is_on_the_quotient_for_one_number_of_classes():
    # (C - 2) ||z||^2/2 + ||z - mean z||^2/2 has no curvature along (1, ..., 1) at C = 2 only
    certificate = certify(
        "cross_entropy", lambda z: (z.C - 2) * sc.total(z**2) / 2 + sc.total((z - sc.mean(z)) ** 2) / 2
    )
    assert confirm(certificate, data="iris").outcome is Outcome.AGREES
    assert confirm(certificate, data="breast_cancer").outcome is Outcome.AGREES


def test_a_parameter_that_was_given_a_value_is_trained_there(certified):
    found = confirm(certified("gce", "l2").at(q="3/10"), data="iris")
    assert found.outcome is Outcome.AGREES
    assert found.agreement.notes == ()
    assert found.agreement.title == "gce(q=3/10) + l2 on iris (C = 3, rho = 0.4)"
    assert found.expected.experiment.claim.kappa == pytest.approx(3**-0.3)


def test_a_formula_of_the_users_own_is_confirmed():
    certificate = certify(
        lambda z, y: sc.sqrt(1 + sc.logsumexp(z) - z[y]), lambda z: sc.total(sc.cosh(z)) + sc.total(z) ** 2
    )
    assert confirm(certificate, data="iris").outcome is Outcome.AGREES


def on_points(certificate, features, labels):
    claim = predicted_numbers(certificate, 3, "made")
    raw = torch.tensor(features, dtype=torch.float64)
    kind = Outputs.CENTRED if claim.quotient else Outputs.FULL
    return Expected.of(Experiment.of(claim, "made", raw, torch.tensor(labels), 0.4, kind))


def test_special_data_raise_the_order_and_it_is_said(certified):
    # CE + entropy has order 1 at C = 3.  Here every feature vector comes with its negative and there is no bias:
    # Z_0 is odd in phi, so D^3 g(0)[Z_0, Z_0] is even, its mean with phi is 0, and D^2 l(0, y) = H: c1 = 0
    features = [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0], [1.0, 1.0], [-1.0, -1.0]]
    expected = on_points(certified("cross_entropy", "entropy"), features, [0, 1, 1, 2, 2, 0])
    power, generic = expected.powers[Curve.CLEAN], expected.generic.powers[Curve.CLEAN]
    assert power is not None
    assert generic is not None
    assert (power.order, generic.order) == (2, 1)
    found = agreement_of(expected, measured(expected))
    assert found.outcome is Outcome.AGREES
    assert found.notes == tuple(
        f"{curve}: the order 1 of the certificate is that of generic data; on made it is 2, and that is tested"
        for curve in Curve
    )


def test_data_may_be_so_special_that_nothing_moves(certified):
    # one feature and scores that mirror each other: all minimisers are multiples of one another
    expected = on_points(certified("gce", "l2").at(q=1), [[-1.0], [0.0], [1.0]], [0, 2, 1])
    found = agreement_of(expected, measured(expected))
    assert found.outcome is Outcome.AGREES
    assert found.notes[:-1] == tuple(
        f"{curve}: the order 1 of the certificate is that of generic data; on made all orders looked at vanish"
        for curve in Curve
    )
    assert found.notes[-1] == (  # phi = 0 gives the score 0 to every class
        "1 of 3 samples have tied scores in the limit: of their classes nothing is predicted, and they are left out"
    )


def test_a_run_is_named_by_all_that_decides_it(expecting):
    first = run_spec(expecting("cross_entropy", "l2", "iris"))
    assert first.hash == run_spec(expecting("cross_entropy", "l2", "iris")).hash
    others = [
        run_spec(expecting("cross_entropy", "l2", "iris", 0.3)),
        run_spec(expecting("cross_entropy", "l2", "wine")),
        run_spec(expecting("cross_entropy", "entropy", "iris")),
        replace(first, device="cuda"),
    ]
    assert len({first.hash, *(spec.hash for spec in others)}) == 5
    assert len(first.hash) == 16


def test_nothing_that_was_measured_enters_what_is_expected(expecting):
    # expectations are made without a run, and judging changes none of them
    expected = expecting("gce", "l2", "iris")
    before = run_spec(expected), {c: expected.powers[c] for c in Curve}
    run = measured(expected)
    agreement_of(expected, run)
    assert before == (run_spec(expected), {c: expected.powers[c] for c in Curve})
    tolerances = [row.tolerance for row in agreement_of(expected, run).rows]
    spoiled = replace(run, measurements=tuple(replace(m, limit_error=1.0, ratio=7.0) for m in run.measurements))
    assert [row.tolerance for row in agreement_of(expected, spoiled).rows] == tolerances


def test_what_was_not_solved_is_inconclusive(confirmed):
    found = confirmed("cross_entropy", "l2", "iris")
    unsolved = replace(found.run, measurements=tuple(replace(m, solved=False) for m in found.run.measurements))
    assert agreement_of(found.expected, unsolved).outcome is Outcome.INCONCLUSIVE


def test_progress_is_told_and_may_stop_it(certified):
    told = []
    confirm(certified("muh", "l2"), data="iris", progress=lambda *step: told.append(step))
    assert told[0] == (0, 16, "lambda = 1")
    assert told[-1] == (16, 16, "done")

    def interrupt(done, total, what):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        confirm(certified("muh", "l2"), data="iris", progress=interrupt)


def test_the_public_name(certified):
    assert numerics.confirm is confirm
    assert numerics.confirm(certified("muh", "l2"), data="iris", rho="1/5").outcome is Outcome.AGREES
    with pytest.raises(AttributeError) as raised:
        numerics.confrim  # noqa: B018
    assert str(raised.value) == "numerics has no confrim; did you mean confirm or Confirmation?"


# bad input, word for word


def refused(error, certificate, **arguments):
    with pytest.raises(error) as raised:
        confirm(certificate, **arguments)
    return str(raised.value)


def test_a_noise_rate_outside(certified):
    assert refused(NoiseError, certified("cross_entropy", "l2"), data="iris", rho=0.7) == (
        "rho: got 0.7; accepted is 0 <= rho < (C-1)/C = 2/3 for C = 3 classes, where the clean class is still the "
        "likeliest label; choose a smaller rate"
    )
    assert refused(NumberError, certified("cross_entropy", "l2"), data="iris", rho="half") == (
        "rho: got 'half'; write an integer, a fraction or a decimal, such as 2, 7/10 or 0.7"
    )


@pytest.mark.parametrize("given", ["dpo", "cross_entropy", None, ("gce", "l2")])
def test_what_is_no_certificate(given):
    told = refused(ConfirmationError, given)
    assert told.startswith("cert: got ")
    assert "symcheck.certify(loss, regularizer)" in told
    assert "symcheck.certify_preference(loss, penalty)" in told


def test_an_unknown_data_set(certified):
    assert refused(UnknownNameError, certified("cross_entropy", "l2"), data="irsi") == (
        "data: no data set is called 'irsi'; did you mean iris?; there are: breast_cancer, digits, iris, "
        "mnist_5k, segment, vehicle, wine; fetched from OpenML: letter, pendigits, satimage, vowel"
    )


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has CUDA")
def test_a_device_that_does_not_exist(certified):
    certificate = certified("cross_entropy", "l2")
    assert refused(DeviceError, certificate, device="gpu") == (
        "device: got 'gpu', which torch does not know; accepted here: cpu"
    )
    for device in ("cuda", "cuda:3", "mps", "cpu:1"):
        assert refused(DeviceError, certificate, device=device) == (
            f"device: got {device!r}, which this machine does not have or torch cannot compute on in float64; "
            "accepted here: cpu"
        )


def test_a_scope_that_does_not_hold_the_classes_of_the_data():
    certificate = certify("cross_entropy", "l2", classes=(2, 5))
    assert refused(ConfirmationError, certificate, data="digits") == (
        "data: digits has C = 10 classes, and the certificate of cross_entropy + l2 is about every C from 2 to 5; "
        "choose data with such a number of classes, or certify again without classes="
    )


def test_a_free_parameter_without_a_default():
    gamma = Parameter("gamma", above=0)
    certificate = certify(lambda z, y: gamma * (sc.logsumexp(z) - z[y]), "l2")
    message = refused(ConfirmationError, certificate, data="iris")
    assert message == (
        f"gamma: the certificate of {certificate.loss.title} + l2 leaves it free in (0, oo), and it has no default to "
        "train with; give it a value: cert.at(gamma=...)"
    )
    assert confirm(certificate.at(gamma=3), data="iris").outcome is Outcome.AGREES


def test_a_certificate_without_a_prediction(certified):
    assert refused(ConfirmationError, certified("one_vs_rest_logistic", "l2"), data="iris") == (
        "certificate: at C = 3 that of one_vs_rest_logistic + l2 makes no prediction, so training cannot confirm or "
        "contradict it; take a pair whose limit is known, such as cross_entropy with l2; to see what training says of "
        "a claim of your own give it, as kappa=1"
    )


def test_another_power_of_the_noise_factor_is_contradicted(certified):
    # a ** (1/2) would be that of a penalty of degree 3
    found = confirm(with_prediction(certified("cross_entropy", "l2"), noise_power=1 / sqrt(4)), data="iris")
    wrong = [name for name, outcome in outcomes(found.agreement).items() if outcome is Outcome.CONTRADICTS]
    assert len(wrong) == 1
    assert wrong[0].startswith("noise factor")


def test_a_curvature_that_is_none(certified):
    # entropy has no curvature along (1, ..., 1); a certificate that forgot the quotient would come to this
    false = with_prediction(certified("cross_entropy", "entropy"), quotient=False)
    message = refused(ConfirmationError, false, data="iris")
    assert message.startswith(
        "certificate: the curvature of the regularizer of cross_entropy + entropy at 0 has the eigenvalue "
    )
    assert message.endswith(" on scores in R^C, so there is no limit to measure; take a regularizer such as l2")


def test_labels_that_the_features_do_not_know(certified):
    # every feature vector once with every class: E[o_Y phi'] = 0 (E12 of the paper's errata)
    features = torch.tensor([[1.0, 1.0]] * 3 + [[-1.0, 1.0]] * 3, dtype=torch.float64)
    claim = predicted_numbers(certified("cross_entropy", "l2"), 3, "made")
    experiment = Experiment.of(claim, "made", features, torch.tensor([0, 1, 2, 0, 1, 2]), 0.2)
    with pytest.raises(ConfirmationError) as raised:
        Expected.of(experiment)
    assert str(raised.value) == (
        "data: in made no feature says anything about the label to first order, so the limit of cross_entropy + l2 "
        "is 0 and has no direction; take other data or other features"
    )


@pytest.mark.cuda
def test_on_cuda_the_confirmation_is_the_same(certified, confirmed):
    there = confirm(certified("cross_entropy", "l2"), data="digits", device="cuda")
    assert there.outcome is Outcome.AGREES
    here = confirmed("cross_entropy", "l2", "digits")
    for left, right in zip(here.run.measurements, there.run.measurements, strict=True):
        for curve in Curve:
            floor = here.expected.floor(left.alpha) + there.expected.floor(left.alpha)
            assert right.distances[curve] == pytest.approx(left.distances[curve], abs=floor)
