"""Lists that a loop fills, or a comprehension of new weights, in two steps: the weights, and what is made of
them."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from libcst import matchers as m

from gradcheck.fix.cst.classes import Method, method_around
from gradcheck.fix.cst.reading import bound, dotted, read
from gradcheck.fix.cst.setup_lines import creations, line_of
from gradcheck.fix.cst.tree import Replacement, Tree, changed

_EMPTY = m.SimpleStatementLine([m.Assign([m.AssignTarget()], m.List([]))])


def listed(tree: Tree, node: cst.CSTNode) -> tuple[Tree, cst.CSTNode] | None:
    """The text with such a list rewritten, and the line that gives the attribute its value there."""
    method = method_around(tree, node)
    made = _from_loop(tree, method, node) or _from_comprehension(tree, method, node) if method else None
    if made is None or method is None:
        return None
    attribute, changes = made
    after = Tree(tree.change(changes).code)
    lines = (one for one in _lists(after, method, attribute))
    line = next(lines, None)
    return (after, line) if line else None


def _lists(tree: Tree, method: Method, attribute: str) -> Iterator[cst.CSTNode]:
    for statement in tree.every(cst.SimpleStatementLine):
        around, line = method_around(tree, statement), line_of(statement, method.this)
        same = around and around.owner.name.value == method.owner.name.value
        if same and line and line.attributes == (attribute,) and isinstance(line.value, cst.ListComp):
            yield statement


_Made = tuple[str, dict[cst.CSTNode, Replacement]]


def _from_comprehension(tree: Tree, method: Method, node: cst.CSTNode) -> _Made | None:
    """`self.x = [f(weight) for ...]` where each weight is created in the comprehension."""
    statement = tree.statement(node)
    line = line_of(statement, method.this)
    if line is None or len(line.attributes) != 1 or not isinstance(line.value, cst.ListComp):
        return None
    made = creations(tree, line.value.elt)
    loop = tree.code(line.value.for_in)
    if len(made) != 1 or line.value.elt is made[0] or _loops_in(line.value.elt, made[0], line.value.for_in):
        return None
    one, several = _names(line.attributes[0])
    element = tree.code(changed(line.value.elt, {made[0]: cst.Name(one)}))
    code = (
        f"{several} = [{tree.code(made[0])} {loop.strip()}]\n"
        f"{method.this}.{line.attributes[0]} = [{element} for {one} in {several}]\n"
    )
    return line.attributes[0], {line.node: _replaced(tree, line.node, code)}


def _from_loop(tree: Tree, method: Method, node: cst.CSTNode) -> _Made | None:
    """`for ...: self.x.append(f(weight))`, with or without a line that creates the weight."""
    loop = tree.enclosing(node, cst.For)
    body = loop.body.body if loop and isinstance(loop.body, cst.IndentedBlock) else ()
    if (
        loop is None
        or "#" in tree.code(loop)
        or loop.orelse
        or loop.asynchronous
        or tree.parent(loop) is not method.function.body
    ):
        return None
    value = _appended(body[-1], method) if 1 <= len(body) <= 2 else None
    if value is None:
        return None
    attribute, element = value
    start = _start(tree, method, loop, attribute)
    head = f"for {tree.code(loop.target)} in {tree.code(loop.iter)}"
    code = _whole(tree, method, loop, attribute, element, head) if start is not None else None
    if start is None or code is None:
        return None
    return attribute, {start: cst.RemoveFromParent(), loop: _replaced(tree, loop, code)}


def _whole(
    tree: Tree, method: Method, loop: cst.For, attribute: str, element: cst.BaseExpression, head: str
) -> str | None:
    body = loop.body.body
    whole = f"{method.this}.{attribute} = [{tree.code(element)}"
    if len(body) == 1:
        return None if creations(tree, element) else f"{whole} {head}]\n"
    weight = line_of(body[0], method.this)
    if weight is None or not isinstance(weight.target, cst.Name):
        return None
    if [weight.value] != [*creations(tree, weight.value)] or _loops(element, bound(loop.target)):
        return None
    name, several = weight.target.value, _names(attribute)[1]
    return f"{several} = [{tree.code(weight.value)} {head}]\n{whole} for {name} in {several}]\n"


def _appended(statement: cst.CSTNode, method: Method) -> tuple[str, cst.BaseExpression] | None:
    """The attribute and the value of `self.x.append(value)`."""
    pattern = m.SimpleStatementLine([m.Expr(m.Call(m.Attribute(m.Attribute(), m.Name("append")), [m.Arg()]))])
    if not m.matches(statement, pattern):
        return None
    call = cst.ensure_type(cst.ensure_type(statement, cst.SimpleStatementLine).body[0], cst.Expr).value
    call = cst.ensure_type(call, cst.Call)
    owner = dotted(cst.ensure_type(call.func, cst.Attribute).value)
    this, _, attribute = owner.partition(".")
    return (attribute, call.args[0].value) if this == method.this and "." not in attribute else None


def _start(tree: Tree, method: Method, loop: cst.For, attribute: str) -> cst.SimpleStatementLine | None:
    """The line that makes the list empty, if nothing but the loop uses it afterwards."""
    block = method.function.body.body
    before = [one for one in block if m.matches(one, _EMPTY)]
    lines = [
        line for one in before if (line := line_of(one, method.this)) and line.attributes == (attribute,)
    ]
    uses = [
        one
        for one in tree.every(cst.Attribute, method.function)
        if dotted(one) == f"{method.this}.{attribute}" and loop not in [*tree.above(one)]
    ]
    return lines[0].node if len(lines) == len(uses) == 1 else None


def _loops_in(element: cst.CSTNode, made: cst.Call, loop: cst.CompFor) -> bool:
    """Whether an element asks for what the comprehension counts, beside the weight's own creation."""
    inside = {id(name) for name in read(made)}
    names = [name for name in read(element) if id(name) not in inside]
    return bool(loop.inner_for_in) or any(name.value in bound(loop.target) for name in names)


def _loops(element: cst.CSTNode, names: frozenset[str]) -> bool:
    return any(name.value in names for name in read(element))


def _names(attribute: str) -> tuple[str, str]:
    """What to call one weight and all of them."""
    plain = attribute.strip("_")
    return "raw", f"raw_{plain}"


def _replaced(
    tree: Tree, old: cst.SimpleStatementLine | cst.For, code: str
) -> cst.FlattenSentinel[cst.CSTNode]:
    lines = [*tree.statements(code)]
    return cst.FlattenSentinel([lines[0].with_changes(leading_lines=old.leading_lines), *lines[1:]])
