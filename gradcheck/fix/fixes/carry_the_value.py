"""Carry what is written into a variable as a tensor, and read that instead of the variable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from gradcheck.fix.cst.assigns import Write, write_at
from gradcheck.fix.cst.bodies import SCOPES, later
from gradcheck.fix.cst.expressions import fresh
from gradcheck.fix.cst.flow import binds, single, touches
from gradcheck.fix.cst.lines import function_of
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tapes import opens
from gradcheck.fix.cst.tree import Change, Replacement, Statement, Tree, changed
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(__name__, kinds=(Kind.ASSIGNED,), title="Read the tensor that was written", safe=False)

_SAME = ("shape", "dtype")
_VALUES = ("value", "read_value")


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`v.assign(value)` becomes `new = value` and `v.assign(new)`; what reads `v` after it reads `new`."""
    write = write_at(tree, finding.location)
    line = tree.statement(write.call) if write else None
    small = single(line)
    if write is None or line is None or not isinstance(small, cst.Expr) or small.value is not write.call:
        return None
    leaf = tree.code(write.variable).rpartition(".")[2]
    wishes = [f"new_{leaf}"] if isinstance(write.variable, cst.Name) else [leaf, f"new_{leaf}"]
    name = fresh(tree, function_of(tree, line), *wishes)
    loop = _loop(tree, line)
    return _carried(tree, write, line, loop, name) if name else None


def _carried(
    tree: Tree, write: Write, line: Statement, loop: Statement | None, name: str
) -> cst.Module | None:
    """The reads that come after the write, and those of the next turn of a loop, replaced."""
    read = [*_reads(write, [*([loop] if loop else []), *_behind(tree, loop or line, write)])]
    if not read or not all(_plain(tree, one) for one in read) or _written_besides(tree, write, loop):
        return None
    to_name: dict[cst.CSTNode, Replacement] = {one: cst.Name(name) for one in read}
    value = write.value(tree, name if loop else tree.code(write.variable), changed(write.given, to_name))
    new = [f"{name} = {value}", f"{tree.code(write.variable)}.assign({name})"]
    to_name[line] = _around(tree, new, None)
    if loop:
        start = _tensor(tree, write)
        to_name[loop] = _around(tree, [f"{name} = {start}"], loop)
        return tree.change(to_name) if start else None
    return tree.change(to_name)


def _around(tree: Tree, codes: Sequence[str], kept: Statement | None) -> Replacement:
    """New lines in place of a statement, or before it, with its comments and empty lines above them."""

    def placed(node: cst.CSTNode) -> Change:
        assert isinstance(node, Statement)
        new = [one for code in codes for one in tree.statements(code)]
        new[0] = new[0].with_changes(leading_lines=node.leading_lines)
        if kept:
            return cst.FlattenSentinel([*new, node.with_changes(leading_lines=[])])
        comment = cst.ensure_type(node, cst.SimpleStatementLine).trailing_whitespace
        return cst.FlattenSentinel([*new[:-1], new[-1].with_changes(trailing_whitespace=comment)])

    return placed


def _reads(write: Write, inside: Sequence[cst.CSTNode]) -> Iterator[cst.BaseExpression]:
    """Where the variable's value is asked for; not where it is written, and not in functions."""
    for node in inside:
        if isinstance(node, cst.BaseExpression) and _value_of(node).deep_equals(write.variable):
            yield node
        elif isinstance(node, cst.Call) and _writes(node, write):
            yield from _reads(write, node.args)
        elif not isinstance(node, SCOPES):
            yield from _reads(write, node.children)


def _value_of(node: cst.BaseExpression) -> cst.BaseExpression:
    """The variable in `variable.read_value()` and `variable.value()`."""
    func = node.func if isinstance(node, cst.Call) and not node.args else None
    return func.value if isinstance(func, cst.Attribute) and func.attr.value in _VALUES else node


def _writes(call: cst.Call, write: Write) -> bool:
    owner = call.func.value if isinstance(call.func, cst.Attribute) else None
    named = call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
    return owner is not None and named.startswith("assign") and owner.deep_equals(write.variable)


def _plain(tree: Tree, node: cst.BaseExpression) -> bool:
    """Whether a tensor can stand here: methods of a variable it does not have."""
    above = tree.parent(node)
    return not isinstance(above, cst.Attribute) or above.attr.value in _SAME


def _behind(tree: Tree, line: Statement, write: Write) -> Iterator[Statement]:
    """The statements behind a line in its block, up to the next that writes to the variable."""
    names_of = frozenset((tree.code(write.variable),))
    for one in later(tree, line):
        if touches(binds(one), names_of):
            break
        yield one


def _loop(tree: Tree, line: Statement) -> Statement | None:
    """The outermost loop around a line in its function, or in the tape's block it stands in."""
    found: Statement | None = None
    for above in tree.above(line):
        if isinstance(above, SCOPES) or (
            isinstance(above, cst.With) and any(opens(one.item) for one in above.items)
        ):
            break
        found = above if isinstance(above, cst.For | cst.While) else found
    return found


def _written_besides(tree: Tree, write: Write, loop: Statement | None) -> bool:
    """Whether a loop writes to the variable in more than one place."""
    calls = [one for one in tree.every(cst.Call, loop) if _writes(one, write)] if loop else [write.call]
    return len(calls) != 1


def _tensor(tree: Tree, write: Write) -> str | None:
    """The variable's value as a tensor, in the file's own words."""
    spelt = (names(tree).spell(way) for way in ("tf.convert_to_tensor", "keras.ops.convert_to_tensor"))
    convert = next((one for one in spelt if one), None)
    return f"{convert}({tree.code(write.variable)})" if convert else None
