"""A temporary copy of a program with repaired files in it; all else in it links to the original."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Twin:
    """A copy: `root` stands for `original`, the folder that holds all that was copied."""

    root: Path
    original: Path

    def of(self, path: str) -> str:
        """Where a file of the original is in the copy."""
        return str(self.root / Path(os.path.abspath(path)).relative_to(self.original))

    def back(self, path: str) -> str:
        """Where a file of the copy is in the original, as seen from the current folder; others unchanged."""
        if not Path(path).is_relative_to(self.root):
            return path
        real = self.original / Path(path).relative_to(self.root)
        here = Path.cwd()
        return (real.relative_to(here) if real.is_relative_to(here) else real).as_posix()


@contextmanager
def twin(program: str, files: Mapping[str, bytes]) -> Iterator[Twin]:
    """The program's folder (with the packages around it) with other contents for some files; gone at the
    end."""
    changed = {Path(os.path.abspath(path)): data for path, data in files.items()}
    original = _common(Path(os.path.abspath(program)), *changed)
    with tempfile.TemporaryDirectory(prefix="gradcheck-fix-", ignore_cleanup_errors=True) as folder:
        made = Twin(Path(folder).resolve(), original)
        _grow(made.root, original, {*changed, Path(os.path.abspath(program))})
        for path, data in changed.items():
            copy = Path(made.of(str(path)))
            copy.unlink(missing_ok=True)
            copy.write_bytes(data)
        yield made


def _common(*paths: Path) -> Path:
    """The nearest folder above all of them that is not inside a package."""
    folder = Path(os.path.commonpath([path.parent for path in paths]))
    while (folder / "__init__.py").is_file() and folder != folder.parent:
        folder = folder.parent
    return folder


def _grow(copy: Path, original: Path, paths: set[Path]) -> None:
    """Link what is in a folder; the folders on the way to the paths are made anew."""
    for entry in original.iterdir():
        inside = {path for path in paths if entry in path.parents}
        place = copy / entry.name
        if inside:
            place.mkdir()
            _grow(place, entry, inside)
        elif entry.name != "__pycache__":
            place.symlink_to(entry)
    for path in paths:
        if path.parent == original:
            place = copy / path.name
            place.unlink(missing_ok=True)
            place.write_bytes(path.read_bytes())
