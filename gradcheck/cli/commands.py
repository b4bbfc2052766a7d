"""The command line. Imports its stages lazily: `gradcheck check` never loads TensorFlow or LibCST."""

from __future__ import annotations

import os
import sys
from typing import Any, BinaryIO, NoReturn, cast

import click

from gradcheck.base.version import __version__
from gradcheck.cli.click_group import MAIN, NOTHING_TYPED, Command, Main, MainJob, WithArguments
from gradcheck.cli.completion import rule_names
from gradcheck.cli.flags import (
    Fixing,
    Running,
    Settings,
    Writing,
    fixing_flags,
    probe_flags,
    refuse_empty,
    report_flags,
    selection_flags,
)
from gradcheck.config.options import Options, Target


@click.group(
    cls=Main,
    options_metavar="",
    subcommand_metavar="[OPTIONS] TARGET... [-- ARGS]",
    context_settings={"help_option_names": ["-h", "--help"], "show_default": True},
)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
def main() -> None:
    """Find the Keras variables that get no gradient, and the line that cuts the path.

    A TARGET is file.py, file.py:name, package.module or package.module:name (an object, or a factory that
    takes no arguments). Its source is read, the program runs for a few training steps in a process of its
    own, and both are joined in one diagnosis. Arguments after -- are passed to the program.

    Exit code: 0 nothing found, 1 findings, 2 could not do the job.
    """


@main.command(MAIN, cls=MainJob, hidden=True)
@click.argument("targets", nargs=-1, metavar="TARGET...", type=click.Path())
@selection_flags
@fixing_flags
@probe_flags
@report_flags
@click.pass_context
def diagnose(
    ctx: click.Context,
    targets: tuple[str, ...],
    settings: Settings,
    fixing: Fixing,
    running: Running,
    writing: Writing,
) -> None:
    """Both halves, joined in one diagnosis."""
    from gradcheck.cli import probe

    _run_programs(ctx, probe.diagnose, targets, settings, running, writing, fixing)


@main.command(cls=WithArguments)
@click.argument("targets", nargs=-1, metavar="TARGET...", type=click.Path())
@click.option("--all", "every", is_flag=True, help="TARGETs are packages: probe every model that they make.")
@click.option(
    "--largest",
    type=click.IntRange(min=0),
    default=20_000_000,
    metavar="N",
    help="With --all: above so many parameters only shapes are followed (20 million).",
)
@selection_flags
@probe_flags
@report_flags
@click.pass_context
def probe(
    ctx: click.Context,
    targets: tuple[str, ...],
    every: bool,
    largest: int,
    settings: Settings,
    running: Running,
    writing: Writing,
) -> None:
    """Only run: judge the gradient of every variable."""
    from gradcheck.cli import probe

    if every:
        from gradcheck.cli import zoo

        zoo.run(targets, settings, running, writing, largest)
    _run_programs(ctx, probe.probe, targets, settings, running, writing)


@main.command(cls=Command)
@click.argument("paths", nargs=-1, required=True, metavar="PATHS...", type=click.Path())
@click.option(
    "--stdin-filename",
    metavar="NAME",
    callback=refuse_empty,
    help="What to call the text that PATHS '-' reads from stdin.",
)
@click.option(
    "--add-ignore",
    "reason",
    metavar="REASON",
    help="Silence all that is found with a comment above it that says why.",
)
@selection_flags
@fixing_flags
@report_flags
def check(
    paths: tuple[str, ...],
    stdin_filename: str | None,
    reason: str | None,
    settings: Settings,
    fixing: Fixing,
    writing: Writing,
) -> None:
    """Only read: execute nothing.

    PATHS are files and folders. Rules of a project that you trust are the only code that runs.
    """
    from gradcheck.cli import check
    from gradcheck.cli.finish import report_sink

    fixes = fixing.asked
    if stdin_filename is not None and "-" not in paths:
        raise click.UsageError("--stdin-filename names what PATHS '-' reads: there is none")
    if writing.watch and "-" in paths:
        raise click.UsageError("'-' has no file to watch: name the file")
    if writing.watch:
        _watch(paths)
    if reason is not None and (fixes or "-" in paths):
        raise click.UsageError("--add-ignore writes into files: it goes without --fix, --diff and '-'")
    if reason is not None and (writing.output_file or writing.html):
        raise click.UsageError("--add-ignore makes no report: it goes without -o and --html")
    if "-" in paths:
        if fixes:
            raise click.UsageError("'-' has no file to repair: name the file")
        _check_stdin(paths, stdin_filename or "stdin.py", settings, writing)
    options = settings.options(paths)
    end = report_sink(options, settings, writing, paths)
    report = end.shown(check.check(paths, options, remember=True))
    if reason is not None:
        from gradcheck.cli.ignore import ignore

        ignore(report, reason, options)
    if fixing.diff or (report.findings and (fixes or end.tells_fixes)):
        from gradcheck.cli import fix

        if fixes:
            fix.fix(
                report, end, fixing, lambda _: end.shown(check.check(paths, options, remember=True)), None
            )
        fix.offer(report, end)
    end.finish(report)


def _check_stdin(paths: tuple[str, ...], name: str, settings: Settings, writing: Writing) -> NoReturn:
    from gradcheck.cli import check
    from gradcheck.cli.finish import report_sink

    if len(paths) > 1:
        raise click.UsageError("'-' reads standard input: it goes alone")
    if os.path.isdir(name) or not os.path.basename(name):
        raise click.UsageError(f"--stdin-filename {name}: is the name of a folder: name a file")
    options = settings.options((name,), lambda options: check.named(name, options))
    end = report_sink(options, settings, writing, (name,))
    data = _standard_input(name)
    report, lines = check.check_bytes(name, data, options)
    end.finish(end.shown(report, {name: data}), lines=lines)


def _standard_input(name: str) -> bytes:
    """All of standard input, or one byte more than such a file may have: it may never end."""
    from gradcheck.source.discover import most_bytes

    if sys.stdin is None:
        raise click.UsageError("standard input is closed: name a file")
    return sys.stdin.buffer.read(most_bytes(name) + 1)


@main.command()
@click.argument("rule", shell_complete=rule_names)
def explain(rule: str) -> None:
    """Print the page of a RULE, by code or name."""
    from gradcheck.cli.explain import page
    from gradcheck.cli.paging import show

    show(page(rule) + "\n")


@main.command()
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to list them."
)
@click.option(
    "--test",
    "tested",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Hold a rule file of your own against the examples on its page instead.",
)
@click.pass_context
def rules(ctx: click.Context, form: str, tested: str | None) -> None:
    """List every rule, those of the project included."""
    from gradcheck.cli.explain import listing
    from gradcheck.cli.paging import show
    from gradcheck.cli.printing import say

    if tested is None:
        show(listing(form) + "\n")
        return
    from gradcheck.cli.rule_examples import tried

    said, holds = tried(tested)
    say(said + "\n")
    ctx.exit(0 if holds else 1)


@main.command()
@click.argument("action", type=click.Choice(["write", "update", "prune"]))
@click.argument("paths", nargs=-1, required=True, metavar="PATHS...", type=click.Path())
@selection_flags
def baseline(action: str, paths: tuple[str, ...], settings: Settings) -> None:
    """Keep a baseline of known findings.

    They are held back from then on.

    write makes it from what is found now; update makes it anew; prune only forgets what is gone. The file is
    the one that --baseline or the settings name, else gradcheck-baseline.json.
    """
    from gradcheck.cli import check
    from gradcheck.cli.baseline import keep

    if settings.diff_base is not None:
        raise click.UsageError("--diff-base goes with a report: a baseline counts what whole files hold")
    options = settings.options(paths)
    report = check.check(paths, options)
    keep(action, paths, report, options, check.under_both(paths, options) if settings.keras else report)


@main.command()
@click.argument("folder", default=".", type=click.Path())
@click.option("--revoke", is_flag=True, help="Trust it no longer.")
def trust(folder: str, revoke: bool) -> None:
    """Let a project's own rules run.

    They are code, so nothing runs them until the project is trusted once, or --project-rules asks for it.
    When one of them changes, the project has to be trusted anew.
    """
    from gradcheck.cli.trust import settle

    settle(folder, revoked=revoke)


@main.command()
def server() -> None:
    """Serve an editor (language server protocol).

    Over standard input and output."""
    try:
        from gradcheck.server.server import make
    except ModuleNotFoundError as error:
        raise _missing(error, "lsp") from None
    from gradcheck.server.messages import HeaderError, Messages

    _needs_streams()
    try:
        make().start_io(cast("BinaryIO", Messages(sys.stdin.buffer)))
    except HeaderError as error:
        raise click.UsageError(f"the editor sent a header that cannot be understood: {error}") from None


@main.command()
def mcp() -> None:
    """Serve a coding assistant (model context protocol).

    Over standard input and output."""
    try:
        from gradcheck.mcp.server import serve
    except ModuleNotFoundError as error:
        raise _missing(error, "mcp") from None
    _needs_streams()
    serve()


def _needs_streams() -> None:
    for name in ("stdin", "stdout"):
        if getattr(sys, name) is None:
            raise click.UsageError(
                f"standard {name.removeprefix('std')}put is closed: it is what the server speaks over"
            )


def _watch(paths: tuple[str, ...]) -> NoReturn:
    try:
        from gradcheck.cli.watch import watch
    except ModuleNotFoundError as error:
        raise _missing(error, "watch") from None
    watch(paths)


def _missing(error: ModuleNotFoundError, extra: str) -> click.UsageError:
    return click.UsageError(f"{error.name} is not installed: pip install 'gradcheck[{extra}]'")


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a script for completion in a SHELL.

    In ~/.bashrc: eval "$(gradcheck completion bash)"; zsh and fish alike.
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(main, {}, "gradcheck", "_GRADCHECK_COMPLETE").source())


def _run_programs(
    ctx: click.Context,
    job: Any,
    targets: tuple[str, ...],
    settings: Settings,
    running: Running,
    writing: Writing,
    fixing: Fixing | None = None,
) -> None:
    from gradcheck.cli.finish import report_sink
    from gradcheck.cli.probe import sources
    from gradcheck.cli.progress import ProgressLine
    from gradcheck.probe.driver.warm import Warm

    if writing.watch:
        _watch(targets)
    options = settings.options(targets, lambda options: sources(_programs(ctx, targets, options), options))
    programs = _programs(ctx, targets, options)
    progress = ProgressLine(
        verbose=writing.verbose, tells=writing.form != "text" or writing.output_file is not None
    )
    end = report_sink(options, settings, writing, targets, progress, running)
    try:
        with Warm() as warm:
            report = end.shown(job(programs, options, running, progress, warm))
            if fixing is not None and (
                fixing.diff or (report.findings and (fixing.asked or end.tells_fixes))
            ):
                from gradcheck.cli import fix, reruns
                from gradcheck.cli import probe as runs

                if not fixing.asked:
                    fix.offer(report, end)
                # Made before a file changes: a repaired file may no longer say which Keras it was judged for.
                before = runs.programs_of(programs, options, running)
                rerun = reruns.Rerun(before, options, running, progress, report.probes, warm)
                fix.fix(report, end, fixing, lambda tried: end.shown(rerun.joined(tried.trials)), rerun)
    finally:
        progress.clear()
    end.finish(report)


def _programs(ctx: click.Context, targets: tuple[str, ...], options: Options) -> tuple[Target, ...]:
    """The programs that are named, or those of the settings."""
    named = tuple(Target(target, ctx.meta.get("argv", ())) for target in targets) or options.probe.targets
    if not named and ctx.meta.get(NOTHING_TYPED):
        click.echo(ctx.get_help(), err=True)
        raise click.exceptions.Exit(2)
    if not named:
        raise click.UsageError("no target: name a program, or list some under [tool.gradcheck.probe] targets")
    return named
