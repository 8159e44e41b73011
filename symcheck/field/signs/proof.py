"""Proofs of signs: what is proved of an element on a box, the rule that shows it, and the proofs that it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symcheck.field.element import Element
from symcheck.field.signs.box import Box
from symcheck.field.signs.sign import ProvedSign


class Proof:
    """``proved`` of ``subject`` on ``box``, ``because`` of a rule and of ``premises``.

    The text is written only when somebody reads it.
    """

    __slots__ = ("because", "box", "exact", "premises", "proved", "subject")

    exact: bool

    def __init__(
        self,
        proved: ProvedSign,
        subject: Element,
        box: Box,
        because: str | Callable[[], str],
        premises: tuple[Proof, ...] = (),
        *,
        exact: bool = True,
    ) -> None:
        self.proved, self.subject, self.box, self.because = proved, subject, box, because
        self.premises = premises
        self.exact = exact and all(p.exact for p in premises)

    def steps(self) -> tuple[str, ...]:
        """The premises' steps, then this one; none twice."""
        return tuple(dict.fromkeys(self._lines()))

    def _lines(self) -> Iterator[str]:
        for p in self.premises:
            yield from p._lines()
        where = f" for {self.box}" if self.box.names else ""
        because = self.because if isinstance(self.because, str) else self.because()
        yield f"{self.subject.text()} {self.proved.value}{where}: {because}"
