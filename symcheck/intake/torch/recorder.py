"""The recorder: runs torch code on symbolic tensors and keeps what is noticed on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from fractions import Fraction
from functools import cached_property, partial
from typing import Any, NoReturn

from symcheck.errors import FormulaError, SymcheckError
from symcheck.intake.torch.axes import CLASSES, NeedsClasses, Unreadable, shown
from symcheck.intake.torch.calls_in_c import forward_of, functions_and_variables
from symcheck.intake.torch.contents import Special, Written
from symcheck.intake.torch.floats import DOUBLE
from symcheck.intake.torch.following import follow
from symcheck.intake.torch.instances import symbols_are_instances
from symcheck.intake.torch.ledger import Ledger
from symcheck.intake.torch.maker import Maker
from symcheck.intake.torch.operators import attributes, operators
from symcheck.intake.torch.outcome import FixedClasses, Note
from symcheck.intake.torch.place import place_below
from symcheck.intake.torch.precision import in_double_precision, widened
from symcheck.intake.torch.sampled import STARTING, Samples, alphas_among, is_sampled
from symcheck.intake.torch.sides import side_of
from symcheck.intake.torch.state import state_of
from symcheck.intake.torch.symbolic import ONE_C, Base, Count, Sort, Symbolic
from symcheck.intake.torch.written.calls import NO_READING, NOT_IN_PLACE, WRITE, WrittenCall
from symcheck.intake.torch.written.entries import Entries
from symcheck.intake.torch.written.moving import MOVING
from symcheck.language.recording import Kind
from symcheck.language.scope import Classes
from symcheck.language.term import Term, Vec
from symcheck.reason import Code, Undecided

_FACTORIES = frozenset(("zeros", "ones", "full", "empty"))
"""Functions that make symbolic tensors also of plain sizes: code goes on to write the label into them."""

_RANDOM = frozenset((
    "rand", "randn", "randint", "randperm", "normal", "bernoulli", "multinomial", "poisson", "rand_like", "randn_like",
    "randint_like", "alpha_dropout", "feature_alpha_dropout", "dropout1d", "dropout2d", "dropout3d", "rrelu",
    "gumbel_softmax", "random_", "uniform_", "normal_", "bernoulli_", "exponential_", "log_normal_", "cauchy_",
    "geometric_",
))  # fmt: skip
_ABOUT_SHAPES = frozenset(("size", "dim", "ndimension", "numel", "nelement", "is_floating_point"))
_SPELT = {"log_sigmoid": "logsigmoid", "_threshold": "threshold"}
"""Functions that do not call themselves what torch.nn.functional calls them."""

_INDEXING = ("getitem", "setitem")


class Recorder(Maker):
    """One run of torch code on symbols.

    ``stop`` is why the run has no formula, kept because the code that is recorded may swallow exceptions.
    """

    def __init__(
        self, ledger: Ledger | None = None, scope: Classes | None = None, entries: Entries | None = None
    ) -> None:
        super().__init__(ledger, scope, entries)
        self.notes: dict[str, Note] = {}
        self.in_order_at_samples = False
        """Whether entries that are written out are known at samples once they are sorted."""
        self.functions: dict[str, None] = {}
        """The names of the functions of torch.autograd that were met."""
        self.writes_classes = False
        """Whether the code made a text of the number of classes, and may look something up by it."""
        self.stop: Undecided | FixedClasses | None = None
        self._operation = ""
        self._is_known = False

    # running

    def arguments(self, kind: Kind, label: int | None = None) -> tuple[object, ...]:
        """z of shape (1, C), and for a loss y of shape (1,): a symbol, or the plain ``label``."""
        z = Symbolic(self, Vec("logits"), (1, CLASSES), Sort.REAL, Base(is_input=True))
        if kind == "regularizer":
            return (z,)
        if label is not None:
            return z, self.torch.tensor([label])
        return z, Symbolic(self, Special.LABEL, (1,), Sort.WHOLE, Base(is_input=True))

    def run(self, code: Callable[..., object], arguments: tuple[object, ...]) -> object:
        """What ``code`` returns for symbolic ``arguments``; raises what stopped it, also if ``code`` swallowed that."""
        if not self._is_known:
            self.state, self._is_known = state_of(code), True
        try:
            with self._watching():
                value = code(*arguments)
        except Exception:
            if self.stop is None:
                raise
            raise self.stop from None
        if self.stop is not None:
            raise self.stop
        return value

    def result(self, value: object, kind: Kind) -> Term:
        """The number for one sample that the code returned as ``value``."""
        whole = f"a {kind} of torch has to return one number for each sample"
        if not isinstance(value, (Symbolic, Count, int, float, self.torch.Tensor)) or isinstance(value, bool):
            got = "None" if value is None else f"an object of type {type(value).__name__}"
            raise FormulaError(f"the {kind} returned {got}: {whole}")
        if is_sampled([value]):
            advice = WRITE if self.fixed is not None else "name one C, as in classes=10"
            self.refuse("the value", "it depends on the order of the classes", advice)
        if isinstance(value, self.torch.Tensor) and not self.torch.isfinite(value).all():
            # In batches it may be finite, as a mean over the samples of some labels is.
            why = f"for one sample it is {value.reshape(-1)[0].item()}, as the mean over no samples is"
            self.refuse("the value", why, "sum over the samples, and divide by their number")
        try:
            found = self.lift(value)
            term = found.term
        except Unreadable as stop:
            raise FormulaError(f"the {kind} returned something else ({stop.why}): {whole}") from None
        if any(s != 1 for s in found.axes):
            raise FormulaError(f"the {kind} returned a tensor of shape {shown(found.axes)}: {whole}; sum over dim=1")
        return term

    @contextmanager
    def _watching(self) -> Iterator[None]:
        recorder = self
        mode: Any = self.torch.overrides.TorchFunctionMode

        # Made in here because its base is a class of torch, and nothing of this package imports torch.
        class Watch(mode):  # type: ignore[misc]
            """Sees every function of torch, also those that no symbolic tensor is handed to."""

            def __torch_function__(
                self, func: Any, types: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
            ) -> object:
                return recorder.called(func, args, kwargs or {})

        handed = functions_and_variables(self, _is_symbolic)
        checked: Any = self.torch.distributions.Distribution
        checks = checked._validate_args
        # Whether arguments of a distribution are right is asked where the code runs on tensors.
        checked.set_default_validate_args(False)
        try:
            with in_double_precision(self.torch), symbols_are_instances(), handed, Watch():
                yield
        finally:
            checked.set_default_validate_args(checks)

    # functions with a backward of their own

    def applied(self, function: type[Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> object:
        """What the forward of a torch.autograd.Function gives; its backward is compared with that afterwards."""
        self.functions[function.__name__] = None
        if self._without_dispatch(lambda: self.samples.is_share(function.apply, args)):
            with suppress(Unreadable):
                found = self._at_samples(function.apply, args, kwargs, alphas_among(self, args))
                parts = found if isinstance(found, tuple) else (found,)
                if any(isinstance(p, Symbolic) and isinstance(p.content, Term) for p in parts):
                    return found
        outer, self.drops_gradients = self.drops_gradients, False
        try:
            # A forward runs without gradients, and what it detaches is differentiated by its backward all the same.
            with self.torch.enable_grad():
                return forward_of(function, args, kwargs)
        finally:
            self.drops_gradients = outer

    def variable(self, x: object) -> object:
        """``x`` without its gradient."""
        return self._guarded("Variable", lambda: operators()["detach"](self, x))

    # operations

    def called(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> object:
        """The result of a function of torch: by its row if something symbolic takes part, else by torch."""
        name = getattr(func, "__name__", type(func).__name__)
        symbolic = _is_symbolic([*args, *kwargs.values()])
        # Random functions also where nothing symbolic takes part: a mask that torch draws would be read as a constant.
        if symbolic or name in _RANDOM or (name in _FACTORIES and not _is_table(args, kwargs)):
            return self._apply(*self._names(func, name), args, kwargs, func)
        for value in args:
            self.note_state(self.state.of_tensor(value))
        if name == "__getitem__":
            self.note_state(self.state.of_entries(args[0], self.fixed))
        plain, wide, named = widened(self.torch, func, args, kwargs)
        for value, read in zip(args, wide, strict=False):
            if value is not read and isinstance(value, self.torch.Tensor):
                self.note_reading(value)
        result = plain(*wide, **named)
        follow(self.provenance, func, args, kwargs, result)
        if name in ("item", "tolist", "__float__") and isinstance(args[0], self.torch.Tensor):
            self._taken_out(args[0], result)
        return result

    def _taken_out(self, tensor: Any, values: object) -> None:
        """Remember of numbers of Python in how many bits they were computed."""
        bits, waiting = self.provenance.bits(tensor), [values]
        while waiting:
            value = waiting.pop()
            if isinstance(value, list):
                waiting.extend(value)
            elif isinstance(value, float) and bits < DOUBLE:
                self.narrow[value] = bits

    def method(self, name: str, *args: object, **kwargs: object) -> object:
        """The result of a method or operator of a symbolic tensor."""
        shown_as = f"__{name}__" if name in _INDEXING else name
        return self._apply(f"Tensor.{shown_as}", name, args, kwargs, self._function(shown_as))

    def _function(self, name: str) -> Any:
        """The method or operator of torch's tensors of this name, with a number in the place of its tensor as well."""
        method = getattr(self.torch.Tensor, name, None)
        return method and (lambda x, *args, **named: method(self._plain(x), *args, **named))

    def _plain(self, x: object) -> object:
        """``x`` as it is if it is a tensor, and a tensor if it is a number: 1 - x is an operation of x."""
        return x if isinstance(x, (self.torch.Tensor, Symbolic)) else self.torch.as_tensor(x)

    def attribute(self, owner: Symbolic, name: str) -> object:
        """``owner.name``: a value, or a method; what torch's tensors do not have, symbolic ones do not have."""
        # hasattr() in the code has to answer as for a tensor, so what a tensor lacks is an AttributeError and no
        # refusal.
        found = getattr(self.torch.Tensor, name, None)
        if name.startswith("__") or found is None:
            raise AttributeError(f"'Tensor' object has no attribute '{name}'", name=name, obj=owner)
        if isinstance(owner.content, Written) and name in MOVING and not callable(found):
            return self._apply(f"Tensor.{name}", name, (owner,), {}, found.__get__)
        if name in attributes():
            return self._guarded(f"Tensor.{name}", lambda: attributes()[name](self, owner))
        if callable(found):
            return partial(self.method, name, owner)
        self.refuse(f"Tensor.{name}", "symcheck has no reading of this attribute", WRITE)

    def _apply(
        self, full: str, name: str, args: tuple[object, ...], kwargs: dict[str, object], function: Any = None
    ) -> object:
        """The row of the operator ``name``, applied; ``full`` is how it is named to the reader."""
        if name in _RANDOM:
            advice = "put the module into eval mode, or take the random numbers out"
            self.refuse(full, "it is random, and a formula is not", advice)
        # What torch calls its first argument; rows take it by place.
        if "input" in kwargs:
            args = (kwargs.pop("input"), *args)
        if kwargs.pop("out", None) is not None:
            self.refuse(full, "it writes its result into another tensor (out=)", "use what the operation returns")
        if full == "Tensor.where":  # which is called with what to take where the condition holds
            args = (args[1], args[0], *args[2:]) if len(args) > 1 else args
            function = self.torch.where
        if self.in_order_at_samples and (name in STARTING or is_sampled([*args, *kwargs.values()])):
            return self._guarded(full, lambda: self._at_samples(function, args, kwargs))
        if self.entries is not None:
            call = WrittenCall(self, function, name, args, kwargs)
            return self._guarded(full, lambda: self._without_dispatch(call.result))
        if is_sampled([*args, *kwargs.values()]) and name not in _ABOUT_SHAPES:
            return self._guarded(full, lambda: self._at_samples(function, args, kwargs))
        row = operators().get(name)
        if name in STARTING and function is not None:
            return self._guarded(full, lambda: self._in_order(row, function, args, kwargs))
        if row is None and name.endswith("_") and name[:-1] in operators():
            return self._guarded(full, lambda: self._in_place(name[:-1], args, kwargs))
        if row is None:
            self.refuse(full, NO_READING, WRITE)
        return self._guarded(full, lambda: row(self, *args, **kwargs))

    def _in_order(self, row: Any, function: Any, args: tuple[object, ...], kwargs: dict[str, object]) -> object:
        """By its row, or known at samples; raises what stopped the row where it is not even that."""
        if row is None:
            return self._at_samples(function, args, kwargs)
        try:
            return row(self, *args, **kwargs)
        except (Unreadable, NeedsClasses) as stop:
            try:
                return self._at_samples(function, args, kwargs)
            except Unreadable:
                raise stop from None

    def _at_samples(
        self, function: Any, args: tuple[object, ...], kwargs: dict[str, object], alphas: Sequence[Fraction] = ()
    ) -> object:
        """What the call gives at the samples of the run."""
        samples = self.samples
        return self._without_dispatch(lambda: samples.result(function, args, kwargs, alphas))

    @cached_property
    def samples(self) -> Samples:
        """The samples of the run."""
        return Samples(self)

    def _without_dispatch(self, work: Callable[[], object]) -> object:
        """``work`` where torch hands us none of our own computations on places."""
        with self.torch._C.DisableTorchFunction():
            return work()

    def _guarded(self, full: str, work: Callable[[], object]) -> object:
        outer, self._operation = self._operation, full
        try:
            return work()
        except Unreadable as stop:
            self.refuse(full, stop.why, stop.settle)
        except NeedsClasses as stop:
            self._fix(full, stop.classes, stop.why)
        except SymcheckError as error:  # the language refuses, by a TypeError that torch would take for its own
            self.refuse(full, str(error), WRITE)
        except TypeError as error:  # arguments that the row does not have
            self.refuse(full, f"symcheck has no reading of these arguments ({error})", WRITE)
        finally:
            self._operation = outer

    def _in_place(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Symbolic:
        target = args[0]
        if not isinstance(target, Symbolic):
            raise Unreadable("it changes a tensor that is not symbolic", NOT_IN_PLACE)
        # In torch views share their memory, and here each has a content of its own: a change would be seen in one only.
        target.check_alone()
        made = operators()[name](self, *args, **kwargs)
        if not isinstance(made, Symbolic) or made.axes != target.axes or made.of_sort > target.of_sort:
            raise Unreadable("it would change the shape or the type of a tensor in place", NOT_IN_PLACE)
        target.content = made.content
        return target

    def _names(self, func: Any, name: str) -> tuple[str, str]:
        """The full name of a function of torch and that of its row; a function of anyone else is refused."""
        torch = self.torch
        plain = name.removeprefix("__").removesuffix("__") if name.startswith("__") else _SPELT.get(name, name)
        homes: dict[str, Any] = {
            "torch": torch, "Tensor": torch.Tensor, "torch.nn.functional": torch.nn.functional,
            "torch.special": torch.special, "torch.linalg": torch.linalg,
        }  # fmt: skip
        for home, owner in homes.items():
            short = plain.removeprefix(f"{home.rpartition('.')[2]}_")
            # The function itself and not its name: a relu of somebody else's need not be that of torch.
            if any(getattr(owner, alias, None) is func for alias in (short, name, f"__{plain}__")):
                return f"{home}.{name if plain in _INDEXING else short}", plain.removeprefix("special_")
        self.refuse(f"{getattr(func, '__module__', None) or 'torch'}.{name}", NO_READING, WRITE)

    def compares(self, name: str, count: Count, other: Fraction) -> bool:
        """Whether C is equal to, less than ... ``other``; where some C are and some are not, the run is about some."""
        what = "a comparison of the number of classes"
        if count.term.op != "classes":
            self.refuse(what, *ONE_C)
        try:
            side = side_of(self.scope, name, other)
        except NeedsClasses as stop:
            self._fix(what, stop.classes, stop.why)
        self._operation = self._operation or what
        self.restrict(side.low, side.high, f"the number of classes is compared with {other}")
        return side.holds

    def text(self) -> str:
        """C: the code is compared at further numbers of classes, in case it looks something up by the text."""
        self.writes_classes = True
        return "C"

    # stopping, noting

    def refuse(self, operation: str, why: str, settle: str) -> NoReturn:
        """Stop: ``operation`` at this place of the user's code has no reading."""
        self.stop = Undecided.of(Code.UNMAPPED_OP, why, settle, where=self._at(operation))
        raise self.stop

    def note(self, what: str) -> None:
        """Keep what was noticed, with its first place."""
        self.notes.setdefault(what, Note(what, self._at(self._operation)))

    def _fix(self, full: str, classes: int, why: str) -> NoReturn:
        if classes < 2 or self.fixed is not None:
            here = "the classes" if self.fixed is None else f"{self.fixed} classes"
            self.refuse(full, f"a size of {classes} meets {here}", "check the shapes of the code")
        self.stop = FixedClasses(classes, self._at(full), why)
        raise self.stop

    def _at(self, operation: str) -> str:
        place = place_below(Recorder.run.__code__)
        return f"{operation} ({place})" if place and operation else operation or place


def _is_table(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether a tensor of plain sizes is asked for that has several rows and columns: no label is written into it."""
    size = kwargs.get("size", args[0] if args and isinstance(args[0], (tuple, list)) else args)
    return isinstance(size, (tuple, list)) and sum(type(s) is int and s > 1 for s in size) > 1


def _is_symbolic(values: list[Any]) -> bool:
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, (Symbolic, Count)):
            return True
        if isinstance(value, (tuple, list)):
            waiting.extend(value)
    return False
