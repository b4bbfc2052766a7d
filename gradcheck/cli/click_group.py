"""How the command reads its words: the main job needs no name; arguments after `--` are the program's."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from gradcheck.cli.endings import ended

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

MAIN = "diagnose"
"""The command that runs when none is named."""
NOTHING_TYPED = "gradcheck.nothing_typed"
"""Whether the command was called by its name alone: a key of click's `meta`."""


class Option(click.Option):
    """An option that `--help` lists under a heading of its own."""

    def __init__(self, *arguments: Any, section: str = "Options", **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.section = section


def write_options(options: Iterable[click.Parameter], ctx: click.Context, page: click.HelpFormatter) -> None:
    """The help of options, under their headings in the order of the first of each."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for option in options:
        if isinstance(option, click.Option) and (record := option.get_help_record(ctx)):
            sections.setdefault(getattr(option, "section", "Options"), []).append(record)
    for heading, records in sections.items():
        with page.section(heading):
            page.write_dl(records)


class Command(click.Command):
    """A command whose options are listed under headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List them."""
        write_options(self.get_params(ctx), ctx, formatter)


class Main(click.Group):
    """`gradcheck model.py` is the main job; a first word that is a command's name is that command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the main job's name in front of arguments that name no command."""
        ctx.meta[NOTHING_TYPED] = not args
        own = {option for parameter in self.params for option in parameter.opts}
        first = args[0] if args else ""
        named = first in self.commands or first in own or first in ctx.help_option_names
        return super().parse_args(
            ctx, args if named or (ctx.resilient_parsing and not args) else [MAIN, *args]
        )

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete commands, and what the main job takes: files and its options."""
        from click.shell_completion import CompletionItem

        files = [] if incomplete.startswith("-") else [CompletionItem(incomplete, type="file")]
        options = self.commands[MAIN].shell_complete(ctx, incomplete)
        found = [*super().shell_complete(ctx, incomplete), *options, *files]
        return list({item.value: item for item in found}.values())

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the main job's options too: they are what people type."""
        write_options([*self.commands[MAIN].params, *self.get_params(ctx)], ctx, formatter)
        super().format_commands(ctx, formatter)

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run the command; as a program, end with its exit code whatever went wrong."""
        run = partial(super().main, *args, **extra, standalone_mode=False)
        return sys.exit(ended(run)) if standalone_mode else run()


class WithArguments(Command):
    """A command that keeps the arguments after `--` for the user's program."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Set the program's own arguments aside before ours are read."""
        if "--" in args:
            cut = args.index("--")
            ctx.meta["argv"], args = tuple(args[cut + 1 :]), args[:cut]
        return super().parse_args(ctx, args)


class _Unnamed(click.Context):
    """The main job has no name to its user: messages say `gradcheck`."""

    @property
    def command_path(self) -> str:
        """What was typed to get here."""
        return self.parent.command_path if self.parent else super().command_path


class MainJob(WithArguments):
    """The command that runs when none is named."""

    context_class = _Unnamed

    def get_help(self, ctx: click.Context) -> str:
        """Its help is that of the whole."""
        return ctx.parent.command.get_help(ctx.parent) if ctx.parent else super().get_help(ctx)
