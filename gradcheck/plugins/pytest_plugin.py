"""The pytest plugin: `--gradcheck` checks the project's sources, `--gradcheck-model` probes a model by name.

Loaded at each start of pytest, so it imports what it needs when it is needed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from gradcheck.config.options import Options
    from gradcheck.report.report import Report
    from gradcheck.source.discover import SourceFile

OPTIONS = pytest.StashKey["Options"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The flags of the command line."""
    group = parser.getgroup("gradcheck", "gradients that do not arrive")
    group.addoption(
        "--gradcheck",
        action="store_true",
        help="Check the sources of the project, below its root: each file is a test.",
    )
    group.addoption(
        "--gradcheck-model",
        action="append",
        default=[],
        metavar="TARGET",
        help="Probe a model in a process of its own: package.module:factory or file.py:name; repeatable.",
    )


@pytest.fixture(scope="session")
def assert_gradients() -> Callable[..., None]:
    """`gradcheck.assert_gradients`, without an import of your own."""
    import gradcheck

    return gradcheck.assert_gradients


@pytest.fixture
def watch_gradients() -> Iterator[Any]:
    """All that trains in the test is watched; the test fails if a variable gets no usable gradient."""
    import gradcheck

    with gradcheck.watching() as watched:
        yield watched
    if watched.report.starved:
        pytest.fail(str(gradcheck.GradientError(watched.report)), pytrace=False)


def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Add the tests that no file holds."""
    if session.config.getoption("--gradcheck"):
        items.extend(_sources(session))
    items.extend(
        ModelItem.from_parent(session, name=f"gradcheck {target}", target=target)
        for target in session.config.getoption("--gradcheck-model")
    )


class FoundError(Exception):
    """A report with findings, or one that could not be made; its text is the report."""


class GradcheckItem(pytest.Item):
    """A test whose failure is a report."""

    def check(self) -> Report:
        """The report this test stands for."""
        raise NotImplementedError

    def runtest(self) -> None:
        """Fail on any finding, and where gradcheck could not look."""
        report = self.check()
        if report.exit_code:
            from gradcheck.output import Screen, render

            raise FoundError(render("text", report, Screen()).rstrip("\n"))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **named: Any) -> Any:
        """The report alone: our own frames say nothing."""
        import click

        if isinstance(excinfo.value, click.ClickException):  # what it was given is none
            return f"gradcheck: {excinfo.value.format_message()}"
        if isinstance(excinfo.value, FoundError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *args, **named)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """How pytest calls this test."""
        return self.path, None, self.name


class SourceItem(GradcheckItem):
    """One source file, which is only read."""

    def __init__(self, *, options: Options, **named: Any) -> None:
        super().__init__(**named)
        self._options = options

    def check(self) -> Report:
        """The static half alone."""
        from gradcheck.cli.check import check
        from gradcheck.filter.selection import narrow

        path = os.path.relpath(self.path)
        return narrow(check([path], self._options, remember=True), self._options)


class ModelItem(GradcheckItem):
    """One model by name, which is read and trained in a process of its own."""

    def __init__(self, *, target: str, **named: Any) -> None:
        super().__init__(**named)
        self._target = target

    def check(self) -> Report:
        """Both halves, joined; what the settings say of this target holds."""
        from gradcheck.cli.flags import Running
        from gradcheck.cli.probe import diagnose
        from gradcheck.cli.progress import ProgressLine
        from gradcheck.config.options import Target
        from gradcheck.filter.selection import narrow
        from gradcheck.probe.driver.warm import Warm

        options = _options(self.config)
        running = Running(None, (), None, None, None, write_through=False, shapes=False, logdir=None)
        progress = ProgressLine(verbose=False, tells=False)
        known = {target.target: target for target in options.probe.targets}
        target = known.get(self._target, Target(self._target))
        with Warm() as warm:
            report = diagnose([target], options, running, progress, warm)
        if not report.probes:  # a folder is only read: the model would pass for one that trains
            raise FoundError("\n".join(f"gradcheck: {note}" for note in report.notes))
        return narrow(report, options)


def _options(config: pytest.Config) -> Options:
    """The project's settings, read once."""
    if OPTIONS not in config.stash:
        from gradcheck.config.pyproject import ConfigError, load

        try:
            config.stash[OPTIONS] = load(paths=(str(config.rootpath),))
        except ConfigError as error:
            raise pytest.UsageError(str(error)) from None
    return config.stash[OPTIONS]


def _sources(session: pytest.Session) -> Iterator[pytest.Item]:
    """A test for each file below the root in which there is something to follow, or that cannot be read."""
    from gradcheck.report.report import Problem
    from gradcheck.source.discover import SourceFile, discover

    options = _options(session.config)
    for source in discover([os.path.relpath(session.config.rootpath)], options.excludes):
        if not isinstance(source, SourceFile | Problem):
            continue
        if isinstance(source, SourceFile) and not _says_something(source):
            continue
        path = Path(os.path.abspath(source.path))  # a link keeps its name
        file = SourceNode.from_parent(session, path=path)
        yield SourceItem.from_parent(file, name="gradcheck", options=options)


def _says_something(source: SourceFile) -> bool:
    from gradcheck.report.report import Problem
    from gradcheck.source.parse import matters, mentions, parse
    from gradcheck.source.passed_over import broken_cells

    if matters(source.text) or any(broken_cells(source)):
        return True
    return mentions(source.text) and isinstance(parse(source), Problem)


class SourceNode(pytest.File):
    """A source file, as the parent of its test."""

    def collect(self) -> Iterator[pytest.Item]:
        """Nothing of its own: it may not be a test file."""
        return iter(())
