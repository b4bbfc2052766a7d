"""`python -m tests.real_programs [PACKAGE...]`: public packages, beside verdicts on what is found there.

Downloads each package of `packages.toml` (or takes what lies unpacked in `--folder`), checks its source,
probes the factories that its row names where they can be imported, and writes the precision into
`docs/precision.md`. Ends with 1 where an error or a warning has no verdict in `verdicts.toml`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.real_programs import page
from tests.real_programs.look import Looked, look
from tests.real_programs.packages import HOME, packages
from tests.real_programs.verdicts import unjudged, verdicts


def main() -> int:
    """Print one line for each package, then what has no verdict."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("packages", nargs="*", metavar="PACKAGE")
    parser.add_argument(
        "--folder", type=Path, default=HOME, help="where packages lie, each in its own folder"
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes (1)")
    asked = parser.parse_args()
    chosen = [one for one in packages() if not asked.packages or one.name in asked.packages]
    known = verdicts()
    looked = [_told(look(one, one.folder(asked.folder), asked.jobs)) for one in chosen]
    open_ = unjudged((place for one in looked for place in one.messages), known)
    for place in open_:
        said = next(one.messages[place] for one in looked if place in one.messages)
        print(f"no verdict: {place.package} {place.path}:{place.line} {place.rule} {said}")
    if not open_ and len(chosen) == len(packages()):
        page.write(looked, known)
    return bool(open_)


def _told(one: Looked) -> Looked:
    print(f"{one.package.name}: {one.lines} lines, {len(one.messages)} findings", flush=True)
    return one


if __name__ == "__main__":
    sys.exit(main())
