"""Functions of TensorFlow 1 that have no other name in TensorFlow 2, and no row: all of them carry."""

from __future__ import annotations

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.values import Opaque, Value
from gradcheck.facts.effects.row import Effect, Flow
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.builtins import Handler
from gradcheck.facts.interpreter.transfer.library_effects import apply_effect

COLLECTION = "tf.get_collection()"
"""What a list of variables is labelled that the graph of TensorFlow 1 has collected."""

CARRYING = {
    "tf.nn.xw_plus_b": "nn.xw_plus_b",
    **{
        f"keras.losses.{name}": f"losses.{name}"
        for name in (
            "absolute_difference",
            "compute_weighted_loss",
            "hinge_loss",
            "huber_loss",
            "log_loss",
            "mean_pairwise_squared_error",
            "sigmoid_cross_entropy",
            "softmax_cross_entropy",
            "sparse_softmax_cross_entropy",
        )
    },
}
"""Their canonical names, as those of `tf.losses` are taken for Keras' own, and what `tf.compat.v1` calls
them. A test measures each."""


def _carried(machine: Machine, name: str, arguments: Arguments) -> Value:
    return apply_effect(machine, Effect(Flow.CARRY), name, arguments)


def _collected(machine: Machine, name: str, arguments: Arguments) -> Value:
    return Opaque(label=COLLECTION)


GRAPH_FUNCTIONS: dict[str, Handler] = {
    "tf.get_collection": _collected,
    "tf.trainable_variables": _collected,
    **dict.fromkeys(CARRYING, _carried),
}
