"""Compares the effect rows of another interpreter's TensorFlow with those of this one.

Run it in the `tests` folder: `python -m effects.compare PYTHON [NAME...]`. It measures the calls (all of the
table, if none is named) here and there under each Keras that exists there, and prints what differs and what
could not be run. A row that `gradcheck/facts/effects/versions.py` has for that TensorFlow is held against it
in the place of the one here. PYTHON needs TensorFlow and `tensorflow_probability`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from gradcheck.facts.effects.versions import row_under
from gradcheck.probe.job import installed
from gradcheck.source.pins import Version

from .generate import DECISIVE, Measured, measure, row

ENDLESS = frozenset({"tf.random.experimental.index_shuffle"})
"""What TensorFlow 2.15 never comes back from, once it is called with the arguments that newer ones refuse."""


def main() -> None:
    """Print the rows that differ, one a line, then how many there are of each kind."""
    python, *names = sys.argv[1:]
    kerases = "2" if installed.brings_keras_2(python) else "23"
    with TemporaryDirectory() as folder:
        only = Path(folder, "only.json")
        only.write_text(json.dumps(_wanted(names)))
        here, there = (measure(only=only, python=one, kerases=kerases) for one in (sys.executable, python))
    told(here, there, _tensorflow(python))


def _tensorflow(python: str) -> Version:
    said = subprocess.run([python, installed.__file__], capture_output=True, text=True, check=True).stdout
    major, minor, *_ = said.split(".")
    return int(major), int(minor)


def _wanted(names: Iterable[str]) -> Mapping[str, list[str]]:
    known = json.loads(DECISIVE.read_text())
    return {name: known[name] for name in names or known if name not in ENDLESS}


def told(here: Measured, there: Measured, version: Version) -> None:
    """Print how two measurements differ, beyond what is known of that version."""
    rows = {name: row(name, seen) for name, seen in here.items()}
    shown = {name: row_under(name, version, one) for name, one in rows.items() if one is not None}
    other = {name: row(name, there[name]) for name in shown if name in there}
    differing = {name: one for name, one in other.items() if one is not None and one != shown[name]}
    for name, one in sorted(differing.items()):
        print(f"{name}: {one} there, {shown[name]} expected")
    missing, unshown = shown.keys() - other.keys(), [name for name, one in other.items() if one is None]
    print("not there:", *sorted(missing))
    print("could not be run there:", *sorted(unshown))
    same = len(other) - len(differing) - len(unshown)
    print(f"{same} the same, {len(differing)} differ, {len(missing)} not there, {len(unshown)} not run")


if __name__ == "__main__":
    main()
