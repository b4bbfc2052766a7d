"""The public callables of the libraries, by canonical name, under the Keras that runs."""

# ruff: noqa: E501, SIM905

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp

_IS_APART = tf.keras.layers.Layer.__module__.startswith("tf_keras")
keras: Any = importlib.import_module("tf_keras" if _IS_APART else "keras")
IS_LEGACY = keras.__version__.startswith("2.")  # TensorFlow's own until 2.15, a package apart since
KERAS = "2" if IS_LEGACY else "3"

TF = (
    "math math.special nn linalg image random signal strings sparse ragged dtypes sets bitwise quantization "
    "experimental.numpy random.experimental"
).split()
TFP = "math math.hypergeometric stats vi monte_carlo".split()
SKIPPED = frozenset(
    """
    tf.experimental.numpy.experimental_enable_numpy_behavior tf.cond tf.case tf.switch_case tf.while_loop keras.ops.cond keras.ops.switch keras.ops.fori_loop keras.ops.scan keras.ops.while_loop tf.load_library tf.load_op_library tf.import_graph_def tf.init_scope tf.print tf.device tf.group tf.no_op tf.Assert
    tf.control_dependencies tf.name_scope tf.timestamp tf.get_logger tf.executing_eagerly tf.inside_function tf.Module
    tf.RegisterGradient tf.register_tensor_conversion_function tf.get_current_name_scope tf.variable_creator_scope
    tf.nondifferentiable_batch_function tf.check_pinned tf.Graph tf.Operation tf.GradientTape tf.CriticalSection
    tf.function tf.custom_gradient tf.grad_pass_through tf.recompute_grad tf.TensorArray tf.as_dtype tf.no_gradient
    tf.random.set_seed tf.random.set_global_generator tf.random.get_global_generator tf.random.Generator
    tf.nn.RNNCellDeviceWrapper tf.nn.RNNCellDropoutWrapper tf.nn.RNNCellResidualWrapper
    np.random.seed np.random.set_state np.random.get_state np.random.set_bit_generator
    np.random.get_bit_generator np.random.default_rng np.fromfile np.save np.savez np.savez_compressed np.savetxt np.load np.loadtxt np.genfromtxt np.memmap np.frombuffer
    np.show_config np.show_runtime np.info np.test np.get_include np.seterr np.seterrcall np.geterr np.setbufsize
    np.set_printoptions np.get_printoptions np.printoptions np.errstate np.fromregex np.vectorize np.frompyfunc
    np.fromfunction np.fromiter np.fromstring np.nditer np.ndenumerate np.ndindex np.nested_iters np.broadcast np.flatiter
    np.getbufsize np.geterrcall np.byte_bounds np.who np.source np.lookfor np.require np.may_share_memory np.asmatrix
    np.shares_memory np.copyto np.put np.putmask np.place np.fill_diagonal np.put_along_axis np.deprecate np.recfromcsv
    tf.ragged_fill_empty_rows_grad tf.quantization.fake_quant_with_min_max_vars_per_channel_gradient np.bmat np.matrix np.recarray np.chararray np.record np.ufunc np.dtype np.finfo np.iinfo np.poly1d np.mask_indices
    keras.layers.deserialize keras.layers.serialize keras.layers.Input keras.regularizers.get tfp.math.custom_gradient
    keras.losses.get keras.losses.serialize keras.losses.deserialize keras.metrics.get keras.metrics.serialize
    keras.metrics.deserialize keras.activations.get keras.activations.serialize keras.activations.deserialize
    keras.regularizers.serialize keras.regularizers.deserialize keras.ops.map_coordinates_backprop keras.ops.custom_gradient keras.backend.clear_session keras.backend.set_floatx
    keras.backend.set_epsilon keras.backend.set_image_data_format keras.backend.manual_variable_initialization
    keras.backend.function keras.backend.get_uid keras.backend.reset_uids keras.backend.set_learning_phase
    keras.backend.learning_phase_scope keras.backend.result_type keras.backend.standardize_dtype
    tf.quantization.quantized_concat tf.math.sobol_sample np.set_string_function np.disp
    """.split()
)
"""Names with side effects, or whose result is no value: nothing to measure."""


def functions() -> dict[str, Callable[..., Any]]:
    """Every public function that is measured by trial, by canonical name; aliases share one object."""
    found: dict[str, Callable[..., Any]] = {}
    for prefix, module in _modules():
        for name in dir(module):
            canonical, thing = f"{prefix}.{name}", getattr(module, name, None)
            wanted = callable(thing) and not name.startswith("_") and canonical not in SKIPPED
            is_self_test = prefix.startswith("np") and name == "test"
            wanted = wanted and not (is_self_test or "vars_gradient" in name or "args_gradient" in name)
            if wanted and (not isinstance(thing, type) or (prefix == "np" and issubclass(thing, np.generic))):
                found.setdefault(canonical, thing)
    return found


def _modules() -> Iterator[tuple[str, Any]]:
    yield "tf", tf
    yield from ((f"tf.{name}", _attribute(tf, name)) for name in TF)
    yield from ((f"tfp.{name}", _attribute(tfp, name)) for name in TFP)
    yield from (
        ("np", np),
        ("np.linalg", np.linalg),
        ("np.fft", np.fft),
        ("np.random", np.random),
        ("math", math),
    )
    for name in ("activations", "losses", "metrics", "layers", "regularizers"):
        yield f"keras.{name}", getattr(keras, name)
    yield "keras.backend", keras.backend
    if not IS_LEGACY:
        yield "keras.backend", tf.keras.backend
        for name in ("ops", "ops.image", "ops.linalg", "ops.nn", "ops.numpy", "random"):
            yield f"keras.{name}", _attribute(keras, name)


def classes(*names: str) -> dict[str, type]:
    """Every public class of some modules (`keras.layers`), by canonical name."""
    roots = {"tf": tf, "tfp": tfp, "keras": keras}
    found = {}
    for module in names:
        root, _, rest = module.partition(".")
        where = _attribute(roots[root], rest)
        for name in dir(where):
            if isinstance(thing := getattr(where, name), type) and not name.startswith("_"):
                found[f"{module}.{name}"] = thing
    return found


def _attribute(root: Any, dotted: str) -> Any:
    for part in dotted.split("."):
        root = getattr(root, part)
    return root
