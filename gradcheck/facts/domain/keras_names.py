"""What Keras calls its classes, and the attributes and methods that all its layers and models have."""

from __future__ import annotations

SEQUENTIAL = frozenset({"keras.Sequential", "keras.models.Sequential"})
FUNCTIONAL = frozenset({"keras.Model", "keras.models.Model", "keras.Functional", "keras.models.Functional"})
MODELS = SEQUENTIAL | FUNCTIONAL

RECURRENT = frozenset({"keras.layers.GRU", "keras.layers.LSTM", "keras.layers.SimpleRNN", "keras.layers.RNN"})

TRAINABLE_LISTS = frozenset({"trainable_variables", "trainable_weights"})
VARIABLE_LISTS = TRAINABLE_LISTS | {"variables", "weights"}
OTHER_LISTS = frozenset({"non_trainable_variables", "non_trainable_weights", "metrics", "metrics_names"})

DESCRIBING_ATTRIBUTES = frozenset(
    {
        "shape",
        "dtype",
        "name",
        "path",
        "ndim",
        "rank",
        "device",
        "trainable",
        "size",
        "initializer",
        "constraint",
        "regularizer",
        "itemsize",
        "nbytes",
        "op",
        "graph",
        "is_tensor",
        "built",
        "units",
        "dtype_policy",
    }
)
"""Attributes that say something about numbers without depending on them."""

DESCRIBING_METHODS = frozenset(
    {
        "get_config",
        "from_config",
        "get_build_config",
        "build_from_config",
        "get_compile_config",
        "compile_from_config",
        "compute_output_shape",
        "compute_output_spec",
        "compute_output_signature",
        "save_own_variables",
        "load_own_variables",
        "save",
        "save_weights",
        "load_weights",
        "summary",
        "count_params",
        "__repr__",
        "__str__",
        "__len__",
        "__eq__",
        "__hash__",
    }
)
"""Methods that describe or store an object: no gradient is ever asked of what they return."""

KERAS_METHODS = frozenset(
    {
        "add_weight",
        "add_variable",
        "add_loss",
        "add_metric",
        "compile",
        "fit",
        "fit_generator",
        "predict",
        "predict_on_batch",
        "evaluate",
        "train_on_batch",
        "get_weights",
        "set_weights",
        "build",
        "call",
        "__call__",
        "summary",
        "save",
        "save_weights",
        "load_weights",
        "get_layer",
        "get_config",
        "compute_output_shape",
        "compute_loss",
        "compute_mask",
        "count_params",
        "add",
        "pop",
        "from_config",
    }
)
"""What every layer or model can do, whatever library class it derives from."""

OF_OPTIMIZERS = frozenset({"apply", "apply_gradients", "minimize"})
"""Methods of an optimizer that move variables."""
SILENT_METHODS = frozenset(
    {
        "summary",
        "get_config",
        "save",
        "save_weights",
        "load_weights",
        "evaluate",
        "get_shape",
        "set_shape",
        "reset_states",
        "reset_state",
        "compute_output_shape",
        "count_params",
        "add_metric",
        "__dir__",
        "__repr__",
        "__str__",
        "_build_from_signature",
        "_name_scope",
        "_set_connectivity_metadata",
        "_set_mask_metadata",
        "_track_variable",
        "add_update",
        "test_on_batch",
        "test_step",
        "track",
        "format",
        "join",
    }
)
"""Methods whose result, if there is one, no gradient goes through."""

MAKERS = frozenset(
    {"get_initial_state", "compute_mask", "compute_output_spec", "get_build_config", "from_config"}
)
"""Methods of library layers that make something of no weight that the layer has."""

FITS = frozenset({"fit", "train_on_batch", "fit_generator"})
PREDICTS = frozenset({"predict", "predict_on_batch", "predict_generator"})
