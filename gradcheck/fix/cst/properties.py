"""Attributes that a method sets once become properties: what they need goes with them or is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import libcst as cst

from gradcheck.fix.cst.classes import Method, family, free_attribute, methods, on_this, stored, stores
from gradcheck.fix.cst.layout import dedented, on_one_line, property_named
from gradcheck.fix.cst.reading import attribute, bound, dotted, read
from gradcheck.fix.cst.setup_lines import (
    Line,
    creates,
    creations,
    dependent,
    lines_of,
    lucky,
    others,
    repeatable,
    unclear,
)
from gradcheck.fix.cst.tree import Changes, Replacement, Statement, Tree, changed
from gradcheck.fix.cst.unset import asked, prepared


class UnclearError(Exception):
    """It is not clear that the program would mean the same."""


def as_properties(tree: Tree, method: Method, seeds: Iterable[Line]) -> Changes | None:
    """The changes that make properties of every attribute that a method computes from these lines; None if
    that might change what the program means."""
    try:
        return _Move(tree, method).changes([*seeds])
    except UnclearError:
        return None


def _require(condition: object) -> None:
    if not condition:
        raise UnclearError


class _Move:
    """The work on one method. What its locals become when the lines that use them leave it:

    `kept` are locals that an attribute holds from now on, or already does; `renamed` those of them whose own
    line writes that attribute; `noted` are parameters that a new line writes to an attribute.
    """

    def __init__(self, tree: Tree, method: Method) -> None:
        self.tree, self.method, self.this = tree, method, method.this
        self.lines = lines_of(method.function, method.this)
        self.unclear = unclear(method.function, self.lines)
        self.parameters = bound(method.function.params)
        self.kept: dict[str, str] = {}
        self.renamed: dict[str, Line] = {}
        self.noted: dict[str, str] = {}
        self.made: dict[cst.Call, str] = {}
        self.copied: list[Line] = []

    def changes(self, seeds: Sequence[Line]) -> Changes:
        """All changes in the module."""
        self.moved = dependent(self.tree, self.lines, seeds)
        bearers = [line for line in self.moved if line.attributes]
        _require(bearers)
        unset = [one for line in bearers for one in self._unset(line)]
        self._note_creations()
        properties = [one for line in bearers for one in self._properties(line)]
        gone = self._gone(bearers)
        changes: dict[cst.CSTNode, Replacement] = {one: cst.RemoveFromParent() for one in unset}
        changes |= {line.node: cst.RemoveFromParent() for line in gone}
        changes |= self._rest(gone, bearers[0])
        changes |= self._own_place(gone, properties)
        return changes

    # What may become a property

    def _unset(self, line: Line) -> Iterator[Statement]:
        """The lines that set an attribute to None before its time; no other line may set it."""
        targets = line.target.elements if isinstance(line.target, cst.Tuple | cst.List) else [line.target]
        _require(len(targets) == len(line.attributes) and not lucky(self.tree, line.value))
        for name in line.attributes:
            _require(not any(asked(self.tree, self.method, name, line.value)))
            before = prepared(self.tree, self.method, name, line.target)
            _require(before is not None)
            yield from before or ()

    # What a property's body is

    def _note_creations(self) -> None:
        """Weights that are created within an expression that is moved get an attribute of their own."""
        for line in self.moved:
            made = creations(self.tree, line.value)
            _require(not creates(self.tree, line.value) if not made else len(made) == 1 and line.single)
            for call in made:
                inside = self.tree.above(call)
                _require(call is not line.value)
                later = (cst.Lambda, cst.BaseComp, cst.IfExp, cst.BooleanOperation)
                _require(not any(isinstance(one, later) for one in _up_to(inside, line.node)))
                self.made[call] = self._free([*line.attributes, *line.names][0])

    def _properties(self, line: Line) -> Iterator[cst.FunctionDef]:
        steps = self._steps(line)
        body = [self._changed(step.node) for step in steps]
        for name in line.attributes:
            yield property_named(name, self.this, [*body, *self._result(line, name)], line.node)

    def _result(self, line: Line, name: str) -> list[cst.SimpleStatementLine]:
        value = self._moved_value(line.value)
        if any(call in self.made for call in self.tree.every(cst.Call, line.value)):
            value = on_one_line(self.tree, value)
        if line.single:
            return [_returning(value)]
        place = line.attributes.index(name)
        if isinstance(value, cst.Tuple | cst.List) and len(value.elements) == len(line.attributes):
            return [_returning(value.elements[place].value)]
        names = [cst.Element(cst.Name(self._local(one))) for one in line.attributes]
        split = cst.Assign([cst.AssignTarget(cst.Tuple(names, lpar=[], rpar=[]))], value)
        return [cst.SimpleStatementLine([split]), _returning(cst.Name(self._local(name)))]

    def _moved_value(self, node: cst.BaseExpression) -> cst.BaseExpression:
        value = self._changed(node)
        assert isinstance(value, cst.BaseExpression)
        return value

    def _local(self, attribute_name: str) -> str:
        _require(attribute_name.strip("_") not in self.parameters)
        return attribute_name.strip("_")

    def _steps(self, line: Line) -> list[Line]:
        """The lines before it whose locals it needs; what must not be computed again is kept."""
        needed = self._needed(line)
        steps: list[Line] = []
        for earlier in reversed(self.lines[: self.lines.index(line)]):
            wanted = earlier.names & needed
            if wanted and self._renames(earlier):
                self.copied += [earlier] if earlier not in self.copied else []
            elif wanted and self._goes_along(earlier):
                steps.insert(0, earlier)
                needed |= self._needed(earlier)
            else:
                for name in wanted:
                    self._keep(name, earlier)
        _require(not needed & self.unclear)
        for name in sorted(needed & self.parameters - {self.this} - {*self.kept}):
            self._note(name)
        self.copied += [step for step in steps if step not in self.copied]
        return steps

    def _renames(self, line: Line) -> bool:
        """Whether a line only gives a short name to an attribute, which is used instead."""
        this, _, own = dotted(line.value).partition(".")
        once = sum(bool(line.names & one.names) for one in self.lines) == 1
        if this != self.this or "." in own or not own or not once or not isinstance(line.target, cst.Name):
            return False
        if line in self.moved or len([*stores(self.tree, own)]) != 1:
            return False
        self.kept[line.target.value] = own
        return True

    def _needed(self, line: Line) -> set[str]:
        """The names a line reads, but for creating a weight that is created apart from it."""
        apart = {id(name) for call in self.made for name in read(call)}
        return {name.value for name in read(line.value) if id(name) not in apart}

    def _goes_along(self, line: Line) -> bool:
        if line in self.moved:
            _require(not lucky(self.tree, line.value) and not line.attributes)
            return True
        asked = {name.value for name in read(line.value)} & self.parameters - {self.this}
        known = all(self._alias(name) for name in asked)
        return known and not line.attributes and repeatable(self.tree, line.value)

    def _keep(self, name: str, line: Line) -> None:
        if name not in self.kept:
            alias = self._alias(name)
            once = sum(name in one.names for one in self.lines) == 1
            _require(alias or (once and isinstance(line.target, cst.Name)))
            self.kept[name] = alias or self._free(name)
            if not alias:
                self.renamed[name] = line

    def _note(self, name: str) -> None:
        alias = self._alias(name)
        _require(alias or self.method.name != "build")
        self.kept[name] = alias or self._free(name)
        if not alias:
            self.noted[name] = self.kept[name]

    def _alias(self, name: str) -> str:
        """The attribute that holds a local anyway."""
        for line in self.lines:
            value = isinstance(line.value, cst.Name) and line.value.value == name
            if value and line.single and line.attributes and line not in self.moved:
                once = len([*stores(self.tree, line.attributes[0])]) == 1
                return line.attributes[0] if once else ""
        return ""

    def _free(self, name: str) -> str:
        free = free_attribute(self.tree, name)
        _require(free and free not in {*self.kept.values(), *self.made.values()})
        return free

    def _changed(self, node: cst.CSTNode) -> cst.CSTNode:
        """A moved piece of code as it must be written in a property."""
        places: dict[cst.CSTNode, Replacement] = {
            call: attribute(f"{self.this}.{name}") for call, name in self.made.items()
        }
        for name in read(node):
            if name.value in self.kept:
                places[name] = self._own(name)
        return places[node] if node in places else changed(node, places)  # type: ignore[return-value]

    def _own(self, name: cst.Name) -> cst.BaseExpression:
        own = attribute(f"{self.this}.{self.kept[name.value]}")
        return own.with_changes(lpar=name.lpar, rpar=name.rpar)

    # What is left of the method

    def _gone(self, bearers: Sequence[Line]) -> list[Line]:
        """The lines that leave the method: nothing that stays needs them."""
        gone = [*bearers]
        for line in reversed([one for one in self.lines if one in self.copied]):
            left = others(self.method.function, [one.node for one in gone] + [line.node])
            asked_for = {name.value for one in left for name in read(one) if not stored(self.tree, name)}
            if not asked_for & line.names:
                gone.append(line)
        return gone

    def _rest(self, gone: Sequence[Line], first: Line) -> dict[cst.CSTNode, Replacement]:
        """Locals renamed to the attributes that hold them, and new lines that fill attributes."""
        changes: dict[cst.CSTNode, Replacement] = {}
        for line in self.renamed.values():
            _require(line not in gone)
        for one in others(self.method.function, [line.node for line in gone]):
            for name in read(one):
                if name.value in self.renamed:
                    changes[name] = self._own(name)
        for call, own in self.made.items():
            line = next(line for line in self.moved if call in creations(self.tree, line.value))
            _require(line in gone)
            new = cst.Assign([cst.AssignTarget(attribute(f"{self.this}.{own}"))], dedented(self.tree, call))
            changes[line.node] = line.node.with_changes(body=[new])
        if self.noted:
            _require(first.node not in changes)
            new_lines = self.tree.statements(
                "\n".join(f"{self.this}.{own} = {name}" for name, own in self.noted.items())
            )
            changes[first.node] = cst.FlattenSentinel(new_lines)
        return changes

    def _own_place(
        self, gone: Sequence[Line], properties: Sequence[cst.FunctionDef]
    ) -> dict[cst.CSTNode, Replacement]:
        """The method with its properties behind it; nothing but them if it has nothing left to do."""
        function = self.method.function
        left = others(function, [line.node for line in gone])
        self._require_full_scopes(gone)
        if self.made or self.noted or any(not _text(one) for one in left):
            return {self._anchor(): lambda after: cst.FlattenSentinel([after, *properties])}
        callers = self._callers()
        if callers is None:
            idle = self.tree.statements("pass")
            kept = [one for one in function.body.body if one in left and isinstance(one, Statement)]
            filled = cst.IndentedBlock([*kept, *idle])
            return {function: cst.FlattenSentinel([function.with_changes(body=filled), *properties])}
        first = properties[0].with_changes(leading_lines=function.leading_lines)
        calls: dict[cst.CSTNode, Replacement] = {one: cst.RemoveFromParent() for one in callers}
        return {**calls, function: cst.FlattenSentinel([first, *properties[1:]])}

    def _anchor(self) -> cst.CSTNode:
        """What new properties stand behind: the method, and the properties that follow it already."""
        body: list[cst.CSTNode] = [*self.method.owner.body.body]
        place = body.index(self.method.function)
        while place + 1 < len(body) and _is_property(body[place + 1]):
            place += 1
        return body[place]

    def _require_full_scopes(self, gone: Sequence[Line]) -> None:
        """No block of a name scope may become empty."""
        nodes = {id(line.node) for line in gone} - {id(line.node) for line in self.renamed.values()}
        for one in self.method.function.body.body:
            if isinstance(one, cst.With):
                _require(not all(id(inner) in nodes for inner in one.body.body))

    def _callers(self) -> list[Statement] | None:
        """The lines that only call the method; None if it is called in another way, or by another class."""
        if self.method.name in ("__init__", "build") or self._inherited:
            return None
        nodes = [node for node in self.tree.every(cst.Attribute) if node.attr.value == self.method.name]
        lines = [self._calling(node) for node in nodes]
        found = [line for line in lines if line is not None]
        return found if len(found) == len(lines) else None

    def _calling(self, node: cst.Attribute) -> Statement | None:
        line = self.tree.statement(node)
        call = self.tree.parent(node)
        block = self.tree.parent(line) if line else None
        alone = isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1
        if not alone or not isinstance(block, cst.IndentedBlock) or len(block.body) < 2:
            return None
        small = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
        whole = isinstance(small, cst.Expr) and small.value is call and on_this(self.tree, node)
        return line if whole else None

    @cached_property
    def _inherited(self) -> bool:
        related = family(self.tree, self.method.owner)
        return any(self.method.name in methods(one) for one in related if one is not self.method.owner)


def _is_property(node: cst.CSTNode) -> bool:
    names = [dotted(one.decorator) for one in node.decorators] if isinstance(node, cst.FunctionDef) else []
    return names == ["property"]


def _returning(value: cst.CSTNode) -> cst.SimpleStatementLine:
    assert isinstance(value, cst.BaseExpression)
    return cst.SimpleStatementLine([cst.Return(value)])


def _up_to(nodes: Iterable[cst.CSTNode], end: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for node in nodes:
        if node is end:
            return
        yield node


def _text(statement: cst.CSTNode) -> bool:
    """Whether a statement is a docstring or does nothing."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return False
    node = statement.body[0]
    text = isinstance(node, cst.Expr) and isinstance(node.value, cst.BaseString)
    return text or isinstance(node, cst.Pass)
