"""What an expression is for good, if it only looks up what a program was set up with: a setting of an object,
an entry of a dict that is written down, a name that keeps its value."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from gradcheck.base.parameters import parameters
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.inside import FUNCTIONS
from gradcheck.facts.domain.literals import stores
from gradcheck.facts.domain.scope import Scope
from gradcheck.facts.domain.values import ClassRef, Instance, Mapping, Value
from gradcheck.facts.interpreter.events import is_flag
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.report.kinds import Phase

_OF_KERAS = frozenset({"built", "dynamic", "stateful", "supports_masking"})
"""Attributes that Keras changes by itself."""
_PASSED_ON = frozenset({"training", "mask"})
"""Arguments of a `call` that Keras hands on from the layer around it, whoever passes nothing."""
ANY = "*"
"""Stands for the attributes that are given a value under a name that is put together."""


def settled(machine: Machine, node: ast.expr) -> Value | None:
    """What an expression is for good, if it only looks up what the program was set up with."""
    match node:
        case ast.Name(id=name):
            return machine.scope.find(name) if _is_given(machine, name) or _stays(machine, name) else None
        case ast.Attribute(value=owner, attr=name):
            return kept(machine, _holder(machine, owner), name)
        case ast.Subscript(value=owner, slice=ast.Constant(value=str() as word)):
            return _entry(machine, owner, word)
        case ast.Call(
            func=ast.Attribute(value=owner, attr="get"), args=[ast.Constant(value=str() as word), *default]
        ) if not node.keywords:
            return _entry(machine, owner, word, default)
    return None


def _holder(machine: Machine, node: ast.expr) -> Value | None:
    """The object or the dict that an expression names."""
    return machine.eval(node) if isinstance(node, ast.Name) else settled(machine, node)


def _is_given(machine: Machine, name: str) -> bool:
    """Whether a name is a parameter that keeps what the program, or Keras while it trains a model of the
    program, called the function with."""
    function = machine.frame.function
    if (
        function is None
        or name in _PASSED_ON
        or not (_of_program(machine.frame) or machine.frame.inside("fit()"))
        or not any(one.arg == name for one in parameters(function.node.args))
    ):
        return False
    return name not in _stored(function.node)


def _stays(machine: Machine, name: str) -> bool:
    """Whether code that trains asks for a name that its module gives a value once, outside of functions: what
    a script does besides is chosen by such names, too, and is looked at whichever way they go."""
    if not _trains(machine) or _within(machine.scope, name):
        return False
    return _given_once(machine.frame.module.tree, name)


def _given_once(tree: ast.Module, name: str) -> bool:
    times = stores(tree)[name] + _imported(tree)[name]
    return times == 1 and name not in _declared_global(tree)


def _trains(machine: Machine) -> bool:
    if machine.frame.inside("fit()"):
        return True
    return _of_program(machine.frame) and (machine.taped or machine.frame.phase is not Phase.IMPORT)


def _within(scope: Scope, name: str) -> bool:
    """Whether a function, not the module, gives the name its value."""
    inner: Scope | None = scope
    while inner is not None and inner.outer is not None:
        if name in inner.names:
            return True
        inner = inner.outer
    return False


def kept(machine: Machine, owner: Value | None, name: str) -> Value | None:
    """What an object that the program makes was given in its constructor, or a class or a module in its body,
    if nothing changes it later."""
    if is_flag(name) or name in _OF_KERAS:
        return None
    built = False
    match owner:
        case Instance(site=site) if site is not None and _of_program(site.frame):
            own = owner.attributes.get(name) or owner.model.find(name)
            modules = [model.module.tree for model in owner.model.lineage()]
            built = owner.built
        case ClassRef() if _trains(machine):
            own, modules = owner.model.find(name), [model.module.tree for model in owner.model.lineage()]
        case Mapping(module=module) if module and _trains(machine) and _given_once(module.tree, name):
            own, modules = owner.entries.get(name), [module.tree]
        case _:
            return None
    trees = (machine.home.tree, *modules)
    return None if any(_changed(tree, built) & {name, ANY} for tree in trees) else own


def _entry(machine: Machine, owner: ast.expr, word: str, default: Sequence[ast.expr] = ()) -> Value | None:
    """An entry of a dict that the program wrote down, or what is taken in its place, if nothing fills it."""
    mapping = _holder(machine, owner)
    if not isinstance(mapping, Mapping) or mapping.rest or mapping.default or not _trains(machine):
        return None
    if _may_fill(machine, owner, word):
        return None
    if word in mapping.entries:
        return mapping.entries[word]
    return machine.eval(default[0]) if default else None


def lacks_for_good(machine: Machine, mapping: Mapping, node: ast.expr) -> bool:
    """Whether `config.get("word")` asks a dict that is written down, and has no such entry at any time."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner), args=[ast.Constant(value=str() as word), *_]):
            return not (mapping.rest or mapping.default or mapping.lent) and not _may_fill(
                machine, owner, word
            )
    return False


def _may_fill(machine: Machine, owner: ast.expr, word: str) -> bool:
    """Whether some line puts this entry into a dict, or one that is not known into this dict."""
    trees = {machine.home.tree, machine.frame.module.tree}
    return any(_filled(tree) & {word, _last_name(owner)} for tree in trees)


def _of_program(frame: Frame) -> bool:
    """Whether the module's own statements lead here: whoever else calls may give something else."""
    return frame.outermost.phase is Phase.IMPORT


@lru_cache(maxsize=128)
def _stored(function: ast.AST) -> frozenset[str]:
    """The names that a function gives a value."""
    nodes = (node for node in ast.walk(function) if isinstance(node, ast.Name))
    return frozenset(node.id for node in nodes if not isinstance(node.ctx, ast.Load))


@lru_cache(maxsize=24)
def _imported(tree: ast.Module) -> Counter[str]:
    """How often a module brings in each name."""
    imports = (node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom)))
    return Counter(one.asname or one.name for node in imports for one in node.names)


@lru_cache(maxsize=24)
def _declared_global(tree: ast.Module) -> frozenset[str]:
    return frozenset(name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names)


@lru_cache(maxsize=24)
def _filled(tree: ast.Module) -> frozenset[str]:
    """The words under which a dict is given something, and the names of those whose words are not known."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=owner, slice=key, ctx=ast.Store() | ast.Del()):
                word = key.value if isinstance(key, ast.Constant) else None
                found.add(word if isinstance(word, str) else _last_name(owner))
            case ast.Call(func=ast.Attribute(value=owner, attr="update" | "setdefault" | "pop" | "clear")):
                found.add(_last_name(owner))
    return frozenset(found)


def _last_name(node: ast.expr) -> str:
    """What a dict is called by: `config` of `self.config`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return f"{name}[]"
    return "[]"


@lru_cache(maxsize=24)
def _changed(tree: ast.Module, built: bool) -> frozenset[str]:
    """The attributes that are given a value outside of constructors and, for an object that is built, of
    `build`."""
    making = ("__init__", "build") if built else ("__init__",)
    made = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, FUNCTIONS) and getattr(function, "name", "") in making
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store() | ast.Del()) if id(node) not in made:
                found.add(name)
            case ast.Call(func=ast.Name(id="setattr"), args=[_, word, _]):
                found.add(str(word.value) if isinstance(word, ast.Constant) else ANY)
    return frozenset(found)
