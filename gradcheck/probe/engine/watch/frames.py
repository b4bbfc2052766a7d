"""Which lines are the user's own: call stacks kept cheaply while a program runs, resolved to places later."""

from __future__ import annotations

import ast
import linecache
import os
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from gradcheck.base.syntax import syntax_of
from gradcheck.report.finding import Location

_AUTOGRAPH = "__autograph_generated_file"
_DOING = {
    "update_state": "metric",
    "result": "metric",
    "_call_sample_n": "sample",
    "predict": "predict",
    "predict_on_batch": "predict",
}
_LIBRARY = {"metric": "keras", "sample": "tensorflow_probability", "predict": "keras"}
_KEEPERS = ("tensorflow_probability", "linear_operator")
_REWRITING = f"{os.sep}tensorflow{os.sep}python{os.sep}autograph{os.sep}"
_FOREIGN, _OWN, _GENERATED = range(3)


@dataclass(frozen=True)
class Frame:
    """One frame when something happened: a code object and an instruction, or a mapped file and line."""

    code: CodeType | None
    instruction: int
    file: str
    line: int
    function: str

    @property
    def names(self) -> tuple[str, ...]:
        """The function and what it is nested in, outermost first: `Net.call.<locals>.<listcomp>` without the
        locals.
        """
        qualified = getattr(self.code, "co_qualname", self.function)
        return tuple(part for part in qualified.split(".") if part != "<locals>")


Stack = tuple[Frame, ...]
"""The user's frames, innermost first."""


@dataclass(frozen=True)
class Place:
    """A frame resolved: where it is, the expression's source on one line, and the code that runs it."""

    location: Location
    code: str
    where: str


class Frames:
    """Tells the user's frames from everyone else's."""

    def __init__(self, project: Sequence[str] = ()) -> None:
        self._project = tuple(os.path.realpath(path) for path in project)
        self._foreign = tuple(_installed())
        self._known: dict[CodeType, int] = {}
        self._files: dict[str, int] = {}

    def doing(self, frame: FrameType | None) -> str:
        """What kind of library call the user's innermost line is in: `metric`, `sample`, `predict`, or
        nothing special.
        """
        while frame is not None:
            what = _DOING.get(frame.f_code.co_name, "")
            if self.is_own(frame.f_code):
                return what if what == "metric" else ""
            if what and _LIBRARY[what] in frame.f_code.co_filename:
                return what
            frame = frame.f_back
        return ""

    def stack(self, frame: FrameType | None, limit: int = 12) -> Stack:
        """The user's frames from this one outwards."""
        found: list[Frame] = []
        while frame is not None and len(found) < limit:
            code = frame.f_code
            owner = self.owner(code)
            if owner == _GENERATED:
                return (*found, *self._converted(limit - len(found)))
            if owner == _OWN:
                found.append(Frame(code, frame.f_lasti, code.co_filename, frame.f_lineno or 1, code.co_name))
            frame = frame.f_back
        return tuple(found)

    def first(self, frame: FrameType | None) -> Frame | None:
        """The user's innermost frame."""
        return next(iter(self.stack(frame, limit=1)), None)

    def passes(self, frame: FrameType | None, file: str) -> bool:
        """Whether this library file stands between here and the user's innermost line."""
        while frame is not None and not self.is_own(frame.f_code):
            if frame.f_code.co_filename.endswith(file):
                return True
            frame = frame.f_back
        return False

    def constructing(self, frame: FrameType | None) -> FrameType | None:
        """The user's frame that is constructing a distribution or the like right now; None if it is doing
        anything else.
        """
        inside = False
        while frame is not None and not self.is_own(frame.f_code):
            name, file = frame.f_code.co_name, frame.f_code.co_filename
            inside |= name == "__init__" and any(part in file for part in _KEEPERS)
            frame = frame.f_back
        return frame if inside else None

    def owner(self, code: CodeType) -> int:
        """Whose code this is, remembered per code object."""
        known = self._known.get(code)
        if known is None:
            known = self._known[code] = self._holder(code.co_filename)
        return known

    def _holder(self, name: str) -> int:
        """Whose file this is, remembered, too: it takes a look at the disk to tell."""
        known = self._files.get(name)
        if known is None:
            known = self._files[name] = self._classify(name)
        return known

    def is_own(self, code: CodeType) -> bool:
        """Whether this is the user's code (autograph's rewriting of it included)."""
        return self.owner(code) != _FOREIGN

    def _classify(self, name: str) -> int:
        if _AUTOGRAPH in name:
            return _GENERATED
        path = os.path.realpath(name)
        # The nearer folder tells: an environment may lie in a project, and a project in an environment.
        own = max((len(one) for one in self._project if _is_in(path, one)), default=0)
        foreign = max((len(one) - len(os.sep) for one in self._foreign if path.startswith(one)), default=0)
        if own:
            return _FOREIGN if foreign > own else _OWN
        if name.startswith("<") and not linecache.getline(name, 1):
            return _FOREIGN
        return _FOREIGN if foreign else _OWN

    def asks(self, frame: FrameType | None) -> bool:
        """Whether the user's code itself makes this call, autograph's rewriting of it or not."""
        while frame is not None and _REWRITING in frame.f_code.co_filename:
            frame = frame.f_back
        if frame is None or self.owner(frame.f_code) != _GENERATED:
            return frame is not None and self.is_own(frame.f_code)
        from tensorflow.python.util import tf_stack

        inner = (_REWRITING, *self._foreign[-1:])
        callers = [one for one in tf_stack.extract_stack() if not any(part in one.filename for part in inner)]
        return bool(callers) and self._classify(callers[-1].filename) == _OWN

    def mapped(self, trace: Iterable[Any], limit: int = 12) -> Stack:
        """The user's frames of a stack as TensorFlow keeps it, outermost first: files and lines only."""
        own = [one for one in trace if self._holder(one.filename) == _OWN]
        return tuple(Frame(None, -1, one.filename, one.lineno, one.name) for one in reversed(own[-limit:]))

    def _converted(self, limit: int) -> Stack:
        """The rest of the stack, with autograph's generated lines mapped back by TensorFlow."""
        from tensorflow.python.util import tf_stack

        return self.mapped(tf_stack.extract_stack(), limit)


def place(frame: Frame) -> Place:
    """Where a frame stood: the exact expression where Python knows it, else the statement."""
    location = _exact(frame) or _statement(frame.file, frame.line)
    return Place(location, text(location), where(frame.names))


def key(frame: Frame) -> tuple[str, int, int]:
    """What makes two events the same call in the source."""
    return frame.file, frame.line, frame.instruction


def in_method(stack: Stack) -> bool:
    """Whether the innermost frame is a method's."""
    code = stack[0].code if stack else None
    return code is not None and code.co_argcount > 0 and code.co_varnames[0] == "self"


def from_call(stack: Stack) -> Stack:
    """A stack from the innermost `call` on: what it makes through a function, it makes anew each time."""
    inside = (at for at, frame in enumerate(stack) if frame.function == "call")
    return stack[next(inside, 0) :]


def where(names: Sequence[str]) -> str:
    """How a report names the code that runs a line: `build()`, `the module`, `a lambda`."""
    for name in reversed(names):
        if name == "<module>":
            return "the module"
        if name == "<lambda>":
            return "a lambda"
        if not name.startswith("<"):
            return f"{name}()"
    return "the module"


def text(location: Location) -> str:
    """The source of a location, on one line."""
    lines = linecache.getlines(location.path)[location.line - 1 : location.end_line]
    if not lines:
        return ""
    lines[-1] = lines[-1][: location.end_column - 1]
    lines[0] = lines[0][location.column - 1 :]
    return " ".join(" ".join(lines).split())


def _exact(frame: Frame) -> Location | None:
    positions: Callable[[], Iterable[tuple[int | None, ...]]] | None
    positions = getattr(frame.code, "co_positions", None)
    if positions is None or frame.instruction < 0:
        return None
    line, end_line, column, end_column = list(positions())[frame.instruction // 2]
    if line is None or end_line is None or column is None or end_column is None:
        return None
    return Location(
        frame.file,
        line,
        _characters(frame.file, line, column) + 1,
        end_line,
        _characters(frame.file, end_line, end_column) + 1,
    )


def _characters(path: str, line: int, offset: int) -> int:
    """Python counts columns in UTF-8 bytes; reports count characters."""
    return len(linecache.getline(path, line).encode()[:offset].decode(errors="ignore"))


def _statement(path: str, line: int) -> Location:
    """The expression of the innermost statement on a line (before Python 3.11, and in code that autograph
    rewrote).
    """
    best: ast.AST | None = None
    for node in _statements(path):
        if node.lineno <= line <= (node.end_lineno or node.lineno):
            best = node
    if best is None:
        source = linecache.getline(path, line)
        start = len(source) - len(source.lstrip())
        return Location(path, line, start + 1, line, len(source.rstrip()) + 1)
    return node_location(path, _narrow(best, line))


def _narrow(node: ast.AST, line: int) -> ast.AST:
    if hasattr(node, "body"):  # A compound statement: only its header runs on this line.
        for name in ("test", "iter", "items", "subject"):
            header = getattr(node, name, None)
            if isinstance(header, ast.expr):
                return header
        return node
    value = getattr(node, "value", None)
    found = value if isinstance(value, ast.expr) and value.lineno <= line else node
    return _begun(found, line) or found


def _begun(node: ast.AST, line: int) -> ast.AST | None:
    """The widest expression that begins on a line further down in a long statement."""
    inside = (one for one in ast.walk(node) if isinstance(one, ast.expr) and one.lineno == line)
    return None if getattr(node, "lineno", line) == line else next(inside, None)


def node_location(path: str, node: ast.AST) -> Location:
    """The range of a syntax node, in characters."""
    line, end_line = getattr(node, "lineno", 1), getattr(node, "end_lineno", 1)
    if hasattr(node, "body") and isinstance(node, ast.stmt):
        end_line = line
        return Location(
            path, line, node.col_offset + 1, line, len(linecache.getline(path, line).rstrip()) + 1
        )
    return Location(
        path,
        line,
        _characters(path, line, getattr(node, "col_offset", 0)) + 1,
        end_line,
        _characters(path, end_line, getattr(node, "end_col_offset", 0)) + 1,
    )


@cache
def _statements(path: str) -> tuple[ast.stmt, ...]:
    """Every statement of a file, outer before inner; nothing when it cannot be parsed."""
    tree = syntax(path)
    return () if tree is None else tuple(node for node in ast.walk(tree) if isinstance(node, ast.stmt))


@cache
def syntax(path: str) -> ast.Module | None:
    """A file's syntax tree, as the running program has it."""
    try:
        return syntax_of("".join(linecache.getlines(path)))
    except (SyntaxError, ValueError):
        return None


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + os.sep)


def _installed() -> Iterator[str]:
    """Folders whose code is never the user's; this package comes last."""
    paths = sysconfig.get_paths()
    for name in ("stdlib", "platstdlib", "purelib", "platlib"):
        yield os.path.realpath(paths[name]) + os.sep
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None and tensorflow.__file__:
        yield str(Path(os.path.realpath(tensorflow.__file__)).parents[1]) + os.sep
    yield str(Path(os.path.realpath(__file__)).parents[3]) + os.sep
