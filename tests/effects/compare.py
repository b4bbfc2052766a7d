"""Compares the effect rows of another interpreter's TensorFlow with those of this one.

Run it in the `tests` folder: `python -m effects.compare PYTHON [NAME...]`. It measures the calls (all of the
table, if none is named) here and there under each Keras that exists there, and prints what differs and what
could not be run. PYTHON needs TensorFlow and `tensorflow_probability`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from gradcheck.probe.job.installed import brings_keras_2

from .generate import DECISIVE, Measured, measure, row

ENDLESS = frozenset({"tf.random.experimental.index_shuffle"})
"""What TensorFlow 2.15 never comes back from, once it is called with the arguments that newer ones refuse."""


def main() -> None:
    """Print the rows that differ, one a line, then how many there are of each kind."""
    python, *names = sys.argv[1:]
    kerases = "2" if brings_keras_2(python) else "23"
    with TemporaryDirectory() as folder:
        only = Path(folder, "only.json")
        only.write_text(json.dumps(_wanted(names)))
        here, there = (measure(only=only, python=one, kerases=kerases) for one in (sys.executable, python))
    told(here, there)


def _wanted(names: Iterable[str]) -> Mapping[str, list[str]]:
    known = json.loads(DECISIVE.read_text())
    return {name: known[name] for name in names or known if name not in ENDLESS}


def told(here: Measured, there: Measured) -> None:
    """Print how two measurements differ."""
    rows = {name: row(name, seen) for name, seen in here.items()}
    shown = {name: one for name, one in rows.items() if one is not None}
    other = {name: row(name, there[name]) for name in shown if name in there}
    differing = {name: one for name, one in other.items() if one is not None and one != shown[name]}
    for name, one in sorted(differing.items()):
        print(f"{name}: {one} there, {shown[name]} here")
    missing, unshown = shown.keys() - other.keys(), [name for name, one in other.items() if one is None]
    print("not there:", *sorted(missing))
    print("could not be run there:", *sorted(unshown))
    same = len(other) - len(differing) - len(unshown)
    print(f"{same} the same, {len(differing)} differ, {len(missing)} not there, {len(unshown)} not run")


if __name__ == "__main__":
    main()
