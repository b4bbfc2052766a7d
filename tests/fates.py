"""How much of other people's code the static half sees: `python -m tests.fates PATH_OR_PACKAGE...`.

For each folder or installed package it prints how many of the weights that its source creates have a known
fate, the shares by fate and by the reason of not knowing, and the expressions that cost most. Nothing is
executed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from itertools import repeat

from gradcheck.config.options import Options
from gradcheck.lint import lint
from gradcheck.report.fate import Fate, WeightFate

TESTS = re.compile(
    r"(^|/)(tests?|testing|integration_tests?)/|_test\.py$|(^|/)test_[^/]*\.py$|(^|/)conftest\.py$"
)
"""Files that a library does not ship to train with."""


def main() -> None:
    """Print a table for each target, then one line for all of them."""
    options = _arguments()
    counted: dict[str, list[WeightFate]] = {}
    for target in options.targets:
        counted[target] = weights(target, options.tests, options.jobs)
        if not options.json:
            _print(target, counted[target], options.most)
    if options.json:
        print(json.dumps({target: _row(found) for target, found in counted.items()}, indent=1))
    elif len(counted) > 1:
        _print("all", [weight for found in counted.values() for weight in found], options.most)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("targets", nargs="+", metavar="PATH_OR_PACKAGE")
    parser.add_argument("--tests", action="store_true", help="count the packages' own tests, too")
    parser.add_argument("--most", type=int, default=20, help="how many expressions to list (20)")
    parser.add_argument("--jobs", type=int, default=1, help="processes (1)")
    parser.add_argument("--json", action="store_true", help="the counts alone, as JSON")
    return parser.parse_args()


def weights(target: str, tests: bool = False, jobs: int = 1) -> list[WeightFate]:
    """The fate of every weight that the files of a folder or package create."""
    paths = [path for path in files(folder_of(target)) if tests or not TESTS.search(path)]
    shares = [paths[start::jobs] for start in range(jobs)]
    if jobs == 1:
        return _checked(paths, Options())
    with ProcessPoolExecutor(jobs) as pool:
        return [weight for share in pool.map(_checked, shares, repeat(Options())) for weight in share]


def _checked(paths: Sequence[str], options: Options) -> list[WeightFate]:
    return [weight for path in paths for weight in lint([path], options).weights]


def folder_of(target: str) -> str:
    """The folder or file that a path or a package's name stands for; the package is not imported."""
    if os.path.exists(target):
        return target
    spec = find_spec(target.partition(".")[0])
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{target}: neither a path nor an installed package")
    return os.path.join(spec.submodule_search_locations[0], *target.split(".")[1:])


def files(folder: str) -> list[str]:
    """Every Python file and notebook in a folder, sorted."""
    if os.path.isfile(folder):
        return [folder]
    return sorted(
        os.path.join(place, name)
        for place, _, names in os.walk(folder)
        for name in names
        if name.endswith((".py", ".ipynb"))
    )


def fate_of(weight: WeightFate) -> Fate:
    """Its fate in one word: unknown if it is so under either Keras, else what happens to it under Keras 3."""
    fates = [fate for _, fate in weight.fates]
    return Fate.UNKNOWN if Fate.UNKNOWN in fates else fates[-1]


def _row(found: list[WeightFate]) -> dict[str, object]:
    fates = Counter(fate_of(weight).value for weight in found)
    reasons = Counter(weight.obstacle.reason.value for weight in found if weight.obstacle)
    known = len(found) - fates[Fate.UNKNOWN.value]
    share = round(known / len(found), 4) if found else None
    return {"weights": len(found), "known": known, "share": share, "fates": fates, "reasons": reasons}


def _print(target: str, found: list[WeightFate], most: int) -> None:
    row = _row(found)
    share = f"{row['share']:.1%}" if row["share"] is not None else "-"
    print(f"{target}: {row['known']} of {row['weights']} fates known ({share})")
    for title in ("fates", "reasons"):
        counts = row[title]
        assert isinstance(counts, Counter)
        print(f"  {title}: " + ", ".join(f"{count} {word}" for word, count in counts.most_common()))
    cost, places = Counter[str](), {}
    for weight in found:
        if weight.obstacle:
            word = f"{weight.obstacle.reason.value:>12}  {_shape(weight.obstacle.expression)}"
            cost[word] += 1
            places.setdefault(word, weight.obstacle.location)
    for word, count in cost.most_common(most):
        print(f"  {count:>5} {word}  {places[word].path}:{places[word].line}")
    print(flush=True)


def _shape(expression: str) -> str:
    """What an expression calls, without what it is called on, so that like counts with like."""
    return expression.partition("(")[0] + ("(...)" if "(" in expression else "")


if __name__ == "__main__":
    main()
