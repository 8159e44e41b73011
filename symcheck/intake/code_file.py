"""Code in a file: ``losses.py:MyLoss`` on a command line is what the file calls MyLoss, or what that makes."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, TracebackType
from typing import cast

from symcheck.errors import FormulaError, did_you_mean, nearest_names
from symcheck.intake.importable import importable
from symcheck.intake.literal_call import Literals, literals
from symcheck.intake.signatures import binds, needed_arguments, signature_of, takes
from symcheck.language.recording import Kind

_SPELT = re.compile(r"(?P<path>.*?\.py)(?::(?P<name>[A-Za-z_][A-Za-z0-9_]*)?(?P<call>\(.*)?)?", re.DOTALL)
_CALLED = {"loss": (2, "(z, y)"), "regularizer": (1, "(z)")}


def is_code(text: str) -> bool:
    """Whether ``text`` is spelled as a file with code and a name in it.

    >>> is_code("losses.py:MyLoss(gamma=2)"), is_code("gce"), is_code("-z[y]")
    (True, False, False)
    """
    return _SPELT.fullmatch(text.strip()) is not None


def code_in_file(text: str, kind: Kind) -> object:
    """What ``text``, PATH.py:NAME or PATH.py:NAME(ARGUMENTS), stands for, as ``certify`` takes it.

    A class is called without arguments or with ``ARGUMENTS``, which are literals; so is a function that needs no
    argument, or that has them.  Anything else is handed on as it is.  The file is run as Python imports it, under a
    name of its own: files beside it can be imported meanwhile, what it prints goes to standard error, and the search
    path and the modules of this process are as before when it is done.

    Raises ``FormulaError`` where there is no such file or name, or its code raises, with the place.
    """
    found = _SPELT.fullmatch(text.strip())
    assert found is not None
    path, name = Path(found["path"]), found["name"]
    place = _Place(path, kind)
    place.check()
    if name is None:
        raise FormulaError(f"{kind}: got {text.strip()}; name what is in the file: {path}:NAME{_named_in_text(path)}")
    given = None if found["call"] is None else literals(found["call"], f"{kind}: {path}:{name}")
    with importable(path.resolve().parent), redirect_stdout(sys.stderr):
        module = place.loaded()
        if name not in vars(module):
            raise FormulaError(f"{kind}: {path} has no {name}{did_you_mean(name, _defined(module))}; {_listed(module)}")
        return _Named(place, name, vars(module)[name], given).value()


@dataclass(frozen=True)
class _Place:
    """The file at ``path`` that a loss or a regularizer is taken from."""

    path: Path
    kind: Kind

    def check(self) -> None:
        """Raise ``FormulaError`` unless it is a file."""
        if self.path.is_dir():
            raise FormulaError(f"{self.kind}: {self.path} is a folder; accepted is a file, as in losses.py:MyLoss")
        if not self.path.is_file():
            # Without .py, which all of them have in common.
            near = nearest_names(self.path.stem, [p.stem for p in self.path.parent.glob("*.py")])
            hint = f"; did you mean {' or '.join(f'{self.path.with_name(n)}.py' for n in near)}?" if near else ""
            raise FormulaError(f"{self.kind}: there is no file {self.path} in {Path.cwd()}{hint}")

    def loaded(self) -> ModuleType:
        """The module that the file is, run now; raises ``FormulaError`` with the place where its code raises."""
        name = f"_symcheck_code_of_{self.path.stem}"
        while name in sys.modules:
            name += "_"
        spec = importlib.util.spec_from_file_location(name, self.path.resolve())
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        # Dataclasses and annotations look their module up by its name while the file runs.
        sys.modules[name] = module
        with self.reporting("it was loaded"):
            spec.loader.exec_module(module)
        return module

    @contextmanager
    def reporting(self, when: str) -> Iterator[None]:
        """What the user's code raises is a ``FormulaError`` with file and line."""
        try:
            yield
        except SyntaxError as error:
            file = Path(error.filename or self.path).name
            line = f", line {error.lineno}" if error.lineno else ""
            what = f"{file} is no Python code: {error.msg} ({file}{line})"
            raise FormulaError(f"{self.kind}: {self.path} cannot be loaded: {what}") from error
        except (Exception, SystemExit) as error:
            where = self._line(error.__traceback__)
            text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            advice = _MISSING if isinstance(error, ModuleNotFoundError) else ""
            raise FormulaError(f"{self.kind}: {self.path} raised {text}{where}, when {when}{advice}") from error

    def _line(self, traceback: TracebackType | None) -> str:
        """The innermost line of the file itself or of one beside it."""
        folder, found = self.path.resolve().parent, ""
        while traceback is not None:
            file = Path(traceback.tb_frame.f_code.co_filename)
            if file.parent == folder:
                found = f" ({file.name}, line {traceback.tb_lineno})"
            traceback = traceback.tb_next
        return found


_MISSING = "; install it for the Python that runs symcheck, put it beside the file, or name its folder in PYTHONPATH"


@dataclass(frozen=True)
class _Named:
    """What is called ``name`` in the file, and the arguments ``given`` in brackets, if there are any."""

    place: _Place
    name: str
    found: object
    given: Literals | None

    def value(self) -> object:
        """The loss or the regularizer itself."""
        is_class, is_function = isinstance(self.found, type), inspect.isroutine(self.found)
        if not callable(self.found) and not _is_formula(self.found):
            raise FormulaError(
                f"{self._title} is an object of type {type(self.found).__name__}; accepted is what is called with "
                f"{_CALLED[self.place.kind][1]}, or a class or a function that makes it"
            )
        if self.given is not None and not (is_class or is_function):
            raise FormulaError(f"{self._title} is no class and no function that makes one: leave {self.given} out")
        if is_class and _is_autograd(self.found):
            raise FormulaError(
                f"{self._title} is a torch.autograd.Function, which is used by its apply: write a function of "
                f"{_CALLED[self.place.kind][1]} that calls {self.name}.apply"
            )
        if is_class or (is_function and (self.given is not None or self._is_maker())):
            return self._made()
        return self.found

    def _is_maker(self) -> bool:
        """Whether a function needs no argument at all: then it is not a function of z, and makes one."""
        signature = signature_of(self.found)
        count, wanted = _CALLED[self.place.kind]
        if signature is None:
            return False
        kinds = [p.kind for p in signature.parameters.values()]
        if takes(signature, 0) and inspect.Parameter.VAR_POSITIONAL not in kinds:
            return True
        # A function of z alone, or of z and y, is told by ``certify`` where it belongs.
        if not any(takes(signature, taken) for taken in (count, 3 - count)):
            raise FormulaError(
                f"{self._title} takes {signature}: a {self.place.kind} is called with {wanted}; if it is a function "
                f"that makes one, give its arguments, {self._spelt()}"
            )
        return False

    def _made(self) -> object:
        given = Literals() if self.given is None else self.given
        signature = signature_of(self.found)
        if signature is not None and not binds(signature, given.by_place, given.by_name):
            took = "it needs arguments: write them" if self.given is None else f"got {given}: write what it takes"
            raise FormulaError(f"{self._title} takes {signature}, and {took} in brackets, {self._spelt()}")
        with self.place.reporting(f"{self.name}{given} was called"):
            made = self.found(*given.by_place, **given.by_name)  # type: ignore[operator]
        if not callable(made) and not _is_formula(made):
            raise FormulaError(
                f"{self._title}{given} made an object of type {type(made).__name__}, which cannot be called with "
                f"{_CALLED[self.place.kind][1]}; name a class or a function that makes a loss or a regularizer"
            )
        return made

    @property
    def _title(self) -> str:
        return f"{self.place.kind}: {self.place.path}:{self.name}"

    def _spelt(self) -> str:
        """How the arguments are written on the command line: those that have no default."""
        shown = ", ".join(f"{n}=..." for n in needed_arguments(self.found)) or "..."
        return f'as in "{self.place.path}:{self.name}({shown})", with numbers, texts, lists, True, False or None'


def _defined(module: ModuleType) -> list[str]:
    """The names of the classes and functions that the file has itself, and of instances, without those of imports."""
    public = {n: v for n, v in vars(module).items() if not n.startswith("_") and callable(v)}
    return [n for n, v in public.items() if getattr(v, "__module__", None) == module.__name__] or list(public)


def _listed(module: ModuleType) -> str:
    names = _defined(module)
    shown = ", ".join(names[:_MOST]) + (", ..." if len(names) > _MOST else "")
    return f"it has {shown}" if names else "it has no class and no function"


_MOST = 20
"""So many names of a file are listed."""


def _named_in_text(path: Path) -> str:
    """The classes and functions of a file, as its text says: nothing of it is run."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ""
    found = [n.name for n in tree.body if isinstance(n, (ast.ClassDef, ast.FunctionDef)) and not n.name.startswith("_")]
    return f", where NAME is one of {', '.join(found[:_MOST])}" if found else ""


def _is_formula(value: object) -> bool:
    """Whether it is an entry or a formula of symcheck, which are not called."""
    from symcheck.entry import Entry
    from symcheck.language.formula import Formula

    return isinstance(value, (Entry, Formula))


def _is_autograd(value: object) -> bool:
    return any(base.__module__ == "torch.autograd.function" for base in cast(type, value).__mro__)
