"""Library classes as bases: what their `call` reads of a subclass reaches its result."""

from __future__ import annotations

import pytest

from gradcheck.facts.interpreter.transfer.inherited_reads import READS

from .inherited_reads import reads
from .test_fates import fates, obstacle


def test_the_table_is_what_the_sources_say():
    wanted = {f"keras.layers.{name}": " ".join(names) for name, names in reads().items()}
    assert wanted == READS


@pytest.mark.parametrize("call", ["", "    def call(self, x):\n        return super().call(x)\n"])
@pytest.mark.parametrize(("name", "fate"), [("kernel", "reaches"), ("extra", "unknown")])
def test_a_subclass_that_makes_its_own_kernel(call, name, fate):
    program = f"""
class Mine(layers.Dense):
    def build(self, shape):
        self.{name} = self.add_weight(name="w", shape=(3, 4))
{call}"""
    assert fates(program) == {"w": fate}


def test_a_wrapper_calls_what_it_wraps():
    program = """
    class Twice(layers.Wrapper):
        def __init__(self):
            super().__init__(layers.Dense(3, name="inner"))
            self.layer = layers.Dense(3, name="other")

        def call(self, x):
            return self.layer(x)
    """
    assert fates(program)["other"] == "reaches"


def test_a_functional_subclass_is_asked_about_its_outputs():
    program = """
    class Net(keras.Model):
        def __init__(self, size=3):
            inputs = layers.Input((size,))
            hidden = layers.Dense(4, name="hidden")(inputs)
            super().__init__(inputs=inputs, outputs=layers.Dense(1, name="head")(hidden))
    """
    assert fates(program) == {"hidden": "reaches", "head": "reaches"}


@pytest.mark.parametrize("activation", ["None", "'relu'", "activation"])
def test_an_activation_by_name_is_one_of_the_library(activation):
    program = f"""
class L(layers.Layer):
    def __init__(self, activation):
        super().__init__()
        self.activation = keras.activations.get({activation})

    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(3,))

    def call(self, x):
        return self.activation(x * self.w)
"""
    assert fates(program) == {"w": "reaches"}


def test_a_callable_of_the_callers_stays_unknown():
    program = """
    class L(layers.Layer):
        def __init__(self, recipe):
            super().__init__()
            self.recipe = recipe
            self.w = self.add_weight(name="w", shape=(3,))

        def call(self, x):
            return self.recipe(x * self.w)
    """
    assert obstacle(program)[:2] == ("call", "self.recipe(x * self.w)")
