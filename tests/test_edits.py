"""Edits are the whole difference of two texts, and nothing but it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gradcheck.base.lines import lines_of
from gradcheck.report.edits import apply, difference
from gradcheck.report.finding import Edit, Location

LINES = st.lists(st.sampled_from(["a = 1", "  b", "", "é = 'ü'", "x\ty", "\x0c"]), max_size=8)
TEXT = st.builds(
    lambda lines, ends: "".join(line + end for line, end in zip(lines, ends, strict=False)),
    LINES,
    st.lists(st.sampled_from(["\n", "\r\n", "\r", ""]), min_size=8, max_size=8),
)


@given(TEXT, TEXT)
def test_edits_lead_from_one_text_to_the_other(old, new):
    assert apply(old, difference("m.py", old, new)) == new


@given(TEXT)
def test_equal_texts_need_no_edit(text):
    assert difference("m.py", text, text) == ()


@given(TEXT)
def test_lines_are_all_of_the_text(text):
    assert "".join(lines_of(text)) == text


def test_an_edit_is_no_longer_than_what_changed():
    old, new = "a\nx = tf.cast(y)\nb\n", "a\nx = tf.cast(y, z)\nb\n"
    assert difference("m.py", old, new) == (Edit(Location("m.py", 2, 14, 2, 14), ", z"),)


def test_an_inserted_line_stands_between_its_neighbours():
    assert difference("m.py", "a\nb\n", "a\nc\nb\n") == (Edit(Location("m.py", 2, 1, 2, 1), "c\n"),)


def test_a_removed_line_goes_with_its_ending():
    assert difference("m.py", "a\r\nc\r\nb\r\n", "a\r\nb\r\n") == (Edit(Location("m.py", 2, 1, 3, 1), ""),)


def test_line_endings_are_never_torn():
    (edit,) = difference("m.py", "a\r\n", "a\n")
    assert edit == Edit(Location("m.py", 1, 2, 2, 1), "\n")
