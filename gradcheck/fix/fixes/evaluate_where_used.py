"""Evaluate again, in each function and tape that uses it, what a module or a function evaluates once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from gradcheck.fix.cst.bodies import block_of, closed_up, indented, statements_of
from gradcheck.fix.cst.docstrings import first_statement
from gradcheck.fix.cst.expressions import bare, fitting, uses
from gradcheck.fix.cst.flow import single
from gradcheck.fix.cst.origins import origin
from gradcheck.fix.cst.places import before
from gradcheck.fix.cst.reading import read
from gradcheck.fix.cst.setup_lines import creates, lucky
from gradcheck.fix.cst.tapes import opens
from gradcheck.fix.cst.tree import Replacement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.CAPTURED, Kind.CAPTURED_BY_OBJECT, Kind.OUTSIDE_TAPE),
    title="Evaluate it where it is used",
    safe=True,
    rank=5,
)
_Line = cst.SimpleStatementLine
_Runs = cst.FunctionDef | cst.Lambda | cst.With


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """A local or global that holds a computed constant, and others that follow from it, are computed anew."""
    node = tree.find(finding.location, cst.BaseExpression)
    statement = tree.statement(node) if node else None
    chain = _chain(tree, _start(tree, statement)) if isinstance(statement, _Line) else []
    if not chain or not all(_movable(tree, line) for line in chain):
        return None
    users = [*_users(tree, chain)]
    runs_later = any(runner is not None for _, runner in users)
    return _moved(tree, chain, users) if runs_later and _clear(tree, chain[0], users) else None


def _name(line: _Line) -> str:
    """The one name that a line binds."""
    node = single(line)
    if (
        isinstance(node, cst.Assign)
        and len(node.targets) == 1
        and isinstance(node.targets[0].target, cst.Name)
    ):
        return node.targets[0].target.value
    return ""


def _start(tree: Tree, line: _Line) -> _Line:
    """The line that an object is called on for what a line computes, else the line itself."""
    block = block_of(tree, line)
    own = statements_of(block) if block is not None and _name(line) else []
    asked = {one.value for one in read(_value(line))} if own else set()
    for above in own[: own.index(line)] if own else ():
        if isinstance(above, _Line) and _name(above) in asked and _calls_object(tree, _value(above)):
            return _start(tree, above)
    return line


def _calls_object(tree: Tree, value: cst.BaseExpression) -> bool:
    """Whether a model or another object that the text makes is called in an expression."""
    return any(isinstance(origin(tree, call.func), cst.Call) for call in tree.every(cst.Call, value))


def _chain(tree: Tree, first: _Line) -> list[_Line]:
    """The line and those beside it whose names follow from its own."""
    block = block_of(tree, first)
    if block is None or not _name(first):
        return []
    chain, names = [first], {_name(first)}
    own = statements_of(block)
    for line in own[own.index(first) + 1 :]:
        if isinstance(line, _Line) and _name(line) and _follows(tree, line, names):
            chain.append(line)
            names.add(_name(line))
    return chain


def _follows(tree: Tree, line: _Line, names: set[str]) -> bool:
    """Whether a line asks for one of the names now, not in a lambda that runs later."""
    asked = [one for one in read(_value(line)) if one.value in names]
    return any(not any(isinstance(above, cst.Lambda) for above in tree.above(one)) for one in asked)


def _value(line: _Line) -> cst.BaseExpression:
    return cst.ensure_type(line.body[0], cst.Assign).value


def _movable(tree: Tree, line: _Line) -> bool:
    """Whether a line may run many times, and is the only one that binds its name."""
    again = creates(tree, _value(line)) or lucky(tree, _value(line))
    bindings = [one for one in _binders(tree, _name(line)) if one is not line]
    return not again and not bindings


def _binders(tree: Tree, name: str) -> Iterator[cst.CSTNode]:
    """Whatever binds a name anywhere in the module."""
    for node in uses(tree, name, tree.module):
        above = tree.parent(node)
        if isinstance(
            above, cst.Param | cst.AsName | cst.NameItem | cst.FunctionDef | cst.ClassDef | cst.Del
        ):
            yield above
        elif getattr(above, "target", None) is node or isinstance(above, cst.Element):
            statement = tree.statement(node)
            inside = isinstance(above, cst.Element) and not _in_target(tree, above)
            if statement is not None and not inside:
                yield statement


def _in_target(tree: Tree, node: cst.CSTNode) -> bool:
    for above in tree.above(node):
        if not isinstance(above, cst.Tuple | cst.List | cst.Element | cst.StarredElement):
            return getattr(above, "target", None) is not None and getattr(above, "value", None) is None
    return False


def _users(tree: Tree, chain: Sequence[_Line]) -> Iterator[tuple[cst.Name, _Runs | None]]:
    """Each use of the names outside of their lines, with the piece of code that runs later and uses it."""
    for name in dict.fromkeys(_name(line) for line in chain):
        for node in uses(tree, name, tree.module):
            if tree.statement(node) not in chain:
                yield node, _runner(tree, node, chain[0])


def _runner(tree: Tree, node: cst.CSTNode, line: _Line) -> _Runs | None:
    """The tape, else the outermost function, that stands beside the line and runs a use later."""
    around = {id(one) for one in tree.above(line)}
    inside = [one for one in tree.above(node) if id(one) not in around]
    taped = [
        one for one in inside if isinstance(one, cst.With) and any(opens(item.item) for item in one.items)
    ]
    later = [one for one in inside if isinstance(one, cst.FunctionDef | cst.Lambda)]
    return taped[-1] if taped else later[-1] if later else None


def _clear(tree: Tree, first: _Line, users: Sequence[tuple[cst.Name, _Runs | None]]) -> bool:
    """Whether a name that is bound anew in a function's tape is asked for only there."""
    home = tree.enclosing(first, cst.FunctionDef)
    for _, runner in users:
        scope = tree.enclosing(runner, cst.FunctionDef) if isinstance(runner, cst.With) else home
        if scope is not home and any(
            one is not runner for node, one in users if any(above is scope for above in tree.above(node))
        ):
            return False
    return True


def _moved(
    tree: Tree, chain: Sequence[_Line], users: Sequence[tuple[cst.Name, _Runs | None]]
) -> cst.Module | None:
    changes: dict[cst.CSTNode, Replacement] = {}
    for runner in dict.fromkeys(one for _, one in users if one is not None):
        used = [node for node, one in users if one is runner]
        made = (
            _inlined(tree, chain, used)
            if isinstance(runner, cst.Lambda)
            else _filled(tree, chain, runner, used)
        )
        if made is None:
            return None
        changes.update(made)
    for line in chain:
        if not _stays(tree, line, users):
            changes[line] = cst.RemoveFromParent()
    return tree.change(changes) if len(changes) > len(chain) - 1 else None


def _stays(tree: Tree, line: _Line, users: Sequence[tuple[cst.Name, _Runs | None]]) -> bool:
    """Whether something beside the lines still asks for the constant: before a tape there computes it."""
    own = [(node, runner) for node, runner in users if node.value == _name(line)]
    scope = tree.enclosing(line, cst.FunctionDef)
    taped = [
        tree.line(runner)
        for _, runner in own
        if isinstance(runner, cst.With) and tree.enclosing(runner, cst.FunctionDef) is scope
    ]
    return any(runner is None and not any(tree.line(node) > at for at in taped) for node, runner in own)


def _inlined(
    tree: Tree, chain: Sequence[_Line], used: Sequence[cst.Name]
) -> dict[cst.CSTNode, Replacement] | None:
    """In a lambda, the expression stands where the name stood."""
    if len(chain) > 1:
        return None
    return {node: fitting(tree, node, bare(tree, _value(chain[0]))) for node in used}


def _filled(
    tree: Tree, chain: Sequence[_Line], runner: _Runs, used: Sequence[cst.Name]
) -> dict[cst.CSTNode, Replacement] | None:
    """In a function or a tape's block, the lines come first."""
    block = indented(runner)
    first = first_statement(block) if block else None
    if block is None or first is None:
        return None
    needed = _needed(chain, {node.value for node in used})
    lines = [closed_up(line) for line in needed]
    clash = isinstance(runner, cst.FunctionDef) and any(
        _declared(one, needed) for one in tree.every(cst.Global, block)
    )
    if clash:
        return None
    return {first: before(*lines)}


def _needed(chain: Sequence[_Line], names: set[str]) -> list[_Line]:
    """The lines of the chain that give these names."""
    needed: list[_Line] = []
    for line in reversed(chain):
        if _name(line) in names:
            needed.insert(0, line)
            names |= {one.value for one in read(_value(line))}
    return needed


def _declared(node: cst.Global, lines: Sequence[_Line]) -> bool:
    return bool({one.name.value for one in node.names} & {_name(line) for line in lines})
