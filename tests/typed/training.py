"""What the second package has, with the types that a checker has to find."""

from fractions import Fraction
from typing import assert_type

import torch

import numerics
import symcheck as sc
from numerics.confirmations.networks.network_confirmation import NetworkConfirmation
from numerics.confirmations.preferences.preference_confirmation import PreferenceConfirmation
from numerics.counterexamples.search import Search
from numerics.counterexamples.trials import KnownCounterexamples
from numerics.finite.forecast.estimate import Estimate
from numerics.finite.guarantee.at_lambda import AtLambda
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.noise.human_labels import HumanLabels
from numerics.noise.label_counts import LabelCounts
from numerics.noise.stated import StatedNoise
from numerics.runs.agreement import Outcome
from numerics.sweeps.plan import Plan
from numerics.sweeps.results import Results
from numerics.torch_losses.formula_loss import FormulaLoss
from symcheck.findings.verdict import Verdict

cert = sc.certify("cross_entropy", "l2")

assert_type(numerics.confirm(cert, "iris", rho=Fraction(1, 5), seed=1), numerics.Confirmation)
of_networks = numerics.confirm(cert, "iris", model="mlp", seeds=[0, 1])
assert_type(of_networks, numerics.Confirmation | NetworkConfirmation)
assert_type(of_networks.outcome, Outcome)
if isinstance(of_networks, NetworkConfirmation):
    assert_type(of_networks.trained, numerics.Trained)
assert_type(numerics.confirm(sc.certify_preference("dpo", "h**2/2")), PreferenceConfirmation)

criterion = numerics.torch_loss(cert, weight="matched")
assert_type(criterion, FormulaLoss)
assert_type(criterion.weight, float | None)
numerics.torch_loss("gce", regularizer="l2", weight=0.1, q=0.7)
numerics.torch_loss("class_weighted_ce", w=[1, 2, 1])

assert_type(numerics.audit_model(cert, "mlp", "iris"), numerics.Audit)
assert_type(numerics.audit(cert, "mlp", "iris"), numerics.Audit)
assert_type(numerics.audit_implementation(torch.nn.CrossEntropyLoss(), "gce", q="7/10"), numerics.ImplementationAudit)
assert_type(numerics.audit_implementation(torch.nn.CrossEntropyLoss(), "mae").verdict, Verdict)

assert_type(numerics.guarantee(cert, "iris", rho="3/10").at(1.0), AtLambda)
assert_type(numerics.guarantee(cert, "iris").lambda_for(0.9), float)
assert_type(numerics.forecast("iris", rho=0.3).accuracy, Estimate)
assert_type(numerics.choose_lambda(cert, "iris", rho=0.3).lambda_, float | None)
assert_type(numerics.noise_margin("iris", a=(0.7, 0.9)), numerics.NoiseMargin)
assert_type(numerics.trusted("iris", rho=(0.1, 0.3), delta=0.01), numerics.Trusted)

assert_type(numerics.noise_rate(flip="3/10", classes=10), numerics.NoiseRate)
assert_type(numerics.noise_rate(flip="3/10", classes=10).a, Fraction | None)
assert_type(numerics.clean_accuracy(0.64, n=1000, rho=0.3, classes=4).value, float)
assert_type(numerics.human_labels([0, 1], [0, 1]), HumanLabels)
assert_type(numerics.human_labels(counts=[[7, 3], [3, 7]]), LabelCounts)
assert_type(numerics.human_labels(T=[[0.7, 0.3], [0.3, 0.7]]), StatedNoise)
assert_type(numerics.human_labels_from_csv("labels.csv", "truth", "crowd"), HumanLabels)

plans = numerics.grid(["gce", "mae"], "l2", "iris", rho=[0, "1/5"], seeds=3, lambdas=[1, 10])
assert_type(plans, tuple[Plan, ...])
assert_type(numerics.sweep(plans, "results.jsonl", workers=2), Results)
assert_type(numerics.results("results.jsonl").failed, dict[str, str])

assert_type(numerics.counterexample(cert, 3, rho=0.2), Search)
assert_type(numerics.known_counterexamples("square_on_a_line"), KnownCounterexamples)
claim = predicted_numbers(cert, 3, "iris")
found = numerics.trained(claim, "mlp", "iris", alphas=[0.1], training=numerics.Training(steps=5))
assert_type(found, numerics.Trained)
assert_type(found.predicted(), torch.Tensor)
assert_type(numerics.LabelTheory([[70, 30], [30, 70]]).is_rejected, bool)
