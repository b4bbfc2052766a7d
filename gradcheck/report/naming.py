"""What findings call variables that only the probe saw: as short as it is clear. Pure functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from gradcheck.report.verdict import Probe

FEW = 3
"""So many variables are each named in a sentence."""


def names(probes: Iterable[Probe]) -> dict[str, str]:
    """For each variable's path its last part where that is unique in its program, else the path."""
    found: dict[str, str] = {}
    for probe in probes:
        paths = [verdict.variable.path for verdict in probe.verdicts]
        leaves = Counter(_leaf(path) for path in paths)
        found |= {path: _leaf(path) if leaves[_leaf(path)] == 1 else bare(path) for path in paths}
    return found


def labels(starved: Collection[str], everything: Iterable[str]) -> Mapping[str, str]:
    """For each starved path the variable; of many, the outermost layer all of whose variables starve."""
    if len(starved) <= FEW:
        return {path: bare(path) for path in starved}
    lucky = {owner for path in everything if path not in starved for owner in _owners(path)}
    sizes = Counter(owner for path in starved for owner in _owners(path))
    return {
        path: next((owner for owner in _owners(path) if owner not in lucky and sizes[owner] > 1), bare(path))
        for path in starved
    }


def all_of(names: Sequence[str], *, alone: bool) -> str:
    """Several names where a sentence has one; `alone` where its verb is about one thing."""
    if len(names) < FEW:
        return " and ".join(names)
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return f"{'each of ' if alone else ''}{', '.join(names[:FEW])}{more}"


def named_so(label: str, path: str) -> str | None:
    """The part of a variable's path that a formatted name made: `block1_conv` for `{name}_conv`."""
    fixed = (re.escape(part) for part in re.split(r"\{[^}]*\}", label))
    pattern = re.compile(".+".join(fixed))
    return next((part for part in re.split(r"[/:]", path) if pattern.fullmatch(part)), None)


def bare(path: str) -> str:
    """Keras 2 and a bare `tf.Variable` end their names in ":0"."""
    return path.removesuffix(":0")


def _leaf(path: str) -> str:
    return bare(path).rpartition("/")[2]


def _owners(path: str) -> list[str]:
    """`model/block/dense` is owned by `model` and by `model/block`, the outermost first."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]
