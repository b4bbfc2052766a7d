"""All times of a run, in the format of pyperf, whose commands show and compare them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.performance.part import Result


def keep(file: Path, results: Mapping[str, Result]) -> None:
    """Write one benchmark for each thing that was timed, one value a round."""
    import pyperf

    metadata = pyperf.Run([1.0]).get_metadata()
    suite = pyperf.BenchmarkSuite(
        [
            pyperf.Benchmark(
                [pyperf.Run([one], metadata=_named(f"{part}: {what}", metadata)) for one in times]
            )
            for part, result in results.items()
            for what, times in result.seconds.items()
        ]
    )
    suite.dump(str(file), replace=True)


def _named(name: str, metadata: Mapping[str, object]) -> dict[str, object]:
    """What pyperf knows of the machine, beside the name and the unit."""
    return {**metadata, "name": name, "unit": "second"}
