"""Every place in a module's text that creates a trainable weight, or a library layer with weights, run or
not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.facts.domain.scope import Scope
from gradcheck.facts.domain.values import External, Mapping, Value, used
from gradcheck.facts.effects.row import effect
from gradcheck.facts.interpreter.transfer.model_ends import APPLICATIONS
from gradcheck.facts.interpreter.transfer.new_weights import ADDERS, INTEGERS
from gradcheck.source.names import canonical

VARIABLES = frozenset(
    {"tf.Variable", "keras.Variable", "keras.backend.variable", "tfp.util.TransformedVariable"}
)


@dataclass(frozen=True)
class Written:
    """One expression that creates weights. `label` is what its author calls the result; `within` the
    innermost function or class."""

    node: ast.Call
    label: str
    within: ast.stmt | None


def written(tree: ast.Module, names: Scope) -> Iterator[Written]:
    """What the text creates, by the names that its imports give."""
    stack: list[tuple[ast.AST, ast.stmt | None, str]] = [(tree, None, "")]
    while stack:
        node, within, label = stack.pop()
        if isinstance(node, ast.Call) and getattr(within, "name", "") not in ADDERS and _creates(node, names):
            yield Written(node, label, within)
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


def _library_name(node: ast.expr, names: Scope) -> str:
    """The canonical name of what an expression names at module level; nothing for what is no library's."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    value = _known(names.names.get(node.id)) if isinstance(node, ast.Name) else None
    while parts and isinstance(value, Mapping) and value.kind == "namespace":
        value = _known(value.entries.get(parts.pop()))
    if not isinstance(value, External):
        return ""
    return canonical(".".join([value.name, *reversed(parts)]))


def _known(value: Value | None) -> Value | None:
    return None if value is None else used(value)
