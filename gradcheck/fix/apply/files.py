"""Puts a repaired text in a file's place: whole or not at all, and never over somebody else's change."""

from __future__ import annotations

import io
import os
import re
import shutil
import tempfile
import tokenize
from contextlib import suppress
from pathlib import Path

from gradcheck.base.lines import lines_of
from gradcheck.base.whole_files import beginning, keep_owner
from gradcheck.fix.apply.fixpoint import FixedFile
from gradcheck.fix.apply.notebook import in_cells, rewritten
from gradcheck.report.report import Problem
from gradcheck.source.discover import SourceFile, decode

_PART = ".part"
_OTHER_NAMES = (
    "it has other names (hard links), which would keep the old text: give it a copy of its own first"
)
_CHANGED = "it changed while gradcheck ran: run it again"


class UnwritableError(Exception):
    """A file could not be replaced, and is as it was; the message says why."""


def content(fixed_file: FixedFile, data: bytes) -> bytes:
    """The repaired file's bytes, in the encoding of the old ones.

    Raises UnwritableError.
    """
    encoding, old = _decoded(data)
    text = fixed_file.text
    if fixed_file.source.cells:
        edits = in_cells(fixed_file.edits, fixed_file.source)
        if edits is None:
            raise UnwritableError("an edit crosses cells")
        text = rewritten(old, edits)
    new = _encoded(text, encoding)
    if not _reads_as(decode(fixed_file.source.path, new), fixed_file.text):
        raise UnwritableError("what was checked of it is not what would be written: change it by hand")
    return new


def _reads_as(source: SourceFile | Problem, text: str) -> bool:
    """Whether a file is read as the text that was checked, whatever ends its lines: a magic may have other
    code behind it than it seems."""
    return isinstance(source, SourceFile) and _lines(source.text) == _lines(text)


def _lines(text: str) -> list[str]:
    return [line.rstrip("\r\n") for line in lines_of(text)]


def contents(fixed_file: FixedFile) -> tuple[bytes, bytes]:
    """The bytes of a file as it is, and as it would be.

    Raises UnwritableError.
    """
    try:
        data = Path(fixed_file.source.path).read_bytes()
    except OSError as error:
        raise UnwritableError(error.strerror or str(error)) from error
    return data, content(fixed_file, data)


def write(fixed_file: FixedFile) -> None:
    """Replace the file on disk. A symbolic link stays one: the file it leads to is replaced.

    Raises UnwritableError.
    """
    path = Path(os.path.realpath(fixed_file.source.path))
    try:
        status = path.stat()
        data = path.read_bytes()
        if decode(fixed_file.source.path, data) != fixed_file.source:
            raise UnwritableError(_CHANGED)
        if status.st_nlink > 1:
            raise UnwritableError(_OTHER_NAMES)
        _replace(path, status, data, content(fixed_file, data))
    except OSError as error:
        raise UnwritableError(error.strerror or str(error)) from error


def _decoded(data: bytes) -> tuple[str, str]:
    """A file's encoding and its text, which must give the same bytes back: some codecs read several
    spellings of one text, and would write all that was not repaired in their own."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
        same = text.encode(encoding) == data
    except Exception as error:  # the file names its codec, which may raise anything
        raise UnwritableError(f"its coding fails: {error}; save it as UTF-8") from error
    if not same:
        raise UnwritableError(f"its text written as {encoding} is not what it holds now; save it as UTF-8")
    return encoding, text


def _encoded(text: str, encoding: str) -> bytes:
    """The bytes of a text that are read as this very text."""
    try:
        data = text.encode(encoding)
        if _decoded(data) == (encoding, text):
            return data
    except (UnicodeError, UnwritableError):
        pass
    raise UnwritableError(f"the repaired text cannot be written as {encoding}")


def _replace(path: Path, status: os.stat_result, old: bytes, data: bytes) -> None:
    _clear_up(path)
    prefix = f"{_start(path)}{os.getpid()}-"
    handle, part = tempfile.mkstemp(prefix=prefix, suffix=_PART, dir=path.parent)
    try:
        with open(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        _keep_owner(part, status)
        shutil.copystat(path, part)
        os.utime(part)  # a new modification time tells editors and builds
        if not _is_still(path, status, old):  # the last look: writing and syncing took time
            raise UnwritableError(_CHANGED)
        os.replace(part, path)
    finally:
        Path(part).unlink(missing_ok=True)


def _is_still(path: Path, status: os.stat_result, data: bytes) -> bool:
    """Whether this is the file that was read, with what was read: editors change files or replace them."""
    return os.path.samestat(status, path.stat()) and path.read_bytes() == data


def _clear_up(path: Path) -> None:
    """Remove what was left of this file by runs that were killed."""
    if os.name != "posix":
        return
    part = re.compile(rf"{re.escape(_start(path))}(\d+)-[a-z0-9_]{{8}}{re.escape(_PART)}", re.ASCII)
    for name in os.listdir(path.parent):
        if (found := part.fullmatch(name)) is not None and not _is_running(int(found[1])):
            with suppress(OSError):  # it may be a folder of somebody's
                (path.parent / name).unlink()


def _start(path: Path) -> str:
    """How the names of our unfinished files for this one begin; nobody else's do."""
    return f".{beginning(path.name)}.gradcheck-"


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)  # signal 0 is none: it only asks
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _keep_owner(part: str, old: os.stat_result) -> None:
    try:
        keep_owner(part, old)
    except PermissionError as error:
        raise UnwritableError("it belongs to somebody else") from error
