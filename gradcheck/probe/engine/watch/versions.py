"""The only file that knows Keras 2 from Keras 3: where each keeps what the probe hooks, and what each calls a
weight.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

_MAKERS = frozenset(
    {"add_weight", "add_variable", "Variable", "Dense", "EinsumDense", "cell", "forward_layer", "layer"}
)
"""What a `build` method mentions when it makes weights."""


@dataclass(frozen=True)
class Keras:
    """One loaded Keras: its version and the classes that layers, variables, optimizers and training loops
    derive from.
    """

    package: str
    version: str
    layer: Any
    operation: Any
    node: Any
    variable: Any | None
    optimizers: tuple[Any, ...]
    scalers: tuple[Any, ...]
    trainer: Any

    @property
    def major(self) -> str:
        """ "2" or "3"."""
        return self.version.partition(".")[0]


def loaded() -> tuple[Keras, ...]:
    """Every Keras that this process has imported; the one that `tf.keras` means first."""
    found = [_locate(name) for name in ("keras", "tf_keras") if _ready(name)]
    found.sort(key=lambda keras: keras.version != default_version())
    return tuple(found)


def default_version() -> str:
    """The version of the Keras that `tf.keras` means."""
    import tensorflow as tf

    version = getattr(tf.keras, "__version__", None)
    if version is None:  # The lazy module of Keras 2 has none of its own.
        version = sys.modules[tf.keras.layers.Layer.__module__.partition(".")[0]].__version__
    return str(version)


def on_import(name: str, then: Callable[[], None]) -> importlib.abc.MetaPathFinder:
    """Call `then` once the package `name` has been imported; the caller puts the finder on `sys.meta_path`
    and takes it off.
    """
    return _Announcer(name, then)


def label(variable: Any) -> str:
    """A variable's name as its Keras reports it: `v.path` in Keras 3, else `v.name`."""
    return str(getattr(variable, "path", None) or variable.name)


def shape(variable: Any) -> tuple[int | None, ...]:
    """A variable's shape in plain numbers."""
    return tuple(None if size is None else int(size) for size in variable.shape)


def dtype(variable: Any) -> str:
    """The name of a variable's type."""
    return str(getattr(variable.dtype, "name", variable.dtype))


_OF_VARIABLES = ("handle", "values", "assign_add")
"""The class of a variable has one of these: what Keras 2 casts, no `handle`."""


def handle(source: Any) -> int | None:
    """What identifies a variable however it is wrapped: the number of its resource; None for what is no
    variable. A stranger is asked nothing: some make themselves anew where an attribute is looked for.
    """
    kind = type(source)
    if not any(hasattr(kind, name) for name in _OF_VARIABLES):
        return None
    try:
        found = source.handle
    except (AttributeError, ValueError, NotImplementedError):
        values = getattr(source, "values", None)  # A mirrored variable, outside its replicas.
        found = getattr(values[0], "handle", None) if isinstance(values, tuple) and values else None
    return None if found is None else getattr(found, "_id", None)


def outermost(resource: Any) -> Any:
    """The variable's own resource, behind the placeholders of however many graphs it was captured into."""
    while type(resource).__name__ in {"SymbolicTensor", "Tensor"}:
        inner = resource
        captures = getattr(inner.graph, "captures", ())
        resource = next((outer for outer, inside in captures if inside is inner), None)
    return resource


def own_weights(layer: Any) -> list[Any]:
    """The weights a layer itself created, its children's left out."""
    names = (
        "_trainable_variables",
        "_non_trainable_variables",
        "_trainable_weights",
        "_non_trainable_weights",
    )
    return [weight for name in names for weight in vars(layer).get(name) or ()]


def descendants(layer: Any) -> Iterator[Any]:
    """A layer and every layer Keras knows to be inside it."""
    try:
        yield from layer._flatten_layers(include_self=True, recursive=True)
    except Exception:  # A half-built layer cannot always list its children.
        yield layer


def trainable_handles(layer: Any) -> set[int]:
    """The resources of what a layer lists as trainable."""
    try:
        weights: Sequence[Any] = layer.trainable_weights
    except Exception:
        return set()
    return {found for weight in weights if (found := handle(weight)) is not None}


def is_scaled(model: Any) -> bool:
    """Whether a model's optimizer scales the loss, so that its first gradients may overflow on purpose."""
    scalers = tuple(scaler for keras in loaded() for scaler in keras.scalers)
    return isinstance(getattr(model, "optimizer", None), scalers)


def builds(layer: Any) -> bool:
    """Whether a layer's class creates weights, or layers that do, when it is built."""
    if not getattr(layer, "use_scale", True):  # An attention layer without its one weight.
        return False
    build = type(layer).build
    inner = [cell.cell_contents for cell in getattr(build, "__closure__", None) or ()]
    codes = [getattr(one, "__code__", None) for one in (build, *inner)]
    return any(code is not None and not _MAKERS.isdisjoint(code.co_names) for code in codes)


def users(layer: Any) -> Iterator[Any]:
    """The layers that were applied to a symbolic result of this one."""
    for node in getattr(layer, "_outbound_nodes", None) or ():
        user = getattr(node, "operation", None) or getattr(node, "layer", None)
        if user is not None:
            yield user


def is_wrapper(layer: Any) -> bool:
    """Whether a layer is a library's around one that it is given, of which it may make copies."""
    return any(kind.__name__ == "Wrapper" for kind in type(layer).__mro__)


def children(layer: Any) -> Iterator[tuple[str, Any]]:
    """The layers directly inside one, each with the attribute (and index) its author reaches it by."""
    kinds = tuple(keras.layer for keras in loaded())
    for name, value in list(vars(layer).items()):
        if name.startswith("_"):
            continue
        if isinstance(value, kinds):
            yield name, value
        elif isinstance(value, list | tuple):
            yield from (
                (f"{name}[{index}]", one) for index, one in enumerate(value) if isinstance(one, kinds)
            )
        elif isinstance(value, dict):
            yield from ((f"{name}[{key!r}]", one) for key, one in value.items() if isinstance(one, kinds))


def _ready(name: str) -> bool:
    module = sys.modules.get(name)
    return module is not None and hasattr(module, "layers")


def _locate(name: str) -> Keras:
    version = str(importlib.import_module(name).__version__)
    return _keras3(name, version) if version.startswith("3") else _keras2(name, version)


def _keras3(name: str, version: str) -> Keras:
    return Keras(
        name,
        version,
        layer=_of(f"{name}.src.layers.layer", "Layer"),
        operation=_of(f"{name}.src.ops.operation", "Operation"),
        node=_of(f"{name}.src.ops.node", "Node"),
        variable=_of(f"{name}.src.backend.common.variables", "KerasVariable", "Variable"),
        optimizers=(_of(f"{name}.src.optimizers.base_optimizer", "BaseOptimizer"),),
        scalers=_all(f"{name}.src.optimizers.loss_scale_optimizer", "LossScaleOptimizer"),
        trainer=_of(f"{name}.src.backend.tensorflow.trainer", "TensorFlowTrainer"),
    )


def _keras2(name: str, version: str) -> Keras:
    layer = _of(f"{name}.src.engine.base_layer", "Layer")
    optimizers = (
        _of(f"{name}.src.optimizers.optimizer", "Optimizer"),
        _of(f"{name}.src.optimizers.legacy.optimizer_v2", "OptimizerV2"),
    )
    return Keras(
        name,
        version,
        layer=layer,
        operation=layer,
        node=_of(f"{name}.src.engine.node", "Node"),
        variable=None,
        optimizers=tuple(one for one in optimizers if one is not None),
        scalers=_all(
            f"{name}.src.mixed_precision.loss_scale_optimizer", "LossScaleOptimizer", "LossScaleOptimizerV3"
        ),
        trainer=_of(f"{name}.src.engine.training", "Model"),
    )


def _of(module: str, *names: str) -> Any:
    try:
        found = importlib.import_module(module)
    except ImportError:
        return None
    return next((getattr(found, name) for name in names if hasattr(found, name)), None)


def _all(module: str, *names: str) -> tuple[Any, ...]:
    return tuple(found for name in names if (found := _of(module, name)) is not None)


class _Announcer(importlib.abc.MetaPathFinder):
    """Stands first on `sys.meta_path`, lets the others find the package, and calls back once it has run."""

    def __init__(self, name: str, then: Callable[[], None]) -> None:
        self._name = name
        self._then = then
        self._asking = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name or self._asking:
            return None
        self._asking = True
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._asking = False
        if spec is not None and spec.loader is not None:
            self._announce(spec.loader)
        return spec

    def _announce(self, loader: Any) -> None:
        run = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            run(module)
            self._then()

        loader.exec_module = exec_module
