"""A session leaves TensorFlow and Keras as it found them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
import sys
import tensorflow as tf
from tensorflow.python import pywrap_tfe
from tensorflow.python.eager import backprop, record
from tensorflow.python.eager.polymorphic_function import polymorphic_function
from tensorflow.python.framework import constant_op, ops
from tensorflow.python.ops import resource_variable_ops
from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.session import Session

owners = [pywrap_tfe, record, constant_op, backprop.GradientTape, polymorphic_function.Function]
owners += [ops._EagerTensorBase, resource_variable_ops.BaseResourceVariable]
for keras in versions.loaded():
    held = (keras.layer, keras.operation, keras.node, keras.variable, keras.trainer, *keras.optimizers)
    owners += [one for one in held if one]

def state():
    return [dict(vars(owner)) for owner in owners] + [list(sys.meta_path), tf.config.functions_run_eagerly()]

before = state()
for mode in ("judge", "explain"):
    with Session(mode=mode, steps=3, project=[]):
        assert state() != before
    assert state() == before, mode
memoryview(tf.constant(1.0))
"""


@pytest.mark.tf
@pytest.mark.parametrize("keras", ["2", "3"])
def test_every_hook_is_taken_back(keras: str) -> None:
    environment = {
        **os.environ,
        "TF_USE_LEGACY_KERAS": "1" if keras == "2" else "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
