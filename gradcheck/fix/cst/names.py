"""How a file calls the libraries: `layers.Dense` means `keras.layers.Dense`, and how to write it there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import libcst as cst

from gradcheck.facts.effects.row import is_library
from gradcheck.fix.cst import reading
from gradcheck.fix.cst.tree import Tree
from gradcheck.source.names import canonical


@dataclass(frozen=True)
class Names:
    """The words of a file that stand for something in a library."""

    meanings: Mapping[str, str]

    def dotted(self, node: cst.CSTNode | None) -> str:
        """The canonical name of what an expression names (`tf.math.log`); empty for anything else."""
        first, _, rest = reading.dotted(node).partition(".") if node is not None else ("", "", "")
        meaning = self.meanings.get(first)
        dotted = canonical(f"{meaning}.{rest}" if rest else meaning) if meaning else ""
        return dotted if is_library(dotted) else ""

    def called(self, node: cst.CSTNode | None) -> str:
        """The canonical name of what an expression calls; empty if it is no call of a library."""
        return self.dotted(node.func) if isinstance(node, cst.Call) else ""

    def spell(self, dotted: str) -> str | None:
        """How this file writes a canonical name, as short as its imports allow; None if it imports nothing
        that leads there."""
        ways = [*self._ways(dotted)] or ([*self._ways(f"tf.{dotted}")] if dotted.startswith("keras.") else [])
        return min(ways, key=lambda way: (way.count("."), len(way)), default=None)

    def _ways(self, dotted: str) -> Iterator[str]:
        for word, meaning in self.meanings.items():
            if dotted == meaning or dotted.startswith(meaning + "."):
                yield word + dotted[len(meaning) :]


@lru_cache(maxsize=8)
def names(tree: Tree) -> Names:
    """The library words of a file: what it imports, and what the module names anew (`tfd =
    tfp.distributions`)."""
    meanings = {word: canonical(dotted) for word, dotted in _imported(tree)}
    for word, value in _renamed(tree):
        dotted = Names(meanings).dotted(value)
        if dotted and word not in meanings:
            meanings[word] = dotted
    return Names({word: dotted for word, dotted in meanings.items() if is_library(dotted)})


def _imported(tree: Tree) -> Iterator[tuple[str, str]]:
    for node in tree.nodes:
        if isinstance(node, cst.Import):
            for alias in node.names:
                name, word = alias.evaluated_name, alias.evaluated_alias
                yield (word, name) if word else (_first(name), _first(name))
        elif isinstance(node, cst.ImportFrom) and not isinstance(node.names, cst.ImportStar):
            owner = reading.dotted(node.module) if node.module and not node.relative else ""
            for alias in node.names if owner else ():
                yield alias.evaluated_alias or alias.evaluated_name, f"{owner}.{alias.evaluated_name}"


def _first(dotted: str) -> str:
    return dotted.partition(".")[0]


def _renamed(tree: Tree) -> Iterator[tuple[str, cst.BaseExpression]]:
    for statement in tree.module.body:
        for small in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
            if isinstance(small, cst.Assign) and len(small.targets) == 1:
                targets, values = _elements(small.targets[0].target), _elements(small.value)
                for target, value in (
                    zip(targets, values, strict=False) if len(targets) == len(values) else ()
                ):
                    if isinstance(target, cst.Name):
                        yield target.value, value


def _elements(node: cst.BaseExpression | cst.BaseAssignTargetExpression) -> list[cst.BaseExpression]:
    """`a, b` as its parts."""
    return [one.value for one in node.elements] if isinstance(node, cst.Tuple) else [node]
