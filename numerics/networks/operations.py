"""Operations of torch: which form their result has, for forms of what they are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from torch import Tensor

from numerics.networks import forms
from numerics.networks.forms import Form, Kind

VIEWS = frozenset(
    (
        "view", "_unsafe_view", "_reshape_alias", "t", "transpose", "permute", "expand", "clone", "detach",
        "contiguous", "squeeze", "unsqueeze", "select", "slice", "as_strided", "alias", "split",
        "split_with_sizes", "unbind",
        "narrow", "diagonal", "flip", "roll", "repeat", "unfold", "index_select", "gather", "index", "lift_fresh",
        "embedding", "chunk", "reshape", "flatten", "unsafe_split", "unsafe_chunk", "movedim", "view_as",
        "pixel_shuffle",
        "repeat_interleave", "rot90", "select_copy", "reflection_pad1d", "reflection_pad2d", "replication_pad1d",
        "replication_pad2d", "take_along_dim",
    )
)  # fmt: skip
"""Operations that lay out the entries of their first argument anew."""
LINEAR = frozenset(
    (
        "sum", "mean", "avg_pool1d", "avg_pool2d", "avg_pool3d", "_adaptive_avg_pool2d", "_adaptive_avg_pool3d",
        "adaptive_avg_pool1d", "cumsum", "triu", "tril", "im2col", "col2im", "upsample_nearest1d", "upsample_nearest2d",
        "upsample_bilinear2d", "trace", "diff", "diag_embed", "_fft_r2c",
    )
)  # fmt: skip
"""Linear maps of their first argument, without a constant term."""
POSITIVE = frozenset(
    (
        "relu", "leaky_relu", "abs", "amax", "amin", "max", "min", "median", "sort", "topk", "maximum", "minimum",
        "max_pool2d_with_indices", "max_pool3d_with_indices", "adaptive_max_pool2d", "adaptive_max_pool3d", "cummax",
        "cummin", "std", "aminmax", "kthvalue",
    )
)  # fmt: skip
"""Maps h of one or more arguments with h(t x) = t h(x) for t > 0."""
COMPARISONS = frozenset(("gt", "lt", "ge", "le", "eq", "ne", "sign", "argmax", "argmin", "argsort", "sgn"))
"""Maps that a common factor t > 0 does not change."""
READS = frozenset(
    ("_local_scalar_dense", "is_nonzero", "equal", "nonzero", "masked_select", "_unique2", "unique_dim", "bincount")
)
"""Operations whose result a program may branch on, or whose shape depends on values."""


@dataclass(frozen=True)
class Call:
    """An operation called ``name`` with its arguments; ``of`` gives the form of an argument, a number's as well."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    of: Callable[[Any], Form]

    def argument(self, place: int, name: str, default: Any = None) -> Any:
        """The argument at ``place`` or called ``name``."""
        return self.args[place] if place < len(self.args) else self.kwargs.get(name, default)

    def forms(self, *places: int) -> list[Form]:
        """The forms of the arguments at these places."""
        return [self.of(self.args[place]) for place in places]

    def all_forms(self) -> list[Form]:
        """The forms of all the tensors that are given."""
        return [self.of(x) for x in tensors_in((self.args, self.kwargs))]


def tensors_in(given: Any) -> list[Tensor]:
    """The tensors in nested tuples, lists and dictionaries."""
    if isinstance(given, Tensor):
        return [given]
    if isinstance(given, dict):
        given = tuple(given.values())
    return [x for part in given for x in tensors_in(part)] if isinstance(given, tuple | list) else []


def form_of_result(call: Call) -> Form:
    """The form of what ``call`` gives; that of several results is the first one's."""
    if all(form.is_unmoved for form in call.all_forms()) and call.name not in RULES:
        return forms.any_function(call.all_forms())
    rule = RULES.get(call.name)
    if rule is not None:
        return rule(call)
    if call.name in VIEWS | LINEAR:
        first, rest = call.all_forms()[0], call.all_forms()[1:]
        if not all(form.is_still for form in rest) and not (first.is_homogeneous and all(f.is_unmoved for f in rest)):
            return forms.OTHER
        if call.name in LINEAR and first.kind is Kind.SHIFTED:
            return forms.OTHER
        # An index that the weights move picks different entries: what is linear then is only homogeneous.
        return first if all(form.is_still for form in rest) else forms.homogeneous(first.degree)
    if call.name in POSITIVE:
        return forms.positive(forms.joined(call.all_forms()))
    if call.name in COMPARISONS:
        return _compared(call)
    return forms.OTHER


def _compared(call: Call) -> Form:
    others = [call.of(x) for x in call.args[1:2] if isinstance(x, Tensor | float | int) and "arg" not in call.name]
    found = forms.joined([call.of(call.args[0]), *others])
    return forms.UNMOVED if found.is_homogeneous or found.kind is Kind.ZERO else forms.any_function([found])


def _times(factor: float, form: Form) -> Form:
    if not factor:
        return forms.ZERO
    return forms.shifted(form.degree * Fraction(factor)) if form.kind is Kind.SHIFTED else form


def _sum(call: Call) -> Form:
    first, second = call.forms(0, 1)
    return forms.total([first, _times(call.kwargs.get("alpha", 1), second)])


def _difference(call: Call) -> Form:
    first, second = call.forms(0, 1) if call.name == "sub" else call.forms(1, 0)
    return forms.total([first, _times(call.kwargs.get("alpha", 1), _negative(second))])


def _negation(call: Call) -> Form:
    return _negative(call.of(call.args[0]))


def _negative(form: Form) -> Form:
    return forms.shifted(-form.degree) if form.kind is Kind.SHIFTED else form


def _product(call: Call) -> Form:
    first, second = call.forms(0, 1)
    for form, factor in ((first, call.args[1]), (second, call.args[0])):
        if form.kind is Kind.SHIFTED and (number := _number(call, factor)) is not None:
            return forms.shifted(form.degree * number)
    return forms.product(first, second)


def _quotient(call: Call) -> Form:
    first, second = call.forms(0, 1)
    number = _number(call, call.args[1])
    if first.kind is Kind.SHIFTED and number:
        return forms.shifted(first.degree / number)
    if call.argument(2, "rounding_mode") is not None:
        return forms.any_function([first, second])
    return forms.product(first, forms.power(second, Fraction(-1)))


def _number(call: Call, factor: Any) -> Fraction | None:
    """A fixed number as a fraction."""
    if isinstance(factor, bool) or call.of(factor).kind not in (Kind.FIXED, Kind.ZERO):
        return None
    if isinstance(factor, Tensor):
        return Fraction(float(factor)) if factor.numel() == 1 and bool(factor.isfinite()) else None
    return Fraction(factor)


def _added_product(call: Call) -> Form:
    start, a, b = call.forms(0, 1, 2)
    both = _times(call.kwargs.get("alpha", 1), forms.product(a, b))
    return forms.total([_times(call.kwargs.get("beta", 1), start), both])


def _added_entries(call: Call) -> Form:
    start, a, b = call.forms(0, 1, 2)
    other = forms.power(b, Fraction(-1)) if call.name == "addcdiv" else b
    return forms.total([start, _times(call.kwargs.get("value", 1), forms.product(a, other))])


def _layer(call: Call) -> Form:
    inputs, weight = call.forms(0, 1)
    bias = call.of(call.argument(2, "bias"))
    return forms.total([forms.product(inputs, weight), bias])


def _normalised(call: Call) -> Form:
    # Weight and bias follow the input, in layer norms after the shape; what is normalised may not move.
    place = 2 if call.name == "native_layer_norm" else 1
    weight, bias = call.argument(place, "weight"), call.argument(place + 1, "bias")
    inner = call.of(call.args[0])
    if not inner.is_unmoved or not all(call.of(x).is_still for x in call.args[place + 2 :]):
        return forms.OTHER
    scaled = (
        forms.any_function([inner]) if weight is None else forms.product(forms.any_function([inner]), call.of(weight))
    )
    return forms.total([scaled, call.of(bias)])


def _power(call: Call) -> Form:
    exponent = _number(call, call.args[1])
    return forms.any_function(call.forms(0, 1)) if exponent is None else forms.power(call.of(call.args[0]), exponent)


def _trilinear(call: Call) -> Form:
    first, second, third = call.forms(0, 1, 2)
    return forms.product(first, forms.product(second, third))


def _raised(exponent: Fraction) -> Callable[[Call], Form]:
    return lambda call: forms.power(call.of(call.args[0]), exponent)


def _exponential(call: Call) -> Form:
    (inner,) = call.forms(0)
    return forms.homogeneous(inner.degree) if inner.kind is Kind.SHIFTED else forms.any_function([inner])


def _logarithm(call: Call) -> Form:
    (inner,) = call.forms(0)
    return forms.shifted(inner.degree) if inner.is_homogeneous else forms.any_function([inner])


def _clamped(call: Call) -> Form:
    low, high = call.argument(1, "min"), call.argument(2, "max")
    (inner,) = call.forms(0)
    # Only 0 is a bound that a factor leaves where it is.
    bounds = [call.of(bound) for bound in (low, high) if bound is not None]
    if call.name == "clamp_max":
        bounds = call.forms(1)
    return (
        forms.positive(forms.joined([inner, *bounds])) if inner.is_homogeneous else forms.any_function([inner, *bounds])
    )


def _threshold(call: Call) -> Form:
    inner, *bounds = call.forms(0, 1, 2)
    return forms.positive(inner) if bounds == [forms.ZERO] * 2 else forms.any_function([inner, *bounds])


def _padded(call: Call) -> Form:
    return forms.joined([call.of(call.args[0]), call.of(call.argument(2, "value", 0))])


def _chosen(call: Call) -> Form:
    condition, *branches = call.forms(0, 1, 2)
    return _masked(condition, branches)


def _filled(call: Call) -> Form:
    inner, condition, value = call.forms(0, 1, 2)
    return _masked(condition, [inner, value])


def _masked(condition: Form, branches: list[Form]) -> Form:
    found = forms.joined(branches)
    if condition.is_still:
        return found if not found.is_still else forms.any_function([condition, *branches])
    if not condition.is_unmoved:
        return forms.OTHER
    return forms.homogeneous(found.degree) if found.is_homogeneous else forms.any_function([condition, found])


def _written(call: Call) -> Form:
    first, *where, values = call.all_forms()
    return forms.joined([first, values]) if all(form.is_still for form in where) else forms.OTHER


def _length(call: Call) -> Form:
    # The norm of order 0 counts entries.
    order, (inner,) = call.argument(1, "ord", 2), call.forms(0)
    return forms.positive(inner) if order else forms.any_function([inner])


def _leaky(call: Call) -> Form:
    inner, slope = call.forms(0, 1)
    return forms.positive(inner) if slope.is_still else forms.OTHER


def _stacked(call: Call) -> Form:
    return forms.joined(call.all_forms())


def _variance(call: Call) -> Form:
    (inner,) = call.forms(0)
    return forms.power(inner, Fraction(2))


def _weight_norm(call: Call) -> Form:
    direction, length = call.forms(0, 1)
    return forms.product(forms.any_function([direction]), length) if direction.is_unmoved else forms.OTHER


def _exact(call: Call) -> Form:
    (inner,) = call.forms(0)
    dtype = call.kwargs.get("dtype")
    return inner if dtype is None or dtype.is_floating_point else forms.any_function([inner])


def _constant(call: Call) -> Form:
    return call.of(call.args[1])


def _nothing(_: Call) -> Form:
    return forms.ZERO


RULES: dict[str, Callable[[Call], Form]] = {
    "add": _sum, "sub": _difference, "rsub": _difference, "neg": _negation, "mul": _product, "div": _quotient,
    "mm": _product, "bmm": _product, "matmul": _product, "mv": _product, "dot": _product, "vdot": _product,
    "outer": _product, "_trilinear": _trilinear, "addmm": _added_product, "baddbmm": _added_product,
    "addmv": _added_product, "addbmm": _added_product, "addr": _added_product, "addcmul": _added_entries,
    "addcdiv": _added_entries, "linear": _layer, "convolution": _layer, "native_batch_norm": _normalised,
    "_native_batch_norm_legit_no_training": _normalised, "cudnn_batch_norm": _normalised,
    "native_layer_norm": _normalised, "native_group_norm": _normalised, "pow": _power,
    "sqrt": _raised(Fraction(1, 2)), "rsqrt": _raised(Fraction(-1, 2)), "square": _raised(Fraction(2)),
    "reciprocal": _raised(Fraction(-1)), "exp": _exponential, "log": _logarithm, "linalg_vector_norm": _length,
    "norm": _length, "_prelu_kernel": _leaky, "clamp": _clamped, "clamp_min": _clamped, "clamp_max": _clamped,
    "threshold": _threshold, "constant_pad_nd": _padded, "where": _chosen, "masked_fill": _filled, "cat": _stacked,
    "stack": _stacked, "var": _variance, "_weight_norm": _weight_norm, "_weight_norm_interface": _weight_norm,
    "_to_copy": _exact, "copy_": _constant, "fill_": _constant, "index_put": _written, "scatter": _written,
    "index_copy": _written, "_index_put_impl": _written, "zeros": _nothing, "zeros_like": _nothing,
    "new_zeros": _nothing, "zero": _nothing,
}  # fmt: skip
"""Operations with a rule of their own."""
