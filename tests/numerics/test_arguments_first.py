"""Commands that train say what is wrong in their arguments before torch is loaded, which takes seconds."""

from __future__ import annotations

import json

WRONG = [
    ("confirm", ["gcee", "l2"], "there is no loss called 'gcee'"),
    ("confirm", ["gce", "l3"], "there is no regularizer called 'l3'"),
    ("confirm", ["gce", "l2", "--data", "iriss"], "no data set is called 'iriss'"),
    ("confirm", ["gce", "l2", "--rho", "lots"], "rho: got 'lots'"),
    ("confirm", ["gce", "l2", "--seed", "1"], "--seed: got 1, and exact noise draws nothing"),
    ("confirm", ["gce", "l2", "--kappa", "0"], "kappa: got '0'"),
    ("confirm", ["gce", "l2", "--alpha", "-1"], "alpha: got '-1'"),
    ("confirm", ["gce", "l2", "--seeds", "1"], "seeds: got '1'"),
    ("confirm", ["gce", "l2", "--steps", "0"], "--steps: got '0'; accepted is a whole number from 1 on"),
    ("audit_model", ["gcee", "l2"], "there is no loss called 'gcee'"),
    ("audit_model", ["gce", "l2", "--data", "iriss"], "no data set is called 'iriss'"),
    ("audit_model", ["gce", "l2", "--seed", "x"], "--seed: got 'x'"),
    ("counterexample", ["gcee", "l2"], "there is no loss called 'gcee'"),
    ("counterexample", ["gce", "l2", "--points", "9"], "--points: got '9'"),
    ("counterexample", ["--known", "square_on_a_lin"], "there is no counterexample called 'square_on_a_lin'"),
    ("sweep", ["--loss", "gcee"], "there is no loss called 'gcee'"),
    ("sweep", ["--data", "iriss"], "no data set is called 'iriss'"),
    ("sweep", ["--seeds", "0"], "--seeds: got '0'"),
    ("sweep", ["--lambda", "x"], "--lambda: got 'x'"),
    ("confirm_preference", ["dpoo"], "dpoo"),
]


WITHOUT_TORCH = """
import contextlib, importlib, io, json, sys
sys.modules["torch"] = None
found = []
for command, arguments, _ in json.loads(sys.argv[1]):
    with contextlib.redirect_stderr(io.StringIO()) as said:
        code = getattr(importlib.import_module(f"numerics.commands.{command}"), command)(arguments)
    found.append([code, said.getvalue()])
print(json.dumps(found))
"""


def test_what_is_wrong_is_told_without_torch(fresh):
    done = fresh("-c", WITHOUT_TORCH, json.dumps(WRONG))
    assert (done.returncode, done.stderr) == (0, "")
    for (command, arguments, message), (code, said) in zip(WRONG, json.loads(done.stdout), strict=True):
        assert code == 64, (command, arguments)
        assert message in said
        assert "torch" not in said.lower()
