"""Inputs that took all time or memory once, and their neighbours: code that makes ``loss`` of each."""

from __future__ import annotations

CE = "logsumexp(z) - z[y]"


def formula(text: str) -> str:
    """The code that sets ``loss`` to a formula string."""
    return f"loss = {text!r}"


def nested(inner: str, times: int, pattern: str) -> str:
    """The formula in which ``pattern`` is put around ``inner`` again and again."""
    for _ in range(times):
        inner = pattern.replace("#", inner)
    return inner


def function(body: str) -> str:
    """The code that sets ``loss`` to a function with this body."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f"def loss(z, y):\n{lines}"


def sums(count: int, term: str, start: str = "0") -> str:
    """A function that adds up terms of i one after the other."""
    return function(f"s = {start}\nfor i in range({count}):\n    s = s + {term}\nreturn s")


def products(count: int, factor: str) -> str:
    """A function that multiplies factors of i."""
    return function(f"s = 1\nfor i in range({count}):\n    s = s * ({factor})\nreturn s")


def balanced(count: int, term: str) -> str:
    """A function that adds up terms of i in pairs, and pairs of pairs."""
    return function(
        f"parts = [{term} for i in range({count})]\n"
        "while len(parts) > 1:\n"
        "    parts = [sum(parts[i:i + 2][1:], parts[i]) for i in range(0, len(parts), 2)]\n"
        "return parts[0]"
    )


NUMBERS = {
    "a tower as a factor": formula("z[y]*9**9**9"),
    "a tower as a factor of a loss": formula(f"10**10**9*({CE})"),
    "a tower as an exponent": formula("z[y]**9**9**9"),
    "a tower as an exponent below": formula("(1 + z[y]**2)**(-9**9**9)"),
    "a tower that is added": formula(f"{CE} + 7**7**7**7"),
    "a tower under a logarithm": formula(f"log(9**9**9)*({CE})"),
    "a tower under a root": formula(f"sqrt(10**10**9 + 1)*({CE})"),
    "a tower as a divisor": formula(f"({CE})/3**3**3**3**3"),
    "a power of C": formula(f"C**(10**9)*({CE})"),
    "a tower over C": formula(f"C**C**C*({CE})"),
    "a power of a probability": formula("(1 + softmax(z)[y])**100000"),
    "a power of a power": formula(nested("C", 60, "(#)**2") + f"*({CE})"),
    "a power of powers of numbers": formula(nested("3/2", 40, "(#)**2") + f"*({CE})"),
    "many digits": formula(f"2**4000*({CE}) - 3**4000*({CE})"),
    "a long number that can be written": formula(f"3**20000*({CE})"),
    "a product of numbers in code": function(
        "x = Fraction(3, 2)*z.C/z.C\nfor _ in range(40):\n    x = x*x\nreturn x*z[y]"
    ),
    "numbers of code": function(
        "from symcheck.language.term import lift\nx = lift(3)\nfor _ in range(60):\n    x = x*x\nreturn x*z[y]"
    ),
}  # fmt: skip
"""Numbers and exponents that are too long."""

NESTS = {
    "squares": formula(nested("z[y]", 40, "(# + 1)**2")),
    "squares of what is not 0": formula(nested("softmax(z)[y]", 40, "(# + 1)**2")),
    "cubes of a sum": formula(nested("total(z**2)", 40, "(# - 1)**3")),
    "softmax, 12": formula(nested("z", 12, "softmax(#)") + "[y]"),
    "softmax, 40": formula(nested("z", 40, "softmax(#)") + "[y]"),
    "log_softmax": formula("-(" + nested("z", 40, "log_softmax(#)") + ")[y]"),
    "tanh": formula(nested("z[y]", 60, "tanh(#)")),
    "exp": formula(nested("z[y]", 30, "exp(#)")),
    "softplus": formula(nested("z[y]", 60, "softplus(#)")),
    "log of a sum": formula(nested("softmax(z)[y]", 40, "log(1 + #)")),
    "roots": formula(nested("softmax(z)[y]", 60, "sqrt(1 + #)")),
    "abs": formula(nested("z[y]", 60, "abs(# - 1)")),
    "maximum": formula(nested("z[y]", 60, "maximum(#, 1)")),
    "quotients": formula(nested("softmax(z)[y]", 60, "1/(1 + #)")),
    "doubled": function("x = exp(z[y])\nfor _ in range(60):\n    x = x + x\nreturn x"),
    "squared by products": function("x = exp(z[y]) + 1\nfor _ in range(60):\n    x = x*x\nreturn x"),
    "sums of sums": function("x = z\nfor _ in range(30):\n    x = x*total(x) + x\nreturn x[y]"),
    "a formula in itself": function("x = z[y]\nfor _ in range(60):\n    x = exp(x)*x + x\nreturn x"),
}
"""Formulas that nest."""

MANY = {
    "terms, 3000": sums(3000, "(i + 1)*z[y]**(i % 7)"),
    "terms, 100000": sums(100_000, "(i + 1)*z[y]**(i % 7)"),
    "terms in pairs": balanced(3000, "(i + 1)*z[y]**(i % 7)"),
    "exponentials": sums(1000, "exp(z[y]*(i + 1))"),
    "factors, 3000": products(3000, "z[y] + i + 1"),
    "factors of probabilities": products(3000, "softmax(z)[y] + i"),
    "parameters": sums(300, "Parameter(f'a{i}', above=0)*exp(z[y]*i)"),
    "powers": sums(1000, "total(z**(i + 2))"),
    "logarithms of primes": sums(500, f"log(2*i + 3)*({CE})"),
    "roots of numbers": sums(200, f"sqrt(2*i + 3)*({CE})"),
}
"""Formulas with many parts."""

OF_ISSUES = {
    "exit 70: a logsumexp of tanh": formula("logsumexp(30*tanh(z/30)) - 30*tanh(z[y]/30)"),
    "exit 70: a softplus of cosh": formula(f"softplus((-1/10)*(total(cosh(z)) - (1/2 + 1/1000)*total(z**2)) + {CE})"),
}
"""Inputs at which the command line reported a bug."""
