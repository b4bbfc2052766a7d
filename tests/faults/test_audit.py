"""What the static half executes, writes and sends: nothing, but for what is said here."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from programs import SCALE
from repositories import committed

import gradcheck

SCRIPT = Path(__file__).with_name("audited.py")
TRAP = "import pathlib\npathlib.Path(__file__).with_name('it_ran').touch()\n"
NETWORK = {
    "distributed",
    "socket",
    "ssl",
    "http",
    "ftplib",
    "smtplib",
    "xmlrpc",
    "requests",
    "urllib3",
    "httpx",
    "aiohttp",
}


@pytest.fixture
def project(tmp_path):
    """A repository in which every file that is executed leaves a trace."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "model.py").write_text(TRAP + "from helper import x\nimport gradcheck.evil\n" + SCALE)
    for name in ("helper", "conftest", "setup", "sitecustomize", "tensorflow", "keras", "libcst", "own_rule"):
        (folder / f"{name}.py").write_text(TRAP)
    (folder / "pyproject.toml").write_text('[tool.gradcheck]\nrules = ["own_rule.py"]\n')
    book = {"cells": [{"cell_type": "code", "source": TRAP + SCALE}]}
    (folder / "book.ipynb").write_text(json.dumps(book))
    committed(folder)
    (folder / "model.py").write_text((folder / "model.py").read_text() + "# changed\n")
    return folder


def audited(folder, *words):
    """The audit events of a command, each with the files it names."""
    log = folder.parent / "log"
    log.unlink(missing_ok=True)
    command = (
        [sys.executable, "-P", str(SCRIPT)] if sys.version_info >= (3, 11) else [sys.executable, str(SCRIPT)]
    )
    done = subprocess.run([*command, str(log), *words], cwd=folder, capture_output=True, text=True)
    assert "Traceback" not in done.stderr and done.returncode in (0, 1, 2)
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_no_module_of_the_folder_is_one_that_the_command_imports(project):
    """Python itself looks there first, of `python -m`."""
    for name in ("enum", "signal", "gc", "ast", "json", "re", "tokenize", "click"):
        (project / f"{name}.py").write_text(TRAP)
    done = subprocess.run([sys.executable, "-m", "gradcheck", "check", "."], cwd=project, check=False)
    assert done.returncode in (1, 2) and not (project / "it_ran").exists()


READING = {
    "a check": ["check", "."],
    "a check of everything": ["check", "model.py", "book.ipynb", "helper.py", "--no-cache"],
    "a machine's report": ["check", ".", "--format", "sarif"],
    "a patch": ["check", ".", "--diff", "--unsafe-fixes"],
    "the lines that changed": ["check", ".", "--diff-base", "HEAD"],
    "the rules": ["rules"],
    "a page": ["explain", "GC101"],
}
WRITING = {
    "a repair": (["check", "model.py", "--fix", "--no-cache"], {"model.py"}),
    "a report": (["check", "model.py", "-o", "out.json", "--no-cache"], {"out.json"}),
    "a baseline": (["baseline", "write", "helper.py"], {"gradcheck-baseline.json"}),
}


@pytest.mark.parametrize("words", READING.values(), ids=READING)
def test_reading_runs_nothing_sends_nothing_and_writes_the_cache_only(project, words):
    events = audited(project, *words)
    started = [
        event for event in events if event[0].startswith(("subprocess", "os.system", "os.exec", "os.posix"))
    ]
    assert all(event[1].endswith("git") for event in started)
    assert bool(started) == ("--diff-base" in words)
    assert not [event for event in events if event[0].startswith("socket.")]
    assert not [event for event in events if event[0] == "exec" and str(project) in os.path.abspath(event[1])]
    assert not (project / "it_ran").exists()
    cache = str(project / ".gradcheck_cache")
    written = _written(events, project)
    assert all(path.startswith(cache) or "__pycache__" in path or path == os.devnull for path in written)
    assert any(path.startswith(cache) for path in written) == (
        words[0] == "check" and "--no-cache" not in words
    )


def _written(events, folder):
    """The files that were opened for writing; a number is a file that is open already."""
    opened = [event[1] for event in events if event[0] == "open"]
    return {os.path.normpath(folder / path) for path in opened if not path.isdigit()}


STANDING_IN = (
    "click",
    "json",
    "pathspec",
    "tomllib",
    "difflib",
    "textwrap",
    "traceback",
    "libcst",
    "subprocess",
)


@pytest.mark.parametrize("words", [["check", "."], ["check", ".", "--diff"], ["rules", "--format", "json"]])
def test_no_module_of_the_folder_stands_in_for_another(project, words):
    for name in STANDING_IN:
        (project / f"{name}.py").write_text(TRAP)
    done = subprocess.run(
        [sys.executable, "-m", "gradcheck", *words], cwd=project, capture_output=True, text=True
    )
    assert done.returncode in (0, 1, 2) and "Traceback" not in done.stderr
    assert not (project / "it_ran").exists()


@pytest.mark.parametrize("words, files", WRITING.values(), ids=WRITING)
def test_writing_changes_what_was_asked_for_and_nothing_else(project, words, files):
    before = {
        path: path.read_bytes() for path in project.rglob("*") if path.is_file() and ".git/" not in str(path)
    }
    audited(project, *words)
    after = {
        path: path.read_bytes() for path in project.rglob("*") if path.is_file() and ".git/" not in str(path)
    }
    changed = {path.name for path in after if before.get(path) != after[path]}
    assert changed <= files and set(before) <= set(after)
    assert not (project / "it_ran").exists()


LOCAL = {
    "probe/driver/warm.py": "a pair of sockets between two processes of ours",
    "probe/child/warm.py": "the other end of that pair",
    "probe/child/shadow/outside.py": "says where the program itself connects to",
}
"""Who may import `socket`, and what for."""


def test_no_part_of_the_package_knows_the_network():
    package = Path(gradcheck.__file__).parent
    found = {}
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            if NETWORK & {name.partition(".")[0] for name in names} or "urllib.request" in names:
                found[path.relative_to(package).as_posix()] = names
    assert found == {file: ["socket"] for file in LOCAL} | {"sharing/cluster.py": ["distributed"]}
