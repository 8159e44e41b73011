"""What all the tests share: one thread, repeatable examples, verified proofs, fresh processes, generated pages."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.verified import Verified

CHECKOUT = Path(__file__).resolve().parents[1]

# Read by torch, OpenMP and BLAS when they are loaded, which is later than this.
for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

# What a terminal is like is said by the tests that ask for it.
for _name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR"):
    os.environ.pop(_name, None)

# The same examples in every run and no test that fails because a machine is busy; HYPOTHESIS_PROFILE=explore
# (or --hypothesis-profile explore) looks for new ones.
settings.register_profile(
    "ci", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", derandomize=False, deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

Fresh = Callable[..., "subprocess.CompletedProcess[str]"]
Generated = Callable[[str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regenerate", action="store_true", help="write the generated pages instead of comparing them")


def pytest_collection_finish() -> None:
    """What was collected stays until the end, and is not looked through each time that Python looks for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests that need a CUDA device where there is none."""
    marked = [item for item in items if item.get_closest_marker("cuda")]
    if not marked:
        return
    import torch

    if not torch.cuda.is_available():
        for item in marked:
            item.add_marker(pytest.mark.skip(reason="no CUDA device"))


@pytest.fixture(scope="session")
def collected() -> Iterator[Verified]:
    """Every certificate that is made in this session, until it is verified."""
    found = Verified()
    with pytest.MonkeyPatch.context() as patch:
        found.watch(patch)
        yield found


@pytest.fixture(scope="session", autouse=True)
def _a_cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing is read from the cache of whoever runs the tests, and nothing is written to it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYMCHECK_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def _proofs_are_verified(collected: Verified) -> Iterator[None]:
    """Every test verifies what it certifies, and ends with an error if the small checker contradicts a proof."""
    yield
    refused = collected.refused()
    assert not refused, f"{refused[0].why}, in the proof of {refused[0].statement}: {refused[0].proof}"


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the checkout that is tested."""
    return CHECKOUT


@pytest.fixture
def fresh(tmp_path: Path) -> Fresh:
    """Runs Python with ``arguments`` in a new process, in an empty folder, with ``path`` before everything else."""

    def run(
        *arguments: str, path: Path = CHECKOUT, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(path), **(environment or {})},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


@pytest.fixture
def generated(request: pytest.FixtureRequest) -> Generated:
    """Compares ``text`` with the page at ``path`` in the checkout; with --regenerate writes the page.

    A test that uses it carries the marker ``generated``.
    """
    assert request.node.get_closest_marker("generated"), "mark the test with pytest.mark.generated"

    def compare(path: str, text: str) -> None:
        page = CHECKOUT / path
        if request.config.getoption("--regenerate"):
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text, encoding="utf-8")
        assert page.exists(), f"{path} is missing: make docs writes it"
        assert page.read_text(encoding="utf-8") == text, f"{path} is out of date: make docs writes it again"

    return compare
