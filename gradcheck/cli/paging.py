"""Long texts on a terminal: lines that fit it, and a pager for what is longer than it."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby

import click

from gradcheck.base.printable import wrapped
from gradcheck.cli.printing import has_color, say
from gradcheck.cli.progress import columns

WIDEST = 100
"""Lines of prose longer than this are hard to follow."""
_KEPT = ("|", "    ", "* ", "- ")
"""How lines begin that are no prose."""


def show(text: str) -> None:
    """Print a text; on a terminal that is not high enough for it, through the user's pager."""
    if _fits(text):
        say(text)
        return
    os.environ.setdefault("LESS", "FRX")  # colours as they are, and the screen as it was
    click.echo_via_pager(text, color=has_color("auto"))


def width() -> int | None:
    """How wide lines may be; None where no terminal shows them."""
    return min(columns(sys.stdout), WIDEST) if sys.stdout and sys.stdout.isatty() else None


def reflowed(page: str, width: int) -> Iterator[str]:
    """A page's lines: prose filled anew, headings bold, code indented in place of its fences."""
    in_code = False
    for fence, group in groupby(page.splitlines(), lambda line: line.startswith("```")):
        if fence:
            in_code = not in_code
        elif in_code:
            yield from (f"    {line}".rstrip() for line in group)
        else:
            yield from _prose(group, width)


def hung(first: str, text: str, width: int) -> str:
    """A text behind its first cells; what does not fit goes on below itself."""
    indent = " " * len(first)
    if width - len(first) < 20:
        return first + text
    return first + f"\n{indent}".join(wrapped(text, width - len(first)))


def _prose(lines: Iterable[str], width: int) -> Iterator[str]:
    for kept, group in groupby(lines, lambda line: not line or line.startswith(("## ", *_KEPT))):
        if kept:
            yield from (bold(line.removeprefix("## ")) if line.startswith("## ") else line for line in group)
        else:
            yield from textwrap.wrap(" ".join(group), width, break_on_hyphens=False, break_long_words=False)


def bold(text: str) -> str:
    """A heading, where there are colours."""
    return click.style(text, bold=True) if has_color("auto") else text


def _fits(text: str) -> bool:
    streams = (sys.stdin, sys.stdout)
    if not all(stream and stream.isatty() for stream in streams) or os.environ.get("TERM") == "dumb":
        return True
    try:
        return text.count("\n") < os.get_terminal_size(sys.stdout.fileno()).lines
    except (OSError, ValueError):
        return True
