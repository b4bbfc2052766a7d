"""Checking in threads of one process: what they share is used by one at a time, and stays as it was."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from programs import ROUNDED

from gradcheck.base.syntax import syntax_of
from gradcheck.config.options import Options
from gradcheck.lint import lint_text
from gradcheck.project_rules.contain import contained

THREADS = 8
ESCAPE = 'PATTERN = "\\d"\n'


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads take turns often, in the middle of collecting garbage, too, which is done all the time."""

    def yield_(phase: str, info: dict[str, int]) -> None:
        time.sleep(0)

    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(20, 5, 5)
    gc.callbacks.append(yield_)
    yield
    gc.callbacks.remove(yield_)
    gc.set_threshold(*thresholds)
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("restless")
def test_every_file_is_followed() -> None:
    options, text = (
        Options(),
        ROUNDED + "".join(f"\n\ndef f{n}(x):\n    return [x, (x + {n})]\n" for n in range(50)),
    )
    # pytest parses whatever of gradcheck is imported now, without our lock.
    expected = lint_text("model.py", text, options)
    assert [(one.rule, one.location.line) for one in expected[0]] == [("GC301", 9)]
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda _: lint_text("model.py", text, options), range(60)))
    assert answers == [expected] * 60


@pytest.mark.usefixtures("restless")
def test_warnings_of_a_text_are_silent_and_the_filters_stay() -> None:
    before = list(warnings.filters)
    with ThreadPoolExecutor(THREADS) as pool:
        trees = list(pool.map(syntax_of, [ESCAPE] * 400))
    assert len(trees) == 400
    assert warnings.filters == before


@pytest.mark.usefixtures("restless")
def test_a_rule_of_a_project_runs_alone() -> None:
    before = sys.stdout, os._exit

    def run(_: int) -> bool:
        with contained("rule.py", "failed"):
            first = sys.stdout, os._exit
            time.sleep(0.0005)
            return (sys.stdout, os._exit) == first != before
        return False

    with ThreadPoolExecutor(THREADS) as pool:
        assert all(pool.map(run, range(100)))
    assert (sys.stdout, os._exit) == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_child_may_parse_whatever_a_thread_was_parsing() -> None:
    done = threading.Event()

    def parse_on() -> None:
        while not done.is_set():
            syntax_of(ESCAPE * 500)

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(parse_on)
        try:
            for _ in range(20):
                assert _parses_in_a_child() == 0
        finally:
            done.set()
        working.result()


def _parses_in_a_child() -> int:
    """The exit code of a child that parses; it is ended should it wait for ever."""
    child = os.fork()
    if not child:
        syntax_of(ESCAPE)
        os._exit(0)
    latest = time.monotonic() + 10
    while time.monotonic() < latest:
        if (ended := os.waitpid(child, os.WNOHANG))[0]:
            return os.waitstatus_to_exitcode(ended[1])
        time.sleep(0.01)
    os.kill(child, 9)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
