"""The code of derivatives: what is pasted runs by itself, under strict warnings, and finds slips that are planted."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symcheck as sc
from symcheck.errors import FormulaError
from symcheck.intake.given import Given
from symcheck.language.parameter import Parameter
from tests.sampled import one_in
from tests.symcheck.differentiation.values import EVERY, differences, entries, entry, points, precise

OTHERS = [
    "pair_total(exp(first(z)*second(softmax(z))))*z[y]",
    "product(1 + exp(z), but=y)*erf(z[y]) + arctan(z[y])",
    "amax(z**2, but=y) + amin(z, but=y)*z[y]",
    "total(onehot_argmax(z)*z**2) + cosh(z[y])*sin(z[y])",
    "total(entmax(z, 3/2)**2) + entmax(z, 1/2)[y]",
    "mean(z, but=y)**2 + C",
    "branch(z[y], z[y]**2, 0) + clamp(z[y], -1/4, 3)*mean(z)",
    "logsumexp(2*z, but=y) + total(abs(z))",
    "detach(z[y])*z[y]**2 + total(detach(softmax(z))*z)",
    "mean(z)",
    "C**2",
]
"""Formulas with operators and shapes that the catalogue has not."""

SOME: list[Given] = [*(name for _, name in EVERY[::8]), "forward", "quadratic_form", *OTHERS]


def pytest_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *arguments, "."]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def written(folder: Path, given: list[Given]) -> None:
    for place, formula in enumerate(given):
        (folder / f"test_{place}.py").write_text(sc.derivatives(formula).to_pytest(), encoding="utf-8")


@pytest.fixture(scope="module")
def pasted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files for a part of the catalogue and for the others."""
    folder = tmp_path_factory.mktemp("pasted")
    written(folder, SOME)
    return folder


def passed(folder: Path) -> int:
    """How many tests pass in a folder, in which all of them do."""
    done = pytest_in(folder)
    assert done.returncode == 0, done.stdout[-3000:]
    return int(done.stdout.rpartition(" passed")[0].split()[-1])


def test_files_pass_where_they_are_pasted(pasted: Path) -> None:
    # One test for each point: at least two for each formula.
    assert passed(pasted) >= 2 * len(SOME)


@pytest.mark.slow
def test_every_file_of_the_catalogue_passes(tmp_path: Path) -> None:
    written(tmp_path, [name for _, name in EVERY])
    assert passed(tmp_path) >= 2 * len(EVERY)


@pytest.mark.skipif(shutil.which("ruff", path=str(Path(sys.executable).parent)) is None, reason="ruff is not installed")
def test_it_meets_the_default_rules_of_ruff(pasted: Path) -> None:
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))
    assert ruff is not None
    done = subprocess.run([ruff, "check", "--isolated", "."], cwd=pasted, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("right", "wrong"), [("q * (p - onehot) ** 2", "2 * q * (p - onehot) ** 2"), ("- q *", "+ q *")]
)
def test_a_slip_in_the_file_is_found(right: str, wrong: str, tmp_path: Path) -> None:
    source = sc.derivatives("gce").to_pytest()
    assert right in source
    (tmp_path / "test_gce.py").write_text(source.replace(right, wrong, 1), encoding="utf-8")
    assert pytest_in(tmp_path).returncode == 1


def functions(given: Given) -> dict[str, Any]:
    namespace: dict[str, Any] = {}
    exec(compile(sc.derivatives(given).to_python(), "pasted", "exec"), namespace)  # noqa: S102 - it is to be pasted
    return namespace


def test_gradient_boosting_gets_the_shape_of_its_scores() -> None:
    code = functions("cross_entropy")
    scores = np.array([[0.2, -1.0, 0.7], [3.0, 0.0, 0.0], [0.0, 0.0, 0.0], [-1.0, 2.0, 5.0]])
    grad, hess = code["objective"](scores, [0, 1, 2, 2])
    assert grad.shape == hess.shape == scores.shape
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    assert np.allclose(grad, p - np.eye(3)[[0, 1, 2, 2]])
    assert np.allclose(hess, p * (1 - p))
    assert np.all(hess > 0)
    assert code["hessian"](scores, [0, 1, 2, 2]).shape == (4, 3, 3)
    assert code["loss"](scores, [0, 1, 2, 2]).shape == (4,)


@pytest.mark.parametrize("given", ["muh", "l2", "quadratic_form", "C**2", "coupling", "mean(z) + z[y]"])
def test_what_is_the_same_for_all_samples_has_the_shape_too(given: str) -> None:
    code, found = functions(given), sc.derivatives(given)
    arguments = [[0, 1]] if found.subject.formula.uses_label else []
    arrays = {"Q": np.eye(3)} if given == "quadratic_form" else {}
    z = np.zeros((2, 3))
    for name, shape in (("loss", (2,)), ("gradient", (2, 3)), ("hessian_diagonal", (2, 3)), ("hessian", (2, 3, 3))):
        value = code[name](z, *arguments, **arrays)
        assert value.shape == shape
        value += 1  # it can be written to


@pytest.mark.parametrize(("z", "y"), [([0.0, 1.0], [0]), ([[0.0, 1.0]], [0, 1]), ([[0.0, 1.0]], 0), ([[[0.0]]], [0])])
def test_a_wrong_shape_is_told(z: Any, y: Any) -> None:
    with pytest.raises(ValueError, match=r"z has to be \(n, C\) and y \(n,\)"):
        functions("gce")["gradient"](z, y, q=0.7)


@pytest.mark.parametrize("name", one_in(6, ["gce", "nfl", "focal", "logit_norm", "peer", "bi_tempered", "forward"]))
def test_floats_are_near_the_differences_of_the_definition(name: str) -> None:
    from tests.symcheck.differentiation.values import definition

    of, code = entry("loss", name), functions(name)
    for at in points(of, 3, 1):
        arrays = {n: np.array(a.values, dtype=float).squeeze() for n, a in at.arrays.items()}
        values = {n: float(v) for n, v in at.values.items()}
        grad = code["gradient"](np.array([at.z], dtype=float), [at.y], **values, **arrays)
        with precise():
            expected = [float(x) for x in differences(definition("loss", name, of, at), at)]
            exact = [float(x) for x in entries(sc.derivatives(name).gradient_formula, at, 3)]
        assert np.allclose(grad[0], expected, rtol=1e-9)
        assert np.allclose(grad[0], exact, rtol=1e-12)


def test_far_scores_are_no_nan() -> None:
    far = np.array([[800.0, -800.0, 0.0], [-1000.0, 0.0, 1000.0]])
    for name in ("cross_entropy", "gce", "brier", "one_vs_rest_logistic", "mae", "pairwise_logistic"):
        parameters = {"q": 0.7} if name == "gce" else {}
        code = functions(name)
        for which in ("loss", "gradient", "hessian_diagonal"):
            assert np.all(np.isfinite(code[which](far, [0, 2], **parameters))), (name, which)


@pytest.mark.parametrize("gamma", [0, 0.5, 1, 1.5, 2])
def test_focal_on_confident_samples_by_hand(gamma: float) -> None:
    """With p = p_y, u = 1 - p and m = -log p: d l/dz_y = -u^(gamma - 1) (u + gamma p m) u, to -(1 + gamma) u^gamma u.

    Floats have 1 - p = 0 at z_y = 40, where u is 9e-18.
    """
    found = functions("focal")
    z = np.array([[10.0, 0, 0], [30, 0, 0], [40, 0, 0], [300, 0, 0]])
    slopes, bends = found["objective"](z, np.zeros(4, dtype=int), gamma=gamma)
    assert np.all(np.isfinite(slopes))
    assert np.all(np.isfinite(bends))
    u = 2 / (np.exp(10.0) + 2)
    by_hand = -(u ** (gamma - 1)) * (u - gamma * (1 - u) * np.log1p(-u)) * u
    assert abs(slopes[0, 0] / by_hand - 1) < 1e-6
    assert np.all(np.abs(slopes[1:]) < 1e-12 if gamma > 0 else np.abs(slopes[1:]) <= 2 * np.exp(-30.0))


def test_losses_of_logits_one_by_one_on_confident_samples() -> None:
    """sigmoid(-40) = 4e-18 is no 0: its power gamma - 1 < 0 stays finite, and so does the second derivative."""
    found = functions("sigmoid_focal")
    z = np.array([[40.0, -40.0, -40.0], [300, -300, -300]])
    for derivative in found["objective"](z, np.zeros(2, dtype=int), gamma=0.5):
        assert np.all(np.isfinite(derivative))
    assert found["sigmoid"](np.array([-40.0]))[0] == pytest.approx(np.exp(-40.0), rel=1e-12)


def test_focal_as_it_is_written_in_torch_does_not_cancel() -> None:
    """1 - exp(-ce) is 1 - p_y: at z_y = 40 its square is u^2 with u = 2 exp(-40), and no 0."""
    torch = pytest.importorskip("torch")

    def focal(logits: Any, target: Any) -> Any:
        ce = torch.nn.functional.cross_entropy(logits, target, reduction="none")
        return (1 - torch.exp(-ce)) ** 2

    found = functions(focal)
    value = found["loss"](np.array([[40.0, 0, 0]]), np.array([0]))
    assert value[0] == pytest.approx((2 * np.exp(-40.0)) ** 2, rel=1e-9)


def test_names_of_parameters_do_not_meet_those_of_the_code() -> None:
    p, t1, np_ = Parameter("p"), Parameter("t1"), Parameter("np")
    found = sc.derivatives(lambda z, y: (p * t1 * np_ + 1) * sc.softmax(z)[y] ** 2)
    with pytest.raises(FormulaError, match="np: this name means something else in code; give the parameter another"):
        found.to_python()
    code = functions(lambda z, y: (p * t1 + 1) * sc.softmax(z)[y] ** 2)
    # d/dz_j p_y^2 = 2 p_y^2 (e_y - p); at 0 with C = 2 that is 2/4 (1/2, -1/2), times 2 * 3 + 1.
    assert np.allclose(code["gradient"]([[0.0, 0.0]], [0], p=2.0, t1=3.0), 7 * np.array([[0.25, -0.25]]))


def test_a_name_of_python_is_told() -> None:
    word = Parameter("lambda")
    with pytest.raises(FormulaError, match="lambda: this name means something else"):
        sc.derivatives(lambda z, y: word * sc.softmax(z)[y]).to_python()


def test_no_point_no_test() -> None:
    with pytest.raises(FormulaError, match="no point was found at which its derivatives can be tested"):
        sc.derivatives("total(relu(z - z[y]))").to_pytest()
