"""Store a layer in a dictionary by assignment: Keras does not see what `setdefault` stores."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bodies import closed_up
from gradcheck.fix.cst.expressions import atom, bare, plain
from gradcheck.fix.cst.lines import line_of
from gradcheck.fix.cst.tapes import last_name
from gradcheck.fix.cst.tree import Change, Tree, changed
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNTRACKED,),
    title="Store the layer by assignment",
    safe=False,
    keeps_value=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`d.setdefault(key, layer)` becomes `if key not in d: d[key] = layer`, and `d[key]`."""
    made = tree.find(finding.location, cst.Call)
    call = tree.enclosing(made, cst.Call) if made else None
    if (
        call is None
        or last_name(call.func) != "setdefault"
        or len(call.args) != 2
        or call.args[1].value is not made
    ):
        return None
    line = line_of(tree, call)
    owner, key = cst.ensure_type(call.func, cst.Attribute).value, call.args[0].value
    simple = isinstance(key, cst.SimpleString) or plain(key)
    if line is None or not plain(owner) or not simple:
        return None
    entry = f"{atom(tree, owner)}[{bare(tree, key)}]"
    unit = tree.module.default_indent
    code = f"if {atom(tree, key)} not in {tree.code(owner)}:\n{unit}{entry} = {tree.code(made)}\n"
    first = tree.statements(code)[0].with_changes(leading_lines=line.leading_lines)
    after = changed(closed_up(line), {call: tree.expression(entry)})
    alone = isinstance(line.body[0], cst.Expr) and line.body[0].value is call

    def stored(_: cst.CSTNode) -> Change:
        return first if alone else cst.FlattenSentinel([first, after.with_changes(leading_lines=[])])

    return tree.change({line: stored})
