"""What is said of a preference loss, as frozen values: what pages and records are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symcheck.certificates.certificate import Certificate
from symcheck.certificates.documented import documented
from symcheck.certificates.preferences.answer import PreferenceAnswer
from symcheck.errors import UnknownNameError, did_you_mean, shown
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.preference_subject import PreferenceSubject
from symcheck.language.fields_only import FieldsOnly
from symcheck.language.scope import Scope
from symcheck.problem import NO_PENALTY, Subject

if TYPE_CHECKING:
    from sympy import Expr  # reading a page takes no SymPy


@documented
@dataclass(frozen=True)
class PreferenceSaid(FieldsOnly):
    """What is known of a preference loss, alone or with a penalty.

    ``preference``: the loss as a function of h = chosen - rejected, or of the two scores.
    ``penalty_text``: the penalty as it was given, "" if there is none.
    ``reference``: whether a run starts at a reference where both scores are 0; None as the loss declares it.
    ``answers``: one question each, in their order; those that decide are each enough for the verdict.
    ``gradient``: what the gradient is where both scores are 0, in a sentence.
    ``left``: what holds where it is not PROVED, in sentences.
    ``certificate``: the certificate of the loss of two classes, z[y] = chosen, with the penalty or alone.
    """

    preference: PreferenceSubject
    penalty_text: str
    reference: bool | None
    answers: tuple[PreferenceAnswer, ...]
    gradient: str
    left: tuple[str, ...]
    certificate: Certificate

    @property
    def verdict(self) -> Verdict:
        """PROVED if one of the answers that decide is, REFUTED if each of them is."""
        return max(a.verdict for a in self.answers if a.decides)

    @property
    def penalty(self) -> Subject | None:
        """The penalty, None if there is none."""
        return None if self.certificate.regularizer == NO_PENALTY else self.certificate.regularizer

    @property
    def tier(self) -> Tier | None:
        """Which form the gradient has where both scores are 0, the worst in the scope; None if it is undecided."""
        return self.certificate.tier

    @property
    def kappa(self) -> Expr | None:
        """d f/d rejected - d f/d chosen where both scores are 0, which is -2 phi'(0); None where there is none."""
        return self.certificate.kappa

    @property
    def scope(self) -> Scope:
        """The values of the parameters that all of it is said of."""
        return self.certificate.scope

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the answers that are PROVED leave open about models and data, each once."""
        return tuple(dict.fromkeys(text for a in self.answers if a.verdict is Verdict.PROVED for text in a.assumptions))

    @property
    def title(self) -> str:
        """The loss and the penalty by their names."""
        if not self.penalty_text:
            return f"{self.preference.title} alone"
        text = self.penalty_text
        return f"{self.preference.title} + {f'({text})' if any(sign in text for sign in '+-') else text}"

    def answer(self, name: str) -> PreferenceAnswer:
        """The answer called ``name``; raises ``UnknownNameError`` with the nearest names."""
        found = {a.name: a for a in self.answers}
        if name not in found:
            raise UnknownNameError(
                f"name: there is no answer {shown(name, 80)}{did_you_mean(name, found)}; here are {', '.join(found)}"
            )
        return found[name]
