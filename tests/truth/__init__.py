"""Measures the corpus anew with the installed TensorFlow: what every oracle says now, beside `case.toml`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.cases import Case, leaves, statuses
from tests.forks import Ended, run


@dataclass(frozen=True)
class Remeasured:
    """One case under one Keras: what was written and is not so now, and what is so and was not written, as
    (variable, status); a variable is called by the last part of its name, which all Kerases agree on."""

    case: Case
    keras: str
    gone: tuple[tuple[str, str], ...]
    new: tuple[tuple[str, str], ...]
    error: str | None = None

    @property
    def differs(self) -> bool:
        """Whether the case is no longer true."""
        return bool(self.gone or self.new)


def remeasure(cases: Sequence[Case], keras: str) -> Iterator[Remeasured]:
    """Run the oracles of some cases under one Keras, one after the other."""
    ends = run([[str(case.folder / "oracle.py")] for case in cases], keras)
    for case, ended in zip(cases, ends, strict=True):
        yield _beside(case, keras, ended)


def _beside(case: Case, keras: str, ended: Ended) -> Remeasured:
    said = _said(ended)
    written, found = leaves(case.truth(keras)), leaves(statuses(said))
    gone, new = _sorted(written - found), _sorted(found - written)
    return Remeasured(case, keras, gone, new, said.get("error"))


def _said(ended: Ended) -> dict[str, str]:
    lines = ended.out.splitlines()
    if lines:
        return dict(json.loads(lines[-1]))
    return {"error": f"the oracle ended with {ended.code}: {ended.err[-500:]}"}


def _sorted(counted: Counter[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(counted.elements()))
