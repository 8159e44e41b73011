"""Names of the catalogue, and when its files are loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import symcheck.losses
import symcheck.regularizers
from symcheck.entry import class_called, class_in_file
from symcheck.errors import NumberError, ParameterError, UnknownNameError
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.language.recording import Kind
from symcheck.one_file_each import OneFileEach

ROOT = Path(symcheck.losses.__file__).parents[2]


def test_the_names_are_the_files() -> None:
    for kind, folder in [("loss", "losses"), ("regularizer", "regularizers")]:
        files = {f.stem for f in (ROOT / "symcheck" / folder).glob("*.py")} - {"__init__", "base"}
        assert set(names(kind)) == files
        assert list(names(kind)) == sorted(files)


def test_an_entry_by_its_name() -> None:
    assert repr(loss_named("gce", q="7/10")) == "GCE(q=7/10)"
    assert loss_named("gce", q="0.7") == loss_named("gce", q=0.7) == symcheck.losses.GCE(q="7/10")
    assert repr(regularizer_named("l2")) == "L2()"


@pytest.mark.parametrize(
    ("look_up", "name", "words"),
    [
        (
            loss_named,
            "brierr",
            "loss: there is no loss called 'brierr'; did you mean brier?; symcheck list losses shows all of them",
        ),
        (
            loss_named,
            "OVRL",
            "loss: there is no loss called 'OVRL'; did you mean one_vs_rest_logistic?; symcheck list losses shows all "
            "of them",
        ),
        (loss_named, "qqq", "loss: there is no loss called 'qqq'; symcheck list losses shows all of them"),
        (loss_named, "", "loss: there is no loss called ''; symcheck list losses shows all of them"),
        (
            loss_named,
            "../brier",
            "loss: there is no loss called '../brier'; did you mean brier?; symcheck list losses shows all of them",
        ),
        (loss_named, "l2", "loss: l2 is a regularizer; the loss comes first and then the regularizer"),
        (regularizer_named, "mae", "regularizer: mae is a loss; the loss comes first and then the regularizer"),
        (
            regularizer_named,
            "entropi",
            "regularizer: there is no regularizer called 'entropi'; did you mean entropy?; "
            "symcheck list regularizers shows all of them",
        ),
        (loss_named, 3, f"loss: got int; accepted is a name, such as {names('loss')[0]!r}"),
    ],
)
def test_an_unknown_name_is_an_error_that_names_the_nearest(look_up, name: object, words: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        look_up(name)
    assert str(caught.value) == words


def test_the_file_of_the_base_class_is_no_entry() -> None:
    with pytest.raises(UnknownNameError, match="there is no loss called 'base'"):
        loss_named("base")


def test_an_entry_is_also_found_by_the_other_names_of_the_field() -> None:
    assert regularizer_named("negative_entropy") == regularizer_named("entropy")
    assert loss_named("unhinged") == loss_named("muh")
    assert loss_named("confidence_penalty").kind == "loss"
    assert regularizer_named("confidence_penalty") == regularizer_named("entropy")


@pytest.mark.parametrize("kind", ["loss", "regularizer"])
def test_no_name_means_two_entries(kind: Kind) -> None:
    package = symcheck.losses if kind == "loss" else symcheck.regularizers
    others = [other for file in package.FILES for other in class_in_file(file).also]
    assert len({*others, *names(kind)}) == len(others) + len(names(kind))


@pytest.mark.parametrize(
    ("name", "values", "error", "words"),
    [
        ("gce", {"p": 1}, ParameterError, "p: gce has no parameter of this name; accepted: q"),
        (
            "focal",
            {"gama": 1},
            ParameterError,
            "gama: focal has no parameter of this name; accepted: gamma; did you mean gamma?",
        ),
        ("mae", {"q": 1}, ParameterError, "q: mae has no parameter of this name; accepted: none, it has no parameters"),
        ("gce", {"q": 2}, ParameterError, "q: got 2; accepted is (0, 1]"),
        ("gce", {"q": 0}, ParameterError, "q: got 0; accepted is (0, 1]"),
        ("label_smoothing", {"r": 1}, ParameterError, "r: got 1; accepted is [0, 1)"),
        ("focal", {"gamma": "-1/2"}, ParameterError, "gamma: got -1/2; accepted is [0, oo)"),
        (
            "gce",
            {"q": "seven tenths"},
            NumberError,
            "q: got 'seven tenths'; write an integer, a fraction or a decimal, such as 2, 7/10 or 0.7",
        ),
        ("gce", {"q": True}, NumberError, "q: got the truth value True; write a number such as 1 or Fraction(1, 2)"),
    ],
)
def test_a_wrong_value_is_an_error_that_names_what_is_accepted(
    name: str, values: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error) as caught:
        loss_named(name, **values)
    assert str(caught.value) == words


# ---------------------------------------------------------------- loading on first use


def run(code: str) -> str:
    """What ``code`` prints in a fresh process."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout.strip()


LOADED = "print(sorted(m for m in sys.modules if m.startswith(('symcheck.losses.', 'symcheck.regularizers.'))))"


def test_importing_the_catalogue_imports_no_entry() -> None:
    bases = "['symcheck.losses.base', 'symcheck.regularizers.base']"
    assert run(f"import sys, symcheck.intake.catalogue; {LOADED}") == bases
    assert run(f"import sys, symcheck.intake.catalogue as c; c.names('loss'); {LOADED}") == bases


def test_a_class_imports_its_own_file_only() -> None:
    one = "['symcheck.losses.base', 'symcheck.losses.gce']"
    assert run(f"import sys, symcheck.losses; symcheck.losses.GCE; {LOADED}") == one
    assert run(f"import sys; from symcheck.losses import GCE; {LOADED}") == one


def test_the_catalogue_needs_neither_numpy_nor_torch() -> None:
    code = "import sys; from symcheck.intake.catalogue import loss_named; loss_named('gce').recorded"
    assert run(f"{code}; print([m for m in ('numpy', 'torch') if m in sys.modules])") == "[]"


def test_a_file_and_its_class_are_told_apart_by_case() -> None:
    # symcheck.losses.gce is the module, before and after the class was asked for
    assert (
        run("from symcheck.losses import gce, GCE; print(gce.GCE is GCE, gce.__name__)") == "True symcheck.losses.gce"
    )
    assert (
        run("from symcheck.losses import GCE, gce; print(gce.GCE is GCE, gce.__name__)") == "True symcheck.losses.gce"
    )


def test_dir_lists_the_base_and_every_class() -> None:
    assert "CrossEntropy" in dir(symcheck.losses)
    assert "Loss" in dir(symcheck.losses)
    assert len(dir(symcheck.losses)) == 1 + len(names("loss"))
    assert "L2" in dir(symcheck.regularizers)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Gce", "symcheck.losses has no Gce; did you mean GCE?"),
        ("Crossentropy", "symcheck.losses has no Crossentropy; did you mean CrossEntropy?"),
        ("Focall", "symcheck.losses has no Focall; did you mean focal?; a class has its file's name, gce -> GCE"),
        ("nothing_at_all", "symcheck.losses has no nothing_at_all; a class has its file's name, gce -> GCE"),
    ],
)
def test_another_spelling_is_an_attribute_error(name: str, words: str) -> None:
    with pytest.raises(AttributeError) as caught:
        getattr(symcheck.losses, name)
    assert str(caught.value) == words


def test_a_new_entry_is_one_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "more_losses"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "base.py").write_text("")
    (package / "_private.py").write_text("")
    (package / "half_muh.py").write_text(
        "from symcheck.losses.base import Loss\n"
        "class HalfMUH(Loss):\n"
        "    reference = 'nobody 2024'\n"
        "    def formula(self, z, y):\n"
        "        return -z[y] / 2\n"
    )
    (package / "misnamed.py").write_text("from symcheck.losses.base import Loss\nclass Other(Loss): ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    files = OneFileEach("more_losses", besides=("base",))
    assert files.names == ("half_muh", "misnamed")
    found = class_called("HalfMUH", files)
    assert found().name == "half_muh"
    assert str(found().recorded) == "-z[y]/2"
    with pytest.raises(ImportError) as caught:
        class_in_file(files.module("misnamed"))
    assert str(caught.value) == "more_losses.misnamed has no class of its own name: expected is Misnamed"
