"""What a module holds that could train: models, factories, losses, training functions, example data."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gradcheck.probe.arguments import required
from gradcheck.probe.reading import names, words

_TRAINS = {"GradientTape", "fit", "train_on_batch", "apply_gradients", "minimize", "train_step"}
_BUILDS = {"Model", "Sequential", "Input", "Layer"}
_DATA = words(
    "random normal uniform randn rand default_rng from_seed linspace zeros ones arange sin range "
    "array stateless_normal stateless_uniform RandomState integers"
)
_LOSS_WORDS = ("loss", "objective", "penalty", "nll", "elbo", "criterion", "error", "divergence", "energy")
_REACHES_OUT = words(
    "open remove unlink rmtree rmdir system Popen check_call check_output urlopen urlretrieve "
    "get_file post upload send socket input kill makedirs mkdir save save_weights savez savefig "
    "write write_text to_csv dump parse_args load_model"
)
_STARTS = ("main", "train", "run", "demo", "fit", "experiment", "example", "test")


@dataclass(frozen=True)
class Catalogue:
    """A module's own things by what they are good for, each in the order of the source."""

    objects: dict[str, Any]
    classes: dict[str, type]
    agents: dict[str, type]
    factories: dict[str, types.FunctionType]
    losses: dict[str, Any]
    trainers: dict[str, types.FunctionType]
    starters: dict[str, types.FunctionType]
    data: dict[str, types.FunctionType]
    numbers: tuple[int, ...]

    def outermost(self) -> list[str]:
        """Factories and classes that no other uses, then the rest: what is used is seen inside its user."""
        makers: dict[str, Any] = {**self.factories, **self.classes}
        used = {name: _uses(maker) & makers.keys() - {name} for name, maker in makers.items()}
        inner = set().union(*used.values()) | {name for name in self.classes if self._is_base(name)}
        return sorted(makers, key=lambda name: (name in inner, name in self.classes))

    def uses(self, name: str) -> set[str]:
        """The names a factory or class mentions."""
        return _uses({**self.factories, **self.classes}[name])

    def _is_base(self, name: str) -> bool:
        return any(
            other is not self.classes[name] and issubclass(other, self.classes[name])
            for other in self.classes.values()
        )


def catalogue(module: types.ModuleType) -> Catalogue:
    """Sort what the module defines itself."""
    layer, loss, every = _bases()
    own = {
        name: one for name, one in vars(module).items() if getattr(one, "__module__", None) == module.__name__
    }
    functions = {
        name: one
        for name, one in own.items()
        if isinstance(one, types.FunctionType) and not _reaches_out(one)
    }
    classes = {name: one for name, one in own.items() if isinstance(one, type)}
    mine = {name: one for name, one in classes.items() if issubclass(one, layer) and one.__name__ == name}
    builds = _BUILDS | mine.keys()
    starters = {name: one for name, one in functions.items() if _starts(name, one)}
    trainers = {
        name: one for name, one in functions.items() if names(one.__code__) & _TRAINS and required(one)
    }
    losses = {
        name: one
        for name, one in functions.items()
        if _is_loss(name) and name not in trainers and required(one)
    }
    rest = functions.keys() - starters.keys() - trainers.keys() - losses.keys()
    return Catalogue(
        objects={
            name: one
            for name, one in vars(module).items()
            if isinstance(one, layer) and not name.startswith("__")
        },
        classes=mine,
        agents={
            name: one for name, one in classes.items() if not issubclass(one, every) and _agent_methods(one)
        },
        factories={
            name: functions[name]
            for name in functions
            if name in rest and _makes_model(functions, name, builds)
        },
        losses={**losses, **{name: one for name, one in classes.items() if issubclass(one, loss)}},
        trainers=trainers,
        starters=starters,
        data={
            name: functions[name]
            for name in functions
            if name in rest and _makes_data(functions[name], builds)
        },
        numbers=_numbers(module, [*mine.values(), *functions.values()]),
    )


def agent_methods(agent: type) -> dict[str, types.FunctionType]:
    """The methods of a plain class that take gradients themselves."""
    return _agent_methods(agent)


def contained(objects: dict[str, Any]) -> set[str]:
    """The names of objects that are a part of another one."""
    parts = {name: {id(part) for part in flat(one)} - {id(one)} for name, one in objects.items()}
    return {
        name
        for name, one in objects.items()
        if any(id(one) in parts[other] for other in objects if other != name)
    }


def flat(layer: Any) -> list[Any]:
    """A layer and all layers inside it."""
    found = list(layer._flatten_layers()) if hasattr(layer, "_flatten_layers") else [layer]
    return found or [layer]


def _bases() -> tuple[tuple[type, ...], tuple[type, ...], tuple[type, ...]]:
    """Layer, Loss, and everything of Keras a user derives from, in each Keras that is loaded."""
    import sys

    import tensorflow as tf

    kerases = [tf.keras, *(sys.modules[name] for name in ("keras", "tf_keras") if name in sys.modules)]
    layers = tuple({one.layers.Layer for one in kerases})
    losses = tuple({one.losses.Loss for one in kerases})
    others = [
        "callbacks.Callback",
        "optimizers.Optimizer",
        "metrics.Metric",
        "initializers.Initializer",
        "constraints.Constraint",
        "regularizers.Regularizer",
        "utils.Sequence",
    ]
    rest = (_attribute(one, path) for one in kerases for path in others)
    return layers, losses, (*layers, *losses, *(one for one in rest if isinstance(one, type)))


def _attribute(root: Any, path: str) -> Any:
    for part in path.split("."):
        root = getattr(root, part, None)
    return root


def _starts(name: str, function: types.FunctionType) -> bool:
    """Whether calling it without arguments is likely to train something, directly or through others."""
    return not required(function) and (bool(names(function.__code__) & _TRAINS) or name.startswith(_STARTS))


def _is_loss(name: str) -> bool:
    return any(word in name.lower() for word in _LOSS_WORDS)


def _makes_model(functions: dict[str, types.FunctionType], name: str, builds: set[str]) -> bool:
    """Whether the function mentions a model's parts or calls another that does."""
    mentioned = names(functions[name].__code__)
    if mentioned & builds:
        return not name.startswith("_") and not _takes_tensor_first(functions[name])
    return any(
        other in mentioned and names(functions[other].__code__) & builds
        for other in functions
        if other != name
    ) and not (name.startswith("_") or _takes_tensor_first(functions[name]))


def _takes_tensor_first(function: types.FunctionType) -> bool:
    """`conv_block(x, filters)` extends a graph; it does not make a model."""
    first = next(iter(required(function)), "")
    return first in {"x", "h", "inputs", "tensor", "input_tensor", "self"} and not {
        "Model",
        "Sequential",
    } & names(function.__code__)


def _makes_data(function: types.FunctionType, builds: set[str]) -> bool:
    mentioned = names(function.__code__)
    return not required(function) and bool(mentioned & _DATA) and not mentioned & builds


def _reaches_out(function: types.FunctionType) -> bool:
    """Whether the function does what nobody asked for: files, network, processes."""
    return bool(names(function.__code__) & _REACHES_OUT)


def _agent_methods(agent: type) -> dict[str, types.FunctionType]:
    methods = {name: one for name, one in vars(agent).items() if isinstance(one, types.FunctionType)}
    return {
        name: one for name, one in methods.items() if names(one.__code__) & _TRAINS and name != "__init__"
    }


def _uses(maker: Any) -> set[str]:
    codes: Iterable[types.CodeType]
    if isinstance(maker, type):
        codes = [one.__code__ for one in vars(maker).values() if isinstance(one, types.FunctionType)]
    else:
        codes = [maker.__code__]
    return set().union(*(names(code) for code in codes)) if codes else set()


def _numbers(module: types.ModuleType, makers: list[Any]) -> tuple[int, ...]:
    """Sizes the program itself mentions: module constants and whole-number defaults."""
    constants = [one for name, one in vars(module).items() if name.isupper() and type(one) is int]
    defaults = [one.default for maker in makers for one in _parameters(maker) if type(one.default) is int]
    return tuple(dict.fromkeys(number for number in (*constants, *defaults) if 1 < number <= 256))


def _parameters(maker: Any) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(maker).parameters.values())
    except (TypeError, ValueError):
        return []
