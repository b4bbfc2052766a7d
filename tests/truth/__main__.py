"""`python -m tests.truth [NAME...]`: whether the corpus is true with the TensorFlow that is installed.

Runs every oracle (or those of the cases named) under both Kerases, and prints each variable whose status is
not the one in `case.toml`. Ends with 1 where there is one.
"""

from __future__ import annotations

import argparse
import sys
from importlib.metadata import version

from tests.cases import Case, cases
from tests.truth import Remeasured, remeasure


def main() -> int:
    """Print what differs, then one line on all of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--keras", choices=("2", "3"), action="append", help="one Keras alone")
    asked = parser.parse_args()
    chosen = _chosen(asked.names)
    changed = sum(_told(chosen, keras) for keras in asked.keras or ("2", "3"))
    packages = ", ".join(f"{name} {version(name)}" for name in ("tensorflow", "keras", "tf_keras"))
    print(f"{len(chosen)} cases, {changed} measurements differ ({packages})")
    return bool(changed)


def _chosen(names: list[str]) -> list[Case]:
    known = {case.name: case for case in cases()}
    if unknown := sorted(set(names) - set(known)):
        raise SystemExit(f"no such case: {', '.join(unknown)}")
    return [known[name] for name in names or known]


def _told(chosen: list[Case], keras: str) -> int:
    """How many cases differ under one Keras, each told with its variables."""
    changed = 0
    for one in remeasure(chosen, keras):
        if one.differs:
            changed += 1
            _tell(one)
    return changed


def _tell(one: Remeasured) -> None:
    print(f"{one.case.name} under Keras {one.keras}:" + (f" {one.error}" if one.error else ""))
    for word, rows in (("was", one.gone), ("is", one.new)):
        print("".join(f"  {name} {word} {status}\n" for name, status in rows), end="", flush=True)


if __name__ == "__main__":
    sys.exit(main())
