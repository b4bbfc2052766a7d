"""Keeps what a program loaded into a library's cache, so that the next run need not load it again.

Only files that are new, and only in the folders where libraries cache what they load. Standard library only.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from gradcheck.probe.driver.layers import entries, layers

_PART = ".gradcheck-part"


def keep(scratch: Path, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Move new files from the layers in a scratch folder to where the program put them.

    Nothing that is there is replaced. Returns a note that says which caches grew, or nothing.
    """
    grown = [root for root in _caches(environment) if _keep_below(scratch, os.path.realpath(root))]
    return (f"what the program loaded was kept in {', '.join(grown)}",) if grown else ()


def _caches(environment: Mapping[str, str]) -> Iterator[str]:
    """Where Keras, TensorFlow Datasets and Hub, Kaggle and Hugging Face keep what they load."""
    home = os.path.expanduser("~")
    keras = environment.get("KERAS_HOME") or os.path.join(home, ".keras")
    yield from (os.path.join(keras, name) for name in ("datasets", "models"))
    yield environment.get("TFDS_DATA_DIR") or os.path.join(home, "tensorflow_datasets")
    yield environment.get("TFHUB_CACHE_DIR") or os.path.join(tempfile.gettempdir(), "tfhub_modules")
    shared = environment.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    yield environment.get("HF_HOME") or os.path.join(shared, "huggingface")
    yield environment.get("KAGGLEHUB_CACHE") or os.path.join(shared, "kagglehub")


def _keep_below(scratch: Path, root: str) -> bool:
    """Keep what is new below one folder; whether anything was."""
    written = [*_written(scratch, root)]
    return sum(_kept(entry, path) for entry, path in written if _is_inside(path.parent, Path(root))) > 0


def _written(scratch: Path, root: str) -> Iterator[tuple[Path, Path]]:
    """The files that the layers hold of a folder, each with the path that the program knows it by."""
    for layer in layers(scratch):
        if os.path.commonpath([layer.place, root]) == layer.place:
            upper = layer.upper / os.path.relpath(root, layer.place)
            # A link that the program made there leads out of the layer, to files that are not ours to move.
            for entry in map(Path, entries(upper) if _is_inside(upper, layer.upper) else ()):
                yield entry, Path(root, entry.relative_to(upper))


def _is_inside(path: Path, folder: Path) -> bool:
    """Whether no link leads away on the way from a folder to a path below it."""
    below = os.path.relpath(path, folder)
    return os.path.realpath(path) == os.path.normpath(os.path.join(os.path.realpath(folder), below))


def _kept(entry: Path, path: Path) -> bool:
    """Move one file or link to its place if nothing is there."""
    mode = entry.lstat().st_mode
    if os.path.lexists(path) or not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
        return False
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{secrets.token_hex(8)}{_PART}")
        shutil.move(entry, part)  # may copy for a while: nobody finds half a file under the file's name
        os.link(part, path, follow_symlinks=False)  # fails where somebody was faster
        part.unlink()
        return True
    return False
