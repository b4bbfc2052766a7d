"""The page "In Python" is run as it stands: its cells in a kernel, its files and commands in a folder.

`GRADCHECK_WRITE_GOLDENS=1` writes what they print into the page; review it as text.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbclient
import nbformat
import pytest

pytestmark = pytest.mark.tf

PAGE = Path(__file__).parents[1] / "docs" / "in-python.md"
BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.S | re.M)
FILE = re.compile(r"# (\w+\.py)\n")
NOISE = re.compile(r"^(?:WARNING: All log|[IEW]\d{4} |.*oneDNN custom operations).*\n", re.M)
TIMING = re.compile(r" in \d+\.\d+s( \([\d:]+\))?")
VERSIONS = re.compile(r"\b(Keras|TensorFlow) \d+[\d.]*")
ENVIRONMENT = {
    # What else is set here changes what is printed: CI, say, the length of pytest's summary.
    **{name: os.environ[name] for name in ("HOME", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ},
    "LANG": "C.UTF-8",
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_USE_LEGACY_KERAS": "0",
    "COLUMNS": "100",
    "PYTHONWARNINGS": "ignore::UserWarning:keras.src.optimizers.base_optimizer",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
}


@dataclass(frozen=True)
class Block:
    """One block of the page; `answer` is what stands below a cell or a command."""

    kind: str
    body: str

    @property
    def file(self) -> str:
        found = FILE.match(self.body) if self.kind == "python" else None
        return found[1] if found else ""

    @property
    def is_cell(self) -> bool:
        return self.kind == "python" and not self.file

    @property
    def command(self) -> str:
        return self.body.splitlines()[0][2:] if self.body.startswith("$ ") else ""


def answered(text: str, folder: Path) -> str:
    """The page with what its cells and commands print now."""
    (folder / "pytest.ini").write_text("[pytest]\n")  # no folder above has a say
    blocks = [Block(found["kind"], found["body"]) for found in BLOCK.finditer(text)]
    for block in blocks:
        if block.file:
            (folder / block.file).write_text(block.body)
    printed = iter(run_cells([block.body for block in blocks if block.is_cell], folder))
    waiting = ""

    def rewritten(found: re.Match[str]) -> str:
        nonlocal waiting
        block = Block(found["kind"], found["body"])
        if block.is_cell:
            waiting = next(printed)
        elif block.kind == "text":
            return f"```text\n{waiting}```"
        elif block.command:
            return f"```console\n$ {block.command}\n{run_command(block.command, folder)}```"
        return found[0]

    return BLOCK.sub(rewritten, text)


def run_cells(cells: list[str], folder: Path) -> list[str]:
    """What each cell shows."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.rstrip("\n")) for cell in cells])
    resources = {"metadata": {"path": str(folder)}}
    client = nbclient.NotebookClient(
        book, timeout=300, startup_timeout=300, kernel_name="python3", resources=resources
    )
    client.execute(env={**ENVIRONMENT, "IPYTHONDIR": str(folder), "KERAS_HOME": str(folder / "keras")})
    return [shown(cell.outputs) for cell in book.cells]


def shown(outputs: list[nbformat.NotebookNode]) -> str:
    """What a cell prints, which a busy kernel sends in several pieces, and the value it ends with."""
    printed = "".join(output.text for output in outputs if output.get("name") == "stdout")
    values = [output.data["text/plain"] for output in outputs if "data" in output]
    texts = [text for text in (printed, *values) if text]
    return "".join(text if text.endswith("\n") else f"{text}\n" for text in texts)


def run_command(command: str, folder: Path) -> str:
    done = subprocess.run(
        command.split(),
        cwd=folder,
        env={**ENVIRONMENT, "KERAS_HOME": str(folder / "keras")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    lines = TIMING.sub("", NOISE.sub("", done.stdout)).strip("\n").split("\n")
    return "".join(f"{line.rstrip()}\n" for line in lines)


def unversioned(text: str) -> str:
    """The page whatever TensorFlow is installed."""
    return VERSIONS.sub(r"\1", text)


def test_the_page_says_what_its_code_prints(tmp_path: Path) -> None:
    text = PAGE.read_text()
    now = answered(text, tmp_path)
    if os.environ.get("GRADCHECK_WRITE_GOLDENS"):
        PAGE.write_text(now)
    assert unversioned(now) == unversioned(PAGE.read_text())
    assert list((tmp_path / "logs" / "gradcheck").iterdir())
