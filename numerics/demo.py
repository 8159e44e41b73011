"""The demonstration: five certificates, one of them confirmed by training, and a false claim contradicted.

python -m numerics.demo [FOLDER] leaves figure, report and record in FOLDER (default: results/demo).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from numerics.agreement import Outcome
from numerics.claim import Certified
from numerics.confirmation import Confirmation, confirm
from numerics.controls import plain_square_as_exact, turned_order
from numerics.progress import bar

PAIRS = (
    ("cross_entropy", "l2"),
    ("gce", "l2"),
    ("mae", "entropy"),
    ("one_vs_rest_logistic", "l2"),
    ("cross_entropy", "label_smoothing_as_printed"),
)
FOLDER = Path("results/demo")


def main(argv: Sequence[str]) -> int:
    """Runs the demonstration; returns 0 if training agrees and both false claims are contradicted, else 1."""
    folder = Path(argv[0]) if argv else FOLDER
    try:
        certificates = [_certificate(*pair) for pair in PAIRS]
        for certificate in certificates:
            print(certificate, end="\n\n")
        return 0 if shown_confirmation(certificates[0], folder) else 1
    except KeyboardInterrupt:
        print("interrupted: nothing is left half written", file=sys.stderr)
        return 130
    except BrokenPipeError:  # nobody reads any more; what is buffered must not fail at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def shown_confirmation(certificate: Certified, folder: Path) -> bool:
    """Prints the confirmation of ``certificate`` on digits and the two controls; whether all came out as they must."""
    _headline("Training against the certificate")
    confirmation = _confirmation(certificate, folder)
    print(confirmation, end="\n\n")
    controls = (turned_order(confirmation), plain_square_as_exact())
    for control in controls:
        _headline("A false claim, which training has to contradict")
        print(control.only(Outcome.CONTRADICTS), end="\n\n")
    print(f"Figure, report and record: {folder.resolve()}")
    return confirmation.outcome is Outcome.AGREES and all(c.outcome is Outcome.CONTRADICTS for c in controls)


def _confirmation(certificate: Certified, folder: Path) -> Confirmation:
    with bar("training") as progress:
        return confirm(certificate, data="digits", out=folder, progress=progress)


def _headline(text: str) -> None:
    print(f"{text}\n{'=' * len(text)}\n")


def _certificate(loss: str, regularizer: str) -> Certified:
    from symcheck.certification import certify

    return certify(loss, regularizer)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
