"""Packages that draw, log or show progress, for a program that runs where they are not installed.

No gradient depends on them, so a silent stand-in lets the program go on. It is only given to the program's
own plain imports: what a library tries to import for itself, or the program under `try`, stays missing.
"""

from __future__ import annotations

import ast
import dis
import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gradcheck.base.syntax import TRIES, syntax_of
from gradcheck.probe.job import importers

_NAMES = """
matplotlib mpl_toolkits pylab seaborn plotly bokeh altair livelossplot visualkeras graphviz pydot
wandb mlflow neptune comet_ml clearml aim tensorboardX loguru
tqdm progressbar rich colorama termcolor ipywidgets IPython
"""
SILENT = frozenset(_NAMES.split())
"""What such a package is called when it is imported."""

_BARS = frozenset({"tqdm", "trange", "tqdm_notebook", "track", "progressbar"})


@contextmanager
def supplied(folders: Sequence[str]) -> Iterator[list[str]]:
    """While the program in these folders runs; gives the names of what was supplied."""
    finder = _Finder(tuple(folders))
    sys.meta_path.append(finder)
    try:
        yield finder.names
    finally:
        importers.without(finder)


class Nothing:
    """Takes every call, attribute and index, and gives itself back."""

    def __init__(self, *_: Any, **__: Any) -> None:
        """Whatever it is made with."""

    def __call__(self, *args: Any, **named: Any) -> Any:
        """A decorator gives back what it decorates."""
        alone = len(args) == 1 and not named and isinstance(args[0], types.FunctionType | type)
        return args[0] if alone else self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self

    def __setattr__(self, name: str, value: Any) -> None:
        """Nothing is kept."""

    def __iter__(self) -> Iterator[Any]:
        """As many as the caller unpacks: `figure, axes = plt.subplots()`."""
        return iter([self] * _unpacked(sys._getframe(1)))

    def __getitem__(self, _: Any) -> Any:
        return self

    def __setitem__(self, _: Any, __: Any) -> None:
        """Nothing is kept."""

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: Any) -> None:
        """Nothing was opened."""

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return False

    def __float__(self) -> float:
        return 0.0

    def __add__(self, _: Any) -> Any:
        return self

    __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __add__


class Bar(Nothing):
    """A progress bar: goes through what it is given."""

    def __init__(self, *args: Any, **named: Any) -> None:
        given = args[0] if args else named.get("iterable", ())
        object.__setattr__(self, "_given", range(given) if isinstance(given, int) else given or ())

    def __iter__(self) -> Iterator[Any]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)


class _StandIn(types.ModuleType):
    """A module that has every name: classes by their spelling, else nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in _BARS:
            return Bar
        return type(name, (Nothing,), {}) if name[0].isupper() else Nothing()


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Comes last: only what nobody else finds is asked of it."""

    def __init__(self, folders: tuple[str, ...]) -> None:
        self.names: list[str] = []
        self._folders = folders

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        top = fullname.partition(".")[0]
        if top not in SILENT or (top != fullname and top not in self.names):
            return None
        if top not in self.names:
            if not self._wanted():
                return None
            self.names.append(top)
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to run."""

    def _wanted(self) -> bool:
        """Whether the program itself imports this now, and does not do without."""
        frame: types.FrameType | None = sys._getframe(2)
        while frame is not None and "importlib" in frame.f_code.co_filename:
            frame = frame.f_back
        if frame is None:
            return False
        file = frame.f_code.co_filename
        own = any(file.startswith(folder) for folder in self._folders) and "site-packages" not in file
        return own and not _under_try(file, frame.f_lineno)


def _under_try(file: str, line: int) -> bool:
    """Whether a line of a file stands where an error is expected."""
    try:
        tree = syntax_of(Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return False
    return any(
        isinstance(node, TRIES) and node.body[0].lineno <= line <= (node.body[-1].end_lineno or line)
        for node in ast.walk(tree)
    )


def _unpacked(frame: types.FrameType) -> int:
    """How many values the instruction that runs in a frame takes apart."""
    for found in dis.get_instructions(frame.f_code):
        if found.offset == frame.f_lasti:
            return int(found.arg or 0) if found.opname == "UNPACK_SEQUENCE" else 0
    return 0
