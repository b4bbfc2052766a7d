"""`gradcheck trust`: lets a project's own rules run from now on, as they are now."""

from __future__ import annotations

import os

import click

from gradcheck.cli.printing import say_line
from gradcheck.config.pyproject import ConfigError, load
from gradcheck.config.trust import place, revoke, trust


def settle(folder: str, *, revoked: bool) -> None:
    """Trust the project that a folder belongs to, or no longer; say what was done."""
    try:
        options = load(None, (folder,), project_rules=True)
    except ConfigError as error:
        raise click.UsageError(str(error)) from None
    if not options.rules:
        raise click.UsageError(f"{folder}: no rules are listed under [tool.gradcheck] there")
    try:
        for line in _revoked(options.file) if revoked else _trusted(options.file, options.rules):
            say_line(line)
    except OSError as error:
        raise click.UsageError(f"{_list()}: cannot be written: {error.strerror}") from None


def _list() -> str:
    try:
        return place()
    except OSError:
        return "the list of trusted projects"


def _trusted(file: str, rules: tuple[str, ...]) -> list[str]:
    trust(file, rules)
    names = [f"  {os.path.relpath(rule)}" for rule in rules]
    return [f"{os.path.relpath(file)}: these rules run from now on, until they change:", *names]


def _revoked(file: str) -> list[str]:
    word = "no longer" if revoke(file) else "not"
    return [f"{os.path.relpath(file)}: its rules are {word} trusted"]
