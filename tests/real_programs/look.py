"""Looks at one package: the static half over all of its files, the probe over the factories of its row."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from gradcheck.cli.check import check
from gradcheck.config.options import Options, matches
from gradcheck.report.kinds import Severity
from tests.real_programs.packages import Package
from tests.real_programs.verdicts import Place


@dataclass(frozen=True)
class Looked:
    """A package with its size in lines, and every error and warning by place with its message."""

    package: Package
    files: int
    lines: int
    messages: Mapping[Place, str]


def look(package: Package, folder: Path, jobs: int) -> Looked:
    """Check a package that lies unpacked in a folder."""
    files = [file for file in folder.rglob("*.py") if not matches(str(file), package.exclude, str(folder))]
    lines = sum(len(file.read_bytes().splitlines()) for file in files)
    # What runs is what was named, under whatever folder the package happens to lie.
    with inside(folder):
        messages = dict(_checked(package, jobs)) | dict(_probed(package))
    return Looked(package, len(files), lines, messages)


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Change to a folder and back."""
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _checked(package: Package, jobs: int) -> Iterator[tuple[Place, str]]:
    # What is remembered lets an interrupted run go on where it was.
    options = Options(jobs=jobs, exclude=package.exclude, root=os.getcwd())
    for one in check(["."], options, remember=True).findings:
        if one.severity is not Severity.INFO:
            yield _place(package, one.location.path, one.location.line, one.rule), one.message


def _probed(package: Package) -> Iterator[tuple[Place, str]]:
    for factory in package.factories:
        if find_spec(factory.partition(".")[0]) is None:
            print(f"{package.name}: {factory} is not probed, as the package is not installed")
            continue
        command = [sys.executable, "-m", "gradcheck", "probe", factory, "--format", "json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        for one in json.loads(done.stdout)["findings"]:
            if one["severity"] != "info":
                yield _place(package, one["path"], one["line"], one["rule"]), one["message"]


def _place(package: Package, path: str, line: int, rule: str) -> Place:
    return Place(package.name, path.removeprefix("./"), line, rule)
