"""Follows a recipe: makes the thing, builds it, trains it for some steps; for the trial and the real run."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gradcheck.probe.engine.seeds import seed
from gradcheck.probe.engine.watch.versions import default_version
from gradcheck.probe.guess import labels
from gradcheck.probe.guess.constructor_arguments import required
from gradcheck.probe.guess.inputs import is_shape, random, value
from gradcheck.probe.job.job import Job, Recipe
from gradcheck.probe.job.outcome_file import OutcomeWriter
from gradcheck.probe.job.said import kind, message

if TYPE_CHECKING:
    from gradcheck.probe.engine.session import Session

_COLOUR = re.compile(r"\x1b\[\d*m")


def follow(session: Session, module: types.ModuleType, job: Job, writer: OutcomeWriter) -> None:
    """Train everything the recipes name, one after the other."""
    known = names(module)
    for recipe in job.recipes or ():
        if problem := _follow(session, recipe, known, job.steps):
            writer.note(f"{recipe.name}: training it raised {problem}")


def _follow(session: Session, recipe: Recipe, known: dict[str, Any], steps: int) -> str | None:
    from gradcheck.probe.engine.session import Stop

    try:
        model = make(recipe, known)
        session.owners(parts(model))
        run(recipe, known, model, steps, lambda: bool(session.snapshot()["steps"] >= steps))
        if any(one["status"] == "zero" for one in session.snapshot()["variables"]):
            # What is zero for one guess may be alive for another one.
            run(recipe, known, model, steps, trial=1)
    except Stop:
        return None
    except Exception as error:
        session.failed(error)
        return said(error)
    return None


def names(module: types.ModuleType) -> dict[str, Any]:
    """The program's names, and the library a guessed expression may need where the program lacks it."""
    import tensorflow as tf

    return {"tf": tf, "another": another, **vars(module)}


def parts(model: Any) -> list[Any]:
    """The models a recipe trains: one, or several that a function of the program's takes together."""
    return [] if model is None else list(model) if isinstance(model, tuple) else [model]


def variables(model: Any) -> list[Any]:
    """What they train, each once."""
    found = {id(one): one for part in parts(model) for one in part.trainable_variables}
    return list(found.values())


def another(given: Any, seed: int) -> Any:
    """Other values in the shape of an example input."""
    import tensorflow as tf

    given = tf.convert_to_tensor(given)
    if given.dtype.is_floating:
        return tf.cast(random("float", given.shape, seed=seed), given.dtype)
    return tf.random.experimental.stateless_shuffle(given, seed=[seed, 1])


def make(recipe: Recipe, known: Mapping[str, Any]) -> Any:
    """The thing a recipe trains."""
    import tensorflow as tf

    seed()
    if default_version().startswith("3"):  # That of Keras 2 is lost under Python 3.12.
        tf.keras.utils.set_random_seed(1)
    return eval(recipe.make, dict(known))


def run(
    recipe: Recipe,
    known: Mapping[str, Any],
    model: Any,
    steps: int,
    enough: Callable[[], bool] = lambda: False,
    trial: int = 0,
) -> float:
    """Train what one recipe makes; returns the last loss where there is one to see.

    What trains by itself may take one step or all of them: it is called until that is `enough`. Each `trial`
    has numbers of its own.
    """
    if recipe.way == "call":
        scope = {**known, "model": model, **_data(recipe, known, model, trial)}
        for _ in range(steps):
            eval(recipe.expression or "", scope)
            if enough():
                break
        return 0.0
    if recipe.way == "fit":
        return _fit(recipe, known, model, steps, trial)
    return _step(recipe, known, model, steps, trial)


def call(model: Any, values: Sequence[Any], packing: str) -> Any:
    """Call a model on example inputs, in training mode where it has one."""
    tensors, named = _by_name(model, _arguments(values, packing))
    training = {"training": True} if takes(model, "training") else {}
    return model(*tensors, **named, **training)


def _by_name(model: Any, arguments: list[Any]) -> tuple[list[Any], dict[str, Any]]:
    """Arguments for a call: from the first plain number on by name, since a layer takes only tensors by
    position.
    """
    plain = (at for at, one in enumerate(arguments) if isinstance(one, int | float))
    first = next(plain, len(arguments))
    if first == len(arguments):
        return arguments, {}
    names = list(inspect.signature(getattr(model, "call", model)).parameters)
    return arguments[:first], dict(zip(names[first:], arguments[first:], strict=False))


def _arguments(values: Sequence[Any], packing: str) -> list[Any]:
    if packing.startswith("list:"):
        count = int(packing[5:])
        return [list(values[:count]), *values[count:]]
    return [pack(values, packing)] if packing else list(values)


def pack(values: Sequence[Any], packing: str) -> Any:
    """The inputs as one value."""
    if packing.startswith("dict:"):
        return dict(zip(packing[5:].split(","), values, strict=True))
    if packing == "list":
        return list(values)
    return values[0] if len(values) == 1 else tuple(values)


def takes(model: Any, parameter: str) -> bool:
    """Whether calling the model accepts this keyword."""
    try:
        found = inspect.signature(getattr(model, "call", model)).parameters
    except (TypeError, ValueError):
        return False
    return parameter in found


def values(recipe: Recipe, known: Mapping[str, Any], trial: int = 0) -> list[Any]:
    """The example inputs of a recipe; an expression that gives several stands for all of them."""
    found: list[Any] = []
    for number, text in enumerate(recipe.inputs):
        one = value(text, known, seed=number + 100 * trial)
        found.extend(one if isinstance(one, list | tuple) and not is_shape(text) else [one])
    return found


def floats(outputs: Any) -> list[Any]:
    """The outputs a loss can be taken of; a distribution counts as its likelihood."""
    import tensorflow as tf

    flat = tf.nest.flatten(outputs)
    return [one for one in flat if tf.is_tensor(one) and (one.dtype.is_floating or one.dtype.is_complex)]


def loss_of(outputs: Any, model: Any, seed: int) -> Any:
    """A loss without a task: the distance to a random target, another one each step.

    Never the plain sum: over a softmax it is constant.
    """
    import tensorflow as tf

    parts = [_likelihood(outputs, seed)] if hasattr(outputs, "log_prob") else []
    for number, one in enumerate(floats(outputs) if not parts else ()):
        real = tf.abs(one) if one.dtype.is_complex else one
        away = tf.cast(real, tf.float32) - random("float", real.shape, seed=seed * 31 + number)
        parts.append(tf.reduce_mean(tf.square(away)))
    parts += added_losses(model)
    if not parts:
        raise ValueError("it returns nothing that a loss can be taken of")
    return tf.add_n(parts)


def added_losses(model: Any) -> list[Any]:
    """What a model added to its loss when it was called, and its regularizers, each a scalar."""
    import tensorflow as tf

    return [tf.cast(tf.reduce_sum(one), tf.float32) for one in getattr(model, "losses", ())]


def _likelihood(distribution: Any, seed: int) -> Any:
    import tensorflow as tf

    shape = tf.convert_to_tensor(distribution).shape
    return -tf.reduce_mean(tf.cast(distribution.log_prob(random("unit", shape, seed=seed)), tf.float32))


def _step(recipe: Recipe, known: Mapping[str, Any], model: Any, steps: int, trial: int = 0) -> float:
    """A bare loop; the data's first call builds everything before a tape records."""
    import tensorflow as tf

    data = _data(recipe, known, model, trial)
    scope = {**known, "model": model, **data}
    if isinstance(model, tuple):
        _loss(recipe, scope, 0)
    optimizer = _optimizer(parts(model)[0])
    for step in range(steps):
        with tf.GradientTape() as tape:
            loss = _loss(recipe, scope, step + 10 * trial)
        wanted = variables(model)
        gradients = tape.gradient(loss, wanted)
        pairs = [(one, variable) for one, variable in zip(gradients, wanted, strict=True) if one is not None]
        if pairs and tf.executing_eagerly():
            optimizer.apply_gradients(pairs)
    return float(loss)


def _loss(recipe: Recipe, scope: dict[str, Any], step: int) -> Any:
    import tensorflow as tf

    if recipe.expression and "outputs" not in recipe.expression:
        return tf.reduce_mean(eval(recipe.expression, scope))
    outputs = call(scope["model"], scope["inputs"], recipe.packing)
    if not recipe.expression:
        return loss_of(outputs, scope["model"], step)
    loss = tf.reduce_mean(eval(recipe.expression, {**scope, "outputs": outputs}))
    return tf.add_n([tf.cast(loss, tf.float32), *added_losses(scope["model"])])


def _optimizer(model: Any) -> Any:
    import tensorflow as tf

    home = type(model).__mro__
    if any(one.__module__.startswith("keras.") for one in home):
        import keras

        return keras.optimizers.Adam(1e-3)
    return tf.keras.optimizers.Adam(1e-3)


def _fit(recipe: Recipe, known: Mapping[str, Any], model: Any, steps: int, trial: int = 0) -> float:
    """The model's own training loop, one batch an epoch."""
    import tensorflow as tf

    data = _data(recipe, known, model, trial)
    if not is_compiled(model):
        model.compile(**_settings(model, recipe.expression))
    inputs = pack(data["inputs"], recipe.packing)
    targets = data["targets"]
    y = None if not targets else targets[0] if len(targets) == 1 else targets
    if isinstance(data["outputs"], dict) and targets:
        y = dict(zip(sorted(data["outputs"]), targets, strict=True))
    if not tf.executing_eagerly():
        from gradcheck.probe.engine.watch import shapes_only

        shapes_only.train(model, "fit", (inputs, y), {"batch_size": len(data["inputs"][0])})
        return 0.0
    history = model.fit(inputs, y, batch_size=len(data["inputs"][0]), epochs=steps, verbose=0)
    return float((history.history.get("loss") or [0.0])[-1])


def _settings(model: Any, loss: str | None) -> dict[str, Any]:
    """What `compile` needs: the usual, or what a `compile` of the user's own asks for by name."""
    import tensorflow as tf

    if is_keras_own(type(model), "compile"):
        return {"optimizer": _optimizer(model), "loss": loss}
    found = {name: _optimizer(model) for name in required(model.compile) if "opt" in name.lower()}
    entropy = tf.keras.losses.BinaryCrossentropy(from_logits=True)
    losses = {
        name: entropy for name in required(model.compile) if "loss" in name.lower() or "fn" in name.lower()
    }
    return {**dict.fromkeys(required(model.compile), 1.0), **found, **losses} or {
        "optimizer": _optimizer(model)
    }


def has_call(model: Any) -> bool:
    """Whether a model can be called at all: one that only trains its parts may have no `call`."""
    return not hasattr(type(model), "call") or not is_keras_own(
        type(model), "call", ("Layer", "Model", "Operation")
    )


def is_keras_own(kind: type, method: str, homes: tuple[str, ...] = ()) -> bool:
    """Whether Keras, not the user, defines a method."""
    home = next((one for one in kind.__mro__ if method in vars(one)), object)
    keras = home.__module__.partition(".")[0] in ("keras", "tf_keras", "tensorflow")
    return keras and (not homes or home.__name__ in homes)


def is_compiled(model: Any) -> bool:
    """Whether `compile` was called on a model (Keras 3 and Keras 2 name it differently)."""
    return bool(getattr(model, "compiled", False) or getattr(model, "_is_compiled", False))


def _data(recipe: Recipe, known: Mapping[str, Any], model: Any, trial: int = 0) -> dict[str, Any]:
    """Example inputs, and targets that fit what the model makes of them. Builds the model on the way."""
    given = values(recipe, known, trial)
    if not given or not callable(model) or not has_call(model):
        return {"inputs": given, "targets": [], "outputs": None}
    outputs = call(model, given, recipe.packing)
    pairs = enumerate(zip(recipe.targets, floats(outputs), strict=False))
    targets = [labels.make(kind, one, number + 100 * trial) for number, (kind, one) in pairs]
    return {"inputs": given, "targets": targets, "outputs": outputs}


def said(error: BaseException) -> str:
    """An error in one short line; Keras says first which layer it was, and what was wrong below."""
    lines = [_COLOUR.sub("", line).strip() for line in message(error).splitlines()]
    told = [line for line in lines if line and not line.startswith("Exception encountered when calling")]
    return f"{kind(error)}: {told[0][:120] if told else ''}".rstrip(": ")
