"""Which functions of a module TensorFlow traces: a `tf.function`, and the methods that `fit` compiles."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from gradcheck.facts.domain.keras_names import FITS
from gradcheck.facts.ownership.reading import called_name
from gradcheck.facts.ownership.writes import spelt

NAMED = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPILED = frozenset({"train_step", "compute_loss", "call"})
AGAIN = frozenset(
    {"run_functions_eagerly", "run_eagerly", "make_train_function", "get_concrete_function", "train_function"}
)
"""What makes TensorFlow run the Python code again, or may do so."""
BY_KERAS = frozenset({"__init__", "build", "get_config"})


class Steps:
    """The traced functions of one kind: where they begin, and the names whose calls run them."""

    def __init__(self, tree: ast.Module, entries: set[ast.AST], names: frozenset[str]) -> None:
        self.tree, self.entries, self.names = tree, entries, names

    @cached_property
    def inside(self) -> set[ast.AST]:
        """What is traced: where it begins, all that is called or read from there by its name, and objects."""
        functions = [node for node in ast.walk(self.tree) if isinstance(node, NAMED)]
        found, waiting = set[ast.AST](), [*self.entries]
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                read = {spelt(one).lstrip(".") for one in ast.walk(node)} | {"call", "__call__"}
                waiting += [one for one in functions if one.name in read - BY_KERAS]
        return found

    @cached_property
    def running(self) -> set[str]:
        """The names of what runs the step, or calls something that does."""
        return _leading_to(self.tree, self.names)

    @cached_property
    def renewing(self) -> set[str]:
        """The names of what compiles a model, or makes another object of a class that is traced."""
        classes = [node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef)]
        traced = {one.name for one in classes if not self.entries.isdisjoint(one.body)}
        return _leading_to(self.tree, traced | {"compile"})

    @cached_property
    def begin(self) -> int:
        """The line of the first statement of the module that runs the step."""
        done = [one for one in self.tree.body if not isinstance(one, (*NAMED, ast.ClassDef))]
        return min((one.lineno for one in done if self.runs(one)), default=0)

    def runs(self, node: ast.AST) -> bool:
        """Whether a statement runs the step."""
        return any(called_name(one) in self.running for one in ast.walk(node))

    def begins_again(self, node: ast.AST) -> bool:
        """Whether the step may be traced anew after a statement."""
        return any(called_name(one) in self.renewing for one in ast.walk(node))

    def reads(self, place: str) -> bool:
        """Whether what is traced reads a place, and no name of its own instead."""
        return place in self._read and not (place in self._own and place not in self._shared)

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        return [inner for one in self.inside for inner in ast.walk(one)]

    @cached_property
    def _read(self) -> set[str]:
        return {spelt(one) for one in self._nodes if isinstance(getattr(one, "ctx", None), ast.Load)} - {""}

    @cached_property
    def _own(self) -> set[str]:
        stored = {
            one.id for one in self._nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
        }
        return stored | {one.arg for one in self._nodes if isinstance(one, ast.arg)}

    @cached_property
    def _shared(self) -> set[str]:
        declared = [one for one in self._nodes if isinstance(one, (ast.Global, ast.Nonlocal))]
        parameters = {one.arg for one in self._nodes if isinstance(one, ast.arg)}
        return {name for one in declared for name in one.names} - parameters

    @cached_property
    def handed(self) -> set[str]:
        """What a call hands on to the step: for another argument a function is traced anew."""
        calls = [one for one in ast.walk(self.tree) if isinstance(one, ast.Call)]
        calls = [one for one in calls if called_name(one) in self.running]
        given = [part for one in calls for part in (*one.args, *(word.value for word in one.keywords))]
        return {spelt(inner) for one in given for inner in ast.walk(one)}


def _leading_to(tree: ast.Module, names: frozenset[str] | set[str]) -> set[str]:
    """Some names, and those of all functions that call one of them, or one that does."""
    calls = {
        node.name: {called_name(inner) for inner in ast.walk(node)}
        for node in ast.walk(tree)
        if isinstance(node, NAMED)
    }
    found, before = set(names), set[str]()
    while found != before:
        before = set(found)
        found |= {name for name, called in calls.items() if called & found}
    return found


def steps_of(tree: ast.Module) -> Iterator[Steps]:
    """Those of a module, unless something in it makes TensorFlow look again."""
    if looks_again(tree):
        return
    names = _attributes(tree)
    functions = [node for node in ast.walk(tree) if isinstance(node, NAMED)]
    traced = {node for node in functions if any(map(_traces, node.decorator_list))}
    called = frozenset(node.name for node in traced)
    if traced and not _given_counts(tree, called):
        yield Steps(tree, {*traced}, called)
    if names & FITS and not _compiles_again(tree):
        compiled = {node for node in functions if node.name in COMPILED}
        yield Steps(tree, {*compiled}, FITS)


def looks_again(tree: ast.Module) -> bool:
    """Whether something in a module makes TensorFlow run Python code that is traced already."""
    words = [node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "run_eagerly"]
    return bool(_attributes(tree) & AGAIN) or any(not _is_off(word.value) for word in words)


def _attributes(tree: ast.Module) -> set[str]:
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def _given_counts(tree: ast.Module, names: frozenset[str]) -> bool:
    """Whether a call of these hands over a loop's counter: for each number a function is traced anew."""
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For)]
    counting = [one.target for one in loops if called_name(one.iter) in ("range", "enumerate")]
    counters = {spelt(one.elts[0] if isinstance(one, ast.Tuple) else one) for one in counting}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and called_name(node) in names]
    return any(
        spelt(given) in counters
        for one in calls
        for given in (*one.args, *(word.value for word in one.keywords))
    )


def _is_off(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and not value.value


def _traces(decorator: ast.expr) -> bool:
    name = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(name) in ("tf.function", "tensorflow.function")


def _compiles_again(tree: ast.Module) -> bool:
    """Whether a model is compiled twice, or a callback compiles one."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = [node.func for node in calls if called_name(node) == "compile"]
    models = [ast.unparse(one.value) for one in called if isinstance(one, ast.Attribute)]
    return len(set(models)) < len(models) or any(one.endswith("self.model") for one in models)
