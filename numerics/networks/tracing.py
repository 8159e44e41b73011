"""Traces: the form of the scores of a network in some of its weights, followed through one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import torch
from torch import Tensor
from torch.func import functional_call
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from numerics.networks import forms
from numerics.networks.forms import Form, Kind
from numerics.networks.operations import READS, Call, form_of_result, tensors_in
from numerics.networks.stack import Stack

FEW = 8
"""How many samples a trace reads: the operations are the same for all."""
ESCAPES = frozenset(("numpy", "tolist", "__array__", "data_ptr", "__dlpack__"))
"""What leads out of torch, where nothing can be followed."""


@dataclass(frozen=True)
class Trace:
    """``form`` of the scores; ``lost`` names the operations at which a form was lost; ``last`` made the scores.

    ``is_branched``: the program read a value, so that another pass may do something else.
    """

    form: Form
    lost: tuple[str, ...]
    last: str
    is_branched: bool

    @property
    def open(self) -> tuple[str, ...]:
        """What leaves it open how other passes depend on the weights."""
        return (*self.lost, *(["a value that the program reads"] if self.is_branched else []))

    @property
    def is_proved(self) -> bool:
        """Whether ``form`` holds at all weights."""
        return not self.is_branched and self.form.kind is not Kind.OTHER


def traced(stack: Stack, inputs: Tensor, scaled: Sequence[str], *, shift: bool = False) -> Trace:
    """The form of the scores of the first network of ``stack`` where the weights called ``scaled`` are multiplied by t.

    With ``shift`` log t is added to them instead.
    """
    begin = Form(Kind.SHIFTED, Fraction(1)) if shift else forms.LINEAR
    weights = {name: value.clone() for name, value in stack.named(stack.start[0]).items()}
    fixed = {name: value[0].clone() for name, value in stack.fixed.items()}
    watch = FormWatch()
    for name, value in weights.items():
        watch.tell(value, begin if name in scaled else forms.CONSTANT)
    try:
        with torch.no_grad(), watch, EscapeWatch(watch):
            scores = functional_call(stack.module, (weights, fixed), (inputs[:FEW],))
    except RuntimeError:
        # A tensor without storage, say: sparse ones have none.
        return Trace(forms.OTHER, ("what cannot be followed",), "", is_branched=False)
    return Trace(watch.of(scores), tuple(dict.fromkeys(watch.lost)), watch.made(scores), watch.is_branched)


class EscapeWatch(TorchFunctionMode):
    """Tells ``watch`` where values leave torch."""

    def __init__(self, watch: FormWatch) -> None:
        super().__init__()
        self.watch = watch

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if getattr(func, "__name__", "") in ESCAPES:
            self.watch.is_branched = True
        return func(*args, **(kwargs or {}))


class FormWatch(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Looks at every operation of torch while it is active, and keeps the form of what it gives."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.lost: list[str] = []
        self.is_branched = False
        self._forms: dict[int, Form] = {}
        self._made: dict[int, str] = {}
        # Memory that is kept is not given to another tensor, which would then have its form.
        self._kept: list[Tensor] = []

    def tell(self, tensor: Tensor, form: Form) -> None:
        """That ``tensor`` has this form."""
        self._kept.append(tensor)
        self._forms[_place(tensor)] = form

    def of(self, given: Any) -> Form:
        """The form of a tensor, a number or None."""
        if not isinstance(given, Tensor):
            return forms.FIXED if given else forms.ZERO
        found = self._forms.get(_place(given), forms.FIXED)
        return forms.ZERO if found == forms.FIXED and not bool(given.any()) else found

    def made(self, tensor: Tensor) -> str:
        """The operation that gave ``tensor``."""
        return self._made.get(_place(tensor), "")

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        named, name = kwargs or {}, func.overloadpacket.__name__
        self.is_branched |= name in READS
        written = [
            args[i] if i < len(args) else named.get(told.name)
            for i, told in enumerate(func._schema.arguments)
            if told.alias_info is not None and told.alias_info.is_write
        ]
        # Before the operation: one that works in place changes what it reads.
        plain = name if name in ("copy_", "fill_") else name.removesuffix("_")
        call = Call(plain, args, named, self.of)
        given, form = call.all_forms(), form_of_result(call)
        if name == "view" and func._overloadname == "dtype":
            form = forms.OTHER
        before = {_place(x) for x in tensors_in((args, named))}
        found = func(*args, **named)
        for tensor in tensors_in(tuple(written)):
            self._write(tensor, form, name)
        for i, tensor in enumerate(tensors_in(found)):
            if _place(tensor) not in before or form == forms.OTHER:
                rest = forms.any_function(given)
                if not tensor.is_floating_point() and all(f.is_unmoved or f.is_homogeneous for f in given):
                    rest = forms.UNMOVED
                self.tell(tensor, form if i == 0 else rest)
                self._made[_place(tensor)] = name
        if form == forms.OTHER and forms.OTHER not in given and name not in READS:
            self.lost.append(plain)
        return found

    def _write(self, tensor: Tensor, form: Form, name: str) -> None:
        is_whole = tensor.numel() * tensor.element_size() == tensor.untyped_storage().nbytes()
        # What is not written over may be anything of the form that the whole has.
        before = self._forms.get(_place(tensor), forms.FIXED)
        self.tell(tensor, form if is_whole else forms.joined([before, form]))
        self._made[_place(tensor)] = name.removesuffix("_") if is_whole else ""


def _place(tensor: Tensor) -> int:
    return tensor.untyped_storage().data_ptr()
