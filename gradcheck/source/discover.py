"""Turns paths into source files. The only file of the static half that reads the user's code."""

from __future__ import annotations

import io
import os
import tokenize
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import cache

from gradcheck.base.cell_magics import passed_over
from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.lines import lines_of
from gradcheck.base.notebook_cells import cell_of, cells_of
from gradcheck.base.regular_files import MEGABYTE, read_regular, too_large
from gradcheck.report.report import Problem
from gradcheck.source.ignored import Ignored
from gradcheck.source.instead import ON_DISK, Instead

SKIPPED_FOLDERS = frozenset(
    {"__pycache__", "node_modules", "site-packages", "venv", "build", "dist", ".tox", ".nox", ".venv", ".git"}
)
SUFFIXES = (".py", ".ipynb")
MOST_BYTES, MOST_NOTEBOOK_BYTES = 8 * MEGABYTE, 128 * MEGABYTE
"""Larger files are not read. A notebook holds its outputs, too; its code counts like a file's."""
MOST_NAMES = 3
"""So many files are named that a walk has passed over."""

Excluded = Callable[[str], bool]


@dataclass(frozen=True)
class SourceFile:
    """The decoded text of one file; `path` is as the user gave it, with forward slashes.

    `cells` holds the first line of each code cell, when the text is a notebook's. `named`: the user named
    this very file, it was not found in a folder. `passed_over`: the cells whose magic does not run them here,
    by their numbers. `broken`: the cells that are no Python, as Jupyter compiles each by itself; the text has
    nothing in their place. `odd`: what is wrong with cells that no notebook may have, by their numbers among
    all cells.
    """

    path: str
    text: str
    cells: tuple[int, ...] = ()
    named: bool = False
    passed_over: tuple[tuple[int, str], ...] = ()
    broken: tuple[tuple[int, str], ...] = ()
    odd: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Remark:
    """What is to be said of a walk through folders, although nothing was missed."""

    text: str


Found = SourceFile | Problem | Remark


def discover(
    paths: Collection[str],
    excluded: Excluded = lambda path: False,
    *,
    forced: bool = False,
    instead: Instead = ON_DISK,
) -> Iterator[Found]:
    """Every Python file and notebook that the paths name, each once, in order; what cannot be read becomes
    a Problem. Where they hold something `instead` of what is on disk, they are read so.

    What is found in a folder is passed over if it is `excluded` or ignored by git; a file named outright
    is passed over only if it is excluded and that is `forced`.
    """
    named, seen, real = frozenset(paths), set[str](), cache(_real)
    for path in paths:
        if forced and excluded(path):
            if os.path.isdir(path):
                yield Remark(_nothing_in(path, "the settings exclude it"))
            continue
        for found in _files(path, excluded, forced):
            if not isinstance(found, str):
                yield found
            elif (key := _key(found, real)) not in seen and not instead.is_new(found):
                seen.add(key)
                source = read(found, instead)
                yield replace(source, named=found in named) if isinstance(source, SourceFile) else source


def _key(path: str, real: Callable[[str], str]) -> str:
    """One for all names of a file that lead to it in its own folder: it is looked at once. From another
    folder, what it imports may be something else."""
    folder, name = os.path.split(path)
    leads_to = os.path.realpath(path) if os.path.islink(path) else ""
    place = real(folder)
    return leads_to if os.path.dirname(leads_to) == place else os.path.join(place, name)


def _real(folder: str) -> str:
    try:
        return os.path.realpath(folder)
    except OSError:  # the current folder is gone
        return folder


def read(path: str, instead: Instead = ON_DISK) -> SourceFile | Problem:
    """One file's text, decoded as Python decodes it (byte order mark, coding comment, else UTF-8)."""
    shown, data = path.replace(os.sep, "/"), instead.text(path)
    try:
        data = read_regular(instead.place(path), most_bytes(path)) if data is None else data
    except OSError as error:
        return Problem(shown, 1, f"cannot be read: {error.strerror or error}")
    return decode(shown, data)


def decode(path: str, data: bytes) -> SourceFile | Problem:
    """The text of a file's bytes."""
    if cell_of(path):
        return Problem(path, 1, "cannot be read: its name is that of a notebook's cell; give it another one")
    if len(data) > most_bytes(path):
        return Problem(path, 1, f"cannot be read: {too_large(most_bytes(path))}")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        if b"coding".decode(encoding) != "coding":
            raise ValueError(f"{encoding} does not read the line that names it")
        text = data.decode(encoding)
    except Exception as error:  # the file names its decoder, which may raise anything
        return Problem(path, 1, f"cannot be decoded: {error}; save it as UTF-8 or declare its coding")
    if "\0" in text:
        return Problem(path, 1, "cannot be decoded: it holds zero bytes; save it as UTF-8")
    return _notebook(path, text) if path.endswith(".ipynb") else SourceFile(path, text)


def most_bytes(path: str) -> int:
    """How large a file of this name may be."""
    return MOST_NOTEBOOK_BYTES if path.endswith(".ipynb") else MOST_BYTES


def _notebook(path: str, text: str) -> SourceFile | Problem:
    from gradcheck.base.notebook_magics import blank, translated  # only notebooks need it

    try:
        found = cells_of(text)
        made = [*map(translated, found.sources)]
    except ValueError as error:
        return Problem(path, 1, f"cannot be read as a notebook: {error}")
    except (RecursionError, MemoryError):
        return Problem(path, 1, "cannot be read as a notebook: nested too deeply")
    broken = tuple((number, code) for number, (code, is_python) in enumerate(made, 1) if not is_python)
    cells = [code if is_python else blank(code) for code, is_python in made]
    if sum(map(len, cells)) > MOST_BYTES:
        return Problem(path, 1, f"cannot be read: {too_large(MOST_BYTES)}")
    starts, line = [], 1
    for cell in cells:
        starts.append(line)
        line += len(lines_of(cell))
    left = tuple(
        (number, source)
        for number, source in enumerate(found.sources, 1)
        if passed_over(source, cells[number - 1])
    )
    return SourceFile(path, "".join(cells), tuple(starts), passed_over=left, broken=broken, odd=found.odd)


class _Folder:
    """A walk through a folder that was named."""

    def __init__(self, path: str, excluded: Excluded, forced: bool) -> None:
        self._path = path
        self._excluded = excluded
        self._forced = forced
        self._ignored = Ignored(path)
        self._passed_over: dict[str, list[str]] = {}

    def files(self) -> Iterator[str | Problem | Remark]:
        found, unread = False, list[OSError]()
        for folder, folders, links, names in _walk(self._path, unread.append):
            yield from map(Remark, self._ignored.enter(folder))
            for link in sorted(links):
                self._note("no run follows the links", os.path.join(folder, link))
            folders[:] = [name for name in sorted(folders) if self._looks_into(os.path.join(folder, name))]
            places = [os.path.join(folder, name) for name in sorted(names) if _is_source(name)]
            for place in places:
                if not self._passes_over(place):
                    found = True
                    yield place
        yield from map(_unread, unread)
        if self._passed_over and not found:
            yield Remark(self._why_nothing())

    def _looks_into(self, folder: str) -> bool:
        name = os.path.basename(folder)
        if name in SKIPPED_FOLDERS or name.startswith("."):
            if name != ".git":
                self._note("no run looks into", folder)
            return False
        return not self._passes_over(folder + "/")

    def _passes_over(self, place: str) -> bool:
        """Whether a file, or a folder with a slash behind its name, is not to be looked at; why is noted."""
        if self._ignored(place):
            why = "git ignores"
        elif self._excluded(place.removesuffix("/")):
            why = "the settings exclude"
        else:
            return False
        self._note(why, place)
        return True

    def _note(self, why: str, place: str) -> None:
        self._passed_over.setdefault(why, []).append(os.path.relpath(place, self._path))

    def _why_nothing(self) -> str:
        parts = "; ".join(f"{why} {_listed(names)}" for why, names in self._passed_over.items())
        advice = "" if self._forced else "; a file that is named is looked at"
        return _nothing_in(self._path, f"{parts}{advice}")


def _files(path: str, excluded: Excluded, forced: bool) -> Iterator[str | Problem | Remark]:
    if os.path.isdir(path):
        yield from _Folder(path, excluded, forced).files()
    else:
        yield path


def _nothing_in(folder: str, why: str) -> str:
    return f"{folder.replace(os.sep, '/')}: nothing in it was looked at: {why}"


def _is_source(name: str) -> bool:
    return name.lower().endswith(SUFFIXES)


def _listed(names: list[str]) -> str:
    """The first of these names, and how many more there are."""
    more = len(names) - MOST_NAMES
    shown = ", ".join(name.replace(os.sep, "/") for name in names[:MOST_NAMES])
    return f"{shown} and {more} more" if more > 0 else shown


def _walk(
    path: str, failed: Callable[[OSError], None]
) -> Iterator[tuple[str, list[str], list[str], list[str]]]:
    """As `os.walk`, which is as deep in itself as folders are in each other; with the links to folders, which
    are not entered, by themselves."""
    left = [path]
    while left:
        folder = left.pop()
        try:
            with os.scandir(folder) as found:
                entries = [(entry.name, _is_folder(entry), entry.is_symlink()) for entry in found]
        except OSError as error:
            failed(error)
            continue
        folders = [name for name, is_folder, is_link in entries if is_folder and not is_link]
        links = [name for name, is_folder, is_link in entries if is_folder and is_link]
        yield folder, folders, links, [name for name, is_folder, _ in entries if not is_folder]
        left += [os.path.join(folder, name) for name in reversed(folders)]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads in a circle
        return False


def _unread(error: OSError) -> Problem:
    """A folder that could not be looked into."""
    return Problem(str(error.filename).replace(os.sep, "/"), 1, f"cannot be read: {error.strerror}")
