"""Which variables pass the test that chooses them: `[v for v in variables if "kernel" in v.name]`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from functools import lru_cache
from typing import NamedTuple

from gradcheck.facts.domain.inside import parents
from gradcheck.facts.domain.values import Instance, Layer
from gradcheck.facts.ownership.weight_names import PARTS, Named

Truth = bool | None
"""None: not known."""


class Test(NamedTuple):
    """What is asked of each element, as the source writes it, and which answer chooses it."""

    condition: ast.expr
    holds: bool


Way = tuple[Test, ...]
"""The tests that an element passes on the way to a list."""


class Choosing(NamedTuple):
    """How a list is chosen from others: the name of each element, the ways to the list, or to several, and
    the names that the module gives one text, or texts, for good."""

    element: str
    ways: tuple[Way, ...]
    per_layer: bool
    texts: dict[str, ast.expr]

    @property
    def conditions(self) -> list[ast.expr]:
        """All tests, with the texts in place of their names."""
        tests = [test.condition for way in self.ways for test in way]
        return [written_out(test, self.texts) for test in tests]


class Naming(NamedTuple):
    """What a Keras calls its variables: with the names of their layers in front, or by their own word."""

    keras: str
    prefixes: frozenset[str]


def choosing(tree: ast.Module, read: ast.AST) -> Choosing | None:
    """The tests that the variables read by an expression have to pass to get into a list."""
    around = parents(tree)
    node = around.get(read)
    if isinstance(node, ast.comprehension) and isinstance(node.target, ast.Name):
        ways = _in_comprehension(around[node], node.ifs, node.target.id)
        return Choosing(node.target.id, ways, False, _texts(tree)) if ways else None
    if isinstance(node, ast.For) and node.iter is read and isinstance(node.target, ast.Name):
        ways = tuple(_ways(node.body, node.target.id, ()))
        return Choosing(node.target.id, ways, False, _texts(tree)) if ways and all(ways) else None
    if isinstance(read, ast.Attribute) and isinstance(read.value, ast.Name):
        way = _by_layer(around, read, read.value.id)
        return Choosing(read.value.id, (way,), True, _texts(tree)) if way else None
    return None


@lru_cache(maxsize=8)
def _texts(tree: ast.Module) -> dict[str, ast.expr]:
    """The names to which a module gives a text, or a tuple or list of texts, once."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found.setdefault(name, []).append(value)
    return {name: values[0] for name, values in found.items() if len(values) == 1 and _is_text(values[0])}


def _is_text(node: ast.expr) -> bool:
    parts = node.elts if isinstance(node, (ast.Tuple, ast.List)) else [node]
    return bool(parts) and all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in parts)


def _in_comprehension(whole: ast.AST, ifs: list[ast.expr], name: str) -> tuple[Way, ...]:
    if not isinstance(whole, (ast.ListComp, ast.GeneratorExp)):
        return ()
    own = isinstance(whole.elt, ast.Name) and whole.elt.id == name
    way = tuple(Test(one, holds=True) for one in ifs)
    return (way,) if own and way and len(whole.generators) == 1 else ()


def _ways(body: Iterable[ast.stmt], name: str, tests: Way) -> Iterator[Way]:
    """The tests behind which a loop appends each element to a list."""
    for statement in body:
        match statement:
            case ast.If(test=test, body=[ast.Continue()], orelse=[]):
                tests = (*tests, Test(test, holds=False))
            case ast.If(test=test, body=inner, orelse=other):
                yield from _ways(inner, name, (*tests, Test(test, holds=True)))
                yield from _ways(other, name, (*tests, Test(test, holds=False)))
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="append"), args=[ast.Name(id=word)])):
                if word == name:
                    yield tests


def _by_layer(around: dict[ast.AST, ast.AST], read: ast.Attribute, name: str) -> Way:
    """`layer.trainable_variables` behind tests of the layer."""
    tests: list[Test] = []
    node: ast.AST = read
    while (outer := around.get(node)) is not None:
        match outer:
            case ast.If(test=test) if node is not test:
                tests.append(Test(test, holds=node in outer.body))
            case ast.For(target=ast.Name(id=word)) if word == name:
                return tuple(tests)
            case ast.ListComp(generators=[ast.comprehension(target=ast.Name(id=word), ifs=ifs), *_]):
                return tuple(Test(one, holds=True) for one in ifs) if word == name else ()
            case ast.FunctionDef() | ast.ClassDef():
                return ()
        node = outer
    return ()


# -- whether a variable passes ---------------------------------------------------------


def passes(how: Choosing, one: Named, naming: Naming) -> Truth:
    """Whether a variable passes all tests of one way."""
    return _any([_all([_passed(how, test, one, naming) for test in way]) for way in how.ways])


def _passed(how: Choosing, test: Test, one: Named, naming: Naming) -> Truth:
    condition = written_out(test.condition, how.texts)
    return _agrees(_holds(condition, how.element, one, naming), test.holds)


def _agrees(truth: Truth, holds: bool) -> Truth:
    return None if truth is None else truth is holds


def _all(found: list[Truth]) -> Truth:
    return False if False in found else None if None in found else True


def _any(found: list[Truth]) -> Truth:
    return True if True in found else None if None in found else False


def _holds(test: ast.expr, name: str, one: Named, naming: Naming) -> Truth:
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _agrees(_holds(inner, name, one, naming), holds=False)
        case ast.BoolOp(op=op, values=values):
            found = [_holds(value, name, one, naming) for value in values]
            return _all(found) if isinstance(op, ast.And) else _any(found)
        case ast.Compare(left=ast.Constant(value=str() as word), ops=[ast.In() | ast.NotIn() as op]):
            found = [_in_name(word, test.comparators[0], name, one, naming)]
            return _agrees(found[0], isinstance(op, ast.In))
        case ast.Compare(left=left, ops=[op], comparators=[ast.Constant(value=int() as bound)]):
            compare = COMPARED.get(type(op))
            known = compare is not None and one.rank is not None and _is_rank(left, name)
            return compare(one.rank, bound) if known and compare and one.rank is not None else None
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=word), kinds]) if word == name:
            return _is_one_of(one, kinds)
        case ast.Call(
            func=ast.Attribute(value=text, attr="endswith"), args=[ast.Constant(value=str() as word)]
        ):
            return _ends(word, text, name, one, naming)
        case ast.Call(
            func=ast.Attribute(value=text, attr="startswith"), args=[ast.Constant(value=str() as word)]
        ):
            return _begins(word, text, name, one, naming)
        case ast.Call(func=ast.Name(id="any" | "all" as which), args=[ast.GeneratorExp() as each]):
            found = [_holds(inner, name, one, naming) for inner in _each_of(each)]
            return None if not found else _any(found) if which == "any" else _all(found)
    return None


def _is_one_of(one: Named, kinds: ast.expr) -> Truth:
    """Whether the layer of a variable is of one of these classes, as far as their names say so."""
    classes = kinds.elts if isinstance(kinds, (ast.Tuple, ast.List)) else [kinds]
    words = {ast.unparse(each).rpartition(".")[2] for each in classes}
    owner = one.birth.owner
    own = {owner.name.rpartition(".")[2]} if isinstance(owner, Layer) else set()
    if isinstance(owner, Instance):
        classes_above = [model.name for model in owner.model.lineage()]
        own = {name.rpartition(".")[2] for name in (*classes_above, *owner.model.libraries)}
    if own & words:
        return True
    families = any(word in each or each in word for word in words for each in own)
    return None if not own or families or not words <= PARTS.keys() else False


COMPARED: dict[type, Callable[[int, int], bool]] = {
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
}


def _is_rank(node: ast.expr, name: str) -> bool:
    text = ast.unparse(node)
    shape = f"{name}.shape"
    return text in (f"len({shape})", f"{shape}.rank", f"{shape}.ndims", f"{name}.ndim")


def _name_of(node: ast.expr, name: str) -> str:
    """Which of its names is asked for: `name`, or `path` with the names of all layers."""
    text = ast.unparse(node).removesuffix(".lower()")
    return text.removeprefix(f"{name}.") if text in (f"{name}.name", f"{name}.path") else ""


def _in_name(word: str, where: ast.expr, name: str, one: Named, naming: Naming) -> Truth:
    which = _name_of(where, name)
    if not which:
        return None
    own = one.word + (":0" if naming.keras == "2" else "")
    if word in own:
        return True
    if naming.keras == "3" and which == "name":
        return False
    before = any(word in prefix or prefix in word for prefix in naming.prefixes if prefix)
    return None if before or "/" in word or any(letter.isdigit() for letter in word) else False


def _ends(word: str, where: ast.expr, name: str, one: Named, naming: Naming) -> Truth:
    which = _name_of(where, name)
    own = one.word + (":0" if naming.keras == "2" else "")
    if not which or len(word) > len(own):
        return None
    return own.endswith(word)


def _begins(word: str, where: ast.expr, name: str, one: Named, naming: Naming) -> Truth:
    which = _name_of(where, name)
    if not which:
        return None
    own = one.word.startswith(word)
    if naming.keras == "3" and which == "name":
        return own
    before = any(prefix.startswith(word) or word.startswith(prefix) for prefix in naming.prefixes if prefix)
    return None if own or before else False


def written_out(test: ast.expr, texts: dict[str, ast.expr]) -> ast.expr:
    """A test with the texts themselves in place of their names."""
    names = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)} & texts.keys()
    for name in names:
        test = _Put(name, texts[name]).visit(deepcopy(test))
    return test


def _each_of(each: ast.GeneratorExp) -> list[ast.expr]:
    """The tests that `any(word in v.name for word in ("kernel", "bias"))` stands for."""
    match each:
        case ast.GeneratorExp(
            generators=[
                ast.comprehension(target=ast.Name(id=word), iter=ast.Tuple() | ast.List() as words, ifs=[])
            ]
        ):
            if all(isinstance(one, ast.Constant) for one in words.elts):
                return [_Put(word, one).visit(deepcopy(each.elt)) for one in words.elts]
    return []


class _Put(ast.NodeTransformer):
    """Puts an expression in the place of a name."""

    def __init__(self, name: str, value: ast.expr) -> None:
        self.name, self.value = name, value

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.value if node.id == self.name else node
