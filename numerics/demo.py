"""The demonstration: five certificates, one of them confirmed by training, and two false claims contradicted.

python -m numerics.demo [FOLDER] leaves the certificates, figure, report and record in FOLDER (default: results/demo).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from numerics.confirmations.agreement import Agreement, Outcome
from numerics.confirmations.confirmation import Confirmation, confirm
from numerics.confirmations.controls import class_weights_as_scaled, turned_order
from numerics.errors import ConfirmationError
from numerics.folders import made_folder
from numerics.progress import bar
from symcheck.certificates.certificate import Certificate
from symcheck.files import written

PAIRS = (
    ("cross_entropy", "l2"),
    ("gce", "l2"),
    ("mae", "entropy"),
    ("one_vs_rest_logistic", "l2"),
    ("cross_entropy", "label_smoothing_as_printed"),
)
FOLDER = Path("results/demo")
MOST_ROWS = 3
"""Of a false claim so many contradictions are shown."""


def main(argv: Sequence[str]) -> int:
    """Runs the demonstration; returns 0 if training agrees and both false claims are contradicted, else 1."""
    folder = Path(argv[0]) if argv else FOLDER
    try:
        made_folder(folder)
        certificates = [_certificate(*pair) for pair in PAIRS]
        shown_certificates(certificates, folder)
        return 0 if shown_confirmation(certificates, folder) else 1
    except ConfirmationError as error:
        print(f"symcheck: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted: nothing is left half written", file=sys.stderr)
        return 130
    except BrokenPipeError:  # nobody reads any more; what is buffered must not fail at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def shown_certificates(certificates: Sequence[Certificate], folder: Path) -> None:
    """Prints verdict, tier, kappa and witness of each pair, and writes the pages into ``folder``."""
    _headline("Five certificates")
    for (loss, regularizer), certificate in zip(PAIRS, certificates, strict=True):
        path = folder / f"{loss}_{regularizer}.md"
        try:
            written(path, certificate.to_markdown().rstrip("\n") + "\n")
        except OSError as error:
            raise ConfirmationError(
                f"out: cannot write {path}: {error.strerror or error}; name a folder that can be written"
            ) from error
        print(f"{_opening(certificate)}\nin full: {path}\n")


def shown_confirmation(certificates: Sequence[Certificate], folder: Path) -> bool:
    """Prints the confirmation of the first on digits, the controls and a summary; whether all came out as it must."""
    _headline("Training against the first of them")
    confirmation = _confirmation(certificates[0], folder)
    print(confirmation, end="\n\n")
    _headline("Two false claims, which training has to contradict")
    controls = (turned_order(confirmation), class_weights_as_scaled())
    for control in controls:
        print(_in_short(control), end="\n\n")
    _headline("Summary")
    verdicts = [c.verdict.name for c in certificates]
    counts = ", ".join(f"{verdicts.count(v)} {v}" for v in dict.fromkeys(verdicts))
    contradicted = sum(c.outcome is Outcome.CONTRADICTS for c in controls)
    print(f"Certificates: {counts}; each of them for every number of classes C >= 2 at once.")
    print(
        f"Training: {confirmation.outcome} with {confirmation.expected.experiment.claim.name} in "
        f"{len(confirmation.agreement.only(Outcome.AGREES).rows)} of {len(confirmation.agreement.rows)} rows; "
        f"{contradicted} of {len(controls)} false claims are contradicted."
    )
    print(f"Certificates, figure, report and record: {folder.resolve()}")
    return confirmation.outcome is Outcome.AGREES and contradicted == len(controls)


def _in_short(control: Agreement) -> str:
    """The title of ``control``, and the first rows that contradict it."""
    rows = control.only(Outcome.CONTRADICTS).rows
    lines = [
        f"  {row.name}: claimed {row.shown[0]}, measured {row.shown[1]}, tolerance {row.shown[2]}"
        for row in rows[:MOST_ROWS]
    ]
    more = [f"  and {len(rows) - MOST_ROWS} more rows"] if len(rows) > MOST_ROWS else []
    return "\n".join([f"{control.title}: {control.outcome}", *lines, *more])


def _confirmation(certificate: Certificate, folder: Path) -> Confirmation:
    with bar("training") as progress:
        found = confirm(certificate, data="digits", out=folder, progress=progress)
    assert isinstance(found, Confirmation)  # of a linear model
    return found


def _opening(certificate: Certificate) -> str:
    """What a certificate says first: verdict, tier and kappa, the witness, and what still holds."""
    return str(certificate).partition("\n\n")[0]


def _headline(text: str) -> None:
    print(f"{text}\n{'=' * len(text)}\n")


def _certificate(loss: str, regularizer: str) -> Certificate:
    from symcheck.certificates.certify import certify

    return certify(loss, regularizer)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
