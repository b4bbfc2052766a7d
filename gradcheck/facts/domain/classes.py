"""The user's classes: what they derive from, and where a method or attribute is found."""

from __future__ import annotations

import ast
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.facts.domain.keras_names import MODELS, TRAINABLE_LISTS
from gradcheck.facts.domain.values import ClassRef, External, Function, Value

if TYPE_CHECKING:
    from gradcheck.facts.domain.scope import Scope
    from gradcheck.source.parse import Module

LAYER, MODEL, MODULE, LOSS, METRIC, REGULARIZER, PLAIN, OTHER = (
    "layer",
    "model",
    "module",
    "loss",
    "metric",
    "regularizer",
    "plain",
    "other",
)


_KINDS = (
    ("keras.layers.", LAYER),
    ("tfp.layers.", LAYER),
    ("keras.losses.", LOSS),
    ("keras.metrics.", METRIC),
    ("keras.regularizers.", REGULARIZER),
)
_PLAIN = frozenset(
    {
        "object",
        "abc.ABC",
        "typing.Generic",
        "typing.Protocol",
        "typing.NamedTuple",
        "enum.Enum",
        "enum.IntEnum",
        "dict",
        "float",
        "frozenset",
        "int",
        "list",
        "set",
        "str",
        "tuple",
        "type",
    }
)
_FAULTS = ("Error", "Exception", "Warning")


BARE = frozenset({"object", "abc.ABC", "typing.Generic", "typing.Protocol"})
"""Base classes that bring no method that anybody would call."""


@dataclass(eq=False, repr=False)
class ClassModel:
    """One class definition. `bases` holds the user's classes and library names it derives from, in order;
    `fields` what a named tuple calls its items."""

    name: str
    node: ast.ClassDef
    module: Module
    scope: Scope
    bases: tuple[Value, ...] = ()
    members: dict[str, Value] = field(default_factory=dict)
    derived: list[ClassModel] = field(default_factory=list)
    fields: tuple[str, ...] = ()

    def lineage(self) -> tuple[ClassModel, ...]:
        """This class and the user's classes above it, nearest first."""
        return self._lineage

    @cached_property
    def _lineage(self) -> tuple[ClassModel, ...]:
        found: dict[int, ClassModel] = {}
        queue = [self]
        while queue:
            model = queue.pop(0)
            if id(model) not in found:
                found[id(model)] = model
                queue[:0] = [base.model for base in model.bases if isinstance(base, ClassRef)]
        return tuple(found.values())

    def find(self, name: str, after: ClassModel | None = None) -> Value | None:
        """A member by name; with `after`, as `super()` in that class finds it."""
        passed = after is None
        for model in self._lineage:
            if passed and name in model.members:
                return model.members[name]
            passed = passed or model is after
        return None

    @cached_property
    def record(self) -> tuple[str, ...]:
        """The fields of a named tuple, its own or those of the class above it; none of any other class."""
        return next((model.fields for model in self.lineage() if model.fields), ())

    def method(self, name: str) -> Function | None:
        """A method by name."""
        found = self.find(name)
        return found if isinstance(found, Function) else None

    @cached_property
    def libraries(self) -> tuple[str, ...]:
        """The library classes it derives from, directly or not."""
        return tuple(
            base.name for model in self.lineage() for base in model.bases if isinstance(base, External)
        )

    @cached_property
    def lists_itself(self) -> bool:
        """Whether it says itself what its trainable weights are; handing on what `super()` lists is no such
        thing."""
        return any(
            name in model.members and not _hands_on(model.node, name)
            for model in self.lineage()
            for name in TRAINABLE_LISTS
        )

    @cached_property
    def open(self) -> bool:
        """Whether some base is unknown, so that it may read or call anything."""
        return self.kind == OTHER or any(
            not isinstance(base, (ClassRef, External)) for model in self.lineage() for base in model.bases
        )

    @cached_property
    def keeps_more(self) -> bool:
        """Whether a library class with attributes of its own is among its bases."""
        return bool(
            set(self.libraries) - MODELS - _PLAIN - {"keras.Layer", "keras.layers.Layer", "tf.Module"}
        )

    @cached_property
    def whole(self) -> bool:
        """Whether it has no attribute and no method but those that its own text gives it."""
        adds = any(self.find(name) is not None for name in ("__getattr__", "__getattribute__"))
        return not (self.open or adds or set(self.libraries) - BARE or self.node.keywords)

    @cached_property
    def kind(self) -> str:
        """What Keras takes its instances for."""
        kinds = [kind_of_library(name) for name in self.libraries]
        for wanted in (MODEL, LAYER, LOSS, METRIC, REGULARIZER, MODULE):
            if wanted in kinds:
                return wanted
        return OTHER if OTHER in kinds else PLAIN

    @property
    def callable_layer(self) -> bool:
        """Whether calling an instance runs `build` and `call`."""
        return self.kind in (LAYER, MODEL)


def is_optimizer(model: ClassModel) -> bool:
    """Whether a class is one of Keras' optimizers."""
    return any(name.startswith("keras.optimizers.") or name == "keras.Optimizer" for name in model.libraries)


def only_raises(method: Function) -> bool:
    """Whether a method does nothing but raise: subclasses are to write it."""
    body = getattr(method.node, "body", ())  # a lambda's is an expression
    rest = [one for one in body if not _is_docstring(one)] if isinstance(body, list) else []
    return len(rest) == 1 and isinstance(rest[0], ast.Raise)


def _hands_on(node: ast.ClassDef, name: str) -> bool:
    """Whether a method of a class returns nothing but what the class above has under the same name."""
    method = next((one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == name), None)
    ends = [one.value for one in ast.walk(method) if isinstance(one, ast.Return)] if method else []
    return bool(ends) and all(
        isinstance(end, ast.Attribute)
        and end.attr == name
        and isinstance(end.value, ast.Call)
        and isinstance(end.value.func, ast.Name)
        and end.value.func.id == "super"
        for end in ends
    )


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def kind_of_library(library: str) -> str:
    """What Keras takes the instances of a library class for."""
    if library in MODELS:
        return MODEL
    if library == "keras.Layer":
        return LAYER
    if library == "tf.Module":
        return MODULE
    if library in _PLAIN or ("." not in library and library.endswith(_FAULTS)):
        return PLAIN
    for prefix, kind in _KINDS:
        if library.startswith(prefix):
            return kind
    if library.startswith("keras.") and library.endswith(("Model", "Layer")):
        return MODEL if library.endswith("Model") else LAYER
    return OTHER
