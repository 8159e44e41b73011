"""The operators of formulas, by what they take and give."""

ENTRYWISE = {
    "add": 2, "sub": 2, "mul": 2, "div": 2, "pow": 2, "neg": 1, "exp": 1, "log": 1, "sqrt": 1,
    "abs": 1, "relu": 1, "softplus": 1, "sigmoid": 1, "tanh": 1, "cosh": 1, "arccos": 1, "detach": 1,
    "log_sigmoid": 1, "sin": 1, "cos": 1, "arctan": 1, "erf": 1,
    "maximum": 2, "minimum": 2, "branch": 3,
}  # fmt: skip
"""Operators that act on every entry, with their number of arguments; a scalar argument is repeated."""

JOINED = {"abs_power": 2, "nonnegative_power": 2}
"""Operators that stand for two at once, |x|^k and v^k with v >= 0, where readings need that; nobody writes them."""

ACROSS = {"total": 1, "mean": 1, "logsumexp": 1, "amax": 1, "amin": 1, "product": 1}
"""Operators that take a class-vector to a scalar, symmetric in the classes."""

VECTOR = {"softmax": 1, "log_softmax": 1, "onehot_argmax": 1, "entmax": 2}
"""Operators that take a class-vector to a class-vector and mix its entries; ``entmax`` takes a constant as well."""

LEAVES = ("number", "parameter", "classes", "logits", "onehot", "class_parameter")
"""Terms without arguments: an exact number, a parameter, C, the vector z, the one-hot vector of y, a vector w."""

MATRIX = {"apply": 1, "apply_transposed": 1, "filled": 1}
"""``apply(v)`` is the class-vector A v of the matrix A that the term carries; ``filled(x)`` has x in every entry."""

OTHERS = {name: f"{name}_others" for name in ACROSS}
"""The same over all classes but the label: ``total_others(v)`` is written ``total(v, but=y)``."""

LABELLED = {"take": 1, **dict.fromkeys(OTHERS.values(), 1)}
"""Operators that take a class-vector to a scalar and use the label: ``take(v)`` is the entry v[y]."""

PAIRED = {"first": 1, "second": 1}
"""Operators that take a class-vector to its entry at the first, or the second, of two classes."""

OVER_PAIRS = {"pair_total": 1}
"""Operators that take a quantity of two classes to a scalar: the sum over all ordered pairs of classes."""

OF_MATRICES = {"same": 0, "entries": 0, "entries_turned": 0}
"""Quantities of two classes that derivatives are made of: 1 where the two are one class, A_ij and A_ji."""

OF_DERIVATIVES = {"row_total": 1, "diagonal": 0}
"""Class-vectors of derivatives: the sums of a quantity of two classes over the second one, and A_ii."""

ARITY = {
    **ENTRYWISE, **JOINED, **ACROSS, **VECTOR, **MATRIX, **LABELLED, **PAIRED, **OVER_PAIRS, **dict.fromkeys(LEAVES, 0),
}  # fmt: skip
"""Every operator of the vocabulary with its number of arguments."""

WITH_LABEL = frozenset({"onehot", *LABELLED})
"""The operators in which the label occurs."""
