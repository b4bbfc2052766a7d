"""What the callbacks of `fit` do to the model that is fitted: beside every tape, between the steps."""

from __future__ import annotations

import ast

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.values import Function, Instance, Layer
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.attributes import attribute
from gradcheck.report.kinds import Phase

BASE = "keras.callbacks.Callback"
HOOKS = (
    "on_train_begin",
    "on_epoch_begin",
    "on_batch_begin",
    "on_train_batch_begin",
    "on_train_batch_end",
    "on_batch_end",
    "on_epoch_end",
)
"""Hooks that run before the last step of a training, in their order."""


def run_callbacks(machine: Machine, owner: Instance | Layer, node: ast.expr) -> None:
    """Run the hooks of every callback that a model, or another object of its class, is fitted with."""
    for fitted, value in machine.log.callbacks:
        for callback in flatten(value):
            if _same(fitted, owner) and isinstance(callback, Instance) and BASE in callback.model.libraries:
                callback.attributes["model"] = owner
                _run_hooks(machine, callback, node)


def _same(fitted: Instance | Layer, owner: Instance | Layer) -> bool:
    if isinstance(fitted, Instance) and isinstance(owner, Instance):
        return fitted.model is owner.model
    return fitted is owner


def _run_hooks(machine: Machine, callback: Instance, node: ast.expr) -> None:
    for name in HOOKS:
        hook = attribute(machine, callback, name, node) if callback.model.find(name) is not None else None
        if isinstance(hook, Function):
            frame = Frame(hook.module, f"{name}(), a callback", Phase.BUILD, machine.frame)
            with machine.maybe(), machine.once(frame):
                machine.invoke(hook, [], node)
