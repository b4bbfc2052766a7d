"""The plain assignments of a method that runs once: what each binds, and what depends on what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.reading import bound, dotted, read
from gradcheck.fix.cst.tapes import last_name
from gradcheck.fix.cst.tree import Tree

_SCOPES = ("name_scope", "variable_scope", "init_scope")
_STATIC = ("shape", "dtype", "name", "ndim")
_CREATORS = ("add_weight", "add_variable", "Variable", "TransformedVariable", "get_variable")
_MODEL_PARTS = (".layers.", ".models.", ".Model", ".Sequential", ".optimizers.", ".metrics.", "Module")
_LIBRARIES = ("tf", "keras", "tfp", "math")
_HARMLESS = ("int", "float", "bool", "len", "range", "zip", "tuple", "list", "dict", "min", "max")
_LUCK = ("random", "sample", "shuffle", "dropout")


@dataclass(frozen=True)
class Line:
    """A line with one assignment, in a function's own block."""

    node: cst.SimpleStatementLine
    target: cst.BaseExpression
    value: cst.BaseExpression
    this: str

    @cached_property
    def names(self) -> frozenset[str]:
        """The local names it binds."""
        return bound(self.target)

    @cached_property
    def attributes(self) -> tuple[str, ...]:
        """The attributes of the object it binds, in order."""
        return tuple(self._attributes(self.target))

    def _attributes(self, target: cst.BaseExpression) -> Iterator[str]:
        if isinstance(target, cst.Attribute) and dotted(target.value) == self.this:
            yield target.attr.value
        for element in target.elements if isinstance(target, cst.Tuple | cst.List) else ():
            yield from self._attributes(element.value)

    @property
    def single(self) -> bool:
        """Whether it binds one thing."""
        return not isinstance(self.target, cst.Tuple | cst.List)


def lines_of(function: cst.FunctionDef, this: str) -> tuple[Line, ...]:
    """The assignments that stand in a function's own block, in order."""
    return tuple(line for one in own_parts(function) if (line := line_of(one, this)) is not None)


def own_parts(function: cst.FunctionDef) -> Iterator[cst.CSTNode]:
    """The statements of a function's own block, and of the name scopes that it opens."""
    for one in function.body.body:
        if isinstance(one, cst.With) and all(_names_only(item) for item in one.items):
            yield from (*one.items, *one.body.body)
        else:
            yield one


def _names_only(item: cst.WithItem) -> bool:
    return isinstance(item.item, cst.Call) and last_name(item.item.func) in _SCOPES and item.asname is None


def line_of(statement: cst.CSTNode | None, this: str) -> Line | None:
    """A statement as such a line; None for any other one."""
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return None
    node = statement.body[0]
    if isinstance(node, cst.Assign) and len(node.targets) == 1:
        return Line(statement, node.targets[0].target, node.value, this)
    if isinstance(node, cst.AnnAssign) and node.value is not None:
        return Line(statement, node.target, node.value, this)
    return None


def unclear(function: cst.FunctionDef, lines: Iterable[Line]) -> frozenset[str]:
    """The names that a function binds anywhere but in its straight lines."""
    straight = {id(line.node) for line in lines}
    crooked = (one for one in own_parts(function) if id(one) not in straight)
    return frozenset().union(*(_bound_inside(one) for one in crooked))


def _bound_inside(node: cst.CSTNode) -> frozenset[str]:
    """Every name that is bound in a statement, however deep."""
    found: frozenset[str] = frozenset()
    if isinstance(node, cst.AssignTarget | cst.AnnAssign | cst.AugAssign | cst.For | cst.NamedExpr):
        found = bound(node.target)
    elif isinstance(node, cst.AsName | cst.FunctionDef | cst.ClassDef | cst.Param):
        found = bound(node.name)
    elif isinstance(node, cst.ImportAlias) and node.asname is None:
        found = frozenset((dotted(node.name).partition(".")[0],))
    elif isinstance(node, cst.NameItem):
        found = frozenset((node.name.value,))
    return found.union(*(_bound_inside(child) for child in node.children))


def reads_value(
    tree: Tree, node: cst.CSTNode, words: Iterable[str], this: str, attributes: Iterable[str]
) -> bool:
    """Whether code asks for the value, not only for the shape, of one of these names or attributes."""
    wanted = frozenset(words)
    locals_read = (name for name in read(node) if name.value in wanted)
    own = {f"{this}.{attribute}" for attribute in attributes}
    read_here = (one for one in tree.every(cst.Attribute, node) if dotted(one) in own)
    return any(not _static(tree, one) for one in (*locals_read, *read_here))


def _static(tree: Tree, node: cst.CSTNode) -> bool:
    above = tree.parent(node)
    return isinstance(above, cst.Attribute) and above.value is node and above.attr.value in _STATIC


def creations(tree: Tree, node: cst.CSTNode) -> tuple[cst.Call, ...]:
    """The calls in a piece of code that create a weight."""
    return tuple(call for call in tree.every(cst.Call, node) if last_name(call.func) in _CREATORS)


def creates(tree: Tree, node: cst.CSTNode, depth: int = 3) -> bool:
    """Whether code, or a function of the text that it calls, makes something that must be made only once: a
    weight, a layer, an object of a class that is not known to hold none."""
    called = {last_name(call.func) for call in tree.every(cst.Call, node)} if depth else set()
    for function in tree.every(cst.FunctionDef):
        if function.name.value in called and _leaves_traces(tree, function, depth - 1):
            return True
    for call in tree.every(cst.Call, node):
        name, short = names(tree).called(call), last_name(call.func)
        unknown = not name and short.lstrip("_")[:1].isupper()
        if short in _CREATORS or unknown or any(part in name for part in _MODEL_PARTS):
            return True
    odd = (cst.Await, cst.Yield, cst.NamedExpr)
    return any(isinstance(one, odd) for one in tree.every(cst.BaseExpression, node))


def _leaves_traces(tree: Tree, function: cst.FunctionDef, depth: int) -> bool:
    """Whether a function makes such a thing, or sets an attribute."""
    sets = any(isinstance(one.target, cst.Attribute) for one in tree.every(cst.AssignTarget, function))
    return sets or creates(tree, function.body, depth)


def repeatable(tree: Tree, node: cst.CSTNode) -> bool:
    """Whether code surely gives the same each time it runs: it calls nothing but these libraries, and leaves
    nothing to chance."""
    called = [names(tree).called(call) or dotted(call.func) for call in tree.every(cst.Call, node)]
    known = (name in _HARMLESS or name.partition(".")[0] in _LIBRARIES for name in called)
    return all(known) and not lucky(tree, node) and not creates(tree, node)


def lucky(tree: Tree, node: cst.CSTNode) -> bool:
    """Whether code leaves something to chance."""
    called = [dotted(call.func) or last_name(call.func) for call in tree.every(cst.Call, node)]
    parts = [part for name in called for part in name.split(".")]
    return any(part in _LUCK or part.startswith(("random_", "sample_", "stateless_")) for part in parts)


def dependent(tree: Tree, lines: Sequence[Line], seeds: Iterable[Line]) -> tuple[Line, ...]:
    """The seeds and every line whose value follows from one of them."""
    chosen = [*seeds]
    words = {name for line in chosen for name in line.names}
    attributes = {attribute for line in chosen for attribute in line.attributes}
    for line in lines:
        follows = reads_value(tree, line.value, words, line.this, attributes)
        if line not in chosen and follows and not creates(tree, line.value):
            chosen.append(line)
            words |= line.names
            attributes |= {*line.attributes}
    return tuple(line for line in lines if line in chosen)


def returned(function: cst.FunctionDef) -> Iterator[cst.BaseExpression]:
    """What a function's own block returns."""
    for statement in function.body.body:
        for node in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
            if isinstance(node, cst.Return) and node.value is not None:
                yield node.value


def others(function: cst.FunctionDef, taken: Iterable[cst.CSTNode]) -> tuple[cst.CSTNode, ...]:
    """The statements of a function's own block without some of them."""
    gone = {id(one) for one in taken}
    return tuple(one for one in own_parts(function) if id(one) not in gone)
