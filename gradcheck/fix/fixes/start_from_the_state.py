"""Start a recurrent layer from the state that its function is handed for it."""

from __future__ import annotations

import re

import libcst as cst
from libcst import matchers as m

from gradcheck.fix.cst.bindings import bound_to
from gradcheck.fix.cst.flow import reads, targets
from gradcheck.fix.cst.lines import function_of
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.DEAD_VALUE, Kind.ZERO_PRODUCT),
    title="Start from the state that is handed over",
    safe=False,
    keeps_value=False,
    rank=82,
)
_SURELY = re.compile(r"state|hidden|carry|^[hc]$", re.IGNORECASE)
_STATE = re.compile(r"state|hidden|carry|memory|initial|^[hc]$", re.IGNORECASE)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`self.rnn(x)` becomes `self.rnn(x, initial_state=states)`, for the one parameter that is a state."""
    call = tree.find(finding.location, cst.Call)
    function = tree.enclosing(call, cst.FunctionDef) if call else None
    if (
        call is not None
        and finding.detail
        and _only_input(tree, call)
        and _is_bound(tree, call, finding.detail)
    ):
        return tree.change({call: _started(tree, call, finding.detail)})
    if call is None or function is None or len(call.args) != 1 or call.args[0].keyword:
        return None
    names = [one.name.value for one in function.params.params if _STATE.search(one.name.value)]
    unread = [one for one in names if not _read(tree, function, one)]
    states = unread or (_states(names) if _gives_its_state(tree, call) else [])
    if len(states) != 1:
        return None
    return tree.change({call: _started(tree, call, states[0])})


def _started(tree: Tree, call: cst.Call, states: str) -> cst.BaseExpression:
    return tree.expression(f"{tree.code(call)[:-1]}, initial_state={states})")


def _only_input(tree: Tree, call: cst.Call) -> bool:
    """Whether a call hands a recurrent layer its input and nothing else."""
    layer = call.func if isinstance(call.func, cst.Call) else bound_to(tree, call.func)
    called = names(tree).called(layer).rpartition(".")[2]
    return called in ("LSTM", "GRU", "SimpleRNN") and len(call.args) == 1 and not call.args[0].keyword


def _is_bound(tree: Tree, call: cst.Call, states: str) -> bool:
    """Whether a name is bound once, above a call and in its scope."""
    scope = function_of(tree, call)
    bound = [line for line in tree.every(cst.SimpleStatementLine, scope) if states in targets(line)]
    return len(bound) == 1 and tree.line(bound[0]) < tree.line(call) and function_of(tree, bound[0]) is scope


def _states(names: list[str]) -> list[str]:
    """Of several parameters those that can be nothing else: a memory is also what attention looks into."""
    return [one for one in names if _SURELY.search(one)] if len(names) > 1 else names


def _read(tree: Tree, function: cst.FunctionDef, name: str) -> bool:
    return any(m.matches(one, m.Name(name)) for one in tree.every(cst.Name, function.body))


def _gives_its_state(tree: Tree, call: cst.Call) -> bool:
    """Whether the line takes a state from the call that it returns: `y, state = self.rnn(x)`. Where the
    state that is handed over is read for something else too, as attention does, that is the one to go on
    from."""
    names = targets(tree.statement(call) or call)
    function = tree.enclosing(call, cst.FunctionDef)
    returned = list(tree.every(cst.Return, function)) if function else []
    return len(names) > 1 and any(names[-1] in reads(one) for one in returned)
