"""Run a step in Python each time, where its graph keeps what it read first: no `@tf.function`,
`compile(run_eagerly=True)`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.calls import keyword, named_argument, with_argument
from gradcheck.fix.cst.models import compiles
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tapes import tapes
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.TRACED,),
    title="Run the step without a graph, so that every call reads it anew",
    safe=False,
    rank=9,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The step around the finding, or the only one of the text, is compiled no more."""
    node = tree.find(finding.location, cst.BaseExpression)
    around = [one for one in tree.above(node) if isinstance(one, cst.FunctionDef)] if node else []
    compiled = [one for step in around for one in _compiled(tree, step)] or [*_steps(tree)]
    if len(compiled) == 1:
        return tree.change({compiled[0]: cst.RemoveFromParent()})
    models = [call for call in compiles(tree) if keyword(call, "run_eagerly") is None]
    if compiled or len(models) != 1:
        return None
    said = named_argument("run_eagerly", cst.Name("True"))
    return tree.change({models[0]: with_argument(models[0], said)})


def _steps(tree: Tree) -> Iterator[cst.Decorator]:
    """What compiles the functions that record tapes."""
    for tape in tapes(tree):
        step = tree.enclosing(tape.around, cst.FunctionDef)
        if step is not None:
            yield from _compiled(tree, step)


def _compiled(tree: Tree, step: cst.FunctionDef) -> Iterator[cst.Decorator]:
    """The decorator that makes a graph of a function."""
    for one in step.decorators:
        func = one.decorator.func if isinstance(one.decorator, cst.Call) else one.decorator
        if names(tree).dotted(func) == "tf.function":
            yield one
