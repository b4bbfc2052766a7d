"""`python -m tests.performance`: what gradcheck costs, beside other linters and beside the bare program.

Measures the parts (all, or those that `--only` names) and prints them. With `--write docs` each goes into
`docs/cost.md` between its marks, with its charts beside the page, the date, the machine and the versions; the
other parts stay. `--keep FILE` keeps all times for `pyperf` (`python -m pyperf hist FILE`). Needs the extra
`bench`. Ends with 1 where something is too much: an exponent of growth above 1.2.

Nothing but ratios is told, of runs that took turns: times say more about the machine. They are CPU time, user
and system with all child processes, except where a page says otherwise. Compile the package first
(`python -m compileall gradcheck`), as an installed program is.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

from tests.performance import page
from tests.performance.kept import keep
from tests.performance.machine import described
from tests.performance.part import Effort, Result

PARTS = ("static", "cached", "growth", "editor", "probe", "steps", "shapes", "shares")


def main() -> int:
    """Measure the parts that are asked for, one after the other."""
    asked = _arguments()
    effort = Effort(asked.rounds or (2 if asked.quick else 5), asked.quick)
    results = {name: _measured(name, effort, asked.write) for name in asked.only or PARTS}
    if asked.keep:
        keep(asked.keep, results)
    too_much = [line for result in results.values() for line in result.too_much]
    print("".join(f"too much: {line}\n" for line in too_much), end="")
    return bool(too_much)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=PARTS, action="append", help="this part; repeatable")
    parser.add_argument("--rounds", type=int, help="how often each is run (5)")
    parser.add_argument("--quick", action="store_true", help="a rough answer: less of everything")
    parser.add_argument("--write", type=Path, metavar="DOCS", help="the folder with cost.md")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="a file for pyperf with all times")
    return parser.parse_args()


def _measured(name: str, effort: Effort, docs: Path | None) -> Result:
    """One part, printed, and written as soon as it is there."""
    result: Result = import_module(f"tests.performance.parts.{name}").measure(effort)
    print(f"\n== {name}\n\n{result.text}", flush=True)
    if docs is not None:
        page.write(docs, name, result, described(effort.rounds))
    return result


if __name__ == "__main__":
    sys.exit(main())
