"""The performance suite itself: ratios, fitted powers, programs and the page. It times nothing."""

from __future__ import annotations

import ast
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path

import pytest

from gradcheck.config.options import Options
from gradcheck.lint import lint
from gradcheck.sharing.shares import Team
from tests.performance import __main__ as suite
from tests.performance import material, page, programs
from tests.performance.fitted import power, slope
from tests.performance.growing import HEAD, SHAPES
from tests.performance.paired import Command, Spent, cpu_ratio, in_turn, memory_ratio, ratio
from tests.performance.part import Result, table
from tests.performance.parts import shares

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.0])
def test_the_power_of_a_cost_is_found(exponent: float):
    assert slope({n: 3.0 * n**exponent for n in (100, 200, 400)}) == pytest.approx(exponent)


def test_a_disturbed_round_does_not_change_the_power():
    fit = power({100: [1.0, 1.0], 200: [2.0, 2.0], 400: [4.0, 16.0]})
    assert (fit.exponent, fit.least, fit.most) == pytest.approx((1.0, 1.0, 2.0))
    assert str(fit) == "1.00 (1.00 to 2.00)"


def test_what_runs_in_turn_runs_once_a_round_and_goes_back():
    order: list[str] = []

    def runs(name: str, cpu: float):
        return lambda: order.append(name) or Spent(cpu, 10.0 * cpu)

    spent = in_turn({"ours": runs("ours", 3.0), "base": runs("base", 2.0)}, 2)
    assert order == ["ours", "base", "base", "ours"]
    assert str(cpu_ratio(spent["ours"], spent["base"])) == "1.50"
    assert memory_ratio(spent["base"], spent["ours"]).middle == pytest.approx(2 / 3)


def test_a_ratio_shows_its_spread():
    assert str(ratio([1.0, 3.0, 2.0], [2.0, 2.0, 2.0])) == "1.00 (0.50 to 1.50)"
    assert str(ratio([1.0, 2.0], [100.0, 100.0])) == "0.015 (0.010 to 0.020)"


def test_a_program_that_fails_is_not_timed(tmp_path: Path):
    with pytest.raises(AssertionError):
        Command(("python3", "-c", "raise SystemExit(3)"), tmp_path)()
    spent = Command(("python3", "-c", "pass"), tmp_path)()
    assert spent.cpu > 0


def test_the_memory_of_a_program_is_its_own(tmp_path: Path):
    ours = b"x" * (200 << 20)
    assert 1 < Command(("python3", "-c", "pass"), tmp_path)().memory < len(ours) >> 20
    assert Command(("python3", "-c", "bytes(b'x' * (300 << 20))"), tmp_path)().memory > 300


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_has_as_many_parts_as_asked_for(shape: str):
    sizes = [len(list(ast.walk(ast.parse(HEAD + SHAPES[shape](n))))) for n in (5, 10, 15)]
    assert sizes[2] - sizes[1] == sizes[1] - sizes[0] > 0


def test_files_that_are_shared_out_are_worked_on_apart_and_give_the_same_report(tmp_path: Path):
    (tmp_path / "cut.py").write_bytes(material.CUT.read_bytes())
    executor = shares.Apart()
    team = Team(executor, lambda: nullcontext(executor), 0)
    alone = lint([str(tmp_path)], Options())
    assert lint([str(tmp_path)], Options(), team=team) == alone
    assert (executor.shares, len(alone.findings) > 0) == (1, True)
    assert executor.there > material.CUT.stat().st_size


def test_what_is_shared_out_is_told_in_proportion_to_the_workers():
    costs = [shares.Cost(10.0, 0.1, 2.0, 5_000, 500), shares.Cost(20.0, 0.2, 4.0, 5_000, 500)]
    assert shares._steps(costs, 10).splitlines()[2:] == [
        "| workers: follow the files | 1.00 |  |",
        "| workers: of that, start the processes | 0.20 |  |",
        "| client: find, read and send the files, take and merge the reports | 0.01 |  |",
        "| network: texts there |  | 500 |",
        "| network: reports back |  | 50 |",
    ]
    assert shares._many(costs, 10) == (
        "Multiplied, 10,000,000 files of this kind and on this machine take 5,556 core hours of workers, "
        "3,333 minutes of one core of the client, 5 GB there and 0.5 GB back: "
        "more than 100 cores wait for the client.\n"
    )


@pytest.mark.parametrize("name", suite.PARTS)
def test_a_part_is_a_file_with_a_place_on_the_page(name: str):
    assert import_module(f"tests.performance.parts.{name}").measure.__doc__
    text = (ROOT / "docs" / page.NAME).read_text()
    assert page.with_part(text, name, "anew") != text


def test_a_part_is_written_and_the_others_stay(tmp_path: Path):
    marks = "# Page\n<!-- a -->\nold\n<!-- end of a -->\n<!-- b -->\nkept\n<!-- end of b -->\n"
    (tmp_path / page.NAME).write_text(marks)
    (tmp_path / page.CHARTS).mkdir()
    for name in ("a-gone.svg", "b-kept.svg"):
        (tmp_path / page.CHARTS / name).write_text("")
    page.write(tmp_path, "a", Result(table(("x", "y"), [("one", 1)]), {"new": "<svg/>"}), "today")
    assert (tmp_path / page.NAME).read_text() == (
        "# Page\n<!-- a -->\n\ntoday\n\n| x | y |\n| --- | ---: |\n| one | 1 |\n\n"
        "![new](cost/a-new.svg)\n\n<!-- end of a -->\n"
        "<!-- b -->\nkept\n<!-- end of b -->\n"
    )
    assert sorted(file.name for file in (tmp_path / page.CHARTS).iterdir()) == ["a-new.svg", "b-kept.svg"]
    with pytest.raises(LookupError):
        page.with_part(marks, "c", "")


def test_the_charts_on_the_page_are_those_in_its_folder():
    text = (ROOT / "docs" / page.NAME).read_text()
    folder = ROOT / "docs" / page.CHARTS
    there = {f"{page.CHARTS}/{file.name}" for file in folder.iterdir()} if folder.exists() else set()
    assert {
        line.partition("](")[2].rstrip(")") for line in text.splitlines() if line.startswith("![")
    } == there


@pytest.mark.parametrize("name", [*programs.CLEAN, *programs.CUT])
def test_a_program_of_the_probe_can_be_read(name: str):
    ast.parse({**programs.CLEAN, **programs.CUT}[name])
