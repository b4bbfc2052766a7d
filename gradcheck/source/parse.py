"""Turns a source file into a module: its syntax tree and the dotted name behind every imported word."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import field
from functools import cached_property, lru_cache

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.lines import split
from gradcheck.base.notebook_cells import cell_path
from gradcheck.base.syntax import program_of, syntax_of
from gradcheck.report.finding import Location
from gradcheck.report.report import Problem
from gradcheck.source.discover import SourceFile
from gradcheck.source.plain import without_annotations

FRAMEWORK_WORDS = ("keras", "tensorflow")
GRADIENT_WORDS = (
    "add_weight",
    "Variable",
    "GradientTape",
    "Layer",
    "Model",
    "layers",
    "compile",
    "tfp",
    "Module",
)
KERAS_CODE = (
    "add_weight(",
    "add_variable(",
    "GradientTape(",
    "tf.Variable(",
    "def call(self",
    "def train_step(self",
    ".trainable_variables",
    ".trainable_weights",
)
"""What only Keras and TensorFlow code says, under whatever names a file has imported them."""


PROGRAM_WORDS = ("__main__", ".fit(")
"""What a file says that may run what others define."""


@dataclass(frozen=True)
class Module:
    """A parsed file."""

    path: str
    text: str
    tree: ast.Module = field(repr=False)
    cells: tuple[int, ...] = ()

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The source, split where Python's own parser splits lines."""
        return tuple(split(self.text))

    def location(self, node: ast.expr | ast.stmt) -> Location:
        """Where a node stands; `ast` counts UTF-8 bytes, reports count characters."""
        end = node.end_lineno or node.lineno
        path, before = self.place(node.lineno)
        return Location(
            path,
            node.lineno - before,
            self._column(node.lineno, node.col_offset),
            end - before,
            self._column(end, node.end_col_offset or node.col_offset),
        )

    def place(self, line: int) -> tuple[str, int]:
        """The path that reports name for a line, and how many lines of the text stand before it: a
        notebook's cells count for themselves."""
        return _place(self.path, self.cells, line)

    def line_of(self, location: Location) -> int:
        """Where in the text a reported location starts."""
        return location.line + next(
            (first - 1 for first in self.cells if self.place(first)[0] == location.path), 0
        )

    def code(self, node: ast.expr | ast.stmt, width: int = 60) -> str:
        """The source text of a node on one line, shortened in the middle."""
        text = " ".join(" ".join(self._lines_of(node)).split())
        return text if len(text) <= width else f"{text[: width - 12]} ... {text[-7:]}"

    def _lines_of(self, node: ast.expr | ast.stmt) -> list[str]:
        """As `ast.get_source_segment` has it, which splits the whole file each time."""
        end, last = getattr(node, "end_lineno", None), getattr(node, "end_col_offset", None)
        if end is None or last is None:
            return []
        lines = [*self.lines[node.lineno - 1 : end]]
        lines[-1] = lines[-1].encode()[:last].decode()
        lines[0] = lines[0].encode()[node.col_offset :].decode()
        return lines

    def _column(self, line: int, offset: int) -> int:
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return (offset if text.isascii() else len(text.encode()[:offset].decode(errors="replace"))) + 1


def matters(text: str) -> bool:
    """A test for the words without which no gradient can be lost, so that most files are never parsed."""
    named = _says(text, FRAMEWORK_WORDS) and _says(text, GRADIENT_WORDS)
    return named or _says(text, KERAS_CODE)


@lru_cache(maxsize=256)
def may_define(text: str) -> bool:
    """Whether what a file defines may matter to one that imports it: a library under a name, a base class."""
    return _says(text, FRAMEWORK_WORDS) or _says(text, GRADIENT_WORDS)


def may_run(text: str) -> bool:
    """Whether a file may be a program, which trains what it imports."""
    return _says(text, PROGRAM_WORDS)


def mentions(text: str) -> bool:
    """Whether a text mentions the framework at all: then it is meant to be Python."""
    return _says(text, FRAMEWORK_WORDS)


def _says(text: str, words: Sequence[str]) -> bool:
    """Whether one of these words stands in a text, in whatever characters Python reads it as."""
    if any(word in text for word in words):
        return True
    return not text.isascii() and any(word in _as_read(text) for word in words)


@lru_cache(maxsize=1)
def _as_read(text: str) -> str:
    """A text in which each name is spelled as Python's parser spells it."""
    import unicodedata  # only files that are not ASCII need it

    # Word by word: among many accents in a row, putting them into order takes the square of their number.
    return re.sub(r"\w+", lambda found: unicodedata.normalize("NFKC", found[0]), text)


def parse(source: SourceFile) -> Module | Problem:
    """The module, or why Python cannot read it."""
    try:
        # The cells of a notebook were compiled one by one: together they need not be a program.
        read = syntax_of if source.path.endswith(".ipynb") else program_of
        tree = read(source.text, source.path)
    except SyntaxError as error:
        path, before = _place(source.path, source.cells, error.lineno or 1)
        return Problem(path, (error.lineno or 1) - before, f"cannot be parsed: {error.msg}")
    except ValueError as error:
        return Problem(source.path, 1, f"cannot be parsed: {error}")
    except (RecursionError, MemoryError):
        return Problem(source.path, 1, "cannot be parsed: nested too deeply")
    if not source.cells and _is_notebook(tree):
        return Problem(source.path, 1, _NOTEBOOK)
    return Module(source.path, source.text, without_annotations(tree), source.cells)


_NOTEBOOK = "cannot be parsed: it is a notebook: give it a name that ends in .ipynb"


def _is_notebook(tree: ast.Module) -> bool:
    """Whether a text is the JSON of a notebook, which Python reads as a table that does nothing."""
    match tree.body:
        case [ast.Expr(value=ast.Dict(keys=keys))]:
            named = {key.value for key in keys if isinstance(key, ast.Constant)}
            return {"cells", "nbformat"} <= named
    return False


def _place(path: str, cells: tuple[int, ...], line: int) -> tuple[str, int]:
    number = bisect_right(cells, line)
    return (cell_path(path, number), cells[number - 1] - 1) if number else (path, 0)
