"""Calls of library names that do more than a row of the effects table can say: constructors, tapes,
Python's own functions."""

from __future__ import annotations

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.data_libraries import is_data
from gradcheck.facts.domain.graph import ALWAYS
from gradcheck.facts.domain.values import (
    UNTRACKED_CONSTANT,
    Constant,
    Data,
    External,
    Function,
    Held,
    Instance,
    Layer,
    Mapping,
    Opaque,
    Partial,
    Sequence,
    Tape,
    Tensor,
    Value,
    WeightRef,
)
from gradcheck.facts.effects.row import Effect, Flow, effect, is_library
from gradcheck.facts.interpreter.log import LibraryCall
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.builtins import PYTHON, Handler
from gradcheck.facts.interpreter.transfer.graph_functions import GRAPH_FUNCTIONS
from gradcheck.facts.interpreter.transfer.held_objects import make_held
from gradcheck.facts.interpreter.transfer.known_numbers import computed
from gradcheck.facts.interpreter.transfer.layers import give_weights, is_layer, make_layer
from gradcheck.facts.interpreter.transfer.library_effects import apply_effect
from gradcheck.facts.interpreter.transfer.new_weights import created
from gradcheck.facts.interpreter.transfer.records import FIELDS, NAMESPACES, described_field, namespace
from gradcheck.facts.interpreter.transfer.standard_library import STANDARD
from gradcheck.facts.interpreter.transfer.traces import traced
from gradcheck.report.fate import Reason
from gradcheck.report.kinds import Kind
from gradcheck.source.names import canonical

DESCRIBING = ("tfp.internal.assert_util.", "tfp.internal.dtype_util.", "tfp.internal.tensorshape_util.")
"""What only checks its arguments, or says something about them."""
_NUMPY = Effect(Flow.CUT, Kind.NUMPY)


def call_library(machine: Machine, target: External, arguments: Arguments) -> Value:
    """The value of calling a library name."""
    name = target.name
    machine.log.library_calls.append(LibraryCall(name, arguments, machine.site(arguments.node)))
    if (number := computed(name, arguments)) is not None:
        return number
    if (handler := HANDLERS.get(name)) is not None:
        return handler(machine, name, arguments)
    if is_layer(name):
        return make_layer(machine, name, arguments)
    if is_layer(whole := name.removesuffix(".from_config")):
        return _copied(machine, whole, arguments)
    if name.startswith("keras.optimizers."):
        return Held(name, machine.graph.node(), "optimizer", machine.site(arguments.node))
    row = effect(name)
    if row is None and name.startswith("np."):
        # Whatever NumPy computes, it computes outside TensorFlow.
        row = _NUMPY
    if row is None:
        return _unknown_library(machine, name, arguments)
    if row.flow is Flow.OBJECT or row.made:
        return make_held(machine, row, name, arguments)
    return apply_effect(machine, row, name, arguments)


def _unknown_library(machine: Machine, name: str, arguments: Arguments) -> Value:
    if is_data(name) and not _holds_weights(machine, arguments):
        return Data()
    if name.startswith(DESCRIBING):
        return UNTRACKED_CONSTANT
    reason = Reason.CALL if is_library(name) else Reason.IMPORT
    result = machine.unknown(arguments.node, arguments.values(), reason)
    for value in arguments.values():
        if isinstance(value, Function):
            with machine.maybe():
                machine.draw(
                    machine.invoke(value, [Opaque()], arguments.node),
                    result.node,
                    machine.site(arguments.node),
                    recorded=ALWAYS,
                )
    function = is_library(name) and not name.rpartition(".")[2][:1].isupper()
    return result if function or result.symbolic else Opaque(node=result.node, reason=reason)


def _holds_weights(machine: Machine, arguments: Arguments) -> bool:
    """Whether anything that may hold a weight is handed over."""
    return not all(_is_plain(machine, value) for value in arguments.values())


def _is_plain(machine: Machine, value: Value) -> bool:
    match value:
        case Constant() | External():
            return True
        case Sequence():
            return all(_is_plain(machine, item) for item in value.items)
        case Mapping():
            return not value.rest and all(_is_plain(machine, item) for item in value.entries.values())
    return False


# -- weights, placeholders, tapes ---------------------------------------------


def _input(machine: Machine, name: str, arguments: Arguments) -> Value:
    return Tensor(machine.graph.node(), symbolic=True)


def _tf_variable(machine: Machine, name: str, arguments: Arguments) -> Value:
    return _variable(machine, arguments, bare=True)


def _keras_variable(machine: Machine, name: str, arguments: Arguments) -> Value:
    return _variable(machine, arguments, bare=False)


def _variable(machine: Machine, arguments: Arguments, *, bare: bool) -> Value:
    initial = arguments.get("initial_value" if bare else "initializer", 0)
    birth = created(machine, arguments, owner=None, bare=bare, name_at=None, initial=initial)
    if initial is not None:
        machine.draw(
            initial,
            birth.node,
            machine.site(arguments.node),
            kind=Kind.REWRAPPED,
            recorded=ALWAYS,
            detail="tf.Variable",
        )
    return WeightRef(birth)


def _tape(machine: Machine, name: str, arguments: Arguments) -> Value:
    flag, accessed = arguments.get("persistent", 0), arguments.get("watch_accessed_variables", 1)
    persistent = not (flag is None or (isinstance(flag, Constant) and flag.known and not flag.value))
    alone = isinstance(accessed, Constant) and accessed.known and not accessed.value
    tape = Tape(machine.new_bit(), machine.site(arguments.node), persistent, alone=alone)
    machine.log.tapes.append(tape)
    return tape


def _tensor_array(machine: Machine, name: str, arguments: Arguments) -> Value:
    return Held(name, machine.graph.node(), "tensorarray", machine.site(arguments.node))


def _host_function(machine: Machine, name: str, arguments: Arguments) -> Value:
    """`tf.py_function` runs Python on eager tensors: the gradient flows as far as the body lets it."""
    function, given = arguments.get("func", 0), arguments.get("inp", 1)
    values = given.items if isinstance(given, Sequence) else [given or Opaque()]
    if not isinstance(function, Function):
        return machine.unknown(arguments.node, values)
    return machine.compute(arguments.node, [machine.invoke(function, values, arguments.node)])


def _deferred(machine: Machine, name: str, arguments: Arguments) -> Value:
    row = effect(name) or Effect(Flow.OBJECT, keras=("3",))
    return make_held(machine, row._replace(flow=Flow.OBJECT, made="tensor", keras=("3",)), name, arguments)


def _clone(machine: Machine, name: str, arguments: Arguments) -> Value:
    """A model like another, with weights of its own; whether those are to be trained is not known."""
    layer = make_layer(machine, name, arguments)
    birth = give_weights(machine, layer, arguments)
    birth.trainable = None
    layer.parts = []
    return layer


def _copied(machine: Machine, name: str, arguments: Arguments) -> Value:
    """A layer made anew from what another one was made with: not known of what, and whether to be trained."""
    layer = make_layer(machine, name, Arguments(arguments.node))
    for birth in layer.births:
        birth.trainable = None
    return layer


def _deep_copy(machine: Machine, name: str, arguments: Arguments) -> Value:
    one = arguments.get("x", 0)
    if isinstance(one, Layer):
        return _copied(machine, one.name, arguments)
    return _unknown_library(machine, name, arguments)


# -- functions of functions ---------------------------------------------------


def _first(machine: Machine, name: str, arguments: Arguments) -> Value:
    return arguments.positional[0][1] if arguments.positional else Opaque()


def _partial(machine: Machine, name: str, arguments: Arguments) -> Value:
    if not arguments.positional:
        return Opaque()
    (_, function), *rest = arguments.positional
    return Partial(
        function,
        tuple(value for _, value in rest),
        tuple((word, value) for word, _, value in arguments.keywords),
    )


def _decorated(machine: Machine, name: str, arguments: Arguments) -> Value:
    """What TensorFlow makes of a function and its wrapper: the wrapper, which goes by the function's name."""
    return arguments.get("decorator_func", 1) or Opaque()


def _describing(machine: Machine, name: str, arguments: Arguments) -> Value:
    """What an object was made with: no weight is in it."""
    return UNTRACKED_CONSTANT


def _activation(machine: Machine, name: str, arguments: Arguments) -> Value:
    """The activation that a name stands for, `linear` for None; one of the library's, where nobody says."""
    value = arguments.get("identifier", 0)
    if isinstance(value, Constant) and value.known and isinstance(value.value, (str, type(None))):
        named = f"keras.activations.{value.value or 'linear'}"
        if effect(named) is not None:
            return External(named)
    if value is None or isinstance(value, (Constant, Opaque, Mapping)):
        return Held(name, machine.graph.node(), "activation", machine.site(arguments.node))
    return value


def _identified(machine: Machine, name: str, arguments: Arguments) -> Value:
    """What `regularizers.get` and its like make of what they are given: None of None, else one of them."""
    return arguments.get("identifier", 0) or arguments.get("config", 0) or Opaque()


def _object_of(machine: Machine, name: str, arguments: Arguments) -> Value:
    """`keras.regularizers.get(x)`: None stays None, an object itself, a name what it stands for."""
    value = arguments.positional[0][1] if arguments.positional else arguments.get("identifier")
    if isinstance(value, Constant) and isinstance(value.value, str):
        return External(f"{name.rpartition('.')[0]}.{value.value}")
    return value or Opaque()


def _configured(machine: Machine, name: str, arguments: Arguments) -> Value:
    """What is made by a description: one of the library's objects, or of the caller's."""
    given = arguments.positional[0][1] if arguments.positional else None
    if isinstance(given, (Function, Instance, Held)):
        return given
    return Opaque(label="layer")


def _module_named(machine: Machine, name: str, arguments: Arguments) -> Value:
    """`importlib.import_module("tensorflow.keras")`, or a module that is loaded when it is first used."""
    return named_library(arguments) or Opaque()


def named_library(arguments: Arguments) -> External | None:
    """The library that the last text among some arguments names."""
    texts = [value.value for value in arguments.values() if isinstance(value, Constant)]
    names = [canonical(text) for text in texts if isinstance(text, str)]
    return next((External(name) for name in reversed(names) if is_library(name)), None)


# -- Python's own functions ---------------------------------------------------


HANDLERS: dict[str, Handler] = {
    "keras.Input": _input,
    "keras.layers.Input": _input,
    "keras.backend.placeholder": _input,
    "keras.Variable": _keras_variable,
    "keras.backend.Variable": _keras_variable,
    "keras.backend.variable": _tf_variable,
    "tf.Variable": _tf_variable,
    "tfp.util.TransformedVariable": _tf_variable,
    "tfp.util.DeferredTensor": _deferred,
    "tf.GradientTape": _tape,
    "tf.TensorArray": _tensor_array,
    "tf.py_function": _host_function,
    "tf.function": traced,
    "tf.recompute_grad": _first,
    "tf.autograph.experimental.do_not_convert": _first,
    "functools.partial": _partial,
    **dict.fromkeys(
        ("tf.__internal__.decorator.make_decorator", "tf.python.util.tf_decorator.make_decorator"), _decorated
    ),
    "functools.wraps": _first,
    "tfp.internal.tensor_util.convert_nonref_to_tensor": _first,
    "importlib.import_module": _module_named,
    "builtins.__import__": _module_named,
    "tf.python.util.lazy_loader.LazyLoader": _module_named,
    **{
        f"keras.{kind}.get": _object_of
        for kind in ("regularizers", "initializers", "constraints", "losses", "metrics", "optimizers")
    },
    **dict.fromkeys(
        (
            "keras.utils.deserialize_keras_object",
            "keras.saving.deserialize_keras_object",
            "keras.utils.legacy.deserialize_keras_object",
            "keras.layers.deserialize",
            "keras.losses.deserialize",
            "keras.metrics.deserialize",
            "keras.optimizers.deserialize",
        ),
        _configured,
    ),
    **dict.fromkeys(
        (
            *(f"keras.{kind}.serialize" for kind in ("activations", "initializers", "layers", "losses")),
            "keras.saving.serialize_keras_object",
            "keras.utils.serialize_keras_object",
        ),
        _describing,
    ),
    "copy.copy": _first,
    "copy.deepcopy": _deep_copy,
    "keras.models.clone_model": _clone,
    "keras.activations.get": _activation,
    "keras.activations.deserialize": _activation,
    **{
        f"keras.{kind}.{word}": _identified
        for kind in ("regularizers", "constraints", "initializers")
        for word in ("get", "deserialize")
    },
    **dict.fromkeys(FIELDS, described_field),
    **dict.fromkeys(NAMESPACES, namespace),
    **PYTHON,
    **STANDARD,
    **GRAPH_FUNCTIONS,
}
