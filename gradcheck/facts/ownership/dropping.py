"""Values that lead nowhere in the text of a function: dropped, overwritten, or asked for no more than their
shape."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.ownership.text import described, sweeps

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Scope = FunctionNode | ast.Lambda | ast.Module
Place = tuple[int, int]
ON_PURPOSE = ("_", "unused", "dummy")


class Dropped:
    """Where a value ends. `handed`: the functions that return it on its way, for anybody to read."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.handed: list[str] = []


def dropped(site: Site) -> Dropped | None:
    """The whole expression that an operation is part of, if the text shows that nothing reads its value."""
    scope = _scope(site.frame)
    if scope is None or isinstance(site.node, ast.stmt):
        return None
    found = Dropped(Site(_whole(scope, site.node), site.frame))
    return found if _ends(found, site.node, site.frame, None) else None


def _scope(frame: Frame) -> FunctionNode | None:
    function = frame.function
    if function is None or isinstance(function.node, ast.Lambda) or sweeps(function.node):
        return None
    return function.node


def _parents(scope: Scope) -> dict[int, ast.AST]:
    return {id(inner): node for node in ast.walk(scope) for inner in ast.iter_child_nodes(node)}


def _whole(scope: FunctionNode, node: ast.expr) -> ast.expr:
    """The outermost expression around a node; of a tuple, the element."""
    parents = _parents(scope)
    while isinstance(above := parents.get(id(node)), ast.expr) and not isinstance(
        above, (ast.Tuple, ast.List)
    ):
        if node in described(above):
            break
        node = above
    return node


def _ends(found: Dropped, node: ast.expr, frame: Frame, element: int | None) -> bool:
    """Whether a value, or one element of it, is read by nothing that lets it go on."""
    scope = _scope(frame)
    if scope is None or len(found.handed) > 3:
        return False
    parents, whole = _parents(scope), True
    while True:
        above = parents.get(id(node))
        match above:
            case ast.Expr():
                return whole and isinstance(node, ast.Call)
            case ast.Assign(targets=[_]):
                return _never_read(found, above, frame, element)
            case ast.Return() if frame.outer is not None and frame.call is not None:
                _hand_over(found, scope.name, frame.call, frame.outer, element)
                return _ends(found, frame.call, frame.outer, element)
            case ast.Tuple() if element is None and isinstance(
                parents.get(id(above)), (ast.Return, ast.Assign)
            ):
                element = above.elts.index(node)
            case ast.Subscript(value=value, slice=ast.Constant(value=int() as index)) if value is node:
                if element is not None and index != element:
                    return index >= 0
                element = None
            case ast.expr() if node in described(above):
                return True
            case ast.expr() if element is None and not isinstance(above, _ELSEWHERE):
                pass
            case _:
                return False
        assert isinstance(above, ast.expr)
        node, whole = above, False


def _hand_over(found: Dropped, name: str, call: ast.expr, outer: Frame, element: int | None) -> None:
    """A value leaves the function that computes it: a whole one ends where the call does."""
    caller = _scope(outer)
    if element is None and caller is not None:
        found.site = Site(_whole(caller, call), outer)
    if element is not None or name not in ("call", "__call__"):
        found.handed.append(name)


def _never_read(found: Dropped, statement: ast.Assign, frame: Frame, element: int | None) -> bool:
    """Whether nothing reads what a statement gives a name to."""
    scope, target = _scope(frame), statement.targets[0]
    assert scope is not None
    if isinstance(target, ast.Tuple) and element is not None and element < len(target.elts):
        target, element = target.elts[element], None
    if not isinstance(target, ast.Name) or target.id.startswith(ON_PURPOSE):
        return False
    if target.id in words_of(scope).shared:
        return False
    for body in _bodies(scope):
        if statement in body:
            reads = _reads_after(scope, body, body.index(statement), target.id)
            return reads is not None and all(_ends(found, read, frame, element) for read in reads)
    return False


_ELSEWHERE = (
    ast.Lambda,
    ast.NamedExpr,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.Await,
    ast.Yield,
)


def dead_values(function: Scope) -> Iterator[ast.expr]:
    """What is given a local name and dropped: nothing reads the name before it is overwritten."""
    if sweeps(function):
        return
    for body in _bodies(function):
        for index, statement in enumerate(body):
            name = _name(statement)
            if name is None or name.startswith(ON_PURPOSE) or name in words_of(function).shared:
                continue
            if _reads_after(function, body, index, name) == []:
                assert isinstance(statement, ast.Assign)
                yield statement.value


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The statement lists of a function that run in the order they stand: no loop's, no inner function's."""
    for field in ("body", "orelse", "finalbody"):
        body = getattr(node, field, None)
        if isinstance(body, list) and body:
            yield body
            for statement in body:
                if isinstance(statement, (ast.If, ast.With, ast.Try)):
                    yield from _bodies(statement)


def _name(statement: ast.stmt) -> str | None:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return None


def _reads_after(function: Scope, body: list[ast.stmt], index: int, name: str) -> list[ast.Name] | None:
    """What reads the value that a statement gives to a name; None where that cannot be told."""
    start, words = _end(body[index]), words_of(function)
    reads = words.reads(name)
    # A closure or a later round of a loop reads whenever it runs.
    if any(id(node) in words.late for node in reads):
        return None
    after = [node for node in reads if start <= _start(node)]
    last = max(map(_start, after), default=start)
    for other in body[index + 1 :]:
        if _start(other) > last:
            break
        if _name(other) == name:
            return [node for node in after if _start(node) < _end(other)]
    return after


class Words:
    """The names of a scope and of those inside it, looked through once for all questions about it.

    `shared`: those that belong to a scope outside; `late`: the nodes that run whenever a closure or another
    round of a loop does.
    """

    def __init__(self, function: Scope) -> None:
        self._loads: dict[str, list[ast.Name]] = {}
        self.shared: set[str] = set()
        self.late: set[int] = set()
        self._inner: list[ast.AST] = []
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                self._loads.setdefault(node.id, []).append(node)
            elif isinstance(node, (ast.Global, ast.Nonlocal)):
                self.shared.update(node.names)
            elif isinstance(node, _LATER) and node is not function:
                self._inner.append(node)
                if id(node) not in self.late:
                    self.late.update(id(inside) for inside in ast.walk(node))

    def reads(self, name: str) -> list[ast.Name]:
        """Where the scope, or one inside it, reads a name of this scope."""
        loads = self._loads.get(name, [])
        scopes = [scope for scope in self._inner if _means(scope, name)] if loads else []
        own = {id(inner) for scope in scopes for inner in ast.walk(scope)}
        return [node for node in loads if id(node) not in own]


@lru_cache(maxsize=16)
def words_of(function: Scope) -> Words:
    """The words of a scope."""
    return Words(function)


def _means(scope: ast.AST, name: str) -> bool:
    """Whether an inner function means something of its own by a name."""
    if not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return False
    taken = {argument.arg for argument in ast.walk(scope) if isinstance(argument, ast.arg)}
    stored = (
        node for node in ast.walk(scope) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )
    return name in taken or any(node.id == name for node in stored)


_LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.For, ast.While)


def _end(statement: ast.stmt) -> Place:
    return statement.end_lineno or statement.lineno, statement.end_col_offset or 0


def _start(node: ast.expr | ast.stmt) -> Place:
    return node.lineno, node.col_offset
