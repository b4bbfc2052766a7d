"""The ways to train one thing: a training function of the program's, `fit`, its own loss, a stand-in."""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from gradcheck.probe.guess import labels, train
from gradcheck.probe.guess.catalogue import Catalogue, agent_methods, outer
from gradcheck.probe.guess.constructor_arguments import required
from gradcheck.probe.guess.input_hints import hint, names, words
from gradcheck.probe.guess.inputs import candidates, of_symbol
from gradcheck.probe.guess.roles import is_output, is_target
from gradcheck.probe.job.job import Recipe

_MODEL = words("model net network layer module learner agent nn")
_OPTIMIZER = {"optimizer", "opt", "optim", "optimiser"}
_KERAS_STEPS = {"train_step", "test_step", "call", "build", "fit", "__init__"}
_FIXED = {"epochs": "1", "steps": "3", "n_steps": "3", "iterations": "3", "batch_size": "16"} | {
    "learning_rate": "0.001",
    "lr": "0.001",
}


def ways(
    recipe: Recipe, root: Any, outputs: Any, has: Catalogue, batches: Mapping[str, int]
) -> Iterator[Recipe]:
    """Recipes for a root that can be called, the program's own ways first."""
    data = _data_of(recipe, batches)
    for name, function in has.trainers.items():
        for expression in _bound(name, function, recipe, data):
            yield from (
                replace(recipe, way="call", expression=expression, targets=kinds)
                for kinds in _labels(expression, outputs)
            )
    yield from _methods(recipe, root, outputs)
    yield from _fits(recipe, root, outputs)
    for name, loss in outer(has.losses).items():
        for expression in _loss_calls(name, loss, recipe, data):
            yield from (
                replace(recipe, expression=expression, targets=kinds)
                for kinds in _labels(expression, outputs)
            )
    if train.has_call(root):
        yield recipe


def _methods(recipe: Recipe, root: Any, outputs: Any) -> Iterator[Recipe]:
    """Methods of the user's own class of models that train it: `model.train(x, y)`."""
    for name, method in agent_methods(type(root)).items():
        if name in _KERAS_STEPS:
            continue
        for expression in _bound(f"model.{name}", method, recipe, None):
            text = expression.replace("(model, ", "(", 1).replace("(model)", "()", 1)
            for kinds in _labels(text, outputs):
                yield replace(recipe, way="call", expression=text, targets=kinds)


def rehearse(recipe: Recipe, known: Mapping[str, Any]) -> float:
    """Follow a recipe for one step; returns the loss, raises if it does not work."""
    if recipe.way == "call":
        losses = gradients_of(recipe, known)
        if losses is None:
            raise ValueError(f"{recipe.expression} takes no gradient")
        return sum(loss for loss in losses if loss is not None)
    return train.run(recipe, known, train.make(recipe, known), 1)


def takes_gradients(recipe: Recipe, known: Mapping[str, Any]) -> bool:
    """Whether following the recipe takes any gradient."""
    return gradients_of(recipe, known) is not None


def gradients_of(recipe: Recipe, known: Mapping[str, Any]) -> list[float | None] | None:
    """The loss of each gradient that following the recipe takes; None where it takes none."""
    import tensorflow as tf

    from gradcheck.probe.engine.session import Session, Stop

    with Session(mode="judge", steps=1, project=[], shapes=not tf.executing_eagerly()) as session:
        with suppress(Stop, Exception):
            train.run(recipe, known, train.make(recipe, known), 1)
        seen = session.snapshot()
    return list(seen["losses"]) if seen["steps"] or seen["sites"] else None


def agent_calls(agent: Any, method: str, batches: Mapping[str, int]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Calls of an agent's own training method, and the inputs they need: the program's data, or guesses."""
    wanted = required(getattr(agent, method))
    if not wanted:
        yield f"model.{method}()", ()
        return
    for data, size in batches.items():
        if len(wanted) == 1:
            yield f"model.{method}({data})", ()
        if size >= len(wanted):
            yield f"model.{method}(*{data}[:{len(wanted)}])", ()
    options = [_agent_inputs(name, agent) for name in wanted]
    arguments = ", ".join(f"inputs[{number}]" for number in range(len(wanted)))
    for texts in itertools.islice(itertools.product(*options), 24):
        yield f"model.{method}({arguments})", texts
        yield f"model.{method}(({arguments},))", texts


def _agent_inputs(name: str, agent: Any) -> list[str]:
    """Shapes for one parameter of a training method: observations are what the agent's networks take."""
    networks = (one for one in vars(agent).values() if getattr(one, "inputs", None))
    own = [of_symbol(symbol, below=4, batch=64) for one in networks for symbol in one.inputs]
    scalars = ["64", "64,1"]
    lowered = name.lower()
    if any(word in lowered for word in ("action", "label", "target", "class")):
        return ["int<2:64", *scalars, *own[1:]]
    if any(word in lowered for word in ("reward", "return", "advantage", "done", "weight", "value", "y")):
        return [*scalars, "int<2:64"]
    return [*dict.fromkeys(own), *candidates(name)[:3]]


def _data_of(recipe: Recipe, batches: Mapping[str, int]) -> str | None:
    """The program's own data the recipe's inputs are parts of."""
    first = recipe.inputs[0] if recipe.inputs else ""
    return next((data for data in batches if first.startswith(data)), None) if batches else None


def _bound(name: str, function: Any, recipe: Recipe, data: str | None) -> Iterator[str]:
    """Calls of the function with the model, data and labels in the places their names ask for."""
    roles = [_role(one, recipe) for one in required(function)]
    if not ({"model", "outputs"} & set(roles) or recipe.make in names(function.__code__)):
        # It is given neither, nor does it reach for the model by its global name.
        return
    if data and recipe.inputs == (f"{data}[0]",) and {"outputs", "targets[0]"} <= {*roles}:
        # The program's own labels, where its data come in pairs.
        own = [f"{data}[1]" if role == "targets[0]" else role for role in roles]
        if None not in own:
            yield f"{name}({', '.join(role for role in own if role)})"
    free = roles.count(None)
    fillings = [[f"{data}[{number}]" for number in range(free)]] if data else []
    if "outputs" in roles:
        # A function of the outputs knows labels by the names of its task, not as `y`.
        fillings.append([f"targets[{number + roles.count('targets[0]')}]" for number in range(free)])
    fillings.append([_input(number, len(recipe.inputs)) for number in range(free)])
    for filling in fillings:
        spare = iter(filling)
        yield f"{name}({', '.join(role or next(spare) for role in roles)})"


def _input(number: int, count: int) -> str:
    """An example input; a function that takes more than there are gets others of the same shape."""
    return f"inputs[{number}]" if number < count else f"another(inputs[{number % max(count, 1)}], {number})"


def settings(parameter: str) -> str | None:
    """What a parameter gets that is neither a model nor data; None where it is one of them."""
    name = parameter.lower()
    if name in _OPTIMIZER or name.endswith(("optimizer", "optimiser", "_opt", "_optim")):
        return "tf.keras.optimizers.Adam(0.001)"
    return _FIXED.get(name)


def _role(parameter: str, recipe: Recipe) -> str | None:
    """What a parameter stands for, by its name; None for data."""
    name = parameter.lower()
    if (
        name == "self"
        or name in _MODEL
        or (len(name) > 3 and name in recipe.name.lower())
        or name.endswith(("_model", "_net"))
    ):
        return "model"
    if is_output(name):
        return "outputs"
    if is_target(name):
        return "targets[0]"
    return settings(parameter)


def _labels(expression: str, outputs: Any) -> Iterator[tuple[str, ...]]:
    """Kinds of target for the labels an expression mentions: those the outputs suggest, first."""
    count = len(set(re.findall(r"targets\[\d\]", expression)))
    flat = train.floats(outputs)
    if count > len(flat):
        return
    options = [labels.kinds("", one) for one in flat[:count]]
    yield from itertools.islice(itertools.product(*options), 16)


def _loss_calls(name: str, loss: Any, recipe: Recipe, data: str | None) -> Iterator[str]:
    """The program's own loss over the model or its outputs; a class of losses takes labels and outputs."""
    if isinstance(loss, type):
        yield f"{name}()(targets[0], outputs)"
    else:
        yield from _bound(name, loss, recipe, data)


def _fits(recipe: Recipe, root: Any, outputs: Any) -> Iterator[Recipe]:
    """The model's own `fit`, if it was compiled or brings its own step."""
    if not hasattr(root, "fit"):
        return
    if train.is_compiled(root):
        for kinds in _label_kinds(root, outputs):
            yield replace(recipe, way="fit", targets=kinds)
        yield replace(recipe, way="fit")
    elif own_step(root):
        takes_pairs = len(hint(type(root).train_step, _data_name(root)).elements) > 1
        labels: tuple[tuple[str, ...], ...] = (
            (("normal",), ("int",), ()) if takes_pairs else ((), ("normal",), ("int",))
        )
        for loss, kinds in itertools.product((None, "mse"), labels):
            yield replace(recipe, way="fit", targets=kinds, expression=loss)


def own_step(root: Any) -> bool:
    """Whether the user's class, not Keras, says what a training step is."""
    return hasattr(root, "train_step") and not train.is_keras_own(type(root), "train_step")


def _data_name(root: Any) -> str:
    return next(iter(list(inspect.signature(type(root).train_step).parameters)[1:]), "data")


def _label_kinds(root: Any, outputs: Any) -> Iterator[tuple[str, ...]]:
    """For each output of a compiled model, the kinds of target its loss can take."""
    import tensorflow as tf

    loss, flat = getattr(root, "loss", None), train.floats(outputs)
    if loss is None or not flat:
        return
    losses = tf.nest.flatten(loss) if isinstance(loss, dict | list | tuple) else [loss] * len(flat)
    if len(losses) != len(flat):
        losses = [losses[0]] * len(flat)
    options = [labels.kinds(one, output) for one, output in zip(losses, flat, strict=True)]
    for number in range(max(map(len, options), default=0)):
        yield tuple(one[min(number, len(one) - 1)] for one in options)
