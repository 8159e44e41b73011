"""The certificate of a preference loss, alone or with a penalty."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symcheck.arguments.public import public
from symcheck.certificates.documented import documented, documented_names
from symcheck.certificates.preferences.in_words import in_words
from symcheck.certificates.preferences.page import headline, outline
from symcheck.certificates.preferences.record import json_text
from symcheck.certificates.preferences.said import PreferenceSaid
from symcheck.language.array import Array
from symcheck.language.exact import Number
from symcheck.render.block import Block
from symcheck.render.page import Page
from symcheck.render.text import text_line


class PreferenceOrigin(ABC):
    """How a certificate was derived, so that it can be derived again for values of its parameters."""

    @abstractmethod
    def at(self, certificate: PreferenceCertificate, values: Mapping[str, Fraction | Array]) -> PreferenceCertificate:
        """``certificate`` with these values for parameters of the loss or the penalty."""


@public
@documented
@dataclass(frozen=True)
class PreferenceCertificate(PreferenceSaid, Page):
    """What is known of a preference loss when the two answers of some pairs are flipped.

    Its values are frozen: two certificates that say the same are equal; it can be hashed, copied and pickled.

    ``origin``: how it was derived, for what is asked of it later.

    >>> import symcheck as sc
    >>> cert = sc.certify_preference("dpo", "h**2/2")
    >>> cert
    <PreferenceCertificate PROVED SCALED: dpo + h**2/2>
    >>> [(answer.name, answer.verdict.name) for answer in cert.answers][-1]
    ('first-step', 'PROVED')

    Source: docs/theory.md, section 17.
    """

    origin: PreferenceOrigin = field(repr=False, compare=False)

    @property
    def headline(self) -> str:
        """Where it is PROVED and where not, on one line."""
        return text_line(headline(self))

    @property
    def in_words(self) -> str:
        """What it says for a reader who knows softmax: what flipped pairs do, and what that means for training."""
        return in_words(self)

    def at(self, **values: Number | str) -> PreferenceCertificate:
        """The certificate with ``values`` for parameters of the loss or the penalty, as ``beta="1/10"``.

        Raises ``ParameterError`` for an unknown name or a value outside its interval.
        """
        return self.origin.at(self, self.scope.values(values))

    def blocks(self) -> Iterator[Block]:
        """What the page says: the headline first, then the answers, what is left, and what nobody promises."""
        return outline(self)

    def to_json(self) -> str:
        """The certificate as JSON: equal certificates are equal bytes; ``symcheck.recheck`` derives it again."""
        return json_text(self, self.headline)

    def _repr_latex_(self) -> str:
        return self.to_latex()

    def __repr__(self) -> str:
        tier = "undecided" if self.tier is None else self.tier.name
        return f"<PreferenceCertificate {self.verdict.name} {tier}: {self.title}>"

    def __hash__(self) -> int:
        return hash((self.certificate, self.penalty_text, self.reference))

    def __dir__(self) -> list[str]:
        return documented_names(type(self))
