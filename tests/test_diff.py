"""Changed lines, as git sees them."""

from __future__ import annotations

import random
from difflib import SequenceMatcher

import pytest
from repositories import committed, git

from gradcheck.filter.diff import Commit, DiffError, changed_lines, start
from gradcheck.filter.diff.lines import MOST_STEPS, added


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository with two committed files."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text("a\nb\nc\nd\n")
    (tmp_path / "b\u00e9 ta.py").write_text("a\n")
    committed(tmp_path)
    return tmp_path


def test_an_unchanged_file_has_no_changed_lines(repository):
    assert changed_lines(Commit("HEAD"), ["model.py"]) == {}


def test_changes_that_are_committed_staged_and_neither(repository):
    (repository / "model.py").write_text("a\nB\nc\nd\n")
    git("commit", "-am", "second")
    (repository / "model.py").write_text("a\nB\nC\nd\n")
    git("add", "model.py")
    (repository / "model.py").write_text("a\nB\nC\nd\ne\n")
    assert changed_lines(Commit("HEAD~1"), ["model.py"]) == {"model.py": frozenset({2, 3, 5})}
    assert changed_lines(Commit("HEAD"), ["model.py"]) == {"model.py": frozenset({3, 5})}


def test_what_others_did_on_the_base_since_is_no_change_of_ours(repository):
    git("checkout", "-b", "work")
    (repository / "model.py").write_text("a\nb\nc\nD\n")
    git("commit", "-am", "ours")
    git("checkout", "main")
    (repository / "model.py").write_text("A\nb\nc\nd\n")
    git("commit", "-am", "theirs")
    git("checkout", "work")
    assert changed_lines(Commit(start("main")), ["model.py"]) == {"model.py": frozenset({4})}


def test_a_new_file_is_changed_wholly(repository):
    (repository / "new.py").write_text("a\nb")
    assert changed_lines(Commit("HEAD"), ["new.py", "model.py"]) == {"new.py": frozenset({1, 2})}


def test_names_are_as_given_from_wherever_one_stands(repository, monkeypatch):
    (repository / "src").mkdir()
    monkeypatch.chdir(repository / "src")
    (repository / "model.py").write_text("A\nb\nc\nd\n")
    (repository / "b\u00e9 ta.py").write_text("A\n")
    assert changed_lines(Commit("HEAD"), ["../model.py", "../b\u00e9 ta.py"]) == {
        "../model.py": frozenset({1}),
        "../b\u00e9 ta.py": frozenset({1}),
    }


def test_no_files_need_no_git(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert changed_lines(Commit("HEAD"), []) == {}


@pytest.mark.parametrize("base", ["nowhere", "--output=x"])
def test_an_unknown_base_is_said(repository, base):
    with pytest.raises(DiffError):
        start(base)


def test_outside_of_a_repository_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(DiffError, match="not a git repository"):
        start("HEAD")


class Line(bytes):
    """A line that counts how often it is held against another one."""

    compared = 0

    def __eq__(self, other):
        Line.compared += 1
        return bytes.__eq__(self, other)

    __hash__ = bytes.__hash__


def numbered(count, changed=lambda number: False):
    return [Line(b"# %d%s" % (number, b" changed" * changed(number))) for number in range(count)]


def test_many_changed_places_take_steps_as_many_as_lines():
    now = numbered(20_000, lambda number: number % 3 == 0)
    Line.compared = 0
    assert [*added(numbered(20_000), now)] == [*range(1, 20_001, 3)]
    assert Line.compared < 20 * 20_000


def test_lines_that_are_alike_take_no_more_steps_than_agreed(monkeypatch):
    before = [Line(b"%d" % (number % 140)) for number in range(27_000)]
    real, lengths = SequenceMatcher.find_longest_match, []
    monkeypatch.setattr(
        SequenceMatcher,
        "find_longest_match",
        lambda self, low, high, *rest: lengths.append(high - low) or real(self, low, high, *rest),
    )
    assert len([*added(before, before[::-1])]) > 20_000
    assert sum(lengths) <= MOST_STEPS


@pytest.mark.parametrize(
    "before, now, changed",
    [
        ("", "", []),
        ("", "ab", [1, 2]),
        ("ab", "", []),
        ("abc", "abc", []),
        ("abc", "ac", []),
        ("abc", "axc", [2]),
        ("abcd", "cdab", [3, 4]),
        ("aabb", "abab", [2]),
        ("a a b", "x a a b", [1, 2]),
        ("aaaa", "aaaaa", [5]),
        ("a1a2a3", "a1a9a3", [4]),
    ],
)
def test_lines_that_are_new(before, now, changed):
    assert [*added([*map(str.encode, before)], [*map(str.encode, now)])] == changed


def test_what_is_called_unchanged_was_there_in_this_order():
    chosen = random.Random(0)
    for _ in range(2_000):
        before, now = ([*map(str.encode, chosen.choices("abcdefgh", k=chosen.randrange(12)))] for _ in "12")
        new = {*added(before, now)}
        rest = iter(before)
        assert all(line in rest for number, line in enumerate(now, 1) if number not in new)
