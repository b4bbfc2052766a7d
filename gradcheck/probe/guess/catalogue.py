"""What a module holds that could train: models, factories, losses, training functions, example data."""

from __future__ import annotations

import dis
import inspect
import types
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from gradcheck.probe.guess.constructor_arguments import calls, required
from gradcheck.probe.guess.input_hints import names, words
from gradcheck.probe.guess.roles import compares

_APPLIES = {"fit", "train_on_batch", "apply_gradients", "minimize"}
_TRAINS = {"GradientTape", *_APPLIES}
_BUILDS = {"Model", "Sequential", "Input", "Layer"}
_DATA = words(
    "random normal uniform randn rand default_rng from_seed linspace zeros ones arange sin range "
    "array stateless_normal stateless_uniform RandomState integers"
)
_LOSS_WORDS = words(
    "loss objective penalty nll elbo criterion error divergence energy entropy likelihood log_prob negative"
)
_REACHES_OUT = words(
    "open remove unlink rmtree rmdir system Popen check_call check_output urlopen urlretrieve "
    "get_file post upload send socket input kill makedirs mkdir save save_weights savez savefig "
    "write write_text to_csv dump parse_args load_model"
)
_VAGUE = words("model network layer input inputs data batch output outputs target targets label labels loss")
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
    ran: frozenset[str]
    settings: dict[str, str] = field(default_factory=dict)

    def outermost(self) -> list[str]:
        """Factories and classes that no other uses, then the rest, users before what they use: what is used
        is seen inside its user.

        A factory the module called when it ran has given what it gives.
        """
        makers: dict[str, Any] = {**self.factories, **self.classes}
        users = Counter(used for name in makers for used in self.used_by([name]) if used != name)
        users.update(name for name in self.classes if self._is_base(name))
        spent = (self.ran | self.used_by(self.ran)) & self.factories.keys()
        return sorted(
            makers.keys() - spent,
            key=lambda name: (users[name], name in self.classes, list(makers).index(name)),
        )

    def used_by(self, names: Iterable[str]) -> set[str]:
        """Every class and factory that these mention, directly or through one another."""
        makers: dict[str, Any] = {**self.factories, **self.classes, **self.agents, **self.starters}
        found: set[str] = set()
        waiting = [name for name in names if name in makers]
        while waiting:
            new = (_mentioned(makers[waiting.pop()]) & makers.keys()) - found
            found |= new
            waiting.extend(new)
        return found

    def parts(self) -> dict[str, str]:
        """Expressions for what one thing of the module may be handed of the others, by name."""
        makers: dict[str, Any] = {**self.factories, **self.classes}
        made = {name: next(calls(name, maker), f"{name}()") for name, maker in makers.items()}
        any_model = {"model network net learner": next(iter(made.values()))} if made else {}
        return {**self.settings, **{name: name for name in self.objects}, **made, **any_model}

    def modules(self) -> list[str]:
        """The classes that are no layers: no list of a layer's parts tells of them."""
        layer, *_ = _bases()
        return [name for name, one in self.classes.items() if not issubclass(one, layer)]

    def _is_base(self, name: str) -> bool:
        mine = self.classes[name]
        return any(other is not mine and issubclass(other, mine) for other in self.classes.values())


def part_named(has: Catalogue, parameter: str, function: str) -> str | None:
    """The expression for the program's own thing that goes by a parameter's name."""
    word = parameter.lower()
    if len(word) < 4 or word in _VAGUE:
        return None
    named = {name: text for name, text in has.parts().items() if name != function and " " not in name}
    exact = (text for name, text in named.items() if name.lower().replace("_", "") == word.replace("_", ""))
    close = (text for name, text in named.items() if word in name.lower())
    return next(exact, None) or next(close, None)


def catalogue(module: types.ModuleType) -> Catalogue:
    """Sort what the module defines itself."""
    layer, loss, every = _bases()
    here = vars(module).items()
    own = {name: one for name, one in here if getattr(one, "__module__", None) == module.__name__}
    functions = _functions(own)
    classes = {name: one for name, one in own.items() if isinstance(one, type)}
    layers = {name: one for name, one in classes.items() if one.__name__ == name and _is_part(one, layer)}
    parts = (*layer, *layers.values())
    starters, trainers, losses, factories, data = _sorted(functions, _BUILDS | layers.keys())
    return Catalogue(
        objects={name: one for name, one in here if isinstance(one, parts) and not name.startswith("__")},
        classes=layers,
        agents={
            name: one for name, one in classes.items() if not issubclass(one, every) and agent_methods(one)
        },
        factories=factories,
        losses={**losses, **{name: one for name, one in classes.items() if issubclass(one, loss)}},
        trainers=outer(trainers),
        starters=outer(starters),
        data=data,
        numbers=_numbers(module, [*layers.values(), *functions.values()]),
        ran=_ran(module),
        settings=_settings(vars(module), {name: one for name, one in classes.items() if name not in layers}),
    )


def _settings(known: Mapping[str, Any], classes: Mapping[str, type]) -> dict[str, str]:
    """Expressions for a program's settings: its dicts, objects of its own plain classes, and those classes
    that need nothing.
    """
    plain = {name: one for name, one in classes.items() if not agent_methods(one) and not _is_keras(one)}
    held = (dict, types.SimpleNamespace, *plain.values())
    objects = {
        name: name for name, one in known.items() if isinstance(one, held) and not name.startswith("__")
    }
    made = {
        name: f"{name}()" for name, one in plain.items() if not required(one) and not issubclass(one, Enum)
    }
    return {**made, **objects}


def _is_keras(kind: type) -> bool:
    return any(
        one.__module__.partition(".")[0] in ("keras", "tf_keras", "tensorflow") for one in kind.__mro__
    )


def _is_part(kind: type, layer: tuple[type, ...]) -> bool:
    """A layer or model, or a bare `tf.Module` that can be called."""
    import tensorflow as tf

    return issubclass(kind, layer) or (issubclass(kind, tf.Module) and "__call__" in vars(kind))


Functions = dict[str, types.FunctionType]


def _functions(own: dict[str, Any]) -> Functions:
    """The functions that may be called without harm. A `tf.function` is the function it wraps."""
    plain = {
        name: getattr(one, "python_function", one) for name, one in own.items() if not isinstance(one, type)
    }
    return {
        name: one
        for name, one in plain.items()
        if isinstance(one, types.FunctionType) and not _reaches_out(one)
    }


def _sorted(functions: Functions, builds: set[str]) -> tuple[Functions, ...]:
    """Functions by use: they start a training, train what is given, are losses, make models, make data."""
    kinds: dict[str, Functions] = {kind: {} for kind in ("start", "train", "loss", "make", "data", "")}
    for name, one in functions.items():
        kinds[_use(name, functions, builds)][name] = one
    return tuple(kinds[kind] for kind in ("start", "train", "loss", "make", "data"))


def _use(name: str, functions: Functions, builds: set[str]) -> str:
    function = functions[name]
    mentioned = names(function.__code__)
    through = mentioned.union(*(names(functions[other].__code__) for other in mentioned & functions.keys()))
    trains = mentioned & _APPLIES or ("GradientTape" in mentioned and not _is_loss(name))
    if not required(function) and (trains or name.startswith(_STARTS)):
        return "start"
    if required(function) and (trains or _is_loss(name) or compares(required(function))):
        return "train" if trains else "loss"
    if through & builds:
        return "" if name.startswith("_") or _extends(function) else "make"
    return "data" if not required(function) and mentioned & _DATA else ""


def outer(functions: dict[str, Any]) -> dict[str, Any]:
    """The same functions, those that no other of them calls first."""
    used = {other for name, one in functions.items() for other in _mentioned(one) if other != name}
    return {name: functions[name] for name in sorted(functions, key=lambda name: name in used)}


def agent_methods(agent: type) -> dict[str, types.FunctionType]:
    """The methods of a plain class that take gradients themselves."""
    methods = {name: one for name, one in vars(agent).items() if isinstance(one, types.FunctionType)}
    return {
        name: one for name, one in methods.items() if names(one.__code__) & _TRAINS and name != "__init__"
    }


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


def _is_loss(name: str) -> bool:
    return any(word in name.lower() for word in _LOSS_WORDS)


def _extends(function: types.FunctionType) -> bool:
    """`conv_block(x, filters)` extends a graph; it does not make a model."""
    first = next(iter(required(function)), "")
    tensors = {"x", "h", "inputs", "tensor", "input_tensor", "self"}
    return first in tensors and not {"Model", "Sequential"} & names(function.__code__)


def _reaches_out(function: types.FunctionType) -> bool:
    """Whether the function does what nobody asked for: files, network, processes."""
    return bool(names(function.__code__) & _REACHES_OUT)


def _mentioned(maker: Any) -> set[str]:
    """The names a function, or any method of a class, mentions."""
    return set().union(*(names(code) for code in _codes(maker)))


def _codes(maker: Any) -> list[types.CodeType]:
    if isinstance(maker, type):
        return [one.__code__ for one in vars(maker).values() if isinstance(one, types.FunctionType)]
    return [maker.__code__] if hasattr(maker, "__code__") else []


def _ran(module: types.ModuleType) -> frozenset[str]:
    """The names the module's own top level uses when it runs."""
    try:
        code = compile(Path(str(module.__file__)).read_bytes(), "", "exec", dont_inherit=True)
    except (OSError, SyntaxError, ValueError):
        return frozenset()
    return frozenset(str(one.argval) for one in dis.get_instructions(code) if one.opname == "LOAD_NAME")


def _numbers(module: types.ModuleType, makers: list[Any]) -> tuple[int, ...]:
    """Sizes the program itself mentions: module constants, whole-number defaults, and numbers in its code."""
    constants = [one for name, one in vars(module).items() if name.isupper() and type(one) is int]
    defaults = [one.default for maker in makers for one in _parameters(maker) if type(one.default) is int]
    written = [one for maker in makers for code in _codes(maker) for one in _whole(code.co_consts)]
    return tuple(dict.fromkeys(number for number in (*constants, *defaults, *written) if 1 < number <= 256))


def _whole(constants: Iterable[Any]) -> list[int]:
    """The whole numbers among constants, also those in a tuple such as a shape."""
    flat = [
        one for constant in constants for one in (constant if isinstance(constant, tuple) else (constant,))
    ]
    return [one for one in flat if type(one) is int]


def _parameters(maker: Any) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(maker).parameters.values())
    except (TypeError, ValueError):
        return []
