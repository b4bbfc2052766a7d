"""The fixtures as values: programs with measured truth, and what gradcheck is expected to say about them.

A fixture is a folder of `fixtures/` with `model.py` (the program), `oracle.py` (measures the truth) and
`case.toml`. Beside the truth, `case.toml` may hold

* `[[expect]]` tables: every error and warning, exactly (`expect = []`: silence); without them a bug must be
  found on one of `root_lines` and a clean program must be met with silence;
* `todo = true`: a known missed alarm of the static half; the test fails on the day it is found;
* `known = { keras2 = "why" }`: the main job says otherwise under this Keras; strict in the same way;
* `quick = true`: measured anew on every run.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
UNTRAINED = frozenset({"untracked", "frozen", "unlisted", "unbuilt"})


@dataclass(frozen=True, order=True)
class Expectation:
    """One finding, as far as a fixture pins it down."""

    line: int
    column: int
    rule: str
    variables: tuple[str, ...]
    keras: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """One fixture."""

    folder: Path
    spec: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def program(self) -> Path:
        return self.folder / "model.py"

    @property
    def expected(self) -> tuple[Expectation, ...] | None:
        """Every finding, or None where only the root lines are known."""
        if "expect" not in self.spec:
            return None
        return tuple(sorted(_expectation(row) for row in self.spec["expect"]))

    def running(self, keras: str) -> str:
        """The Keras that really runs: `import keras` is Keras 3, whatever TensorFlow was told to use."""
        own = re.search(r"^(?:import|from) keras\b", self.program.read_text(encoding="utf-8"), re.M)
        return "3" if own else keras

    def verdict(self, keras: str) -> str:
        """A fault may exist under one Keras only."""
        there = "2" if keras == "3" else "3"
        if set(self.truth(keras)) and set(self.truth(keras).values()) == {"ok"}:
            return "clean" if set(self.truth(there).values()) - {"ok"} else self.spec["verdict"]
        return self.spec["verdict"]

    def truth(self, keras: str) -> dict[str, str]:
        """The measured variables; extra measurements ("penalty term only: w") are left out."""
        return statuses(self.spec["truth"].get(f"keras{keras}", {}))

    @property
    def differs(self) -> bool:
        """Whether the two Kerases differ on it, or only Keras 2 runs it."""
        old, new = (leaves(self.truth(keras)) for keras in ("2", "3"))
        return old != new or self.verdict("2") != self.verdict("3")

    def known(self, keras: str) -> str:
        """Why the main job says otherwise than the truth under this Keras, where it is known to."""
        return str(self.spec.get("known", {}).get(f"keras{keras}", ""))

    def runs(self, keras: str) -> bool:
        """Whether the program reaches a gradient under this Keras."""
        return bool(self.truth(keras))


def statuses(table: Mapping[str, Any]) -> dict[str, str]:
    """The variables of a measured table, without remarks and extra measurements."""
    named = {name: status for name, status in table.items() if ": " not in name and name != "loss value"}
    return {name: plain(status) for name, status in named.items() if _is_status(status)}


def plain(status: str) -> str:
    """What Keras does not train has several names; the oracles cannot tell them apart."""
    return "untrained" if status.split(":")[0] in UNTRAINED else status


def leaves(statuses: Mapping[str, str]) -> Counter[tuple[str, str]]:
    """Statuses by the part of a name that both Kerases agree on."""
    return Counter((_leaf(name), status) for name, status in statuses.items())


def _leaf(name: str) -> str:
    return re.sub(r"(_\d+)?(:\d+)?(#\d+)?$", "", name.split("/")[-1].split(".")[-1])


def _is_status(value: object) -> bool:
    return isinstance(value, str) and plain(value) in {"ok", "none", "zero", "nan", "inf", "untrained"}


def _expectation(row: Mapping[str, Any]) -> Expectation:
    return Expectation(row["line"], row["column"], row["rule"], tuple(row["variables"]), tuple(row["keras"]))


def cases() -> tuple[Case, ...]:
    """Every fixture."""
    files = sorted(FIXTURES.glob("*/case.toml"))
    return tuple(Case(file.parent, tomllib.loads(file.read_text(encoding="utf-8"))) for file in files)
