"""A file's text as a tree that keeps every character, searched by the positions that reports use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TypeVar

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, ParentNodeProvider, PositionProvider

from gradcheck.report.finding import Location

Node = TypeVar("Node", bound=cst.CSTNode)
Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement
Change = cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNode]
Replacement = Change | Callable[[cst.CSTNode], Change]
Changes = Mapping[cst.CSTNode, Replacement]


class UnreadableError(Exception):
    """LibCST cannot read the text, or would not write it back unchanged: nothing can be rewritten in it."""


class Tree:
    """A parsed text. Never changed: `change` gives a new module.

    Raises UnreadableError.
    """

    def __init__(self, text: str) -> None:
        try:
            module = cst.parse_module(text)
            unchanged = module.code == text
        except Exception as error:  # LibCST's own parser raises more than its documentation names
            raise UnreadableError(str(error)) from error
        if not unchanged:
            raise UnreadableError("the text does not survive being parsed")
        self.module = module

    @cached_property
    def _wrapper(self) -> MetadataWrapper:
        return MetadataWrapper(self.module, unsafe_skip_copy=True)

    @cached_property
    def ranges(self) -> Mapping[cst.CSTNode, CodeRange]:
        """Where each node stands: lines from 1, columns in characters from 0."""
        return self._wrapper.resolve(PositionProvider)

    @cached_property
    def parents(self) -> Mapping[cst.CSTNode, cst.CSTNode]:
        """What each node stands in."""
        return self._wrapper.resolve(ParentNodeProvider)

    @cached_property
    def nodes(self) -> tuple[cst.CSTNode, ...]:
        """Every node, outer ones first, in source order."""
        return tuple(_walk(self.module))

    # Finding

    def every(self, kind: type[Node], inside: cst.CSTNode | None = None) -> Iterator[Node]:
        """Every node of a kind, in source order, in the module or inside (and including) one node."""
        return (node for node in (_walk(inside) if inside else self.nodes) if isinstance(node, kind))

    def find(
        self, location: Location, kind: type[Node], wanted: Callable[[Node], bool] = lambda _: True
    ) -> Node | None:
        """The node that a finding means: it stands exactly there, else inside, else around (within one
        statement), else on that line."""
        return next((node for node in self._meant(location, kind) if wanted(node)), None)

    def _meant(self, location: Location, kind: type[Node]) -> Iterator[Node]:
        line, column = location.line, location.column - 1
        end = (location.end_line or line, (location.end_column or location.column) - 1)
        spots = [(node, self.ranges[node]) for node in self.every(kind) if node in self.ranges]
        starts = [(node, _start(spot), _end(spot)) for node, spot in spots]
        yield from (node for node, start, stop in starts if start == (line, column) and stop == end)
        yield from (node for node, start, stop in starts if (line, column) <= start and stop <= end)
        around = [node for node, start, stop in starts if start <= (line, column) and end <= stop]
        yield from (node for node in reversed(around) if not isinstance(node, cst.BaseCompoundStatement))
        yield from (node for node, start, _ in starts if start[0] == line)

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """What a node stands in."""
        return self.parents.get(node)

    def above(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """Everything a node stands in, from the inside outwards."""
        while (node_above := self.parents.get(node)) is not None:
            yield node_above
            node = node_above

    def enclosing(self, node: cst.CSTNode, kind: type[Node]) -> Node | None:
        """The nearest node of a kind around a node."""
        return next((one for one in self.above(node) if isinstance(one, kind)), None)

    def statement(self, node: cst.CSTNode) -> Statement | None:
        """The statement that a node is part of, itself included."""
        kinds = (cst.SimpleStatementLine, cst.BaseCompoundStatement)
        return next((one for one in (node, *self.above(node)) if isinstance(one, kinds)), None)

    def line(self, node: cst.CSTNode) -> int:
        """The line a node starts on."""
        return self.ranges[node].start.line

    def code(self, node: cst.CSTNode, changes: Changes | None = None) -> str:
        """A node's source text, with nodes inside it replaced."""
        changed = node.visit(_Change(changes)) if changes else node
        assert isinstance(changed, cst.CSTNode)
        return self.module.code_for_node(changed)

    # Changing

    def change(self, changes: Changes) -> cst.Module:
        """The module with nodes replaced, each by a node, by several, or by what a function makes of it
        (which sees the changes inside it)."""
        changed = self.module.visit(_Change(changes))
        assert isinstance(changed, cst.Module)
        return changed

    def statements(self, code: str) -> tuple[Statement, ...]:
        """Source text as statements, indented as this module is."""
        parsed = cst.parse_module(code, self.module.config_for_parsing)
        return tuple(parsed.body)

    def expression(self, code: str) -> cst.BaseExpression:
        """Source text as an expression."""
        return cst.parse_expression(code, self.module.config_for_parsing)


def changed(node: Node, changes: Changes) -> Node:
    """A piece of code with nodes in it replaced; not the piece itself."""
    after = node.visit(_Change(changes))
    assert isinstance(after, type(node))
    return after


class _Change(cst.CSTTransformer):
    def __init__(self, changes: Changes) -> None:
        super().__init__()
        self.changes = changes

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> Change:  # type: ignore[override]
        replacement = self.changes.get(original_node)
        if replacement is None:
            return updated_node
        return replacement(updated_node) if callable(replacement) else replacement


def _walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _start(spot: CodeRange) -> tuple[int, int]:
    return spot.start.line, spot.start.column


def _end(spot: CodeRange) -> tuple[int, int]:
    return spot.end.line, spot.end.column
