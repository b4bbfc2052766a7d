"""An attribute that both branches of an `if` set, set once, by a choice between two values."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bodies import indented, statements_of
from gradcheck.fix.cst.classes import Method, method_around
from gradcheck.fix.cst.setup_lines import Line, line_of, lines_of
from gradcheck.fix.cst.tree import Tree


def chosen(tree: Tree, node: cst.CSTNode) -> tuple[Tree, cst.CSTNode] | None:
    """`if a: self.x = b` `else: self.x = c` as `self.x = b if a else c`, and the line that says so. What else
    the branches do stays in them."""
    method, choice = method_around(tree, node), tree.enclosing(node, cst.If)
    line = line_of(tree.statement(node), method.this) if method else None
    if method is None or choice is None or line is None or len(line.attributes) != 1 or not line.single:
        return None
    blocks = _blocks(tree, method, choice)
    ends = [_end(block, method, line.attributes[0]) for block in blocks]
    lines = [one for one in ends if one is not None]
    loose = (cst.Lambda, cst.IfExp, cst.NamedExpr, cst.Yield)
    if len(lines) != 2 or any(isinstance(one.value, loose) for one in lines):
        return None
    if "#" in "".join(tree.code(one.node) for one in lines):
        return None
    yes, no = (tree.code(one.value) for one in lines)
    code = f"{method.this}.{line.attributes[0]} = {yes} if {tree.code(choice.test)} else {no}"
    rest = _rest(choice, blocks)
    if rest is None:
        return None
    made = tree.statements(code)[0].with_changes(leading_lines=[] if rest else choice.leading_lines)
    after = Tree(tree.change({choice: cst.FlattenSentinel([*rest, made])}).code)
    return _found(after, method, line.attributes[0])


def _blocks(tree: Tree, method: Method, choice: cst.If) -> list[cst.IndentedBlock]:
    """The two blocks of an `if` that stands in the method's own block."""
    other = choice.orelse if isinstance(choice.orelse, cst.Else) else None
    if tree.parent(choice) is not method.function.body or other is None:
        return []
    return [block for one in (choice, other) if (block := indented(one)) is not None]


def _end(block: cst.IndentedBlock, method: Method, attribute: str) -> Line | None:
    """The last line of a block, if it sets the attribute."""
    line = line_of(statements_of(block)[-1], method.this)
    return line if line and line.attributes == (attribute,) and line.single else None


def _rest(choice: cst.If, blocks: list[cst.IndentedBlock]) -> list[cst.If] | None:
    """The `if` with what its branches do beside; None where nothing would be left of only the first one."""
    first, second = ([*block.body[:-1]] for block in blocks)
    if not first and not second:
        return []
    if not first:
        return None
    body = blocks[0].with_changes(body=first)
    other = cst.ensure_type(choice.orelse, cst.Else)
    left = other.with_changes(body=blocks[1].with_changes(body=second)) if second else None
    return [choice.with_changes(body=body, orelse=left)]


def _found(tree: Tree, method: Method, attribute: str) -> tuple[Tree, cst.CSTNode] | None:
    for function in tree.every(cst.FunctionDef):
        same = method_around(tree, function.body)
        if same and same.name == method.name and same.owner.name.value == method.owner.name.value:
            for line in lines_of(function, same.this):
                if line.attributes == (attribute,) and isinstance(line.value, cst.IfExp):
                    return tree, line.node
    return None
