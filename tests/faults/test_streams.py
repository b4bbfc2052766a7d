"""Standard streams that are closed or full, a folder that is gone, an odd environment: said, and never with
the exit code of "findings"."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from programs import SCALE


@pytest.fixture
def folder(tmp_path):
    """A folder with one model that has one finding."""
    (tmp_path / "model.py").write_text(SCALE)
    return tmp_path


def shell(folder, words, **environment):
    """What a shell sees: exit code, standard output, standard error."""
    line = words.replace("gradcheck", f"{sys.executable} -m gradcheck", 1)
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        capture_output=True,
        text=True,
        errors="replace",
        env={**os.environ, **environment},
    )
    assert "Traceback" not in done.stderr and "itself failed" not in done.stderr
    assert "Exception ignored" not in done.stderr
    return done.returncode, done.stdout, done.stderr


ENDINGS = {
    "closed output": ("gradcheck check model.py >&-", 2, "standard output is closed"),
    "full output": ("gradcheck check model.py >/dev/full", 2, "standard output: cannot be written: No space"),
    "full output, no findings": ("gradcheck check model.py --ignore ALL >/dev/full", 2, "No space left"),
    "a reader that goes": ("gradcheck check model.py | true; exit ${PIPESTATUS[0]}", 2, ""),
    "closed errors": ("gradcheck check model.py 2>&-", 1, ""),
    "closed errors and bad usage": ("gradcheck check --nonsense 2>&-", 2, ""),
    "full errors": ("gradcheck check nowhere.py 2>/dev/full", 2, ""),
    "closed input": ("gradcheck check - <&-", 2, "standard input is closed"),
    "closed input that nobody reads": ("gradcheck check model.py <&-", 1, ""),
    "a server of which nothing is heard": ("gradcheck server <&-", 2, "standard input is closed"),
    "a server that cannot speak": ("gradcheck server </dev/null >&-", 2, "standard output is closed"),
    "an assistant of which nothing is heard": ("gradcheck mcp <&-", 2, "standard input is closed"),
    "an assistant that cannot be spoken to": ("gradcheck mcp </dev/null >&-", 2, "standard output is closed"),
    "everything closed": ("gradcheck check model.py <&- >&- 2>&-", 2, ""),
    "endless input": ("gradcheck check - </dev/zero", 2, ""),
    "an output file on a full device": ("gradcheck check model.py -o /dev/full", 2, "cannot be written"),
    "an output file that is a folder": ("gradcheck check model.py -o .", 2, "cannot be written"),
    "no name of an output file": ("gradcheck check model.py -o ''", 2, "it is empty"),
    "no name of a baseline": ("gradcheck check model.py --baseline ''", 2, "it is empty"),
    "a pipe for the report": ("gradcheck check model.py -o >(cat >/dev/null)", 1, ""),
    "a named pipe for the source": ("gradcheck check <(cat model.py)", 2, ""),
    "the list of rules": ("gradcheck rules >/dev/full", 2, "No space left"),
    "the help": ("gradcheck --help >/dev/full", 2, "No space left"),
    "the version": ("gradcheck --version >/dev/full", 2, "No space left"),
    "everything full": ("gradcheck check model.py >/dev/full 2>/dev/full", 2, ""),
    "a page": ("gradcheck explain GC101 >&-", 2, "standard output is closed"),
    "a patch": ("gradcheck check model.py --diff >/dev/full", 2, "No space left"),
}


@pytest.mark.parametrize("words, code, said", ENDINGS.values(), ids=ENDINGS)
def test_an_ending(folder, words, code, said):
    ended, _, errors = shell(folder, words)
    assert ended == code
    assert said in errors
    assert (folder / "model.py").read_text() == SCALE


def test_a_folder_that_is_gone_is_said(folder):
    (folder / "gone").mkdir()
    for words in ("check .", "check ../model.py", "check x.py -o y", "rules", "--version"):
        code, _, errors = shell(
            folder, f"cd gone && rmdir ../gone && gradcheck {words}; e=$?; mkdir ../gone; exit $e"
        )
        assert code in (0, 2)
        assert code == 0 or "gone" in errors or "No such file" in errors or "cannot be read" in errors


@pytest.mark.parametrize(
    "environment",
    [
        {"COLUMNS": "\u00b2"},
        {"COLUMNS": "-5"},
        {"COLUMNS": "9" * 30},
        {"COLUMNS": "0"},
        {"COLUMNS": "\u0665\u0660"},
        {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "utf-16"},
        {"TERM": "nonsense", "FORCE_COLOR": "x"},
        {"XDG_CONFIG_HOME": "/dev/null"},
        {"HOME": ""},
        {"TF_USE_LEGACY_KERAS": "maybe\x1b[2J"},
    ],
    ids=lambda one: ",".join(f"{key}={value!a:.9}" for key, value in one.items()),
)
def test_an_odd_environment(folder, environment):
    (folder / "caf\u00e9.py").write_text(SCALE)
    code, _, errors = shell(folder, "gradcheck check .", **environment)
    assert code == 1 and "\x1b" not in errors


WARNS = """\
import warnings
import pathspec

real = pathspec.GitIgnoreSpec.from_lines

def from_lines(lines):
    for kind in (FutureWarning, DeprecationWarning, UserWarning):
        warnings.warn("pathspec will change", kind)
    return real(lines)

pathspec.GitIgnoreSpec.from_lines = staticmethod(from_lines)
"""


@pytest.mark.parametrize("filters", ["", "always", "error"])
def test_warnings_of_libraries_are_not_for_the_user(folder, filters):
    (folder / ".gitignore").write_text("nothing\n")
    (folder / "early").mkdir()
    (folder / "early" / "sitecustomize.py").write_text(WARNS)
    path = os.pathsep.join((str(folder / "early"), os.environ.get("PYTHONPATH", "")))
    code, out, err = shell(folder, "gradcheck check .", PYTHONPATH=path, PYTHONWARNINGS=filters)
    assert (code, err) == (1, "") and "GC101" in out and "pathspec" not in out
