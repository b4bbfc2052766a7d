"""What `compile` and `fit` do with a model: call it and apply the loss, or run the step that is its own."""

from __future__ import annotations

import ast

from gradcheck.base.loss_parameters import FIRST
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import AMBIENT
from gradcheck.facts.domain.inside import placed
from gradcheck.facts.domain.values import (
    Choice,
    ClassRef,
    Constant,
    External,
    Function,
    Held,
    Instance,
    Layer,
    Mapping,
    Method,
    Opaque,
    Partial,
    Sequence,
    Tensor,
    Value,
    Variables,
    is_none,
)
from gradcheck.facts.interpreter.events import Training
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.attributes import attribute
from gradcheck.facts.interpreter.transfer.callbacks import run_callbacks
from gradcheck.facts.ownership.weights import losses_of, weights_of
from gradcheck.report.kinds import Phase


def train(machine: Machine, owner: Instance | Layer) -> None:
    """What `fit` does with a compiled model: call it, apply the loss, add the added losses."""
    compiled = owner.compiled
    if compiled is None or (isinstance(owner, Instance) and owner.model.method("train_step") is not None):
        return
    owner.compiled = None
    site = owner.site or machine.site(machine.frame.module.tree.body[0])
    node = site.node if isinstance(site.node, ast.expr) else placed(site.node)
    loss = compiled.get("loss")
    run_callbacks(machine, owner, node)
    with machine.during(recorded=AMBIENT, frame=Frame(site.frame.module, "fit()", Phase.TAPE)):
        output = machine.invoke(owner, [Opaque(label="x")], node)
        value = apply_loss(machine, loss, output, node)
        if isinstance(owner, Instance):
            value = lost(machine, owner, output, node, otherwise=value)
    target = [*machine.nodes(value), *losses_of(machine, owner)]
    machine.log.trained.append(Training(owner, compiled, output, tuple(target), site))
    if target and weights_of(machine, owner):
        machine.log.queries.append(
            Query(None, AMBIENT, tuple(target), Variables((owner,), site), site, "fit")
        )


def run_own_step(machine: Machine, owner: Instance) -> None:
    """The `train_step` of a fitted model."""
    site = owner.site or machine.site(machine.frame.module.tree.body[0])
    node = site.node if isinstance(site.node, ast.expr) else placed(site.node)
    with machine.during(recorded=AMBIENT, frame=Frame(site.frame.module, "fit()", Phase.TAPE)):
        machine.invoke(attribute(machine, owner, "train_step", node), [Opaque(label="data")], node)


def lost(
    machine: Machine, instance: Instance, output: Value, node: ast.expr, otherwise: Value | None = None
) -> Value:
    """What a model's own `compute_loss` makes of its output; the output itself where it has none."""
    own = instance.model.method("compute_loss")
    if own is None:
        return otherwise or output
    method = attribute(machine, instance, "compute_loss", node)
    given = {word: Opaque(label=word) for word in ("x", "y")}
    with machine.during(recorded=AMBIENT):
        return machine.invoke(method, [], node, **given, y_pred=output)


def apply_loss(machine: Machine, loss: Value | None, output: Value, node: ast.expr) -> Value:
    """The value of a compiled loss for a model's output: a distribution is a tensor to Keras' own."""
    keras_own = isinstance(loss, (Held, External, Constant))
    if isinstance(output, Held) and output.tensor is not None and keras_own:
        output = output.tensor
    match loss:
        case Constant(value=str() as name) if isinstance(output, Tensor):
            result = machine.compute(node, [output])
            return machine.noted(result, f"keras.losses.{name}", node, [(node, output)])
        case Function() | Method() | Partial() | Layer() | Instance() | Held() | ClassRef() | External():
            made = machine.invoke(loss, [], node) if isinstance(loss, ClassRef) else loss
            if (
                isinstance(made, Instance)
                and made.model.method("call") is not None
                and made.model.kind == "loss"
            ):
                return machine.invoke(
                    attribute(machine, made, "call", node),
                    [Opaque(label=FIRST), _whole(machine, output, node)],
                    node,
                )
            return machine.invoke(made, [Opaque(label=FIRST), _whole(machine, output, node)], node)
        case Choice():
            with machine.maybe():
                return machine.join([apply_loss(machine, one, output, node) for one in loss.options], node)
        case Sequence() if isinstance(output, Sequence) and len(loss.items) == len(output.items):
            parts = [
                apply_loss(machine, one, head, node)
                for one, head in zip(loss.items, output.items, strict=True)
            ]
            return Sequence(parts)
        case Sequence(items=[one], many=False) if isinstance(output, Tensor):
            return apply_loss(machine, one, output, node)
        case Mapping() if isinstance(output, Mapping):
            heads = [(loss.entries.get(key), head) for key, head in output.entries.items()]
            return Sequence([apply_loss(machine, one, head, node) for one, head in heads if one is not None])
    return Sequence() if is_none(loss) else output


def _whole(machine: Machine, output: Value, node: ast.expr) -> Value:
    """Losses are given one head at a time; one that gets several sees any of them."""
    if isinstance(output, (Sequence, Mapping)):
        return machine.compute(node, [output])
    return output
