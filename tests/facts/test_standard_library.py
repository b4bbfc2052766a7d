"""What Python's own library arranges: chains, records, folds, context managers, names made in a loop."""

from __future__ import annotations

from pathlib import Path

import pytest

from .programs import LAYER
from .test_fates import fates
from .test_followed import fates_in, written

CUT, ALIVE = "tf.round(self.w)", "self.w"


@pytest.mark.parametrize(
    "call",
    [
        "return tf.add_n(list(itertools.chain([x], [{w}])))",
        "return tf.add_n(list(itertools.chain.from_iterable([[x, x], [{w}]])))",
        "return functools.reduce(lambda one, other: one * other, [x, {w}, x])",
        "return functools.reduce(lambda one, other: one + other, [{w}], x)",
        "kept = collections.defaultdict(list)\n        kept[x.name].append({w})\n"
        "        return x + tf.add_n([one for all_ in kept.values() for one in all_])",
        "kept = collections.defaultdict(lambda: x)\n        kept['w'] = {w}\n"
        "        return kept['w'] * kept['x']",
        "return Pair(first=x, second={w}).second",
        "return x + Pair(x, {w})._replace(first=x).second",
        "first, second = Pair(x, {w})\n        return first + second",
        "return Own(x, {w}).both()",
        "return Typed({w}).total()",
        "given = inspect.getcallargs(scaled, x, factor={w})\n        return scaled(**given)",
        "return next(itertools.islice(itertools.cycle([{w}]), 3)) * x",
    ],
)
def test_items_are_found_again(call):
    program = """
    import collections
    import functools
    import inspect
    import itertools
    from typing import NamedTuple

    Pair = collections.namedtuple("Pair", "first, second")

    class Own(collections.namedtuple("Own", ["first", "second"])):
        def both(self):
            return self.first * self.second

    class Typed(NamedTuple):
        first: object
        second: float = 1.0

        def total(self):
            return self.first + self.second

    def scaled(x, factor=2.0):
        return x * factor
    """
    layer = LAYER.format(build="", call=f"        {call}")
    body = "\n".join(line.removeprefix("    ") for line in program.splitlines()) + layer
    assert fates(body.replace("{w}", ALIVE))["w"] == "reaches"
    assert fates(body.replace("{w}", CUT))["w"] == "cut"


def test_a_key_that_is_there_is_not_made_again():
    program = LAYER.format(
        build="        import collections\n        self.kept = collections.defaultdict(lambda: self.w)\n"
        "        self.kept['x'] = 1.0",
        call="        return x * self.kept['{key}']",
    )
    assert fates(program.format(key="w"))["w"] == "reaches"
    assert fates(program.format(key="x"))["w"] == "unknown"


@pytest.mark.parametrize(
    ("loss", "fate"), [("tf.reduce_sum(w)", "reaches"), ("tf.reduce_sum(tf.round(w))", "cut")]
)
def test_a_context_manager_binds_what_it_yields(loss, fate):
    program = f"""
    import contextlib

    @contextlib.contextmanager
    def taped():
        with tf.GradientTape() as tape:
            yield tape

    w = tf.Variable([1.0], name="w")
    with taped() as tape:
        loss = {loss}
    gradient = tape.gradient(loss, w)
    """
    assert fates(program) == {"w": fate}


@pytest.mark.parametrize(("kept", "fate"), [("self.w", "reaches"), ("tf.round(self.w)", "cut")])
def test_an_object_that_is_returned_is_read_by_its_caller(kept, fate):
    program = f"""
    class Output:
        def __init__(self, value):
            self.value = value

    class L(layers.Layer):
        def build(self, shape):
            self.w = self.add_weight(name="w", shape=(3,))

        def call(self, x):
            return Output(x * {kept})
    """
    assert fates(program) == {"w": fate}


MADE = """
import tensorflow as tf

def make(name, function):
    def made(value):
        return function(value)
    return made

here = globals()
for name in dir(tf.math):
    function = getattr(tf.math, name)
    if callable(function):
        here[name] = make(name, function)
"""
USING = """
import tensorflow as tf
from . import made

class L(tf.keras.layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(3,))

    def call(self, x):
        return x * made.{name}(self.w)
"""


@pytest.mark.parametrize(("name", "fate"), [("exp", "reaches"), ("floor", "cut"), ("nothing", "unknown")])
def test_names_that_a_module_makes_in_a_loop(tmp_path: Path, name, fate):
    written(tmp_path, {"p/__init__.py": "", "p/made.py": MADE, "p/net.py": USING.format(name=name)})
    assert fates_in(tmp_path / "p" / "net.py") == {"w": fate}


@pytest.mark.parametrize(
    ("result", "fate"), [("function(*given)", "reaches"), ("int(function(*given))", "cut")]
)
def test_a_file_of_plain_python_is_followed(tmp_path: Path, result, fate):
    plain = f"def logged(function):\n    def inner(*given):\n        return {result}\n    return inner\n"
    using = USING.replace("made.{name}", "times").replace(
        "from . import made",
        "from .plain import logged\n\n@logged\ndef times(value):\n    return value * 2.0\n",
    )
    written(tmp_path, {"p/__init__.py": "", "p/plain.py": plain, "p/net.py": using})
    assert fates_in(tmp_path / "p" / "net.py") == {"w": fate}


@pytest.mark.parametrize("text", ["def broken(:\n", "print 'two'\n"])
def test_plain_python_that_cannot_be_parsed_says_nothing(tmp_path: Path, text):
    using = USING.replace("made.{name}", "times").replace("from . import made", "from .plain import times")
    written(tmp_path, {"p/__init__.py": "", "p/plain.py": text, "p/net.py": using})
    assert fates_in(tmp_path / "p" / "net.py") == {"w": "unknown"}


@pytest.mark.parametrize(("loss", "fate"), [("w * 2.0", "reaches"), ("tf.round(w)", "unknown")])
@pytest.mark.parametrize(
    "step",
    [
        "minimize(loss, global_step=step)",
        "minimize(loss, var_list=tf.compat.v1.get_collection('variables'))",
        "compute_gradients(loss)",
    ],
)
def test_an_optimizer_of_tensorflow_1_trains_all_variables_of_its_graph(step, loss, fate):
    program = f"""
    def net(x, optimizer, step):
        with tf.Graph().as_default():
            w = tf.Variable([1.0], name="w")
            loss = tf.reduce_sum({loss} * x)
            return tf.no_op(), optimizer.{step}
    """
    assert fates(program) == {"w": fate}


def test_what_a_star_brings_is_known_by_its_own_name():
    program = """
    from tensorflow.keras.layers import *
    from tensorflow.keras.models import *

    def net():
        x = Input((3,))
        return Model(x, Dense(1, name="dense")(x))
    """
    assert fates(program) == {"dense": "reaches"}
    assert fates(program.replace('Dense(1, name="dense")(x)', 'tf.round(Dense(1, name="dense")(x))')) == {
        "dense": "cut"
    }


@pytest.mark.parametrize(("loss", "fate"), [("loss", "reaches"), ("tf.round(loss)", "unknown")])
def test_an_optimizer_that_nothing_is_known_of_trains_all_the_same(loss, fate):
    program = f"""
    import someones

    def model_fn(features, labels):
        logits = layers.Dense(1, name="dense")(features)
        loss = tf.compat.v1.losses.sigmoid_cross_entropy(labels, logits)
        optimizer = tf.python.get_optimizer_instance("Adam")
        return tf.estimator.EstimatorSpec("train", train_op=optimizer.minimize({loss}))
    """
    assert fates(program) == {"dense": fate}


@pytest.mark.parametrize(("wrapped", "fate"), [("w", "reaches"), ("tf.round(w)", "cut")])
def test_a_method_that_is_bound_by_hand_runs_on_its_object(wrapped, fate):
    program = f"""
    def once(function):
        def inner(self, *given):
            bound = function.__get__(self, self.__class__)
            return bound(*given)

        def alone(*given):
            return function(*given)

        return inner if len(signature(function)) else alone

    class L(layers.Layer):
        def build(self, shape):
            self.w = self.add_weight(name="w", shape=(3,))

        @once
        def scaled(self, x, w):
            return x * {wrapped}

        def call(self, x):
            return self.scaled(x, self.w)
    """
    assert fates(program) == {"w": fate}


@pytest.mark.parametrize(("call", "fate"), [("self.norm(y)", "reaches"), ("tf.round(self.norm(y))", "cut")])
def test_data_goes_to_the_layer_and_not_to_its_class(call, fate):
    program = f"""
    class L(layers.Layer):
        def __init__(self, norm, scale):
            super().__init__()
            self.dense = layers.Dense(3, name="dense")
            kind = layers.LayerNormalization
            self.norm = kind(name="norm") if scale else kind

        def call(self, x):
            y = self.dense(x)
            return {call}
    """
    assert fates(program) == {"dense": fate, "norm": fate}
