"""Frames: the exact range underlined, whatever the line is made of."""

from __future__ import annotations

import json
from dataclasses import replace
from unicodedata import category, east_asian_width

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.output import Screen, source_lines
from gradcheck.output.text import render
from gradcheck.output.text.finding import listed, marks
from gradcheck.output.text.frame import Mark, frame
from gradcheck.report.finding import Location, Step
from gradcheck.report.kinds import Status
from gradcheck.report.report import Report
from gradcheck.report.verdict import Variable, Verdict

from .samples import CONFIRMED, EMPTY, PROBE, STATIC


def drawn(source, *locations, note="", **screen):
    lines = source.splitlines()
    page = Screen(read=lambda path: lines if path == "m.py" else [], **screen)
    found = [Mark(Location("m.py", *place), note, main=True) for place in locations]
    return [line.rstrip() for line in frame(found, page)]


def test_an_expression_is_pointed_at():
    assert drawn("y = f(self.mu[0])", (1, 7, 1, 17), note="read here") == [
        "1 │ y = f(self.mu[0])",
        "  │       ^^^^^^^^^^ read here",
    ]


def test_tabs_are_drawn_as_columns():
    assert drawn("\tif x:\n\t\ty =\tw[0]", (2, 7, 2, 11)) == [
        "2 │         y = w[0]",
        "  │             ^^^^",
    ]


def test_wide_and_combining_characters_keep_the_caret_below():
    assert drawn("s = '層e\u0301' + w[0]", (1, 12, 1, 16)) == [
        "1 │ s = '層e\u0301' + w[0]",
        "  │            ^^^^",
    ]


def test_control_and_direction_characters_never_reach_the_terminal():
    assert drawn("s = '\x1b[31m\u202e' + w", (1, 16, 1, 17))[0] == "1 │ s = '\ufffd[31m\ufffd' + w"


def test_a_long_line_is_cut_around_the_range():
    line = f"y = [{', '.join(f'value_{n}' for n in range(40))}, self.mu[0], {'z, ' * 60}]"
    start = line.index("self.mu") + 1
    number, below = drawn(line, (1, start, 1, start + 10), width=72)
    assert len(number) <= 72 and number.startswith("1 │ …") and number.endswith("…")
    assert number[below.index("^") :].startswith("self.mu[0]") and below.count("^") == 10


def test_a_range_longer_than_the_screen_is_shown_from_its_start():
    number, below = drawn(f"y = f({'x' * 200})", (1, 5, 1, 208), width=60)
    assert number.startswith("1 │ y = f(xxx") and number.endswith("…")
    assert below.strip(" │") == "^" * len(below.strip(" │"))
    assert len(below) <= 60


def test_a_range_over_several_lines():
    assert drawn("a = f(\n    x,\n\n    y,\n)  # done", (1, 5, 5, 2), note="cut") == [
        "1 │ a = f(",
        "  │     ^^",
        "2 │     x,",
        "  │     ^^",
        "3 │",
        "4 │     y,",
        "  │     ^^",
        "5 │ )  # done",
        "  │ ^ cut",
    ]


def test_a_range_over_many_lines_is_abridged():
    lines = drawn("f(\n" + "x,\n" * 30 + ")", (1, 1, 32, 2))
    assert [line[:2] for line in lines if "│" in line and line[:2].strip()] == [" 1", " 2", " 3", " 4", "32"]
    assert "   ┆" in lines


def test_a_step_over_several_lines_shows_its_first_line_only():
    page = Screen(read=lambda _: ["w = add(", "    a,", ")"])
    assert list(frame([Mark(Location("m.py", 1, 5, 3, 2), "created")], page)) == [
        "1 │ w = add(",
        "  │     ──── created",
    ]


def test_two_ranges_on_one_line_share_it():
    assert drawn("y = f(a[0], b[0])", (1, 7, 1, 11), (1, 13, 1, 17)) == [
        "1 │ y = f(a[0], b[0])",
        "  │       ^^^^",
        "  │             ^^^^",
    ]


def test_lines_apart_are_told_apart_and_neighbours_are_not():
    source = "\n".join("abcdefghijklm")
    assert drawn(source, (2, 1, 2, 2), (3, 1, 3, 2), (12, 1, 12, 2)) == [
        " 2 │ b",
        "   │ ^",
        " 3 │ c",
        "   │ ^",
        "   ┆",
        "12 │ l",
        "   │ ^",
    ]


def test_a_trail_that_goes_back_up_is_told_in_its_own_order():
    assert [line[0] for line in drawn("a\nb\nc", (3, 1, 3, 2), (1, 1, 1, 2))] == ["3", " ", " ", "1", " "]


def test_another_file_is_named():
    page = Screen(read=lambda path: [f"in {path}"])
    places = [Location("a.py", 1, 1, 1, 3), Location("b.py", 1, 1, 1, 3)]
    assert list(frame([Mark(place) for place in places], page)) == [
        "1 │ in a.py",
        "  │ ──",
        "  ── b.py",
        "1 │ in b.py",
        "  │ ──",
    ]


def test_a_line_that_is_gone_is_said_by_its_note():
    assert drawn("", (7, 1, 7, 5), note="read here") == ["7 │ read here"]


def test_a_note_that_does_not_fit_goes_below_as_far_right_as_it_can():
    source = f"y = f({' ' * 30}self.mu[0])"
    assert drawn(source, (1, 37, 1, 47), note="read here, and never again", width=60)[1:] == [
        f"  │ {' ' * 36}^^^^^^^^^^",
        f"  │ {' ' * 30}read here, and never again",
    ]


def test_a_note_longer_than_the_screen_is_wrapped():
    lines = drawn("y = f(self.mu[0])", (1, 7, 1, 17), note="word " * 20, width=60)
    assert lines[1:3] == ["  │       ^^^^^^^^^^", f"  │ {'word ' * 11}".rstrip()]
    assert all(len(line) <= 60 for line in lines)


def test_plain_glyphs_for_a_screen_without_unicode():
    lines = drawn("a\n\n\nb", (1, 1, 1, 2), (4, 1, 4, 2), unicode=False)
    assert lines == ["1 | a", "  | ^", "  :", "4 | b", "  | ^"] and all(line.isascii() for line in lines)


@pytest.mark.parametrize("start, end", [(0, 0), (1, 0), (30, 40), (5, 3)])
def test_a_location_beyond_its_line_is_drawn_somewhere(start, end):
    assert drawn("short", (1, max(start, 1), 1, end))[1].count("^") >= 1


def test_the_cut_carries_the_note_of_its_step():
    assert [(mark.note, mark.main) for mark in marks(STATIC)] == [
        ("created", False),
        ("read here, once", True),
        ("only this copy reaches the loss", False),
    ]


def test_a_finding_without_a_trail_shows_its_cut():
    assert [(mark.location, mark.main) for mark in marks(replace(STATIC, trail=()))] == [
        (STATIC.location, True)
    ]


def test_a_long_trail_keeps_its_cut():
    steps = [Step(Location("bell.py", 100 + n), f"step {n}") for n in range(30)]
    shown = marks(replace(STATIC, trail=(STATIC.trail[0], *steps[:15], STATIC.trail[1], *steps[15:])))
    assert len(shown) <= 9
    assert [mark.note for mark in shown if mark.main] == ["read here, once"]


def test_lines_are_split_as_python_splits_them(tmp_path):
    file = tmp_path / "m.py"
    file.write_bytes("a = 1\r\nb = '\x0c\u2028'\rc = 3\n".encode())
    assert source_lines(str(file))[:3] == ("a = 1", "b = '\x0c\u2028'", "c = 3")


def test_the_lines_of_a_notebooks_cell(tmp_path):
    source = {"cell_type": "code", "source": ["%time x = 1\n", "y = w[0]"]}
    book = {"cells": [{"cell_type": "markdown", "source": "# hi"}, source, {**source, "source": "z = 1\nz"}]}
    file = tmp_path / "model.ipynb"
    file.write_text(json.dumps(book))
    assert source_lines(f"{file}#cell1") == ("%time x = 1", "y = w[0]")
    assert source_lines(f"{file}#cell2") == ("z = 1", "z")
    assert source_lines(f"{file}#cell3") == ()
    file.write_text("{}")
    assert source_lines(f"{file}#cell1") == ()


def test_a_file_that_is_gone_has_no_lines(tmp_path):
    assert source_lines(str(tmp_path / "gone.py")) == ()


def many(status, count):
    return tuple(Verdict(Variable(f"layer_{n}/w", None, (1,), "float32"), status, 1.0) for n in range(count))


def test_many_good_variables_are_counted():
    report = replace(EMPTY, probes=(replace(PROBE, verdicts=(*PROBE.verdicts[:1], *many(Status.OK, 200))),))
    text = render(report, Screen())
    assert "bell/mean" in text and "layer_7/w" not in text
    assert "  and 200 more, all ok (-v lists them)" in text
    assert "layer_7/w" in render(report, Screen(verbose=True))


@pytest.mark.parametrize(
    "report, said",
    [
        pytest.param(Report(), "no findings (nothing to look at)", id="nothing"),
        pytest.param(EMPTY, "no findings (1 file)", id="one file"),
        pytest.param(
            replace(EMPTY, probes=(replace(PROBE, verdicts=many(Status.OK, 4)),)),
            "no findings (1 file; 4 variables seen, all ok)",
            id="all well",
        ),
        pytest.param(
            Report(findings=(CONFIRMED,), probes=(PROBE,), files=2, known=3),
            "1 finding: 1 error (2 files; 3 variables seen: 1 ok, 1 none, 1 nan; 3 in the baseline)",
            id="findings",
        ),
        pytest.param(
            Report(probes=(replace(PROBE, verdicts=(), status="failed"),)),
            "no findings (no variable seen; not everything could be looked at)",
            id="failed",
        ),
    ],
)
def test_the_last_line_sums_up(report, said):
    assert render(report, Screen()).splitlines()[-1] == said


def test_colours_only_when_asked():
    report = Report(findings=(CONFIRMED,), probes=(PROBE,))
    assert "\x1b" not in render(report, Screen())
    assert "\x1b[1;31merror GC101\x1b[0m" in render(report, Screen(color=True))


def test_a_trail_says_the_same_of_a_line_once():
    again = Step(replace(STATIC.trail[0].location, column=5), "created")
    other = Step(replace(STATIC.trail[0].location, column=5), "kept")
    shown = marks(replace(STATIC, trail=(STATIC.trail[0], again, other, STATIC.trail[1])))
    assert [mark.note for mark in shown] == ["created", "kept", "read here, once"]


@pytest.mark.parametrize(
    "names, said",
    [
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (list("abcd"), "a, b, c and d"),
        (list("abcde"), "a, b, c and 2 more"),
    ],
)
def test_names_are_listed_as_in_prose(names, said):
    assert listed(names) == said


def cells(text):
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text if category(one) not in ("Mn", "Me"))


WORDS = st.text("abc ,.", max_size=60)


@given(st.text(max_size=120), st.integers(1, 140), st.integers(0, 140), st.integers(40, 90), WORDS)
def test_any_line_is_drawn_and_none_is_wider_than_the_screen(line, start, end, width, note):
    page = Screen(read=lambda _: [line], width=width)
    rows = list(frame([Mark(Location("m.py", 1, start, 1, end), note, main=True)], page))
    assert max(map(cells, rows)) <= width
    assert not any(category(one) == "Cc" for row in rows for one in row)
