"""Work in shares on any `concurrent.futures.Executor`: results in the order of the items, each once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any, TypeVar

from gradcheck.base.lazy_dataclass import dataclass

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[list[Item]], list[Result]]


class LostError(Exception):
    """What worked on a share is gone: its process or its machine."""


LOST: tuple[type[BaseException], ...] = (LostError, BrokenExecutor, CancelledError)


def _as_it_is(work: Any) -> Any:
    return work


@dataclass(frozen=True)
class Team:
    """Who works: an executor, and what is special about it.

    `again` gives the executor for a second try, `ahead` is how many shares are submitted before their results
    are waited for, `lost` are the errors that say that a share was lost, and `sent` turns a function into one
    that works where the executor has it called.
    """

    executor: Executor
    again: Callable[[], AbstractContextManager[Executor]]
    ahead: int
    lost: tuple[type[BaseException], ...] = LOST
    sent: Callable[[Any], Any] = _as_it_is


def in_order(
    work: Work[Item, Result],
    items: Iterable[Item],
    team: Team,
    given_up: Callable[[Item], Result],
    size: int,
) -> Iterator[Result]:
    """The result of every item. No more shares of `size` items are held than are being worked on.

    A share is tried once. When it is lost, each of its items is tried once more, alone; what is lost then,
    too, is `given_up`.
    """
    work = team.sent(work)
    remaining = iter(items)
    waiting: deque[tuple[Future[list[Result]] | None, list[Item]]] = deque()
    try:
        while (share := list(islice(remaining, size))) or waiting:
            if share:
                waiting.append((_submitted(team.executor, work, share, team.lost), share))
            if not share or len(waiting) > team.ahead:
                done, share = waiting.popleft()
                results = _result(done, team.lost)
                yield from _alone(work, share, team, given_up) if results is None else results
    finally:
        for future, _ in waiting:
            if future is not None:
                future.cancel()


def _submitted(
    executor: Executor, work: Work[Item, Result], share: list[Item], lost: tuple[type[BaseException], ...]
) -> Future[list[Result]] | None:
    """A share that is being worked on; None where the executor is gone."""
    try:
        return executor.submit(work, share)
    except lost:
        return None


def _result(done: Future[list[Result]] | None, lost: tuple[type[BaseException], ...]) -> list[Result] | None:
    try:
        return done.result() if done is not None else None
    except lost:
        return None


def _alone(
    work: Work[Item, Result], share: list[Item], team: Team, given_up: Callable[[Item], Result]
) -> Iterator[Result]:
    for item in share:
        with team.again() as executor:
            results = _result(_submitted(executor, work, [item], team.lost), team.lost)
        yield given_up(item) if results is None else results[0]
