"""Names of numerics where a package is missing: an ImportError of ours that says what to install."""

from __future__ import annotations

import json

import pytest

import numerics
from tests.conftest import Fresh

PROGRAM = """
import importlib, json, sys
sys.modules[sys.argv[1]] = None
import symcheck
import numerics
from symcheck.errors import SymcheckError
found = {}
for name in numerics.__all__:
    try:
        getattr(numerics, name)
        found[name] = ""
    except ImportError as error:
        assert isinstance(error, SymcheckError), (name, error)
        found[name] = str(error)
try:
    from numerics import confirm
except ImportError as error:
    found["from"] = str(error)
print(json.dumps(found))
"""


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("torch", "PyTorch"),
        pytest.param("numpy", "NumPy", marks=pytest.mark.slow),
        pytest.param("sklearn", "scikit-learn", marks=pytest.mark.slow),
    ],
)
def test_each_name_says_what_to_install(fresh: Fresh, module: str, package: str) -> None:
    done = fresh("-c", PROGRAM, module)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    told = {message for message in found.values() if message}
    assert told <= {f'numerics.{name} needs {package}: pip install "symcheck[numerics]"' for name in numerics.__all__}
    if module in ("torch", "numpy"):
        assert found["from"] == f'numerics.confirm needs {package}: pip install "symcheck[numerics]"'


def test_symcheck_itself_needs_none_of_them(fresh: Fresh) -> None:
    blocked = "import sys; sys.modules.update(dict.fromkeys(('torch', 'numpy', 'sklearn', 'pandas', 'matplotlib')))"
    done = fresh("-c", f"{blocked}; import symcheck as sc; print(sc.certify('gce', 'l2').verdict)")
    assert (done.returncode, done.stdout) == (0, "PROVED\n"), done.stderr
