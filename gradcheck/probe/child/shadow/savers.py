"""Libraries that write files themselves, led where Python's own calls are: TensorFlow, h5py, SQLite.

Installed when TensorFlow is loaded. A name that holds `://` is no file here.
"""

from __future__ import annotations

import glob
import os
import shutil
import sqlite3
from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

from gradcheck.probe.child.shadow.redirect import Redirector, replace_everywhere

Function = Callable[..., Any]


def install(redirector: Redirector) -> None:
    """Lead them to the layer."""
    from tensorflow.python.data.ops import readers
    from tensorflow.python.framework import errors
    from tensorflow.python.lib.io import file_io, tf_record
    from tensorflow.python.ops import (
        gen_dataset_ops,
        gen_experimental_dataset_ops,
        gen_io_ops,
        gen_summary_ops,
    )
    from tensorflow.python.training import py_checkpoint_reader

    led = _Led(redirector)
    file_io._pywrap_file_io = _Files(file_io._pywrap_file_io, led, errors)
    new: dict[Function, Function] = {}
    for module, name, read, written in (
        (gen_io_ops, "save_v2", None, "prefix"),
        (gen_io_ops, "restore_v2", "prefix", None),
        (gen_io_ops, "merge_v2_checkpoints", None, "checkpoint_prefixes destination_prefix"),
        (gen_io_ops, "read_file", "filename", None),
        (gen_io_ops, "write_file", None, "filename"),
        (gen_summary_ops, "create_summary_file_writer", None, "logdir"),
        (gen_dataset_ops, "cache_dataset_v2", None, "filename"),
        (gen_dataset_ops, "cache_dataset", None, "filename"),
        (gen_experimental_dataset_ops, "save_dataset", None, "path"),
        (gen_experimental_dataset_ops, "save_dataset_v2", None, "path"),
        (gen_experimental_dataset_ops, "load_dataset", "path", None),
        (py_checkpoint_reader, "NewCheckpointReader", "filepattern", None),
    ):
        if original := getattr(module, name, None):
            new[original] = led.function(original, (read or "").split(), (written or "").split())
    replace_everywhere(new)
    led.made_with(tf_record.TFRecordWriter, write=True)
    for name in ("TFRecordDatasetV2", "TextLineDatasetV2", "FixedLengthRecordDatasetV2"):
        led.made_with(getattr(readers, name), write=False)
    _lead_saved_models(led)
    _lead_h5py(led)


def install_database(redirector: Redirector) -> None:
    """Lead SQLite to the layer."""
    replace_everywhere({sqlite3.connect: _Led(redirector).first(sqlite3.connect, write=True)})


def _lead_saved_models(led: _Led) -> None:
    from tensorflow.python.saved_model import pywrap_saved_model as native

    if save := getattr(native, "Save", None):
        native.Save = led.first(save, write=True)
    for name in dir(native.fingerprinting):
        if name.startswith(("Create", "Read", "SingleprintFrom")):
            read = getattr(native.fingerprinting, name)
            setattr(native.fingerprinting, name, led.first(read, write=False))


def _lead_h5py(led: _Led) -> None:
    try:
        import h5py  # type: ignore[import-untyped]
    except ImportError:
        return
    original = h5py.File.__init__

    @wraps(original)
    def begin(self: Any, name: Any, mode: str = "r", *more: Any, **named: Any) -> None:
        original(self, led.path(name, write=mode != "r", keep=mode != "w"), mode, *more, **named)

    h5py.File.__init__ = begin


class _Led:
    """Gives other paths to functions that take some."""

    def __init__(self, redirector: Redirector) -> None:
        self._redirector = redirector

    def function(self, original: Function, read: list[str], written: list[str]) -> Function:
        """A function with the arguments of these names led elsewhere."""
        names = list(signature(original).parameters)

        @wraps(original)
        def led(*arguments: Any, **named: Any) -> Any:
            given = {**dict(zip(names, arguments, strict=False)), **named}
            for one in (*read, *written):
                if one in given:
                    if one in written:
                        _make_folders_above(given[one])
                    given[one] = self.path(given[one], write=one in written, keep=True)
            return original(**given)

        return led

    def first(self, original: Function, *, write: bool) -> Function:
        """A function with its first argument led elsewhere."""

        @wraps(original)
        def led(path: Any, *more: Any, **named: Any) -> Any:
            return original(self.path(path, write=write, keep=True), *more, **named)

        return led

    def made_with(self, kind: Any, *, write: bool) -> None:
        """A class of objects that read or write what they are made with."""
        begin = kind.__init__

        @wraps(begin)
        def led(self_: Any, path: Any, *more: Any, **named: Any) -> None:
            begin(self_, self.path(path, write=write, keep=False), *more, **named)

        kind.__init__ = led

    def path(self, value: Any, *, write: bool, keep: bool) -> Any:
        """Where a path leads: of text, bytes, a path, a list of them, or an eager tensor of text."""
        if isinstance(value, list | tuple):
            return [self.path(one, write=write, keep=keep) for one in value]
        if hasattr(value, "numpy") and getattr(value, "dtype", None) == "string":
            return self._tensor(value, write=write, keep=keep)
        if not isinstance(value, str | bytes | os.PathLike):
            return value
        text = os.fsdecode(value)
        if "://" in text or not text or text == ":memory:" or text.startswith("file:"):
            return value
        place = self._checkpoint(text, write=write, keep=keep)
        if place == text:
            return value
        return os.fsencode(place) if isinstance(value, bytes) else place

    def _checkpoint(self, text: str, *, write: bool, keep: bool) -> str:
        """A checkpoint's name is no file, but the beginning of its files' names."""
        place = self._redirector.place(text, write=write, keep=keep)
        index = self._redirector.place(f"{text}.index")
        return index.removesuffix(".index") if not write and os.path.lexists(index) else place

    def _tensor(self, value: Any, *, write: bool, keep: bool) -> Any:
        import tensorflow as tf

        if not tf.executing_eagerly() or not hasattr(value, "_numpy"):
            return value
        found = value.numpy()
        if isinstance(found, bytes):
            return tf.constant(self.path(found, write=write, keep=keep))
        return tf.constant(
            [self.path(one, write=write, keep=keep) for one in found.ravel()], shape=found.shape
        )


class _Files:
    """TensorFlow's own calls for files: those that a layer must know of are Python's instead."""

    def __init__(self, original: Any, led: _Led, errors: Any) -> None:
        self._original, self._led, self._errors = original, led, errors

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._original, name)
        return self._led.first(found, write=name == "WriteStringToFile") if callable(found) else found

    def WritableFile(self, name: Any, mode: Any) -> Any:  # noqa: N802
        keep = "a" in os.fsdecode(mode)
        return self._original.WritableFile(self._led.path(name, write=True, keep=keep), mode)

    def GetMatchingFiles(self, pattern: Any) -> Any:  # noqa: N802
        text = os.fsdecode(pattern)
        return self._original.GetMatchingFiles(pattern) if "://" in text else sorted(glob.glob(text))

    def GetChildren(self, folder: Any) -> Any:  # noqa: N802
        return self._python(self._original.GetChildren, os.listdir, folder)

    def CreateDir(self, folder: Any) -> None:  # noqa: N802
        self._python(self._original.CreateDir, os.mkdir, folder)

    def RecursivelyCreateDir(self, folder: Any) -> None:  # noqa: N802
        self._python(self._original.RecursivelyCreateDir, _make_folders, folder)

    def DeleteFile(self, path: Any) -> None:  # noqa: N802
        self._python(self._original.DeleteFile, os.remove, path)

    def DeleteRecursively(self, folder: Any) -> None:  # noqa: N802
        self._python(self._original.DeleteRecursively, shutil.rmtree, folder)

    def RenameFile(self, source: Any, target: Any, overwrite: bool) -> None:  # noqa: N802
        self._python(self._original.RenameFile, os.replace, source, target, flags=(overwrite,))

    def CopyFile(self, source: Any, target: Any, overwrite: bool) -> None:  # noqa: N802
        self._python(self._original.CopyFile, shutil.copyfile, source, target, flags=(overwrite,))

    def _python(self, original: Function, ours: Function, *paths: Any, flags: tuple[Any, ...] = ()) -> Any:
        texts = [os.fsdecode(path) for path in paths]
        if any("://" in text for text in texts):
            return original(*paths, *flags)
        if flags == (False,) and os.path.lexists(texts[-1]):
            raise self._errors.AlreadyExistsError(None, None, f"{texts[-1]} already exists")
        try:
            return ours(*texts)
        except FileNotFoundError as error:
            raise self._errors.NotFoundError(None, None, str(error)) from None
        except FileExistsError as error:
            raise self._errors.AlreadyExistsError(None, None, str(error)) from None
        except OSError as error:
            raise self._errors.FailedPreconditionError(None, None, str(error)) from None


def _make_folders_above(value: Any) -> None:
    """TensorFlow makes them itself, where it was asked to write."""
    found = value.numpy() if hasattr(value, "numpy") else value
    if isinstance(found, str | bytes) and "://" not in os.fsdecode(found):
        os.makedirs(os.path.dirname(os.path.abspath(os.fsdecode(found))), exist_ok=True)


def _make_folders(path: str) -> None:
    os.makedirs(path, exist_ok=True)
