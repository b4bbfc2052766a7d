"""Evaluate a parameter's default on every call: None stands for it in the signature."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bodies import indented
from gradcheck.fix.cst.docstrings import first_statement
from gradcheck.fix.cst.expressions import bare
from gradcheck.fix.cst.places import before
from gradcheck.fix.cst.setup_lines import creates, lucky
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.CAPTURED, Kind.CAPTURED_BY_OBJECT, Kind.OUTSIDE_TAPE),
    title="Evaluate the default in the function",
    safe=True,
    rank=3,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`def f(x, sigma=tf.exp(w))` computes its default in its body, where a caller gives none."""
    node = tree.find(finding.location, cst.BaseExpression)
    parameter = tree.enclosing(node, cst.Param) if node else None
    function = tree.enclosing(parameter, cst.FunctionDef) if parameter else None
    if parameter is None or parameter.default is None or function is None:
        return None
    block = indented(function)
    first = first_statement(block) if block else None
    known = {id(one) for one in (*function.params.params, *function.params.kwonly_params)}
    plain = id(parameter) in known and parameter.annotation is None
    if first is None or not plain or not _repeatable(tree, parameter):
        return None
    name, unit = parameter.name.value, tree.module.default_indent
    lines = tree.statements(f"if {name} is None:\n{unit}{name} = {bare(tree, parameter.default)}\n")
    none = parameter.with_changes(default=cst.Name("None"))
    return tree.change({parameter: none, first: before(lines[0])})


def _repeatable(tree: Tree, parameter: cst.Param) -> bool:
    default = parameter.default
    return default is not None and not creates(tree, default) and not lucky(tree, default)
