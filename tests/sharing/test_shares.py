"""Work in shares: in order, each exactly once, whatever is lost on the way."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest
from programs import ROUNDED

from gradcheck.config.options import Options
from gradcheck.lint import lint
from gradcheck.sharing.shares import LostError, Team, in_order


def team_of(executor: Executor, ahead: int = 16) -> Team:
    """Whoever works behind an executor; the second try is on the same one."""
    return Team(executor, lambda: nullcontext(executor), ahead)


def doubled(share: list[int]) -> list[int]:
    return [2 * item for item in share]


def minus(item: int) -> int:
    return -item


@pytest.mark.parametrize("ahead", [0, 1, 100])
def test_results_come_in_the_order_of_the_items(ahead: int) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(in_order(doubled, range(50), team_of(pool, ahead), minus, size=3)) == [
            2 * item for item in range(50)
        ]


def test_what_is_lost_is_tried_once_more_and_then_given_up() -> None:
    tries = Counter[int]()

    def work(share: list[int]) -> list[int]:
        tries.update(share)
        if 7 in share or (4 in share and len(share) > 1):
            raise LostError
        return share

    with ThreadPoolExecutor(1) as pool:
        found = list(in_order(work, range(10), team_of(pool), minus, size=3))
    assert found == [-7 if item == 7 else item for item in range(10)]
    assert [tries[item] for item in range(10)] == [1, 1, 1, 2, 2, 2, 2, 2, 2, 1]


def test_items_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []
    items = (taken.append(one) or one for one in range(99))
    with ThreadPoolExecutor(1) as pool:
        results = in_order(doubled, items, team_of(pool, ahead=2), minus, size=4)
        assert next(results) == 0
    assert len(taken) == 3 * 4


def test_an_error_of_the_work_itself_is_not_tried_again() -> None:
    def work(share: list[int]) -> list[int]:
        raise ZeroDivisionError

    with ThreadPoolExecutor(1) as pool, pytest.raises(ZeroDivisionError):
        list(in_order(work, range(3), team_of(pool), minus, size=1))


def test_linting_runs_on_any_executor(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"m{number:02}.py").write_text(ROUNDED)
    # Before the threads: pytest parses modules of gradcheck when they are imported, and two threads cannot.
    alone = lint([str(tmp_path)], Options(jobs=1))
    with ThreadPoolExecutor(2) as pool:
        shared = lint([str(tmp_path)], Options(), team=team_of(pool))
    assert (len(shared.findings), shared.errors) == (40, ())
    assert shared == alone
