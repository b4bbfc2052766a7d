"""How the command reads its words: the main job needs no name; what stands behind `--` is the program's."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from gradcheck.cli.endings import ended

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

MAIN = "diagnose"
"""The command that runs when none is named."""


class Main(click.Group):
    """`gradcheck model.py` is the main job; a first word that is a command's name is that command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the main job's name in front of arguments that name no command."""
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
        main = self.commands[MAIN]
        records = [
            record
            for option in main.params
            if isinstance(option, click.Option) and (record := option.get_help_record(ctx))
        ]
        with formatter.section("Options"):
            formatter.write_dl(records)
        super().format_commands(ctx, formatter)

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run the command; as a program, end with its exit code whatever went wrong."""
        run = partial(super().main, *args, **extra, standalone_mode=False)
        return sys.exit(ended(run)) if standalone_mode else run()


class WithArguments(click.Command):
    """A command that keeps what stands behind `--` for the user's program."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Set the program's own arguments aside before ours are read."""
        if "--" in args:
            cut = args.index("--")
            ctx.meta["argv"], args = tuple(args[cut + 1 :]), args[:cut]
        return super().parse_args(ctx, args)
