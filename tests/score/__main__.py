"""`python -m tests.score [TOOL...]`: how any tool does on the corpus.

Asks each tool (all that have a file in `tests/score/adapters`, if none is named) about every program that
runs under one Keras, writes its alarms to `tests/score/answers`, and `docs/corpus.md` anew from all that is
there. `--sample N` asks about N of the programs, drawn from faults and look-alikes in proportion: a tool that
runs each of them takes long.
A tool that cannot be installed is passed over with a message.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from importlib import import_module
from pathlib import Path

from tests.cases import Case, cases
from tests.score import answers, page
from tests.score.environments import NoToolError, commands_of, version_of
from tests.score.sample import Sample
from tests.score.tool import HERE, Question, Tool

TOOLS = sorted(file.stem for file in (HERE / "adapters").glob("[a-z]*.py"))


def main() -> None:
    """Ask the tools, then write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tools", nargs="*", metavar="TOOL", help=", ".join(TOOLS))
    parser.add_argument("--keras", choices=("2", "3"), default="3")
    parser.add_argument("--sample", type=int, metavar="N", help="ask about so many programs (all)")
    parser.add_argument("--seed", type=int, default=1, help="what the sample is drawn with (1)")
    parser.add_argument("--page", action="store_true", help="only write the page anew")
    asked = parser.parse_args()
    if unknown := set(asked.tools) - set(TOOLS):
        parser.error(f"no adapter for {', '.join(sorted(unknown))}; there are {', '.join(TOOLS)}")
    sample = None if asked.sample is None else Sample(asked.sample, asked.seed)
    for name in [] if asked.page else asked.tools or TOOLS:
        _ask(name, asked.keras, sample)
    page.PAGE.write_text(page.written(), encoding="utf-8")
    print(page.scores())


def _ask(name: str, keras: str, sample: Sample | None) -> None:
    tool: Tool = import_module(f"tests.score.adapters.{name}").TOOL
    asked = [case for case in cases() if case.runs(keras)]
    if sample:
        asked = sample.drawn(asked, keras)
    try:
        commands, version = commands_of(name, tool), version_of(name, tool)
    except NoToolError as error:
        print(f"{tool.title}: passed over, as it could not be installed: {error}")
        return
    with tempfile.TemporaryDirectory(prefix="corpus-") as folder:
        programs = [_alone(case, Path(folder, str(number))) for number, case in enumerate(asked)]
        said = tool.answer(Question(programs, keras, commands))
    alarms = dict(zip((case.name for case in asked), said, strict=True))
    answers.save(name, keras, tool, version, alarms, sample)


def _alone(case: Case, folder: Path) -> Path:
    """A copy of the program, without the truth and the name of the case beside it."""
    folder.mkdir()
    return Path(shutil.copy(case.program, folder / "model.py"))


if __name__ == "__main__":
    main()
