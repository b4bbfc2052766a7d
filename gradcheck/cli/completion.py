"""What a shell is told when it completes a word that names a rule."""

from __future__ import annotations

import click


def rule_names(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """The codes and names of our rules that begin with what was typed, also behind a comma. To
    ask for those of the project would run its code.
    """
    from gradcheck.registry import entries

    before, comma, begun = incomplete.rpartition(",")
    words = (word for entry in entries() for word in (entry.rule.code, entry.rule.name))
    return [f"{before}{comma}{word}" for word in words if word.startswith(begun)]
