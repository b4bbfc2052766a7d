"""Puts a repaired text in a file's place: whole or not at all, and never over somebody else's change."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import tokenize
from pathlib import Path

from gradcheck.fix.apply.fixpoint import FixedFile
from gradcheck.fix.apply.notebook import in_cells, rewritten
from gradcheck.source.discover import decode

_PART = ".part"


class UnwritableError(Exception):
    """A file could not be replaced, and is as it was; the message says why."""


def content(fixed_file: FixedFile, data: bytes) -> bytes:
    """The repaired file's bytes, in the encoding of the old ones.

    Raises UnwritableError.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    text = fixed_file.text
    if fixed_file.source.cells:
        edits = in_cells(fixed_file.edits, fixed_file.source)
        if edits is None:
            raise UnwritableError("an edit crosses cells")
        text = rewritten(data.decode(encoding), edits)
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        raise UnwritableError(f"the repaired text cannot be written as {encoding}") from error


def write(fixed_file: FixedFile) -> None:
    """Replace the file on disk. A symbolic link stays one: the file it leads to is replaced.

    Raises UnwritableError.
    """
    path = Path(os.path.realpath(fixed_file.source.path))
    try:
        data = path.read_bytes()
        if decode(fixed_file.source.path, data) != fixed_file.source:
            raise UnwritableError("it changed while gradcheck ran: run it again")
        _replace(path, content(fixed_file, data))
    except OSError as error:
        raise UnwritableError(error.strerror or str(error)) from error


def _replace(path: Path, data: bytes) -> None:
    _clear_up(path)
    handle, part = tempfile.mkstemp(prefix=f".{path.name}.{os.getpid()}.", suffix=_PART, dir=path.parent)
    try:
        with open(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        shutil.copystat(path, part)
        _keep_owner(path, part)
        os.replace(part, path)
    finally:
        Path(part).unlink(missing_ok=True)


def _clear_up(path: Path) -> None:
    """Remove what was left of this file by runs that were killed."""
    if os.name != "posix":
        return
    start = f".{path.name}."
    for name in os.listdir(path.parent):
        if name.startswith(start) and name.endswith(_PART):
            process = name.removeprefix(start).partition(".")[0]
            if process.isdecimal() and not _is_running(int(process)):
                (path.parent / name).unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)  # signal 0 is none: it only asks
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _keep_owner(path: Path, part: str) -> None:
    """The file keeps its owner where that is possible; a new modification time tells editors and builds."""
    os.utime(part)
    status = path.stat()
    if hasattr(os, "chown") and (status.st_uid, status.st_gid) != (os.getuid(), os.getgid()):
        try:
            os.chown(part, status.st_uid, status.st_gid)
        except PermissionError as error:
            raise UnwritableError("it belongs to somebody else") from error
