"""Every place in a module that creates a trainable weight, or a library layer with weights, run or not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import field

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.facts.domain.scope import Scope
from gradcheck.facts.domain.values import Birth, External, Instance, Mapping, Value, used
from gradcheck.facts.effects.row import effect
from gradcheck.facts.interpreter.transfer.model_ends import APPLICATIONS
from gradcheck.facts.interpreter.transfer.new_weights import ADDERS, INTEGERS
from gradcheck.facts.program import Program
from gradcheck.source.names import canonical

VARIABLES = frozenset(
    {"tf.Variable", "keras.Variable", "keras.backend.variable", "tfp.util.TransformedVariable"}
)


@dataclass(eq=False, repr=False)
class Creation:
    """One expression that creates weights, with what the interpreter saw it create: nothing where it never
    came by. `label` is what its author calls the result; `within` the innermost function or class."""

    node: ast.expr | ast.stmt
    births: list[Birth] = field(default_factory=list)
    label: str = ""
    within: ast.stmt | None = None


def creations(program: Program) -> list[Creation]:
    """All of them, in source order, without those that certainly make nothing trainable."""
    seen, found = _run(program), []
    for made in _written(program):
        births = seen.pop(id(made.node), None)
        if births is None or any(_trainable(birth) for birth in births):
            made.births = [birth for birth in births or () if _trainable(birth)]
            found.append(made)
    for births in seen.values():
        kept = [birth for birth in births if _trainable(birth)]
        if kept:
            found.append(Creation(kept[0].site.node, kept))
    return sorted(found, key=lambda made: (made.node.lineno, made.node.col_offset))


def _run(program: Program) -> dict[int, list[Birth]]:
    """The births of the module by the expression that creates them; a layer's weights count as one."""
    births: dict[int, list[Birth]] = {}
    for birth in program.machine.log.births:
        if birth.site.frame.module is program.module and not birth.part and not _handed_on(birth):
            births.setdefault(id(birth.site.node), []).append(birth)
    return births


def _handed_on(birth: Birth) -> bool:
    """Whether an `add_weight` of the program's own makes it, which here nobody asks for any."""
    function = birth.site.frame.function
    return function is not None and getattr(function.node, "name", "") in ADDERS


def _trainable(birth: Birth) -> bool:
    return birth.trainable is not False and not birth.integer and not _of_optimizer(birth)


def _of_optimizer(birth: Birth) -> bool:
    """Whether an optimizer keeps the weight for itself."""
    function = birth.site.frame.function
    owners = (birth.owner, function.bound if function else None)
    models = [one.model for one in owners if isinstance(one, Instance)]
    names = [name for model in models for above in model.lineage() for name in (above.name, *above.libraries)]
    return any(name.rpartition(".")[2].endswith("Optimizer") for name in names)


def _written(program: Program) -> Iterator[Creation]:
    """What the text creates, by the names that its imports give."""
    names = program.machine.scope
    stack: list[tuple[ast.AST, ast.stmt | None, str]] = [(program.module.tree, None, "")]
    while stack:
        node, within, label = stack.pop()
        if isinstance(node, ast.Call) and getattr(within, "name", "") not in ADDERS and _creates(node, names):
            yield Creation(node, [], label, within)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            within = node
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            label = ast.unparse(target)
        elif isinstance(node, ast.stmt):
            label = ""
        stack += [(inner, within, label) for inner in ast.iter_child_nodes(node)]


def _creates(node: ast.Call, names: Scope) -> bool:
    if isinstance(node.func, ast.Attribute) and node.func.attr in ADDERS:
        return not _switched_off(node)
    name = _library_name(node.func, names)
    row = effect(name) if name.startswith(("keras.layers.", "tfp.layers.")) else None
    makes = name in VARIABLES or name.startswith(APPLICATIONS) or (row is not None and row.weights)
    return makes and name.rpartition(".")[2][:1].isupper() and not _switched_off(node)


def _switched_off(node: ast.Call) -> bool:
    """Whether the call says that what it makes is not to be trained, or is made of integers."""
    for keyword in node.keywords:
        if keyword.arg == "trainable" and isinstance(keyword.value, ast.Constant):
            return not keyword.value.value
        if keyword.arg == "dtype" and _last_word(keyword.value).startswith(INTEGERS):
            return True
    return False


def _last_word(value: ast.expr) -> str:
    match value:
        case ast.Constant(value=str(word)) | ast.Name(id=word) | ast.Attribute(attr=word):
            return word.rpartition(".")[2]
    return ""


def _used(value: Value | None) -> Value | None:
    return None if value is None else used(value)


def _library_name(node: ast.expr, names: Scope) -> str:
    """The canonical name of what an expression names at module level; nothing for what is no library's."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    value = _used(names.names.get(node.id)) if isinstance(node, ast.Name) else None
    while parts and isinstance(value, Mapping) and value.kind == "namespace":
        value = _used(value.entries.get(parts.pop()))
    if not isinstance(value, External):
        return ""
    return canonical(".".join([value.name, *reversed(parts)]))
