"""What the tools said, kept in one JSON file for each tool and Keras."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from tests.score.sample import Sample
from tests.score.tool import HERE, Alarm, Tool

FOLDER = HERE / "answers"


@dataclass(frozen=True)
class Kept:
    """All answers of one tool under one Keras; `sample` says about which programs, if not about all."""

    title: str
    how: str
    version: str
    date: str
    keras: str
    alarms: Mapping[str, tuple[Alarm, ...]]
    sample: Sample | None = None


def save(
    name: str,
    keras: str,
    tool: Tool,
    version: str,
    alarms: Mapping[str, tuple[Alarm, ...]],
    sample: Sample | None = None,
) -> None:
    """Keep a tool's answers, each case on a line of its own, so that a change can be read."""
    head = {
        "title": tool.title,
        "how": tool.how.format(keras=keras),
        "version": version,
        "date": f"{date.today():%Y-%m-%d}",
        "keras": keras,
        **({"sample": asdict(sample)} if sample else {}),
    }
    rows = [f"  {json.dumps(case)}: {json.dumps(_row(said))}" for case, said in sorted(alarms.items())]
    text = (
        json.dumps(head, indent=1).removesuffix("\n}") + ',\n "alarms": {\n' + ",\n".join(rows) + "\n }\n}\n"
    )
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.keras{keras}.json").write_text(text, encoding="utf-8")


def _row(said: tuple[Alarm, ...]) -> list[list[object]]:
    """A linter's words on a line are many, and one of each is enough."""
    return [[one.line, one.what] for one in sorted(set(said))]


def kept(keras: str) -> Iterator[Kept]:
    """What is kept for one Keras."""
    for file in sorted(FOLDER.glob(f"*.keras{keras}.json")):
        row = json.loads(file.read_text(encoding="utf-8"))
        alarms = {
            case: tuple(Alarm(line, what) for line, what in said) for case, said in row.pop("alarms").items()
        }
        sample = Sample(**row.pop("sample")) if "sample" in row else None
        yield Kept(**row, alarms=alarms, sample=sample)
