"""Apply the gradients that were computed: `optimizer.apply_gradients(zip(gradients, variables))`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from libcst import matchers as m

from gradcheck.fix.cst.bodies import later, scope_of
from gradcheck.fix.cst.classes import method_around
from gradcheck.fix.cst.expressions import argument, plain, uses
from gradcheck.fix.cst.flow import single, targets
from gradcheck.fix.cst.layers import is_layer
from gradcheck.fix.cst.lines import beside, function_of
from gradcheck.fix.cst.models import assignments
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tapes import asked_by, last_name
from gradcheck.fix.cst.tree import Statement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(__name__, kinds=(Kind.NOT_APPLIED,), title="Apply the gradients", safe=False)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """A line behind the gradients hands them to the one optimizer there is."""
    found = asked_by(tree, finding.location)
    line = tree.statement(found[0]) if found else None
    sources = argument(found[0], 1, "sources") if found else None
    optimizer = _optimizer(tree, found[0]) if found else None
    bound = targets(line) if isinstance(line, cst.SimpleStatementLine) else ()
    if line is None or len(bound) != 1 or optimizer is None or sources is None or not _may_repeat(sources):
        return None
    last = _last_change(tree, line, bound[0])
    if last is None:
        return None
    code = f"{optimizer}.apply_gradients(zip({bound[0]}, {tree.code(sources)}))"
    return tree.change({last: beside(tree, after=[code])})


def _last_change(tree: Tree, line: Statement, name: str) -> Statement | None:
    """The last line that changes the gradients under their name; None where something else reads them."""
    used = [*uses(tree, name, function_of(tree, line))]
    changed = [one for one in later(tree, line) if _clips(tree, one, name)]
    known = [one for each in (line, *changed) for one in uses(tree, name, each)]
    return [line, *changed][-1] if len(known) == len(used) else None


def _clips(tree: Tree, line: Statement, name: str) -> bool:
    """Whether a line is `gradients = ...(gradients)`, or `gradients, norm = ...(gradients)`."""
    bound, small = targets(line), single(line)
    given = small.value if isinstance(small, cst.Assign) else None
    return bound[:1] == (name,) and name not in bound[1:] and given is not None and _made_of(given, name)


def _made_of(value: cst.BaseExpression, name: str) -> bool:
    """Whether a value is a list made of all gradients: each of them, or what a function that clips gives."""
    if isinstance(value, cst.ListComp):
        loop = value.for_in
        return m.matches(loop.iter, m.Name(name)) and not loop.ifs and loop.inner_for_in is None
    called = isinstance(value, cst.Call) and last_name(value.func) in _CLIPS
    return called and m.matches(cst.ensure_type(value, cst.Call).args[0].value, m.Name(name))


_CLIPS = ("clip_by_global_norm",)


def _optimizer(tree: Tree, call: cst.Call) -> str | None:
    """The one optimizer of a script; in a step of a Keras model the one that it was compiled with."""
    method = method_around(tree, call)
    if method is not None and method.name == "train_step" and is_layer(tree, method.owner):
        own = {one.attr.value for one in tree.every(cst.Attribute, method.owner)}
        others = {one for one in own if "opt" in one.lower() or one.startswith("apply")}
        return None if others else f"{method.this}.optimizer"
    found = [*_optimizers(tree, call)]
    return found[0] if len(found) == 1 else None


def _may_repeat(sources: cst.BaseExpression | None) -> bool:
    if isinstance(sources, cst.List | cst.Tuple):
        return all(plain(one.value) for one in sources.elements)
    return sources is not None and isinstance(sources, cst.Name | cst.Attribute)


def _optimizers(tree: Tree, call: cst.Call) -> Iterator[str]:
    """Every optimizer that the file makes and that can be named where the call stands."""
    for target, value in assignments(tree):
        if names(tree).called(value).startswith("keras.optimizers."):
            scope = scope_of(tree, target)
            if isinstance(target, cst.Name) and (scope is tree.module or scope in {*tree.above(call)}):
                yield target.value
