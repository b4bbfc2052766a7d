"""A file of other people's code: its classes, what they create, and where they read it."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

LAYERS = frozenset(
    {
        "Dense",
        "EinsumDense",
        "Conv1D",
        "Conv2D",
        "Conv3D",
        "Conv1DTranspose",
        "Conv2DTranspose",
        "DepthwiseConv2D",
        "SeparableConv2D",
        "Embedding",
        "LSTM",
        "GRU",
        "SimpleRNN",
        "LayerNormalization",
        "BatchNormalization",
        "GroupNormalization",
        "MultiHeadAttention",
        "PReLU",
    }
)
"""Library layers that always have weights."""

DESCRIBING = frozenset(
    {"build", "built", "shape", "dtype", "name", "compute_output_shape", "units", "filters"}
)
"""Attributes of a weight or layer whose reading uses none of its values."""

SWEEPING = frozenset({"layers", "_layers", "weights", "trainable_weights", "trainable_variables", "__dict__"})


@dataclass(frozen=True)
class Created:
    """`self.name = <call>` in a class: the statement, and the only place that reads it, in `call`."""

    name: str
    statement: ast.Assign
    read: ast.Attribute
    layer: str = ""
    """The library layer's class; nothing for a weight."""

    @property
    def made(self) -> ast.Call:
        """What creates it."""
        assert isinstance(self.statement.value, ast.Call)
        return self.statement.value


@dataclass
class Source:
    """The text with its tree; edits are made at the positions of nodes."""

    path: str
    text: str
    tree: ast.Module = field(init=False)

    def __post_init__(self) -> None:
        self.tree = ast.parse(self.text)
        self.parents = {
            id(inner): node for node in ast.walk(self.tree) for inner in ast.iter_child_nodes(node)
        }

    @cached_property
    def lines(self) -> list[bytes]:
        """The lines, as the positions count them."""
        return [line.encode() for line in self.text.splitlines(keepends=True)]

    @cached_property
    def loads(self) -> Counter[str]:
        """How often each attribute's value is read, of whatever object."""
        return Counter(
            node.attr
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Load)
            and not self._described(node)
        )

    @cached_property
    def words(self) -> set[str]:
        """Every text constant: an attribute may be looked up by one."""
        names = (node for node in ast.walk(self.tree) if isinstance(node, ast.Constant))
        labels = {id(word.value) for word in ast.walk(self.tree) if isinstance(word, ast.keyword)}
        return {node.value for node in names if isinstance(node.value, str) and id(node) not in labels}

    def _described(self, node: ast.Attribute) -> bool:
        above = self.parents.get(id(node))
        return isinstance(above, ast.Attribute) and above.attr in DESCRIBING

    def of(self, node: ast.AST) -> str:
        """The source text of a node."""
        return ast.get_source_segment(self.text, node) or ""

    def edited(self, *edits: tuple[ast.AST, str]) -> str:
        """The text with each node replaced; nodes do not overlap."""
        whole = b"".join(self.lines)
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line))
        spans = sorted(
            (
                starts[node.lineno - 1] + node.col_offset,  # type: ignore[attr-defined]
                starts[node.end_lineno - 1] + node.end_col_offset,  # type: ignore[attr-defined]
                text,
            )
            for node, text in edits
        )
        for start, end, text in reversed(spans):
            whole = whole[:start] + text.encode() + whole[end:]
        return whole.decode()

    def library(self) -> str:
        """What this file calls TensorFlow, or Keras' operations; nothing when it has neither."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name == "tensorflow" and alias.asname:
                        return alias.asname
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    if alias.name == "ops" and (node.module or "").split(".")[0] in ("keras", "keras_hub"):
                        return alias.asname or "ops"
        return ""

    def classes(self) -> Iterator[ast.ClassDef]:
        """The classes with a `call` that reach what they have by name alone."""
        for node in self.tree.body:
            if isinstance(node, ast.ClassDef) and method(node, "call") is not None and not sweeps(node):
                yield node

    def read_once(self, owner: ast.ClassDef, name: str) -> bool:
        """Whether a class and its relatives in this file read an attribute once, and nobody reads it of
        another object than `self`."""
        kin = {owner.name} | _names(owner)
        apart = [
            node
            for node in self.tree.body
            if isinstance(node, ast.ClassDef) and not ({node.name} | _names(node)) & kin
        ]
        own = sum(self._reads(node, name) for other in apart for node in ast.walk(other))
        return self.loads[name] - own == 1 and name not in self.words

    def created(self, owner: ast.ClassDef) -> Iterator[Created]:
        """The weights and library layers that `call`, and nothing else of the class, reads once."""
        call = method(owner, "call")
        assert call is not None
        for maker in ("__init__", "build"):
            for statement in ast.walk(method(owner, maker) or ast.Pass()):
                match statement:
                    case ast.Assign(
                        targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)],
                        value=ast.Call() as made,
                    ) if self.read_once(owner, name):
                        reads = [node for node in ast.walk(call) if self._reads(node, name)]
                        layer = self.layer_of(made)
                        if len(reads) == 1 and (layer or _weight(made)) and self._once(owner, name):
                            (read,) = reads
                            assert isinstance(read, ast.Attribute)
                            yield Created(name, statement, read, layer)

    def _reads(self, node: ast.AST, name: str) -> bool:
        own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
        return own and node.attr == name and isinstance(node.ctx, ast.Load) and not self._described(node)  # type: ignore[attr-defined]

    def _once(self, owner: ast.ClassDef, name: str) -> bool:
        """Whether the attribute is given a value in one place, apart from None."""
        stores = [
            node
            for node in ast.walk(owner)
            if isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Store)
        ]
        kept = [self.parents[id(node)] for node in stores]
        return (
            sum(not (isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)) for one in kept)
            == 1
        )

    def layer_of(self, made: ast.Call) -> str:
        """The library layer that a call makes, by its name."""
        name = made.func.attr if isinstance(made.func, ast.Attribute) else getattr(made.func, "id", "")
        defined = any(isinstance(node, ast.ClassDef) and node.name == name for node in self.tree.body)
        frozen = any(word.arg == "trainable" for word in made.keywords)
        return name if name in LAYERS and not defined and not frozen else ""


def method(owner: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    """A method that a class itself defines."""
    found = (node for node in owner.body if isinstance(node, ast.FunctionDef) and node.name == name)
    return next(found, None)


def _names(owner: ast.ClassDef) -> set[str]:
    """The names that a class derives from, apart from those that all layers share."""
    bases = {ast.unparse(base).rpartition(".")[2] for base in owner.bases}
    return bases - {"Layer", "Model", "Module", "object"}


def sweeps(owner: ast.ClassDef) -> bool:
    """Whether a class reaches its attributes without naming them."""
    for node in ast.walk(owner):
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if name in SWEEPING:
                return True
            case ast.Call(func=ast.Name(id="getattr" | "vars" | "locals")):
                return True
    return False


def _weight(made: ast.Call) -> bool:
    """Whether a call makes a trainable weight of real numbers."""
    if not isinstance(made.func, ast.Attribute) or made.func.attr not in ("add_weight", "add_variable"):
        return False
    given = {word.arg: ast.unparse(word.value) for word in made.keywords}
    whole = any(kind in given.get("dtype", "") for kind in ("int", "bool"))
    # A regulariser that is made on the spot gives a gradient of its own.
    regular = any(word.arg == "regularizer" and isinstance(word.value, ast.Call) for word in made.keywords)
    return given.get("trainable", "True") == "True" and not (whole or regular or "aggregation" in given)
