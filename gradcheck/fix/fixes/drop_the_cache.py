"""Compute on every call what the first one keeps: `cached_property`, `if self.x is None: self.x = ...`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.caches import without_cache
from gradcheck.fix.cst.classes import Method, method_around
from gradcheck.fix.cst.flow import single
from gradcheck.fix.cst.layout import property_named
from gradcheck.fix.cst.places import above
from gradcheck.fix.cst.reading import bound, dotted, read
from gradcheck.fix.cst.setup_lines import Line, creates, line_of, lucky
from gradcheck.fix.cst.tree import Replacement, Tree
from gradcheck.fix.cst.unset import asked, prepared
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.CAPTURED, Kind.CAPTURED_BY_OBJECT, Kind.OUTSIDE_TAPE),
    title="Compute it on every call, without a cache",
    safe=True,
    rank=1,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The function around the finding loses its cache, whether a decorator or an `if` keeps it."""
    node = tree.find(finding.location, cst.BaseExpression)
    if node is None:
        return None
    return _plain_property(tree, node) or _without_if(tree, node) or _plain_getter(tree, node)


def _plain_property(tree: Tree, node: cst.CSTNode) -> cst.Module | None:
    """`@cached_property` becomes `@property`; `@lru_cache` goes."""
    function = tree.enclosing(node, cst.FunctionDef)
    if function is None or creates(tree, function.body) or lucky(tree, function.body):
        return None
    changes = without_cache(tree, function)
    return tree.change(changes) if changes else None


def _without_if(tree: Tree, node: cst.CSTNode) -> cst.Module | None:
    """`if self.x is None: self.x = ...` becomes a property `x`."""
    choice, method = tree.enclosing(node, cst.If), method_around(tree, node)
    if choice is None or method is None or choice.orelse or tree.parent(choice) is not method.function.body:
        return None
    steps = [line_of(one, method.this) for one in choice.body.body]
    lines = [line for line in steps if line is not None]
    name = lines[-1].attributes[0] if lines and lines[-1].attributes else ""
    if (
        len(lines) < len(steps)
        or not name
        or not _guards(method, choice, name)
        or not _own(tree, method, lines)
    ):
        return None
    unset = prepared(tree, method, name, lines[-1].target)
    if unset is None or any(asked(tree, method, name, lines[-1].value)) or len(method.function.body.body) < 2:
        return None
    result = cst.SimpleStatementLine([cst.Return(lines[-1].value)])
    made = property_named(name, method.this, [*(line.node for line in lines[:-1]), result], lines[-1].node)
    changes: dict[cst.CSTNode, Replacement] = {one: cst.RemoveFromParent() for one in (*unset, choice)}
    return tree.change({**changes, method.function: above(method, made)})


def _plain_getter(tree: Tree, node: cst.CSTNode) -> cst.Module | None:
    """`if self._x is None: self._x = ...` and `return self._x` becomes `return ...`: what clears the
    attribute elsewhere may stay."""
    choice, method = tree.enclosing(node, cst.If), _getter(tree, node)
    if choice is None or method is None or choice.orelse or len(choice.body.body) != 1:
        return None
    line, last = line_of(choice.body.body[0], method.this), method.function.body.body[-1]
    back = single(last)
    value = back.value if isinstance(back, cst.Return) else None
    if line is None or not line.attributes or value is None or dotted(value) != dotted(line.target):
        return None
    follows = [*method.function.body.body][-2:] == [choice, last]
    if not follows or not _guards(method, choice, line.attributes[0]) or not _own(tree, method, [line]):
        return None
    returned = cst.SimpleStatementLine([cst.Return(line.value)], leading_lines=choice.leading_lines)
    return tree.change({choice: returned, last: cst.RemoveFromParent()})


def _getter(tree: Tree, node: cst.CSTNode) -> Method | None:
    """The method around a node, or the property."""
    function, owner = tree.enclosing(node, cst.FunctionDef), tree.enclosing(node, cst.ClassDef)
    if function is None or owner is None or function not in owner.body.body or not function.params.params:
        return None
    return Method(owner, function)


def _guards(method: Method, choice: cst.If, name: str) -> bool:
    """Whether the `if` asks for nothing but whether the attribute has its value already."""
    own = f"{method.this}.{name}"
    test = choice.test
    if isinstance(test, cst.Comparison) and len(test.comparisons) == 1:
        other = test.comparisons[0]
        return (
            dotted(test.left) == own
            and isinstance(other.operator, cst.Is)
            and dotted(other.comparator) == "None"
        )
    if isinstance(test, cst.UnaryOperation) and isinstance(test.expression, cst.Call):
        call = test.expression
        words = [cst.Module([]).code_for_node(one.value).strip("\"'") for one in call.args]
        return dotted(call.func) == "hasattr" and words == [method.this, name]
    return False


def _own(tree: Tree, method: Method, lines: list[Line]) -> bool:
    """Whether the lines need nothing of the method they stand in, and give it only the one attribute."""
    inside = {name for line in lines for name in line.names}
    needed = {name.value for line in lines for name in read(line.value)} - inside - {method.this}
    locals_ = bound(method.function.params) | {*_assigned(tree, method.function)}
    again = any(creates(tree, line.value) or lucky(tree, line.value) for line in lines)
    return not needed & locals_ and not again and not any(line.attributes for line in lines[:-1])


def _assigned(tree: Tree, function: cst.FunctionDef) -> Iterator[str]:
    for target in tree.every(cst.AssignTarget, function):
        yield from bound(target.target)
