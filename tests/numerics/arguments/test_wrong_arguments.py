"""Wrong arguments in Python: every one is an error of ours, word for word."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import pytest

import numerics
import symcheck as sc
from symcheck import errors
from symcheck.arguments.weight_decay import WEIGHT_DECAY
from symcheck.certificates.certificate import Certificate


@cache
def certificate() -> Certificate:
    """One that costs little."""
    return sc.certify("cross_entropy", "l2")


WRONG: dict[str, tuple[Callable[[], object], str]] = {
    'certify()': (
        lambda: sc.certify(),
        'certify: the argument loss is missing; accepted is certify(loss, regularizer=..., *, anchor=...,'
        ' classes=..., budget=...)',
    ),
    'certify("gce", "l2", 3)': (
        lambda: sc.certify("gce", "l2", 3),
        'certify: takes 2 arguments by place and got 3: 3 is too many; the others are given by name, as '
        'in anchor=...; accepted is certify(loss, regularizer=..., *, anchor=..., classes=..., '
        'budget=...)',
    ),
    'certify("gce", "l2", klasses=3)': (
        lambda: sc.certify("gce", "l2", klasses=3),
        "certify: there is no argument 'klasses'; did you mean classes?; accepted is certify(loss, "
        'regularizer=..., *, anchor=..., classes=..., budget=...)',
    ),
    'certify("gce", loss="mae")': (
        lambda: sc.certify("gce", loss="mae"),
        'certify: the argument loss was given twice, by its place and by its name; accepted is '
        'certify(loss, regularizer=..., *, anchor=..., classes=..., budget=...)',
    ),
    'certify("gce", weight_decay=0.1)': (
        lambda: sc.certify("gce", weight_decay=0.1),
        'certify: there is no argument weight_decay; ' + WEIGHT_DECAY,
    ),
    'certify(None)': (
        lambda: sc.certify(None),
        "loss: got NoneType; accepted is a name of the catalogue such as 'cross_entropy', an entry, a "
        "formula string such as 'logsumexp(z) - z[y]', a function such as lambda z, y: logsumexp(z) - "
        'z[y], torch code',
    ),
    'certify(3)': (
        lambda: sc.certify(3),
        "loss: got int; accepted is a name of the catalogue such as 'cross_entropy', an entry, a formula "
        "string such as 'logsumexp(z) - z[y]', a function such as lambda z, y: logsumexp(z) - z[y], torch"
        ' code',
    ),
    'certify([1])': (
        lambda: sc.certify([1]),
        "loss: got list; accepted is a name of the catalogue such as 'cross_entropy', an entry, a formula"
        " string such as 'logsumexp(z) - z[y]', a function such as lambda z, y: logsumexp(z) - z[y], "
        'torch code',
    ),
    'certify(b"gce")': (
        lambda: sc.certify(b"gce"),
        "loss: got bytes; accepted is a name of the catalogue such as 'cross_entropy', an entry, a "
        "formula string such as 'logsumexp(z) - z[y]', a function such as lambda z, y: logsumexp(z) - "
        'z[y], torch code',
    ),
    'certify("")': (
        lambda: sc.certify(""),
        'loss: the formula is empty\n'
        '  \n'
        '  ^\n'
        'write a formula such as logsumexp(z) - z[y]',
    ),
    'certify("gcee")': (
        lambda: sc.certify("gcee"),
        "loss: there is no loss called 'gcee'; did you mean gce or agce?; symcheck list losses shows all "
        'of them',
    ),
    'certify("gce", 3)': (
        lambda: sc.certify("gce", 3),
        "regularizer: got int; accepted is a name of the catalogue such as 'l2', an entry, a formula "
        "string such as 'total(z**2) / 2', a function such as lambda z: total(z**2) / 2, torch code",
    ),
    'certify("gce", "l22")': (
        lambda: sc.certify("gce", "l22"),
        "regularizer: there is no regularizer called 'l22'; did you mean l2?; symcheck list regularizers "
        'shows all of them',
    ),
    'certify("gce", "mae")': (
        lambda: sc.certify("gce", "mae"),
        'regularizer: mae is a loss; the loss comes first and then the regularizer',
    ),
    'certify("gce", "weight_decay")': (
        lambda: sc.certify("gce", "weight_decay"),
        'regularizer: got weight_decay; ' + WEIGHT_DECAY,
    ),
    'certify("gce", "weight decay")': (
        lambda: sc.certify("gce", "weight decay"),
        "regularizer: got 'weight decay'; " + WEIGHT_DECAY,
    ),
    'certify("weight_decay")': (
        lambda: sc.certify("weight_decay"),
        'loss: got weight_decay; ' + WEIGHT_DECAY,
    ),
    'certify("gce", "l2 + weight_decay")': (
        lambda: sc.certify("gce", "l2 + weight_decay"),
        'regularizer: the formula uses the unknown name weight_decay\n'
        '  l2 + weight_decay\n'
        '       ^\n'
        ''
        + WEIGHT_DECAY,
    ),
    'certify("gce", budget="x")': (
        lambda: sc.certify("gce", budget="x"),
        "budget: got 'x'; accepted is a number of seconds >= 0, such as 10",
    ),
    'certify("gce", budget=-1)': (
        lambda: sc.certify("gce", budget=-1),
        'budget: got -1; accepted is a number of seconds >= 0, such as 10',
    ),
    'certify("gce", budget=math.nan)': (
        lambda: sc.certify("gce", budget=math.nan),
        'budget: got nan; accepted is a number of seconds >= 0, such as 10',
    ),
    'certify("gce", budget=None)': (
        lambda: sc.certify("gce", budget=None),
        'budget: got None; accepted is a number of seconds >= 0, such as 10',
    ),
    'certify("gce", budget=True)': (
        lambda: sc.certify("gce", budget=True),
        'budget: got True; accepted is a number of seconds >= 0, such as 10',
    ),
    'certify("gce", classes="ten")': (
        lambda: sc.certify("gce", classes="ten"),
        "classes: got 'ten'; accepted is an integer C >= 2, or a pair such as (2, 1000)",
    ),
    'certify("gce", classes=1.5)': (
        lambda: sc.certify("gce", classes=1.5),
        'classes: got 1.5; accepted is an integer C >= 2, or a pair such as (2, 1000)',
    ),
    'certify("gce", classes=1)': (
        lambda: sc.certify("gce", classes=1),
        'classes: got 1; accepted is an integer C >= 2, or a pair such as (2, 1000)',
    ),
    'certify("gce", classes=True)': (
        lambda: sc.certify("gce", classes=True),
        'classes: got True; accepted is an integer C >= 2, or a pair such as (2, 1000)',
    ),
    'certify("1 - softmax(z)[y]**s")': (
        lambda: sc.certify("1 - softmax(z)[y]**s"),
        'loss: the formula uses the unknown name s\n'
        '  1 - softmax(z)[y]**s\n'
        '                     ^\n'
        'if s is a parameter: on the command line --param s=1/2 or --param "s in (0, 1]"; in Python a '
        'function in the place of the text, with symcheck.Parameter("s", above=0, at_most=1), or a '
        'number, for s\n'
        'accepted: numbers, pi, z, z[y], C, + - * / ** ( ), and functions such as exp, log, softmax, '
        'logsumexp, total; symcheck list functions shows all of them; names of the catalogue (symcheck '
        'list)',
    ),
    'certify("gce", "total(z**p)")': (
        lambda: sc.certify("gce", "total(z**p)"),
        'regularizer: the formula uses the unknown name p\n'
        '  total(z**p)\n'
        '           ^\n'
        'if p is a parameter: on the command line --param p=1/2 or --param "p in (0, 1]"; in Python a '
        'function in the place of the text, with symcheck.Parameter("p", above=0, at_most=1), or a '
        'number, for p\n'
        'accepted: numbers, pi, z, C, + - * / ** ( ), and functions such as exp, log, softmax, '
        'logsumexp, total; symcheck list functions shows all of them; names of the catalogue (symcheck '
        'list)',
    ),
    'certify("softmaxx(z)[y]")': (
        lambda: sc.certify("softmaxx(z)[y]"),
        'loss: the formula uses the unknown function softmaxx; did you mean softmax, am_softmax or '
        'log_softmax?\n'
        '  softmaxx(z)[y]\n'
        '  ^\n'
        'accepted: numbers, pi, z, z[y], C, + - * / ** ( ), and functions such as exp, log, softmax, '
        'logsumexp, total; symcheck list functions shows all of them; names of the catalogue (symcheck '
        'list)',
    ),
    'same("gce")': (
        lambda: sc.same("gce"),
        'same: the argument b is missing; accepted is same(a, b, *, classes=..., budget=...)',
    ),
    'same("gce", None)': (
        lambda: sc.same("gce", None),
        "b: got NoneType; accepted is a name of the catalogue such as 'cross_entropy', an entry, a "
        "formula string such as 'logsumexp(z) - z[y]', a function such as lambda z, y: logsumexp(z) - "
        'z[y], torch code',
    ),
    'match("gce", "mae")': (
        lambda: sc.match("gce", "mae"),
        "match: takes 1 argument by place and got 2: 'mae' is too many; the others are given by name, as "
        'in to=...; accepted is match(a, *, to, C=..., parameter=..., weight=..., classes=..., '
        'budget=...)',
    ),
    'match("gce", to="mae", parameter="s")': (
        lambda: sc.match("gce", to="mae", parameter="s"),
        'parameter: gce has no free parameter s; free there: q',
    ),
    'region("gce")': (
        lambda: sc.region("gce"),
        'region: the argument regularizer is missing; accepted is region(loss, regularizer, *, '
        'classes=..., budget=...)',
    ),
    'survey(losses="gce")': (
        lambda: sc.survey(losses="gce"),
        'losses: got \'gce\'; accepted is a list, as in ["gce", "mae"] or None',
    ),
    'survey(3)': (
        lambda: sc.survey(3),
        'losses: got 3; accepted is a list, as in ["gce", "mae"] or None',
    ),
    'survey(progress="x")': (
        lambda: sc.survey(progress="x"),
        "progress: got 'x'; accepted is a function of (done, total, what) or None",
    ),
    'advise()': (
        lambda: sc.advise(),
        'advise: the argument classes is missing; accepted is advise(classes, ...); help(symcheck.advise)'
        ' lists all 10 arguments',
    ),
    'advise("ten")': (
        lambda: sc.advise("ten"),
        "classes: got 'ten'; accepted is one number of classes, an integer C >= 2, as kappa and lambda "
        'are numbers here; symcheck.survey has tables for ranges',
    ),
    'advise(10, all="no")': (
        lambda: sc.advise(10, all="no"),
        "all: got 'no'; accepted is True or False",
    ),
    'advise(10, wants="fast")': (
        lambda: sc.advise(10, wants="fast"),
        "wants: there is none called 'fast'; accepted: bounded, bounded_below, convex, every_lambda, "
        'exact, label_free_hessian, minimisers_held, symmetric',
    ),
    'decompose()': (
        lambda: sc.decompose(),
        'decompose: the argument loss is missing; accepted is decompose(loss, *, classes=..., budget=...)',
    ),
    'symmetrize(None)': (
        lambda: sc.symmetrize(None),
        "loss: got NoneType; accepted is a name of the catalogue such as 'cross_entropy', an entry, a "
        "formula string such as 'logsumexp(z) - z[y]', a function such as lambda z, y: logsumexp(z) - "
        'z[y], torch code',
    ),
    'derivatives(1)': (
        lambda: sc.derivatives(1),
        "loss: got int; accepted is a name of the catalogue such as 'cross_entropy', an entry, a formula "
        "string such as 'logsumexp(z) - z[y]', a function such as lambda z, y: logsumexp(z) - z[y], torch"
        ' code',
    ),
    'recheck(3)': (
        lambda: sc.recheck(3),
        'certificate: got int; accepted is the text that to_json() writes',
    ),
    'recheck("x")': (
        lambda: sc.recheck("x"),
        'certificate: no JSON: Expecting value in line 1, column 1',
    ),
    'verify(3)': (
        lambda: sc.verify(3),
        'certificate: got int; accepted is the text that to_json() writes',
    ),
    'noise_condition(3)': (
        lambda: sc.noise_condition(3),
        'T: got int; give rows of numbers such as ((0.9, 0.1), (0.2, 0.8)), UniformNoise() or '
        'PairFlip(rate)',
    ),
    'noise_condition(((1, 0), (0, 1)), correction=3)': (
        lambda: sc.noise_condition(((1, 0), (0, 1)), correction=3),
        'correction: got 3; accepted is "forward", "backward", or None for a loss that knows no T',
    ),
    'Parameter()': (
        lambda: sc.Parameter(),
        'Parameter: the argument name is missing; accepted is Parameter(name, *, above=..., at_least=...,'
        ' below=..., at_most=..., integer=..., default=..., rounded=...)',
    ),
    'Parameter("C")': (
        lambda: sc.Parameter("C"),
        "name: got 'C'; a parameter's name is letters, digits and _, begins with a letter, and is none of"
        ' C, E, I, y, z',
    ),
    'Parameter("q", integer="yes")': (
        lambda: sc.Parameter("q", integer="yes"),
        "integer: got 'yes'; accepted is True or False",
    ),
    'Parameter("q", abov=0)': (
        lambda: sc.Parameter("q", abov=0),
        "Parameter: there is no argument 'abov'; did you mean above?; accepted is Parameter(name, *, "
        'above=..., at_least=..., below=..., at_most=..., integer=..., default=..., rounded=...)',
    ),
    'ClassParameter("w", rule=[])': (
        lambda: sc.ClassParameter("w", rule=[]),
        'w: got the rule []; the rules for a class-vector are first, proportional, rising',
    ),
    'MatrixParameter("S", symmetric="no")': (
        lambda: sc.MatrixParameter("S", symmetric="no"),
        "symmetric: got 'no'; accepted is True or False",
    ),
    'MatrixParameter("S", rows_sum="x")': (
        lambda: sc.MatrixParameter("S", rows_sum="x"),
        "rows_sum: got 'x'; write an integer, a fraction or a decimal, such as 2, 7/10 or 0.7",
    ),
    'quadratic_form(3, 4)': (
        lambda: sc.quadratic_form(3, 4),
        'quadratic_form takes a MatrixParameter and got 3: write sc.MatrixParameter("A")',
    ),
    'exp()': (
        lambda: sc.exp(),
        'exp: the argument x is missing; accepted is exp(x)',
    ),
    'exp("x")': (
        lambda: sc.exp("x"),
        "the formula computes with 'x' (str), which is not part of the language: use z, the label, "
        'numbers, Parameters and the functions of symcheck',
    ),
    'clamp(1, 2, 3, 4)': (
        lambda: sc.clamp(1, 2, 3, 4),
        'clamp: takes 3 arguments by place and got 4: 4 is too many; accepted is clamp(x, low=..., '
        'high=...)',
    ),
    'losses.GCE(r=1)': (
        lambda: sc.losses.GCE(r=1),
        'r: gce has no parameter of this name; accepted: q',
    ),
    'losses.GCE(q=2)': (
        lambda: sc.losses.GCE(q=2),
        'q: got 2; accepted is (0, 1]',
    ),
    'losses.GCEE': (
        lambda: sc.losses.GCEE,
        "symcheck.losses has no GCEE; did you mean gce or agce?; a class has its file's name, gce -> GCE",
    ),
    'certfy': (
        lambda: sc.certfy,
        'symcheck has no certfy; did you mean certify, verify or erf?',
    ),
    'nothing_like_it': (
        lambda: sc.nothing_like_it,
        'symcheck has no nothing_like_it; dir(symcheck) lists what it has',
    ),
    'numerics.confrim': (
        lambda: numerics.confrim,
        'numerics has no confrim; did you mean confirm or Confirmation?',
    ),
    'numerics.nothing_like_it': (
        lambda: numerics.nothing_like_it,
        'numerics has no nothing_like_it; dir(numerics) lists what it has',
    ),
    'numerics.confirm()': (
        lambda: numerics.confirm(),
        'confirm: the argument cert is missing; accepted is confirm(cert, ...); help(numerics.confirm) '
        'lists all 21 arguments',
    ),
    'numerics.confirm(3)': (
        lambda: numerics.confirm(3),
        'cert: got 3; accepted is a certificate: of symcheck.certify(loss, regularizer), or of '
        'symcheck.certify_preference(loss, penalty) for pairs of answers',
    ),
    'numerics.confirm(cert, progress=3)': (
        lambda: numerics.confirm(certificate(), progress=3),
        'progress: got 3; accepted is a function of (done, total, what)',
    ),
    'numerics.confirm(cert, out=3)': (
        lambda: numerics.confirm(certificate(), out=3),
        'out: got 3; accepted is a path, as a text or a pathlib.Path or None',
    ),
    'numerics.confirm(cert, reference="no")': (
        lambda: numerics.confirm(certificate(), reference="no"),
        "reference: got 'no'; accepted is True or False",
    ),
    'numerics.noise_rate(flip="x", classes=3)': (
        lambda: numerics.noise_rate(flip="x", classes=3),
        "flip: got 'x'; write an integer, a fraction or a decimal, such as 2, 7/10 or 0.7",
    ),
    'numerics.noise_rate()': (
        lambda: numerics.noise_rate(),
        'noise_rate: got no rate; accepted is exactly one of flip= (a label becomes another class), '
        'resample= (it is drawn anew from all classes, its own included) and T= (a matrix)',
    ),
    'numerics.noise_rate(0.3)': (
        lambda: numerics.noise_rate(0.3),
        'noise_rate: takes no arguments by place and got 1: 0.3 is too many; the others are given by '
        'name, as in flip=...; accepted is noise_rate(*, flip=..., resample=..., T=..., classes=...)',
    ),
    'numerics.clean_accuracy(0.7)': (
        lambda: numerics.clean_accuracy(0.7),
        'clean_accuracy: the arguments n, rho and classes are missing; accepted is '
        'clean_accuracy(noisy_accuracy, *, n, rho, classes, level=...)',
    ),
    'numerics.human_labels()': (
        lambda: numerics.human_labels(),
        'human_labels: got no labels; accepted is two columns, human_labels(clean, noisy), or counts=, or'
        ' T=',
    ),
    'numerics.human_labels_from_csv(3, "a", "b")': (
        lambda: numerics.human_labels_from_csv(3, "a", "b"),
        'path: got 3; accepted is a path, as a text or a pathlib.Path',
    ),
    'numerics.results(3)': (
        lambda: numerics.results(3),
        'path: got 3; accepted is a path, as a text or a pathlib.Path',
    ),
    'numerics.sweep([3])': (
        lambda: numerics.sweep([3]),
        'plans: got 3 among them; accepted are the runs that numerics.grid(...) plans',
    ),
    'numerics.sweep(3)': (
        lambda: numerics.sweep(3),
        'plans: got 3; accepted is the runs that numerics.grid(...) plans',
    ),
    'numerics.grid("gce", "l2", "iris", lambdas="x")': (
        lambda: numerics.grid("gce", "l2", "iris", lambdas="x"),
        "lambdas: got 'x'; accepted are positive numbers",
    ),
    'numerics.grid("gce", "l2", "iris", seeds=0)': (
        lambda: numerics.grid("gce", "l2", "iris", seeds=0),
        'seeds: got 0; accepted is how many, from 1 on (at most 1000000), or a list of seeds',
    ),
    'numerics.torch_loss()': (
        lambda: numerics.torch_loss(),
        'torch_loss: the argument loss is missing; accepted is torch_loss(loss, ...); '
        'help(numerics.torch_loss) lists all 9 arguments',
    ),
    'numerics.torch_loss("mae", weight_decay=0.1)': (
        lambda: numerics.torch_loss("mae", weight_decay=0.1),
        'weight_decay: no free parameter has this name; ' + WEIGHT_DECAY,
    ),
    'numerics.torch_loss("mae", regularizer="weight_decay")': (
        lambda: numerics.torch_loss("mae", regularizer="weight_decay"),
        'regularizer: got weight_decay; ' + WEIGHT_DECAY,
    ),
    'numerics.torch_loss("mae", reduction=None)': (
        lambda: numerics.torch_loss("mae", reduction=None),
        "reduction: got None; accepted is 'mean', 'sum' or 'none'",
    ),
    'numerics.torch_loss("mae", check="no")': (
        lambda: numerics.torch_loss("mae", check="no"),
        "check: got 'no'; accepted is True or False",
    ),
    'numerics.torch_loss("mae", weight=math.nan)': (
        lambda: numerics.torch_loss("mae", weight=math.nan),
        "weight: got nan, and there is no regularizer to weigh; give regularizer='l2', or a certificate",
    ),
    'numerics.forecast("iris", rho=None)': (
        lambda: numerics.forecast("iris", rho=None),
        'noise: got none; accepted is one of rho= (uniform noise of this rate), T= (a matrix) and law= (a'
        ' row of probabilities for each sample)',
    ),
    'numerics.guarantee(cert)': (
        lambda: numerics.guarantee(certificate()),
        'guarantee: the argument data is missing; accepted is guarantee(cert, data, ...); '
        'help(numerics.guarantee) lists all 12 arguments',
    ),
    'numerics.trusted("iris", all_points="no")': (
        lambda: numerics.trusted("iris", all_points="no"),
        "all_points: got 'no'; accepted is True or False",
    ),
    'numerics.choose_lambda(cert, "iris")': (
        lambda: numerics.choose_lambda(certificate(), "iris"),
        'choose_lambda: the argument rho is missing; accepted is choose_lambda(cert, data, *, rho, ...); '
        'help(numerics.choose_lambda) lists all 14 arguments',
    ),
    'numerics.known_counterexamples(3)': (
        lambda: numerics.known_counterexamples(3),
        'name: got 3; accepted is a text or None',
    ),
    'numerics.Training(steps=None)': (
        lambda: numerics.Training(steps=None),
        'steps: got None; accepted is an integer >= 1',
    ),
    'numerics.Training(gradient_norm="x")': (
        lambda: numerics.Training(gradient_norm="x"),
        "gradient_norm: got 'x'; accepted is a number >= 0; 0 asks for none",
    ),
    'numerics.Training(scaling="x")': (
        lambda: numerics.Training(scaling="x"),
        "scaling: got 'x'; accepted are outputs, weights",
    ),
    'numerics.Dataset("a", [[1]], [1], 2, "s", "l")': (
        lambda: numerics.Dataset("a", [[1]], [1], 2, "s", "l"),
        'a: features: got [[1]]; accepted is an array of numpy; numerics.data.given.given_data(X, y) '
        'takes lists, frames and tensors as well',
    ),
    'numerics.noise_margin("iris", a=3)': (
        lambda: numerics.noise_margin("iris", a=3),
        'a: got 3; accepted is (low, high) with 0 < low <= high <= 1, where a = 1 - rho C/(C-1) is what '
        'uniform noise of the rate rho leaves: 1 is no noise, 0 is chance',
    ),
    'numerics.trained()': (
        lambda: numerics.trained(),
        'trained: the arguments objective, model, data and alphas are missing; accepted is '
        'trained(objective, model, data, *, alphas, ...); help(numerics.trained) lists all 17 arguments',
    ),
    'numerics.audit_model()': (
        lambda: numerics.audit_model(),
        'audit_model: the argument cert is missing; accepted is audit_model(cert, ...); '
        'help(numerics.audit_model) lists all 9 arguments',
    ),
    'numerics.audit_implementation("x.py:f")': (
        lambda: numerics.audit_implementation("x.py:f"),
        'audit_implementation: the argument formula is missing; accepted is audit_implementation(code, '
        'formula, *, classes=..., budget=..., progress=..., **values)',
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_argument_is_an_error_of_ours(case: str) -> None:
    call, message = WRONG[case]
    with pytest.raises(errors.SymcheckError) as raised:
        call()
    assert str(raised.value) == message


def test_there_are_at_least_sixty_of_them() -> None:
    assert len(WRONG) >= 60
