"""How long an editor waits for its marks: the language server beside a check that is started cold."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from gradcheck.server.server import PAUSE
from tests.language_client import Editor, change, editor, open_document
from tests.performance import material
from tests.performance.linters import OURS
from tests.performance.paired import ratio
from tests.performance.part import Effort, Result, table

CHANGES = 5
"""A round times so many changes, and takes the median."""
INTRODUCTION = """\
Wall time from a change in the editor to its marks, in a server that is running, in proportion to `gradcheck \
check --no-cache` of the same file; the pause of {pause:g} s after the last key is left out.
The first column is from opening the file, with the server just started.

"""


def measure(effort: Effort) -> Result:
    """A small file, a layer of Keras, a large transformer."""
    files = (
        [material.SMALL, _layer()]
        if effort.quick
        else [material.SMALL, _layer(), *material.transformers()[:1]]
    )
    rows, seconds = [], {}
    for file in files:
        times = [asyncio.run(_talk(file)) for _ in range(effort.rounds)]
        opened, changed, cold = ([one[place] for one in times] for place in range(3))
        lines = file.read_text(encoding="utf-8").count("\n")
        rows.append((f"`{file.name}`, {lines:,} lines", ratio(opened, cold), ratio(changed, cold)))
        seconds |= {f"{file.name} opened": opened, f"{file.name} changed": changed, f"{file.name} cold": cold}
    head = ("file", "opened", "changed")
    return Result(INTRODUCTION.format(pause=PAUSE) + table(head, rows), seconds=seconds)


def _layer() -> Path:
    return next(file for file in material.layers() if file.name == "multi_head_attention.py")


async def _talk(file: Path) -> tuple[float, float, float]:
    """Seconds until the marks are there when a file is opened, when it is changed, and for a check."""
    text = file.read_text(encoding="utf-8")
    with TemporaryDirectory() as folder:
        copy = Path(folder, file.name)
        copy.write_text(text, encoding="utf-8")
        uri = copy.as_uri()
        async with editor(Path(folder)) as client:
            began = time.monotonic()
            open_document(client, uri, text)
            await client.marked(uri)
            opened = time.monotonic() - began
            changed = [await _changed(client, uri, text, version) for version in range(2, 2 + CHANGES)]
        return opened, statistics.median(changed), _checked((*OURS.words, str(copy)), Path(folder))


async def _changed(client: Editor, uri: str, text: str, version: int) -> float:
    began = time.monotonic()
    change(client, uri, version, f"{text}# {version}\n")
    await client.marked(uri)
    return time.monotonic() - began - PAUSE


def _checked(words: Sequence[str], folder: Path) -> float:
    began = time.monotonic()
    subprocess.run(words, cwd=folder, capture_output=True, check=False)
    return time.monotonic() - began
