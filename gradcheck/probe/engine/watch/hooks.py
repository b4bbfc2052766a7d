"""Puts the watch's eyes into TensorFlow and Keras. Every replacement here is undone when the session ends."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import Any

import tensorflow as tf
from tensorflow.python.distribute import values as distribute
from tensorflow.python.eager import backprop
from tensorflow.python.eager.polymorphic_function import polymorphic_function
from tensorflow.python.ops import resource_variable_ops

from gradcheck.probe.engine.watch import exact_zeros, shapes_only, versions
from gradcheck.probe.engine.watch.callbacks import may_set_flags
from gradcheck.probe.engine.watch.expressions import FITS
from gradcheck.probe.engine.watch.patches import Patches
from gradcheck.probe.engine.watch.versions import Keras
from gradcheck.probe.engine.watch.watch import Watch
from gradcheck.probe.job import importers

_INSIDE = f"{os.sep}tensorflow{os.sep}python{os.sep}"
_AUTOGRAPH = f"{_INSIDE}autograph{os.sep}"
_WRITES = ("assign", "assign_add", "assign_sub")


def install(watch: Watch, patches: Patches) -> None:
    """Watch tapes, variables, compiled functions, and every Keras this process has or will import."""
    _tapes(watch, patches)
    _variables(watch, patches)
    exact_zeros.without_noise(patches)
    patches.wrap(polymorphic_function.Function, "__call__", lambda original: _function(watch, original))
    done: set[str] = set()

    def catch_up() -> None:
        for keras in versions.loaded():
            if keras.package not in done:
                done.add(keras.package)
                _keras(watch, patches, keras)

    catch_up()
    for name in ("keras", "tf_keras"):
        if name not in done:
            finder = versions.on_import(name, catch_up)
            sys.meta_path.insert(0, finder)
            patches.later(functools.partial(importers.without, finder))


def internal(file: str) -> bool:
    """Whether a tape is TensorFlow's own (`py_function`, `recompute_grad`), not part of anyone's training."""
    return _INSIDE in file and _AUTOGRAPH not in file


def _tapes(watch: Watch, patches: Patches) -> None:
    none = tf.UnconnectedGradients.NONE

    def gradient(original: Any) -> Any:
        @functools.wraps(original)
        def asked(
            tape: Any,
            target: Any,
            sources: Any,
            output_gradients: Any = None,
            unconnected_gradients: Any = none,
        ) -> Any:
            frame = sys._getframe(1)
            if watch.busy or internal(frame.f_code.co_filename):
                return original(tape, target, sources, output_gradients, unconnected_gradients)
            arguments = (target, sources, output_gradients, unconnected_gradients)
            return watch.gradient(original, tape, frame, arguments)

        return asked

    def before(tell: Callable[[Any], None]) -> Callable[[Any], Any]:
        def around(original: Any) -> Any:
            def wrapped(tape: Any, *args: Any, **named: Any) -> Any:
                found = original(tape, *args, **named)
                if not internal(sys._getframe(2).f_code.co_filename):
                    tell(tape)
                return found

            return wrapped

        return around

    patches.wrap(backprop.GradientTape, "gradient", gradient)
    patches.wrap(backprop.GradientTape, "_push_tape", before(watch.tape_opened))
    patches.wrap(backprop.GradientTape, "_pop_tape", before(watch.tape_closed))


def _variables(watch: Watch, patches: Patches) -> None:
    def created(original: Any) -> Any:
        @functools.wraps(original)
        def init(variable: Any, *args: Any, **named: Any) -> None:
            original(variable, *args, **named)
            if not watch.busy:
                watch.births.variable(variable, sys._getframe(1))

        return init

    def mirrored(original: Any) -> Any:
        @functools.wraps(original)
        def init(variable: Any, strategy: Any, copies: Any, *args: Any, **named: Any) -> None:
            original(variable, strategy, copies, *args, **named)
            watch.births.mirrored(copies)

        return init

    def written(original: Any) -> Any:
        @functools.wraps(original)
        def assign(variable: Any, *args: Any, **named: Any) -> Any:
            if not watch.busy:
                watch.written(variable)
            return original(variable, *args, **named)

        return assign

    patches.wrap(resource_variable_ops.BaseResourceVariable, "__init__", created)
    patches.wrap(distribute.DistributedVariable, "__init__", mirrored)
    base = resource_variable_ops.BaseResourceVariable
    for owner in (base, *base.__subclasses__()):
        for name in _WRITES:
            if name in vars(owner):  # The class of most variables has methods of its own.
                patches.wrap(owner, name, written)


def _function(watch: Watch, original: Any) -> Any:
    @functools.wraps(original)
    def call(function: Any, *args: Any, **named: Any) -> Any:
        found = original(function, *args, **named)
        if not watch.busy and (watch.shapes or tf.executing_eagerly()):
            watch.function_ran()
        return found

    return call


def _keras(watch: Watch, patches: Patches, keras: Keras) -> None:
    patches.wrap(keras.layer, "__new__", lambda original: _made(watch, original))
    patches.wrap(keras.operation, "__call__", lambda original: _called(watch, original))
    if keras.operation is not keras.layer:
        patches.wrap(keras.layer, "__call__", lambda original: _called(watch, original))
    patches.wrap(keras.variable, "__init__", lambda original: _keras_variable(watch, original))
    patches.wrap(keras.node, "__init__", lambda original: _placed(watch, original))
    patches.wrap(keras.trainer, "compile", lambda original: _compiled(watch, original))
    _early(watch, patches, keras)
    for name in FITS:
        patches.wrap(keras.trainer, name, lambda original, name=name: _trained(watch, original, name))  # type: ignore[misc]
    for optimizer in keras.optimizers:
        patches.wrap(optimizer, "apply", lambda original: _applied(watch, original))
        patches.wrap(optimizer, "apply_gradients", lambda original: _applied_pairs(watch, original))
        patches.wrap(optimizer, "__init__", lambda original: _optimizer(watch, original))
    for scaler in keras.scalers:
        patches.wrap(scaler, "__init__", lambda original: _scaled(watch, original))
    _freezing(watch, patches, keras)
    _penalties(watch, patches, keras)


def _penalties(watch: Watch, patches: Patches, keras: Keras) -> None:
    """What layers add to the loss, and who asks for it."""

    def added(original: Any) -> Any:
        @functools.wraps(original)
        def add_loss(layer: Any, losses: Any = None, *args: Any, **named: Any) -> Any:
            watch.gradients.penalties.add(one for one in tf.nest.flatten(losses) if tf.is_tensor(one))
            return original(layer, losses, *args, **named)

        return add_loss

    patches.wrap(keras.layer, "add_loss", added)

    def asked(get: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def losses(layer: Any) -> Any:
            if not watch.busy:
                watch.penalties_read()
            return get(layer)

        return losses

    _wrap_getter(patches, keras.layer, "losses", asked)


def _wrap_getter(
    patches: Patches, owner: Any, name: str, around: Callable[[Callable[[Any], Any]], Callable[[Any], Any]]
) -> None:
    """Replace what a property of a class answers; nothing happens when the class has no such property."""
    held = vars(owner).get(name) if owner is not None else None
    if isinstance(held, property) and held.fget is not None:
        patches.replace(owner, name, property(around(held.fget), held.fset, held.fdel, held.__doc__))


def _made(watch: Watch, original: Any) -> Any:
    new = original.__func__ if isinstance(original, staticmethod) else original

    def made(cls: Any, *args: Any, **named: Any) -> Any:
        layer = new(cls, *args, **named)
        if not watch.busy:
            watch.births.layer(layer, sys._getframe(1))
        return layer

    return staticmethod(made)


def _called(watch: Watch, original: Any) -> Any:
    @functools.wraps(original)
    def call(layer: Any, *args: Any, **named: Any) -> Any:
        if watch.busy or watch.calls.runs(layer):
            return original(layer, *args, **named)
        with watch.layer_call(layer, sys._getframe(1), args, named) as answered:
            found = original(layer, *args, **named)
            answered(found)
            return found

    return call


def _keras_variable(watch: Watch, original: Any) -> Any:
    @functools.wraps(original)
    def init(variable: Any, *args: Any, **named: Any) -> None:
        if not watch.busy:
            watch.births.keras_variable(variable, sys._getframe(1))
        original(variable, *args, **named)

    return init


def _placed(watch: Watch, original: Any) -> Any:
    @functools.wraps(original)
    def init(node: Any, *args: Any, **named: Any) -> None:
        original(node, *args, **named)
        if not watch.busy:
            watch.calls.placed(args[0] if args else named.get("operation"), sys._getframe(1))

    return init


def _compiled(watch: Watch, original: Any) -> Any:
    @functools.wraps(original)
    def compile_model(model: Any, *args: Any, **named: Any) -> None:
        watch.compiling(model, sys._getframe(1))
        original(model, *args, **named)
        watch.gradients.updates.compiled(getattr(model, "optimizer", None))

    return compile_model


def _early(watch: Watch, patches: Patches, keras: Keras) -> None:
    """A variable of Keras 3 that is read before it has a value answers with a stand-in."""

    def read(get: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def value(variable: Any) -> Any:
            if variable._value is None and not watch.busy:
                watch.births.read_early(variable, sys._getframe(1))
            return get(variable)

        return value

    _wrap_getter(patches, keras.variable, "value", read)


def _trained(watch: Watch, original: Any, name: str) -> Any:
    @functools.wraps(original)
    def train(trainer: Any, *args: Any, **named: Any) -> Any:
        patient = may_set_flags(named.get("callbacks"))
        with watch.fit(trainer, name, sys._getframe(1), patient=patient):
            if watch.shapes:
                return shapes_only.train(trainer, name, args, named)
            return original(trainer, *args, **named)

    return train


def _applied_pairs(watch: Watch, original: Any) -> Any:
    @functools.wraps(original)
    def apply_gradients(optimizer: Any, grads_and_vars: Any, *args: Any, **named: Any) -> Any:
        pairs = list(grads_and_vars)  # It may be a `zip`, good for one reading only.
        with watch.applying(optimizer, [pair[:2] for pair in pairs], sys._getframe(1)):
            return None if watch.shapes else original(optimizer, pairs, *args, **named)

    return apply_gradients


def _applied(watch: Watch, original: Any) -> Any:
    @functools.wraps(original)
    def apply(optimizer: Any, grads: Any, trainable_variables: Any = None) -> Any:
        variables = None if trainable_variables is None else list(trainable_variables)
        known: Any = variables
        if known is None:
            known = getattr(optimizer, "_trainable_variables", ())
        gradients = list(grads)
        with watch.applying(optimizer, list(zip(gradients, known, strict=False)), sys._getframe(1)):
            return None if watch.shapes else original(optimizer, gradients, variables)

    return apply


def _optimizer(watch: Watch, original: Any) -> Any:
    @functools.wraps(original)
    def init(optimizer: Any, *args: Any, **named: Any) -> None:
        original(optimizer, *args, **named)
        if not watch.busy:
            watch.gradients.updates.made(optimizer, watch.frames.stack(sys._getframe(1), limit=1))

    return init


def _scaled(watch: Watch, original: Any) -> Any:
    @functools.wraps(original)
    def init(optimizer: Any, *args: Any, **named: Any) -> None:
        watch.gradients.scaled = True
        original(optimizer, *args, **named)

    return init


def _listing(watch: Watch, patches: Patches, layer: Any, name: str) -> None:
    """A list of variables that is asked for before there are any stays empty; before there are all, short."""

    def asked(get: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def listed(one: Any) -> Any:
            found = get(one)
            if not watch.busy:
                watch.lists.listing(one, found, sys._getframe(1))
            return found

        return listed

    _wrap_getter(patches, layer, name, asked)


def _attribute(watch: Watch, original: Any, kind: type) -> Any:
    """A flag that was meant to be `trainable` and is not spelt so, or a layer in the place of another one."""

    def set_attribute(layer: Any, name: str, value: Any) -> None:
        if isinstance(value, bool) and name[0] in "tT" and name != "trainable" and not watch.busy:
            watch.flags.misspelt(layer, name, value, sys._getframe(1))
        before = vars(layer).get(name) if isinstance(value, kind) else None
        if isinstance(before, kind) and before is not value and not watch.busy:
            watch.calls.took_place(value, before, sys._getframe(1))
        original(layer, name, value)

    return set_attribute


def _freezing(watch: Watch, patches: Patches, keras: Keras) -> None:
    """Who switched a layer's training off, and where."""
    patches.wrap(keras.layer, "__setattr__", lambda original: _attribute(watch, original, keras.layer))
    for name in ("trainable_variables", "trainable_weights"):
        _listing(watch, patches, keras.layer, name)
    flag = vars(keras.layer).get("trainable")
    if not isinstance(flag, property) or flag.fset is None:
        return
    change = flag.fset

    def set_flag(layer: Any, value: Any) -> None:
        change(layer, value)
        if not watch.busy:
            watch.flags.flagged(layer, bool(value), sys._getframe(1))

    patches.replace(keras.layer, "trainable", flag.setter(set_flag))
