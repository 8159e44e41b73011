"""The reader of formula strings: one pass over the tokens of a text, with two stacks in the place of recursion."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NoReturn, cast

from symcheck.errors import SymcheckError
from symcheck.intake.calls import LABEL_FUNCTIONS, LEAVES_OUT, Applied, Call
from symcheck.intake.entry_call import EntryCall
from symcheck.intake.entry_terms import EntryTerms
from symcheck.intake.refusals import (
    ACCEPTED,
    ACCEPTED_WITHOUT_LABEL,
    BESIDE,
    INDEXED,
    OF_SCORES,
    TOO_LONG,
    example,
    misplaced,
    no_value,
    over_classes,
    shown,
    unknown,
)
from symcheck.intake.tokens import Token, pointed, tokens
from symcheck.language.classwise import MatrixParameter
from symcheck.language.exact import LONGEST_NUMBER, exact_text
from symcheck.language.functions import FUNCTIONS
from symcheck.language.misuse import WITHOUT_LABEL
from symcheck.language.operators import ACROSS, MATRIX, OVER_PAIRS, PAIRED, VECTOR
from symcheck.language.parameter import RESERVED
from symcheck.language.recording import is_too_long, one_number
from symcheck.language.scores import NAMES
from symcheck.language.term import Label, Pairs, Scalar, Term, Vec, entrywise, is_constant, what_it_is

Kind = Literal["formula", "loss", "regularizer", "preference", "penalty", "constant"]
"""What the text may use and be: anything; one number; without y; twice without z, y and C; without z and y."""

DEEPEST = 200
"""Brackets nested deeper than this are refused."""

_BINARY = {"+": ("add", 1), "-": ("sub", 1), "*": ("mul", 2), "/": ("div", 2), "**": ("pow", 4), "^": ("pow", 4)}
# Between * and **: -x**2 is -(x**2), and -x*y is (-x)*y.
_PREFIX_STRENGTH = 3


@dataclass(frozen=True, slots=True)
class _Value:
    """A term and the place where its text begins."""

    term: Term
    start: int


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An operator, a bracket or a function that waits for its right end."""

    sign: Literal["binary", "prefix", "(", "call"]
    op: str
    strength: int
    place: int
    call: Call | None = None


class FormulaReader:
    """One pass over the tokens of one text, in which names mean ``parameters`` and ``matrices``.

    ``catalogue`` gives the entries that it may name, None where the language alone is read; ``used`` are the names that
    were looked up.
    """

    def __init__(
        self,
        text: str,
        parameters: Mapping[str, Term],
        kind: Kind,
        matrices: Mapping[str, MatrixParameter],
        catalogue: EntryTerms | None = None,
    ) -> None:
        self.text, self.parameters, self.kind, self.matrices = text, parameters, kind, matrices
        self.of_scores = kind in ("preference", "penalty")
        self.catalogue = catalogue
        self.parts: dict[str, Term] = {}
        self.used: set[str] = set()
        self.tokens, self.next = tokens(text), 0
        self.values: list[_Value] = []
        self.waiting: list[_Waiting] = []
        self.depth = 0

    def value(self) -> Term:
        """The value of the text, after the parts that it names."""
        while True:
            first = self._peek()
            name = self._part_name()
            value = self._expression()
            end = self._peek()
            if name is not None:
                if end.kind == "end":
                    self._fail(end, f"names the part {name} and has no value after it", f"write {name} = ...; value")
                self.parts[name] = value
                self.next += 1
            elif end.kind == "end":
                break
            else:
                self._fail(end, "goes on after its value", "only name = part; comes before the value, which is last")
        if self.kind != "formula" and isinstance(value, (Vec, Pairs)):
            self._fail(first, f"is {what_it_is(value)} and has to be one number", one_number(self.kind, value))
        return value

    def _part_name(self) -> str | None:
        token, sign = self._peek(), self._peek(1)
        if token.kind != "name" or sign.text != "=":
            return None
        name = token.text
        taken = "a parameter" if name in self.parameters else "a part already" if name in self.parts else None
        if self.of_scores and name in NAMES:
            taken = "a score of the pair"
        if name in RESERVED or name in FUNCTIONS or not name[0].isalpha() or keyword.iskeyword(name):
            taken = "not free"
        if taken:
            self._fail(token, f"gives a part the name {name}, which is {taken}", "give the part another name")
        self.next += 2
        return name

    def _expression(self) -> Term:
        """The term up to a semicolon or the end, which stays unread."""
        operand = True
        while True:
            token = self._peek()
            if operand:
                operand = self._operand(token)
            elif token.text in _BINARY:
                self._binary(token)
                operand = True
            elif token.text == "[":
                self._entry(token)
            elif token.text == "," and (call := self._innermost_call()) is not None:
                operand = self._next_argument(call, token)
            elif token.text == ")":
                self._close(token)
            elif token.kind == "end" or token.text == ";":
                break
            else:
                self._fail(token, *misplaced(token, of_scores=self.of_scores))
        self._reduce(0)
        if self.waiting:
            opened = self.waiting[-1]
            self._fail_at(opened.place, "opens a bracket that is never closed", "write the missing )")
        return self.values.pop().term

    def _operand(self, token: Token) -> bool:
        """Read one token where a value has to begin; whether a value is still to come."""
        self.next += 1
        if token.kind == "number":
            self._push(self._number(token), token.place)
            return False
        if token.kind == "name":
            return self._named(token)
        if token.text in ("-", "+"):
            op = "neg" if token.text == "-" else "pos"
            self.waiting.append(_Waiting("prefix", op, _PREFIX_STRENGTH, token.place))
            return True
        if token.text == "(":
            self._open("(", "", token.place)
            return True
        if token.kind == "end" or token.text == ";":
            what = "is empty" if not self.text.strip() else "ends where a value has to follow"
            self._fail(token, what, f"write a formula such as {example(self.kind)}")
        self._fail(token, *no_value(token, of_scores=self.of_scores))

    def _number(self, token: Token) -> Term:
        mantissa, _, exponent = token.text.lower().partition("e")
        # By its text, before it is made: 1e999999999 would fill the memory.
        if len(token.text) > LONGEST_NUMBER or (exponent and len(exponent.lstrip("+-0")) > 3):
            self._fail(token, *TOO_LONG)
        return Scalar("number", data=exact_text(f"{mantissa}e{int(exponent)}" if exponent else mantissa))

    def _applied(self, token: Token) -> bool:
        """Read ``apply(A,`` up to the class-vector that A is applied to."""
        opened, name, comma = self._peek(), self._peek(1), self._peek(2)
        matrix = self.matrices.get(name.text)
        if matrix is None:
            known = f"the matrices here: {', '.join(self.matrices)}" if self.matrices else "no matrix is declared"
            self._fail(name, f"applies {shown(name)}, which is no matrix", known)
        if comma.text != ",":
            self._fail(comma, f"has {shown(comma)} after the matrix", f"write {token.text}({name.text}, v)")
        self.next += 3
        call = Applied(token.text, matrix=matrix)
        self._open("call", token.text, opened.place, call)
        return self._argument(call)

    def _named(self, token: Token) -> bool:
        name, called = token.text, self._peek().text == "("
        if self.of_scores and name not in OF_SCORES and (name in FUNCTIONS or (called and name in MATRIX)):
            self._fail(token, *over_classes(name))
        if called and name in MATRIX and name != "filled":
            return self._applied(token)
        if called and name in FUNCTIONS:
            if name in LABEL_FUNCTIONS:
                self._label_function(token)
                return False
            self.next += 1
            call = Call(name)
            self._open("call", name, token.place, call)
            return self._argument(call)
        known = self.parts.get(name, self.parameters.get(name))
        if known is None and name in ("z", "C", *(["y"] if self.of_scores else [])):
            self._allow(token)
            known = Vec("logits") if name == "z" else Scalar("classes")
        if known is None and name == "pi" and not called:
            known = FUNCTIONS["arccos"](Scalar("number", data=Fraction(-1)))
        if known is not None and called:
            self._fail(token, f"calls {name}, which is not a function", f"write {name}*(...) for a product")
        if known is None and self.catalogue is not None and name not in FUNCTIONS:
            with self._pointing(token.place):
                entry = self.catalogue.called(name)
            if entry is not None:
                return self._entry_named(token, entry)
        if known is None:
            entries = [] if self.catalogue is None else self.catalogue.names
            names = [*self.parameters], [*self.parts], entries
            self._fail(token, *unknown(name, called, *names, of_scores=self.of_scores))
        self.used.add(name)
        self._push(known, token.place)
        return False

    def _entry_named(self, token: Token, call: EntryCall) -> bool:
        """Read the bracket after the name of an entry, if there is one; whether a value is to come."""
        opened = self._peek()
        if opened.text != "(":
            self._push(self._value_of(call, token.place), token.place)
            return False
        self.next += 1
        self._open("call", call.name, opened.place, call)
        return self._peek().text != ")" and self._argument(call)

    def _value_for(self, call: EntryCall) -> bool:
        """Read the value for a parameter of an entry if it is a list or a name; whether a value is to come."""
        first, after = self._peek(), self._peek(1)
        if first.text == "[":
            depth, end = 1, self.next + 1
            while depth and self.tokens[end].kind != "end":
                depth += {"[": 1, "]": -1}.get(self.tokens[end].text, 0)
                end += 1
            if depth:
                self._fail(first, "opens a bracket that is never closed", "write the missing ]")
            self.next = end
            with self._pointing(first.place, call):
                call.end_listed(self.text[first.place : self.tokens[end - 1].place + 1])
            if self._peek().text not in (",", ")", ""):
                self._fail(self._peek(), f"has {shown(self._peek())} after a list", f"write {call.form}")
            return False
        if first.kind == "name" and after.text in (",", ")") and first.text not in (*self.parts, *FUNCTIONS, "pi"):
            self.next += 1
            self.used.add(first.text)
            with self._pointing(first.place, call):
                call.end_named(first.text)
            return False
        return True

    def _value_of(self, call: Call, place: int) -> Term:
        """What the ``call`` that begins at ``place`` makes."""
        wrong = call.missing()
        if wrong:
            self._fail_at(place, wrong, f"write {call.form}")
        if isinstance(call, EntryCall) and self.catalogue is not None:
            with self._pointing(place):
                return self.catalogue.taken(call)
        return call.value

    @contextmanager
    def _pointing(self, place: int, call: Call | None = None) -> Iterator[None]:
        """What is raised of an entry of the catalogue gets its place."""
        try:
            yield
        except SymcheckError as error:
            if call is not None:
                self._fail_at(place, f"gives {call.name} a value that it does not take: {error}", f"write {call.form}")
            what, _, advice = str(error).partition("; ")
            self._fail_at(place, what, advice)

    def _label_function(self, token: Token) -> None:
        self.next += 1
        self._label(f"{token.text}(y)", ")")
        self._push(FUNCTIONS[token.text](Label()), token.place)

    def _innermost_call(self) -> Call | None:
        """The call whose bracket is the innermost open one, if it is that of a call."""
        return next((w.call for w in reversed(self.waiting) if w.sign in ("(", "call")), None)

    def _next_argument(self, call: Call, comma: Token) -> bool:
        """Read the comma, and what stands before the next value; whether a value is to come."""
        self._reduce(0)
        if call.open:
            self._end_argument(call, comma)
        self.next += 1
        return self._argument(call, comma)

    def _argument(self, call: Call, comma: Token | None = None) -> bool:
        """Read ``low=`` before an argument, or the whole of ``but=y``; whether a value is to come."""
        first = self._peek()
        named = first.kind == "name" and self._peek(1).text == "="
        wrong = call.begin(first.text if named else "")
        if wrong:
            self._fail(first if named or comma is None else comma, wrong, f"write {call.form}")
        self.next += 2 * named
        if isinstance(call, EntryCall):
            return self._value_for(call)
        if not named or first.text != LEAVES_OUT:
            return True
        self._label(call.form, ")", closes=False)
        call.end(Label())
        return False

    def _end_argument(self, call: Call, end: Token) -> None:
        """Hand the value before ``end`` to the function."""
        value = self.values.pop()
        with self._pointing(value.start, call):
            call.end(value.term)
        if isinstance(call, EntryCall):
            return
        if [*call.given][-1] == "alpha":
            if is_constant(value.term):
                return
            takes, passed = "a constant for alpha", "a number, a parameter or an expression of these and C"
        elif call.name in (*ACROSS, *VECTOR, *MATRIX, *PAIRED) and not isinstance(value.term, Vec):
            takes, passed = "a class-vector", "z, softmax(z), onehot(y) or the like"
        elif call.name in OVER_PAIRS and not isinstance(value.term, Pairs):
            takes, passed = "a quantity of two classes", "(first(z) - second(z))**2 or the like"
        else:
            return
        got = f"{self._source(value.start, end.place)}, which is {what_it_is(value.term)}"
        self._fail_at(value.start, f"hands {got}, to {call.name}, which takes {takes}", f"pass {passed}")

    def _entry(self, token: Token) -> None:
        if self.of_scores:
            self._fail(token, *INDEXED)
        self.next += 1
        self._label("z[y]", "]")
        value = self.values.pop()
        if not isinstance(value.term, Vec):
            got = f"{self._source(value.start, token.place)}, which is {what_it_is(value.term)}"
            self._fail(token, f"takes the entry [y] of {got}", "only a class-vector has entries")
        self._push(value.term[Label()], value.start)

    def _label(self, form: str, closing: str, *, closes: bool = True) -> None:
        """Read ``y`` and, if it ``closes``, the closing bracket that has to follow."""
        label, close = self._peek(), self._peek(1)
        if label.text != "y" or close.text != closing:
            wrong, what = (
                (label, "where only the label y can be") if label.text != "y" else (close, "after the label y")
            )
            advice = f"write {form}; sum over classes with total(z), and leave out the label with total(z, but=y)"
            if self.kind == "regularizer":
                advice = WITHOUT_LABEL
            self._fail(wrong, f"has {shown(wrong)} {what}", advice)
        self._allow(label)
        self.next += 1 + closes

    def _allow(self, token: Token) -> None:
        """Refuse z, y or C in a kind of formula that does without."""
        if self.kind == "constant" and token.text in ("z", "y"):
            self._fail(token, f"is a constant and uses {token.text}", "accepted are numbers, C and parameters")
        if self.of_scores:
            advice = (
                "write h, or chosen and rejected: it is about the two answers of a pair, and there is no third class"
            )
            self._fail(token, f"is a {self.kind} and uses {token.text}", advice)
        if self.kind == "regularizer" and token.text == "y":
            advice = "a regularizer is a function of z alone, so move what depends on y into the loss"
            self._fail(token, "is a regularizer and uses the label", advice)

    def _open(self, sign: Literal["(", "call"], op: str, place: int, call: Call | None = None) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            self._fail_at(place, f"nests brackets more than {DEEPEST} deep", "name the inner parts: p = ...; value")
        self.waiting.append(_Waiting(sign, op, 0, place, call))

    def _close(self, token: Token) -> None:
        self._reduce(0)
        if not self.waiting:
            self._fail(token, "closes a bracket that was never opened", "take the ) away")
        self.next += 1
        self.depth -= 1
        opened = self.waiting.pop()
        call = opened.call
        if call is None:
            self._push(self.values.pop().term, opened.place)
            return
        if call.open:
            self._end_argument(call, token)
        self._push(self._value_of(call, opened.place), opened.place)

    def _binary(self, token: Token) -> None:
        self.next += 1
        op, strength = _BINARY[token.text]
        # Powers group from the right, x**y**z is x**(y**z): one that waits on the left is not applied yet.
        self._reduce(strength + 1 if op == "pow" else strength)
        self.waiting.append(_Waiting("binary", op, strength, token.place))

    def _reduce(self, strength: int) -> None:
        """Apply the waiting operators that bind at least so strongly, back to the last bracket."""
        while self.waiting and self.waiting[-1].sign in ("binary", "prefix") and self.waiting[-1].strength >= strength:
            operator = self.waiting.pop()
            last = self.values.pop()
            if operator.sign == "prefix":
                self._push(entrywise("neg", last.term) if operator.op == "neg" else last.term, operator.place)
            else:
                first = self.values.pop()
                # Refused here and not by the term, whose error does not know the place.
                if {Vec, Pairs} <= {type(first.term), type(last.term)}:
                    self._fail_at(operator.place, *BESIDE)
                self._push(entrywise(operator.op, first.term, last.term), first.start)

    def _push(self, term: Term, start: int) -> None:
        if term.op == "number" and is_too_long(cast(Fraction, term.data)):
            self._fail_at(start, *TOO_LONG)
        self.values.append(_Value(term, start))

    def _peek(self, ahead: int = 0) -> Token:
        return self.tokens[min(self.next + ahead, len(self.tokens) - 1)]

    def _source(self, start: int, end: int) -> str:
        shown = " ".join(self.text[start:end].split())
        return shown if len(shown) <= 40 else f"{shown[:37]}..."

    def _fail(self, token: Token, what: str, advice: str) -> NoReturn:
        self._fail_at(token.place, what, advice)

    def _fail_at(self, place: int, what: str, advice: str) -> NoReturn:
        # One way out for every error, so that each shows its place; what a regularizer accepts has no label.
        if self.kind == "regularizer":
            advice = advice.replace(ACCEPTED, ACCEPTED_WITHOUT_LABEL)
        raise pointed(self.text, place, what, advice)
