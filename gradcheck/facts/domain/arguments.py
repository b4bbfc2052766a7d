"""The arguments of one call, each with the expression it stands in."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.facts.domain.values import Value


@dataclass(eq=False, repr=False)
class Arguments:
    """The arguments of one call, each with the expression it stands in (for its exact location)."""

    node: ast.expr
    positional: tuple[tuple[ast.expr, Value], ...] = ()
    keywords: tuple[tuple[str, ast.expr, Value], ...] = ()
    starred: tuple[Value, ...] = ()

    def get(self, name: str, position: int | None = None) -> Value | None:
        """The argument passed under this name, or at this position."""
        found = self.placed(name, position)
        return None if found is None else found[1]

    def placed(self, name: str, position: int | None = None) -> tuple[ast.expr, Value] | None:
        """The same with the expression it stands in."""
        for word, node, value in self.keywords:
            if word == name:
                return node, value
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return None

    def all(self) -> Iterator[tuple[str | None, int | None, ast.expr, Value]]:
        """Every argument as (keyword, position, expression, value)."""
        for position, (node, value) in enumerate(self.positional):
            yield None, position, node, value
        for word, node, value in self.keywords:
            yield word, None, node, value
        for value in self.starred:
            yield None, None, self.node, value

    def values(self) -> list[Value]:
        """Every argument's value."""
        found = [value for _, value in self.positional]
        found += [value for _, _, value in self.keywords]
        found += self.starred
        return found
