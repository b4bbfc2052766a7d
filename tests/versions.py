"""Runs fixtures through the probe under other versions of TensorFlow and Python, and writes what came of it.

    python tests/versions.py [--venvs FOLDER] [--only 2.15]

Makes a virtual environment for each row of `MATRIX` that has none in the folder (some gigabytes each), holds
the verdicts and the lines that the probe finds there against those of this environment, under each Keras that
exists there, and writes its line in the table of `docs/versions.md`; other lines, and what stands below the
table, stay. Needs the interpreters `python3.10` to `python3.13`, or the one of the row that is asked for.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "versions.md"
TEST = "tests/probe/driver/test_versions.py"
HEAD = """# Versions

What `python tests/versions.py` found; `--only 2.16` runs one line of it.
A cell says in how many fixtures the probe's verdicts and lines are those of the newest TensorFlow.

| TensorFlow | Python | Keras 2 | Keras 3 | measured |
| --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Row:
    """One environment: an interpreter, and what is installed for it."""

    python: str
    tensorflow: str
    packages: tuple[str, ...]

    @property
    def name(self) -> str:
        """What its folder is called."""
        return f"tf{self.tensorflow}_py{self.python}"

    def interpreter(self, venvs: Path) -> Path:
        """Its Python."""
        return venvs / self.name / "bin" / "python"


MATRIX = (
    Row("3.10", "2.15", ("tensorflow-cpu==2.15.*", "tensorflow-probability==0.23.*")),
    Row("3.11", "2.16", ("tensorflow-cpu==2.16.*", "tf_keras==2.16.*", "tensorflow-probability==0.24.*")),
    Row("3.12", "2.18", ("tensorflow-cpu==2.18.*", "tf_keras==2.18.*", "tensorflow-probability==0.25.*")),
    Row("3.13", "newest", ("tensorflow", "tf_keras", "tensorflow-probability")),
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--venvs", type=Path, default=Path.home() / ".cache" / "gradcheck-versions")
    versions = [row.tensorflow for row in MATRIX]
    parser.add_argument("--only", choices=versions, help="one TensorFlow of the matrix")
    asked = parser.parse_args()
    rows = [row for row in MATRIX if asked.only in (None, row.tensorflow)]
    for row in rows:
        _make(row, asked.venvs)
        _write(row, _line(row, asked.venvs, _results(row.interpreter(asked.venvs))))
    print(PAGE.read_text())


def _write(row: Row, line: str) -> None:
    """Put a row's line into the table, in the place of an older one with its Python."""
    text = PAGE.read_text()
    start = text.index("| --- ")
    end = text.index("\n\n", start) + 1
    lines = {found[1]: found[0] for found in re.finditer(r"\| \d[^|]*\| (\S+) \|.*\n", text[start:end])}
    lines[row.python] = line
    table = [lines[one.python] for one in MATRIX if one.python in lines]
    PAGE.write_text("".join([HEAD, *table, text[end:]]))


def _make(row: Row, venvs: Path) -> None:
    if not row.interpreter(venvs).exists():
        print(f"making {row.name}", flush=True)
        subprocess.run([f"python{row.python}", "-m", "venv", venvs / row.name], check=True)
    have = subprocess.run(
        [row.interpreter(venvs), "-c", "import tensorflow_probability"], capture_output=True, check=False
    )
    if have.returncode:
        pip = [row.interpreter(venvs), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *row.packages], check=True)


def _results(python: Path) -> dict[str, Counter[str]]:
    """How many fixtures came out alike, and how many did not, by Keras."""
    with TemporaryDirectory() as folder:
        report = Path(folder, "junit.xml")
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-m", "tf", TEST, f"--junitxml={report}"],
            cwd=ROOT,
            env={**os.environ, "GRADCHECK_OTHER_PYTHONS": str(python)},
            check=False,
        )
        counts: dict[str, Counter[str]] = {}
        for keras, outcome in _outcomes(ElementTree.parse(report).getroot(), python):
            counts.setdefault(keras, Counter())[outcome] += 1
    return counts


def _outcomes(report: ElementTree.Element, python: Path) -> Iterator[tuple[str, str]]:
    for case in report.iter("testcase"):
        found = re.search(rf"\[{re.escape(str(python))}-(\d)-", case.get("name", ""))
        if found:
            yield found[1], "other" if len(case) else "alike"


def _line(row: Row, venvs: Path, results: dict[str, Counter[str]]) -> str:
    python = row.interpreter(venvs)
    version = subprocess.run(
        [python, "-c", "from importlib.metadata import version as v; print(v('tensorflow'))"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    if not version:
        version = row.tensorflow
    cells = [_cell(results.get(keras)) for keras in ("2", "3")]
    return f"| {version} | {row.python} | {cells[0]} | {cells[1]} | {date.today():%Y-%m-%d} |\n"


def _cell(counts: Counter[str] | None) -> str:
    return f"{counts['alike']} of {counts.total()}" if counts else "not there"


if __name__ == "__main__":
    main()
