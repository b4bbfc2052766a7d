"""The flags, grouped by the commands that share them, and the frozen values they become."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from math import isnan
from typing import TYPE_CHECKING, Any, NoReturn

import click

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.printable import printable
from gradcheck.cli.click_group import Option
from gradcheck.cli.completion import rule_names
from gradcheck.config.options import Options, Target
from gradcheck.output import formats

if TYPE_CHECKING:
    from gradcheck.report.finding import Finding, Fix
    from gradcheck.report.report import Problem
    from gradcheck.rule import Rule

Command = Callable[..., Any]
Listing = Callable[[Options], Iterable[str]]
"""What `--show-files` prints, under settings."""


def refuse_empty(_: click.Context, __: click.Parameter, value: Any) -> Any:
    """An empty value is a variable of somebody's that is not set: it would pass for no flag at all."""
    if value == "" or (isinstance(value, tuple) and "" in value):
        raise click.BadParameter("it is empty: fill it in, or leave the flag out")
    return value


def _refuse_no_number(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    """Of `nan` it is neither true nor false that it is in a range."""
    if value is not None and isnan(value):
        raise click.BadParameter("nan is not in the range x>0.")
    return value


def _refuse_nothing(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    if not all(_words((value,)) for value in values):
        raise click.BadParameter("it is empty: name a rule, or leave the flag out")
    return values


_selection = partial(click.option, cls=Option, section="What to look for")
_rules = partial(
    _selection, multiple=True, metavar="RULE", shell_complete=rule_names, callback=_refuse_nothing
)
_file = partial(_selection, type=click.Path(), metavar="FILE", callback=refuse_empty)
_probe = partial(click.option, cls=Option, section="How to run the program")
_text = partial(_probe, callback=refuse_empty)
_fixing = partial(click.option, cls=Option, section="Fixes")
_report = partial(click.option, cls=Option, section="The report")

_REPORT = (
    _report(
        "--format", "form", type=click.Choice(formats()), default="text", help="How to write the report."
    ),
    _report(
        "-o",
        "--output-file",
        type=click.Path(),
        callback=refuse_empty,
        help="Write it here, whole or not at all.",
    ),
    _report(
        "--html",
        type=click.Path(),
        metavar="FILE",
        callback=refuse_empty,
        help="Write a page to look at, too (one file).",
    ),
    _report("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours."),
    _report("--statistics", is_flag=True, help="Add how many findings each rule has (text, concise)."),
    _report("--weights", is_flag=True, help="List every weight with what becomes of it (text)."),
    _report("--exit-zero", is_flag=True, help="Exit 0 even if there are findings."),
    _report("--watch", is_flag=True, help="Run again whenever a file changes."),
    _report("-v", "--verbose", is_flag=True, help="Show more; the program's own output goes to stderr."),
    _report("-q", "--quiet", is_flag=True, help="Findings and what could not be looked at, nothing else."),
)
_SELECTION = (
    _selection(
        "--keras",
        type=click.Choice(["auto", "2", "3", "both"]),
        help="Which Keras to judge for; auto: what the environment says, else what the file can only run on.",
    ),
    _rules("--select", help="Only these: codes, prefixes, names, ALL."),
    _rules("--ignore", help="All but these."),
    _rules("--extend-select", help="These besides the configured ones."),
    _rules("--extend-ignore", help="Not these either."),
    _file("--config", help="A pyproject.toml to use instead."),
    _file("--baseline", help="Hold back what this baseline knows."),
    _selection(
        "--force-exclude",
        is_flag=True,
        help="Pass over excluded files even if they are named.",
    ),
    _selection("--no-cache", is_flag=True, help="Follow every file anew."),
    _selection(
        "--jobs",
        type=click.IntRange(min=1),
        metavar="N",
        help="At most so many processes read files at once.",
    ),
    _selection(
        "--executor",
        metavar="dask://HOST:PORT",
        callback=refuse_empty,
        help="Have a dask.distributed cluster do the work (extra `cluster`).",
    ),
    _selection("--diff-base", metavar="REF", help="Only findings of what changed since this git commit."),
    _selection("--show-settings", is_flag=True, help="Print how the settings were understood, and stop."),
    _selection("--show-files", is_flag=True, help="Print which files would be looked at, and stop."),
    _selection(
        "--project-rules", is_flag=True, help="Run the rule files that the settings list: they are code."
    ),
)
_PROBE = (
    _text("--call", metavar="EXPR", help='How to make the model: "make_model(4, 3)".'),
    _text("--input", "inputs", multiple=True, metavar="SHAPE", help="Its input: 8,4 or int:8,4; repeatable."),
    _text("--python", metavar="PATH", help="The interpreter that has TensorFlow, if not this one."),
    _probe(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        callback=_refuse_no_number,
        help="How long a program may run; 300 if not said.",
    ),
    _probe("--steps", type=click.IntRange(min=1), metavar="N", help="Training steps to look at."),
    _probe(
        "--write-through", is_flag=True, help="Let the program write where it says, once, not to a shadow."
    ),
    _probe("--shapes", is_flag=True, help="Compute nothing: for models too large to run here."),
    _text("--logdir", metavar="FOLDER", help="Norms and findings for TensorBoard, too."),
)
_FIXING = (
    _fixing("--fix", is_flag=True, help="Apply the safe fixes; with a program, those that work."),
    _fixing("--unsafe-fixes", is_flag=True, help="Fixes that change more than the gradient, too."),
    _fixing("--diff", is_flag=True, help="Print what --fix would change, and change nothing."),
    _fixing("--fix-only", is_flag=True, help="Apply fixes and report nothing that is left."),
)


@dataclass(frozen=True)
class Writing:
    """How the report is written."""

    form: str
    output_file: str | None
    html: str | None
    color: str
    statistics: bool
    weights: bool
    exit_zero: bool
    watch: bool
    verbose: bool
    quiet: bool


def report_flags(command: Command) -> Command:
    """The flags of every command that ends in a report; they arrive as `writing`."""
    return _group(command, _REPORT, "writing", Writing)


def selection_flags(command: Command) -> Command:
    """The flags that choose rules; they arrive as `settings`."""
    return _group(command, _SELECTION, "settings", Settings)


def probe_flags(command: Command) -> Command:
    """The flags of commands that run a program; they arrive as `running`."""
    return _group(command, _PROBE, "running", Running)


def fixing_flags(command: Command) -> Command:
    """The flags of commands that repair files; they arrive as `fixing`."""
    return _group(command, _FIXING, "fixing", Fixing)


@dataclass(frozen=True)
class Fixing:
    """The flags that say what to repair."""

    fix: bool
    unsafe_fixes: bool
    diff: bool
    fix_only: bool

    @property
    def asked(self) -> bool:
        """Whether anything is to be repaired; a flag that has nothing to go with is bad usage."""
        asked = self.fix or self.diff or self.fix_only
        if self.unsafe_fixes and not asked:
            raise click.UsageError("--unsafe-fixes goes with --fix, --fix-only or --diff")
        return asked

    def wants(self, finding: Finding, fix: Fix) -> bool:
        """Whether a fix is to be applied."""
        return fix.safe or self.unsafe_fixes


@dataclass(frozen=True)
class Settings:
    """The flags that choose rules."""

    keras: str | None
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    extend_select: tuple[str, ...]
    extend_ignore: tuple[str, ...]
    config: str | None
    baseline: str | None
    force_exclude: bool
    no_cache: bool
    jobs: int | None
    executor: str | None
    diff_base: str | None
    show_settings: bool
    show_files: bool
    project_rules: bool

    def options(self, paths: tuple[str, ...], files: Listing | None = None) -> Options:
        """The configured settings with these flags on top. `files` lists what is looked at, where that is
        not what a walk of these paths finds."""
        from gradcheck.config.pyproject import ConfigError, load

        try:
            configured = load(self.config, paths, project_rules=self.project_rules)
        except ConfigError as error:
            raise click.UsageError(str(error)) from None
        merged = self._over(configured)
        _announce(merged)
        check_selectors(merged)
        if self.show_settings or self.show_files:
            self._show(merged, files or _walked(paths))
        return merged

    def _show(self, options: Options, files: Listing) -> NoReturn:
        from gradcheck.cli.settings import settings

        for line in settings(options) if self.show_settings else ():
            click.echo(printable(line))
        for line in files(options) if self.show_files else ():
            click.echo(printable(line))
        raise click.exceptions.Exit(0)

    def _over(self, configured: Options) -> Options:
        """A `--select` sets the configured selection aside, ignored rules included."""
        base = replace(configured, select=self.select, ignore=(), extend_select=(), extend_ignore=())
        kept = base if self.select else configured
        return replace(
            kept,
            keras=self.keras or configured.keras,
            ignore=(*kept.ignore, *_words(self.ignore)),
            select=_words(kept.select),
            extend_select=(*kept.extend_select, *_words(self.extend_select)),
            extend_ignore=(*kept.extend_ignore, *_words(self.extend_ignore)),
            baseline=self.baseline or configured.baseline,
            force_exclude=self.force_exclude or configured.force_exclude,
            cache=configured.cache and not self.no_cache,
            jobs=self.jobs or configured.jobs,
            executor=self.executor,
        )


@dataclass(frozen=True)
class Running:
    """The flags that say how to run a program."""

    call: str | None
    inputs: tuple[str, ...]
    python: str | None
    timeout: float | None
    steps: int | None
    write_through: bool
    shapes: bool
    logdir: str | None

    def over(self, target: Target) -> Target:
        """A target as configured, with these flags on top."""
        return replace(target, call=self.call or target.call, inputs=self.inputs or target.inputs)


def _walked(paths: tuple[str, ...]) -> Listing:
    from gradcheck.cli.settings import files

    return partial(files, paths)


def _announce(options: Options) -> None:
    """Say where no settings were read, and that code of the project runs."""
    for remark in options.remarks:
        click.echo(f"gradcheck: {printable(remark)}", err=True)
    if options.rules:
        names = printable(", ".join(os.path.basename(rule) for rule in options.rules))
        click.echo(f"gradcheck: runs the project's own rules: {names}", err=True)


def check_selectors(options: Options) -> None:
    """Refuse a code or name that no rule has: a typo would silently check nothing.

    Where rules of the project may not run, nobody knows their codes; the report says that they did not run.
    """
    if options.held_rules:
        return
    used = (*options.select, *options.ignore, *options.extend_select, *options.extend_ignore)
    per_file = (code for _, codes in options.per_file_ignores for code in codes)
    levels = (code for code, _ in options.severity)
    for word in (*used, *per_file, *levels):
        _check_selector(word, options.rules)


def _check_selector(word: str, files: tuple[str, ...]) -> None:
    from gradcheck.project_rules import rule_set

    known = rule_set(files)
    rules = [entry.rule for entry in known.entries]
    if word != "ALL" and not any(rule.code.startswith(word) or rule.name == word for rule in rules):
        raise click.UsageError(f"no rule {word!r}: {_hint(word, rules, known.problems)}")


def _hint(word: str, rules: Sequence[Rule], problems: Sequence[Problem]) -> str:
    """What the user may have meant: a rule of nearly that name, or one in a file that cannot be used."""
    from difflib import get_close_matches

    if problems:
        return "; ".join(f"{one.path}:{one.line}: {one.message}" for one in problems)
    known = [name for rule in rules for name in (rule.code, rule.name)]
    close = get_close_matches(word, known, n=1) or get_close_matches(word.upper(), known, n=1)
    return f"did you mean {close[0]}?" if close else "`gradcheck rules` lists them"


def _words(values: tuple[str, ...]) -> tuple[str, ...]:
    """`--select GC1,GC2` and `--select GC1 --select GC2` are one."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


def _group(command: Command, options: tuple[Any, ...], name: str, kind: type[Any]) -> Command:
    """Add options to a command that receives them as one value."""
    from functools import wraps

    fields = tuple(kind.__annotations__)

    @wraps(command)
    def gathered(**values: Any) -> Any:
        value = kind(**{field: values.pop(field) for field in fields})
        return command(**values, **{name: value})

    for option in reversed(options):
        gathered = option(gathered)
    return gathered
