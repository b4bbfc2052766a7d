"""Values that lead nowhere in the text of a function: dropped, overwritten, or asked for no more than their
shape."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

from gradcheck.base.syntax import TRIES
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import parents
from gradcheck.facts.ownership.text import described, sweeps

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Scope = FunctionNode | ast.Lambda | ast.Module
Place = tuple[int, int]
ON_PURPOSE = ("_", "unused", "dummy")
Element = int | str | None
"""Which part of a value is meant: a place in a list, a key of a dict, or a record's field (`.name`)."""


class Dropped:
    """Where a value ends. `handed`: the functions that return it on its way, for anybody to read; `entries`:
    those of dicts that it became a part of."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.handed: list[str] = []
        self.entries: set[tuple[str, Element]] = set()


def dropped(site: Site) -> Dropped | None:
    """The whole expression that an operation is part of, if the text shows that nothing reads its value."""
    scope = _scope(site.frame)
    node = _returned(scope, site.node) if isinstance(site.node, ast.stmt) else site.node
    if scope is None or node is None:
        return None
    found = Dropped(Site(_whole(scope, node), site.frame))
    return found if _ends(found, node, site.frame, None) else None


def _returned(scope: FunctionNode | None, statement: ast.stmt) -> ast.expr | None:
    """The name by which a function hands out what a loop or a branch of it has left there."""
    nodes = list(ast.walk(scope)) if scope is not None else []
    returns = [node.value for node in nodes if isinstance(node, ast.Return)]
    value = returns[0] if len(returns) == 1 else None
    stored = {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return value if isinstance(value, ast.Name) and value.id in stored else None


def _scope(frame: Frame) -> FunctionNode | None:
    function = frame.function
    if function is None or isinstance(function.node, ast.Lambda) or sweeps(function.node):
        return None
    return function.node


def _whole(scope: FunctionNode, node: ast.expr) -> ast.expr:
    """The outermost expression around a node; of a tuple, the element."""
    around = parents(scope)
    while isinstance(above := around.get(node), ast.expr) and not isinstance(above, (ast.Tuple, ast.List)):
        if node in described(above):
            break
        node = above
    return node


def _ends(found: Dropped, node: ast.expr, frame: Frame, element: Element) -> bool:
    """Whether a value, or one element of it, is read by nothing that lets it go on."""
    scope = _scope(frame)
    if scope is None or len(found.handed) > 3:
        return False
    around, whole = parents(scope), True
    while True:
        above = around.get(node)
        match above:
            case ast.Expr():
                return whole and isinstance(node, ast.Call)
            case ast.Assign(targets=[_]):
                return _never_read(found, above, frame, element)
            case ast.Return() if frame.outer is not None and frame.call is not None:
                _hand_over(found, scope.name, frame.call, frame.outer, element)
                return _ends(found, frame.call, frame.outer, element)
            case ast.Tuple() | ast.List() if element is None and isinstance(
                around.get(above), (ast.Return, ast.Assign)
            ):
                element = above.elts.index(node)
            case ast.Dict() if element is None and node in above.values:
                element = _key(above.keys[above.values.index(node)])
            case ast.keyword() | ast.Call() if element is None and (
                made := _record(frame, around, above, node)
            ):
                element, above = made
            case ast.Subscript(value=value, slice=ast.Constant(value=int() | str() as index)) if (
                value is node
            ):
                if element is not None and index != element:
                    return isinstance(index, str) or (isinstance(element, int) and index >= 0)
                element = None
            case ast.Attribute(value=value, attr=name) if value is node and _is_field(element):
                if f".{name}" != element:
                    return not name.startswith("_")
                element = None
            case ast.expr() if node in described(above):
                return True
            case ast.expr() if element is None and not isinstance(above, _ELSEWHERE):
                pass
            case _:
                return False
        assert isinstance(above, ast.expr)
        node, whole = above, False


def _key(node: ast.expr | None) -> Element:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, (int, str)) else None


def _is_field(element: Element) -> bool:
    return isinstance(element, str) and element.startswith(".")


def _record(
    frame: Frame, around: dict[ast.AST, ast.AST], above: ast.AST, node: ast.AST
) -> tuple[str, ast.Call] | None:
    """The field that a value becomes, and the call that makes the record: of a dataclass, of a named tuple,
    or of `dict()`."""
    call = above if isinstance(above, ast.Call) else around.get(above)
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return None
    fields = _fields(frame.module.tree, call.func.id)
    if isinstance(above, ast.keyword) and above.arg is not None:
        if call.func.id == "dict":
            return above.arg, call
        return (f".{above.arg}", call) if above.arg in fields else None
    places = [place for place, argument in enumerate(call.args) if argument is node]
    return (f".{fields[places[0]]}", call) if places and places[0] < len(fields) else None


@lru_cache(maxsize=64)
def _fields(tree: ast.Module, name: str) -> tuple[str, ...]:
    """The fields of a class that does no more than keep them."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == name and is_record(node):
            names = (one.target for one in node.body if isinstance(one, ast.AnnAssign))
            return tuple(target.id for target in names if isinstance(target, ast.Name))
    return ()


def is_record(node: ast.ClassDef) -> bool:
    """Whether a class does no more than keep its fields."""
    marks = {
        ast.unparse(one).partition("(")[0].rpartition(".")[2] for one in (*node.bases, *node.decorator_list)
    }
    return bool(marks & {"NamedTuple", "dataclass"}) and not any(
        isinstance(one, ast.FunctionDef) for one in node.body
    )


def _hand_over(found: Dropped, name: str, call: ast.expr, outer: Frame, element: Element) -> None:
    """A value leaves the function that computes it: a whole one ends where the call does."""
    caller = _scope(outer)
    if element is None and caller is not None:
        found.site = Site(_whole(caller, call), outer)
    if element is not None or name not in ("call", "__call__"):
        found.handed.append(name)


def _never_read(found: Dropped, statement: ast.Assign, frame: Frame, element: Element) -> bool:
    """Whether nothing reads what a statement gives a name to."""
    scope, target = _scope(frame), statement.targets[0]
    assert scope is not None
    taken_apart = False
    if isinstance(target, ast.Tuple) and isinstance(element, int) and element < len(target.elts):
        target, element, taken_apart = target.elts[element], None, True
    if isinstance(target, ast.Subscript) and element is None:
        return _never_read_entry(found, statement, target, frame)
    if not isinstance(target, ast.Name):
        return False
    if target.id.startswith(ON_PURPOSE) and (taken_apart or target.id != "_"):
        return False
    if target.id in words_of(scope).shared:
        return False
    for body in _bodies(scope):
        if statement in body:
            reads = _reads_after(scope, body, body.index(statement), target.id)
            return reads is not None and all(_ends(found, read, frame, element) for read in reads)
    return False


def _never_read_entry(found: Dropped, statement: ast.Assign, target: ast.Subscript, frame: Frame) -> bool:
    """Whether nothing reads an entry of a dict that a function has made for itself."""
    scope, key = _scope(frame), _key(target.slice)
    if scope is None or key is None or not isinstance(target.value, ast.Name):
        return False
    name = target.value.id
    if (name, key) in found.entries:
        return True  # What only brings an entry up to date does not read it.
    found.entries.add((name, key))
    reads = [node for node in words_of(scope).reads(name) if node is not target.value]
    around = parents(scope)
    mine = any(_makes_dict(one, name) for one in ast.walk(scope))
    alone = all(isinstance(around.get(read), ast.Subscript) for read in reads)
    end = _overwritten(scope, statement, name, key)
    then = [read for read in reads if end is None or _start(read) < end]
    return mine and alone and all(_ends(found, read, frame, key) for read in then)


def _overwritten(scope: Scope, statement: ast.Assign, name: str, key: Element) -> Place | None:
    """Where the statement ends that gives the same entry of a dict another value, whatever comes before."""
    for body in _bodies(scope):
        for other in body[body.index(statement) + 1 :] if statement in body else ():
            match other:
                case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=word), slice=place)]):
                    if word == name and _key(place) == key:
                        return _end(other)
    return None


def _makes_dict(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Assign(targets=[ast.Name(id=word)], value=ast.Dict() | ast.Call(func=ast.Name(id="dict"))):
            return word == name
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
    """What is given local names and dropped: nothing reads any of the names before it is overwritten."""
    if sweeps(function):
        return
    for body in _bodies(function):
        for index, statement in enumerate(body):
            names = _names(statement)
            if all(name.startswith(ON_PURPOSE) for name in names) or words_of(function).shared & {*names}:
                continue
            if all(_reads_after(function, body, index, name) == [] for name in names):
                assert isinstance(statement, ast.Assign)
                yield statement.value


def _names(statement: ast.stmt) -> list[str]:
    """The names that a statement gives to a value, or to all the parts of one."""
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=parts)]):
            names = [part.id for part in parts if isinstance(part, ast.Name)]
            return names if len(names) == len(parts) else []
    name = _name(statement)
    return [] if name is None else [name]


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The statement lists of a function that run in the order they stand: no loop's, no inner function's."""
    for field in ("body", "orelse", "finalbody"):
        body = getattr(node, field, None)
        if isinstance(body, list) and body:
            yield body
            for statement in body:
                if isinstance(statement, (ast.If, ast.With, TRIES)):
                    yield from _bodies(statement)


def _name(statement: ast.stmt) -> str | None:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return None


def _reads_after(function: Scope, body: list[ast.stmt], index: int, name: str) -> list[ast.Name] | None:
    """What reads the value that a statement gives to a name; None where that is not known."""
    start, words = _end(body[index]), words_of(function)
    reads = words.reads(name)
    # A closure or a later round of a loop reads whenever it runs.
    if words.reads_late(name):
        return None
    first = bisect_left(reads, start, key=_start)
    last = _start(reads[-1]) if first < len(reads) else start
    for place in range(index + 1, len(body)):
        other = body[place]
        if _start(other) > last:
            break
        if _name(other) == name:
            return reads[first : bisect_left(reads, _end(other), key=_start)]
    return reads[first:]


class Words:
    """The names of a scope and of those inside it, looked through once for all questions about it.

    `shared`: those that belong to a scope outside; `late`: the nodes that run whenever a closure or another
    round of a loop does.
    """

    def __init__(self, function: Scope) -> None:
        self._loads: dict[str, list[ast.Name]] = {}
        self._reads: dict[str, list[ast.Name]] = {}
        self._late: dict[str, bool] = {}
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
        """Where the scope, or one inside it, reads a name of this scope, in the order of the text."""
        if name not in self._reads:
            self._reads[name] = sorted(self._read(name), key=_start)
        return self._reads[name]

    def reads_late(self, name: str) -> bool:
        """Whether a closure, or another round of a loop, reads a name."""
        if name not in self._late:
            self._late[name] = any(id(node) in self.late for node in self.reads(name))
        return self._late[name]

    def _read(self, name: str) -> list[ast.Name]:
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
