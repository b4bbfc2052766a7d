"""Ways from a weight to its result that lead through code of others: decorators, packages that import from
themselves, base classes by name, functions that run many times."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gradcheck.config.options import Options
from gradcheck.lint import lint

from .programs import LAYER
from .test_fates import fates, obstacle


def written(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def fates_in(path: Path) -> dict[str, str]:
    """The fates under Keras 3 of the weights that a file creates."""
    report = lint([str(path)], Options(keras="both"))
    return {one.weight.name: one.under("3").value for one in report.weights}


DECORATED = """
import functools

def twice(function):
    @functools.wraps(function)
    def inner(self, x):
        return 2.0 * {result}
    return inner

class Scale(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(3,))

    @twice
    def call(self, x):
        return x * self.w
"""


@pytest.mark.parametrize(
    ("result", "fate"), [("function(self, x)", "reaches"), ("tf.round(function(self, x))", "cut")]
)
def test_a_decorator_of_ones_own_is_run(result, fate):
    assert fates(DECORATED.format(result=result)) == {"w": fate}


@pytest.mark.parametrize(("call", "fate"), [("x * self.w", "reaches"), ("x * tf.round(self.w)", "cut")])
def test_a_method_is_called_by_its_class(call, fate):
    program = f"""
    class Base(layers.Layer):
        def build(self, shape):
            self.w = self.add_weight(name="w", shape=(3,))

        def call(self, x):
            return {call}

    class Heir(Base):
        def call(self, x):
            return Base.call(self, x)
    """
    assert fates(program) == {"w": fate}


def test_what_a_caller_hands_in_as_a_layer_is_taken_for_one():
    program = """
    class Normed(layers.Layer):
        def __init__(self, norm):
            super().__init__()
            self.norm = norm

        def build(self, shape):
            self.w = self.add_weight(name="w", shape=(3,))

        def call(self, x):
            return self.norm(x * self.w)
    """
    assert fates(program) == {"w": "reaches"}


def test_a_weight_stands_where_somebody_asks_for_it():
    program = """
    class Base(layers.Layer):
        def add_weight(self, name, shape, **more):
            return super().add_weight(name=name, shape=shape, **more)

    class Scale(Base):
        def build(self, shape):
            self.first = self.add_weight("first", (3,))
            self.second = self.add_weight("second", (3,))

        def call(self, x):
            return x * self.first + tf.round(self.second)
    """
    assert fates(program) == {"first": "reaches", "second": "cut"}


@pytest.mark.parametrize(("step", "fate"), [("x * 2.0", "reaches"), ("tf.round(x)", "cut")])
def test_a_function_that_runs_many_times_does_what_it_did(step, fate):
    program = f"def step(x):\n    return {step}\n" + LAYER.format(
        build="",
        call="\n".join(["        y = x * self.w", *["        y = step(y)"] * 50, "        return y"]),
    )
    assert fates(program) == {"w": fate}


PACKAGE = {
    "lib/lib/__init__.py": "",
    "lib/lib/layers/__init__.py": "from .base import *\nfrom .dense import *\n",
    "lib/lib/layers/ops/__init__.py": "from .basic import *\n",
    "lib/lib/layers/ops/basic.py": "import tensorflow as tf\n\ndef hard(x):\n    return tf.round(x)\n\n"
    "def soft(x):\n    return tf.nn.softplus(x)\n",
    "lib/lib/layers/base.py": "import tensorflow as tf\nfrom lib.layers import ops\n\n"
    "class Base(tf.keras.layers.Layer):\n    pass\n",
}
DENSE = """
from lib.layers import ops
from lib.layers.base import Base

class Dense(Base):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(3,))

    def call(self, x):
        return x * ops.{function}(self.w)
"""


@pytest.mark.parametrize(("function", "fate"), [("soft", "reaches"), ("hard", "cut")])
def test_a_package_may_import_from_itself(tmp_path, function, fate):
    written(tmp_path, {**PACKAGE, "lib/lib/layers/dense.py": DENSE.format(function=function)})
    assert fates_in(tmp_path / "lib/lib/layers/dense.py") == {"w": fate}


@pytest.mark.parametrize(("function", "fate"), [("soft", "reaches"), ("hard", "cut")])
def test_a_script_stands_beside_its_package(tmp_path, function, fate):
    script = (
        DENSE.format(function=function)
        .replace("ops", "basic")
        .replace("lib.layers import", "lib.layers.ops import")
    )
    written(tmp_path, {**PACKAGE, "lib/examples/small/train.py": script, "lib/pyproject.toml": ""})
    assert fates_in(tmp_path / "lib/examples/small/train.py") == {"w": fate}


@pytest.mark.parametrize(("weight", "fate"), [("self.w", "reaches"), ("tf.round(self.w)", "cut")])
def test_many_layers_of_one_class_do_what_the_last_one_did(weight, fate):
    program = f"""
    class Block(layers.Layer):
        def build(self, shape):
            self.w = self.add_weight(name="w", shape=(3,))
            self.inner = layers.Dense(3, name="inner")

        def call(self, x):
            return self.inner(x) * {weight}

    inputs = x = layers.Input((3,))
    {"; ".join(["x = Block()(x)"] * 20)}
    model = keras.Model(inputs, layers.Dense(1, name="head")(x))
    model.compile("sgd", "mse")
    model.fit(tf.ones((2, 3)), tf.ones((2, 1)))
    """
    assert fates(program) == {"w": fate, "inner": "reaches", "head": "reaches"}


CHAIN = """
class Chain(keras.Sequential):
    def __init__(self):
        super().__init__([layers.Dense(3, name="first")])
        for _ in range(2):
            self.add(layers.Dense(3, name="second"))
        self.add(layers.Lambda(lambda x: {hard}))
        self.add(layers.Dense(1, name="third"))
"""


@pytest.mark.parametrize(("hard", "fate"), [("tf.nn.relu(x)", "reaches"), ("tf.round(x)", "cut")])
def test_a_chain_of_ones_own_class_is_called(hard, fate):
    assert fates(CHAIN.format(hard=hard)) == {"first": fate, "second": fate, "third": "reaches"}


@pytest.mark.parametrize(
    ("parts", "fate"),
    [
        ("parts[0] + parts[1]", "reaches"),
        ("parts[0] + tf.round(parts[1])", "cut"),
        ("pack(parts)", "reaches"),
    ],
)
def test_containers_are_taken_apart_and_put_together(parts, fate):
    program = f"""
    class L(layers.Layer):
        def build(self, shape):
            self.v = self.add_weight(name="v", shape=(3,))
            self.w = self.add_weight(name="w", shape=(3,))

        def call(self, x):
            parts = tf.nest.flatten({{"a": x * self.v, "b": [x * self.w]}})
            pack = lambda flat: tf.nest.pack_sequence_as((0, 0), flat)[0] + flat[1]
            return {parts}
    """
    assert fates(program) == {"v": "reaches", "w": fate}


@pytest.mark.parametrize(("hard", "fate"), [("tf.nn.tanh", "reaches"), ("tf.round", "cut")])
def test_what_a_name_stands_for_is_looked_up_any_number_of_times(hard, fate):
    lines = ["y = x * self.w", "y = named('hard')(y)", *["y = named('soft')(y)"] * 40, "return y"]
    table = f"TABLE = {{'soft': tf.nn.relu, 'hard': {hard}}}\ndef named(name):\n    return TABLE[name]\n"
    layer = LAYER.format(build="", call="\n".join(f"        {line}" for line in lines))
    assert fates(table + layer)["w"] == fate


def test_another_name_is_not_taken_for_the_last_one():
    lines = ["y = x * self.w", *["y = named('soft')(y)"] * 900, "y = named('hard')(y)", "return y"]
    table = "TABLE = {'soft': tf.nn.relu, 'hard': tf.round}\ndef named(name):\n    return TABLE[name]\n"
    layer = LAYER.format(build="", call="\n".join(f"        {line}" for line in lines))
    assert fates(table + layer)["w"] == "unknown"


@pytest.mark.parametrize(
    ("returned", "fate"),
    [
        ("upstream * two", "reaches"),
        ("upstream, made", "reaches"),
        ("upstream, None", "cut"),
        ("upstream, tf.zeros_like(two)", "cut"),
        ("upstream, others()", "unknown"),
    ],
)
def test_what_a_custom_gradient_computes_is_known_to_flow(returned, fate):
    program = f"""
    @tf.custom_gradient
    def product(one, two={{default}}):
        def gradient(upstream):
            made = upstream * one
            return {returned}
        return one * two, gradient

    class L(layers.Layer):
        def build(self, shape):
            self.w = self.add_weight(name="w", shape=(3,))

        def call(self, x):
            return product({{given}})
    """
    alone = "," not in returned
    given = {"default": "2.0", "given": "self.w"} if alone else {"default": "None", "given": "x, self.w"}
    assert fates(program.format(**given)) == {"w": fate}


NAMED = """
def block(x, units, activation="ReLU"):
    made = eval(activation)
    return made(name="act")(layers.Dense(units, name="dense")(x))

ReLU = layers.ReLU
inputs = keras.Input((3,))
model = keras.Model(inputs, block(inputs, 4{given}))
"""


@pytest.mark.parametrize(
    ("given", "fate"), [("", "reaches"), (", 'tf.round'", "unknown"), (", 'ReLU if x else None'", "unknown")]
)
def test_what_eval_is_given_is_a_name(given, fate):
    assert fates(NAMED.format(given=given)) == {"dense": fate}


BACKEND = """
class Scale(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(3,))

    def call(self, x):
        w = self.w
        if {test}:
            w = {other}
        return x * w
"""


@pytest.mark.parametrize(
    ("test", "fate"),
    [
        ("keras.config.backend() == 'tensorflow'", "cut"),
        ("keras.backend.backend() != 'tensorflow'", "reaches"),
        ("keras.backend.backend() == 'torch' and x is not None", "reaches"),
        ("keras.config.backend() in ('tensorflow', 'jax') or x is None", "cut"),
        ("not keras.config.backend() == 'jax'", "cut"),
        ("self.backend() == 'tensorflow'", "reaches"),
        ("keras.config.backend() == name", "reaches"),
    ],
)
def test_a_test_of_the_backend_goes_the_way_of_tensorflow(test, fate):
    assert fates(BACKEND.format(test=test, other="tf.round(w)")) == {"w": fate}


@pytest.mark.parametrize(
    ("read", "fate"),
    [("self.table.embeddings", "reaches"), ("tf.round(self.table.embeddings)", "cut"), ("2.0", "unbuilt")],
)
def test_a_layer_of_which_only_a_weight_is_read(read, fate):
    program = f"""
    class Queries(layers.Layer):
        def __init__(self):
            super().__init__()
            self.table = layers.Embedding(5, 3, name="table")

        def call(self, x):
            return x + {read}
    """
    assert fates(program) == {"table": fate}


@pytest.mark.parametrize(
    ("method", "used", "fate"),
    [
        ("def __mul__(self, x): return self.w * x", "self.inner * x", "reaches"),
        ("def __rmul__(self, x): return tf.round(self.w) * x", "x * self.inner", "cut"),
        ("def __neg__(self): return -self.w", "x + (-self.inner)", "reaches"),
        ("def __getitem__(self, at): return self.w * at", "x * self.inner[2]", "reaches"),
        ("def __getitem__(self, at): return tf.round(self.w) * at", "x * self.inner[2]", "cut"),
        ("def __iter__(self): yield tf.round(self.w)", "[one for one in self.inner][0] * x", "cut"),
    ],
)
def test_methods_that_python_calls_by_itself(method, used, fate):
    program = f"""
    class Inner(layers.Layer):
        def __init__(self):
            super().__init__()
            self.w = self.add_weight(name="w", shape=(3,))

        {method}

    class Outer(layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = Inner()

        def call(self, x):
            return {used}
    """
    assert fates(program)["w"] == fate


ENTERED = """
class Scope:
    def __init__(self, value):
        self.value = value

    def __enter__(self):
        return {given}

    def __exit__(self, *why):
        pass

class Scale(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(3,))

    def call(self, x):
        with Scope(self.w) as w:
            return x * w
"""


@pytest.mark.parametrize(
    ("given", "fate"), [("self.value * 2.0", "reaches"), ("tf.stop_gradient(self.value)", "cut")]
)
def test_with_binds_what_enter_returns(given, fate):
    assert fates(ENTERED.format(given=given)) == {"w": fate}


KEPT = """
class Spec({base}):
    def __init__(self, owner):
        self.owner = owner

class Scale(layers.Layer):
    def __init__(self):
        super().__init__()
        self.spec = Spec(self)
        self.dense = layers.Dense(3, name="dense")

    def call(self, x):
        spec = self.spec
        if isinstance(spec, dict):
            self.names = {call}
        return x
"""


@pytest.mark.parametrize(
    ("base", "call", "fate"),
    [
        ("object", "spec.keys()", "unbuilt"),
        ("object", "spec['a']", "unbuilt"),
        ("object", "spec.owner.keys()", "unbuilt"),
        ("object", "strange(spec)", "unknown"),
    ],
)
def test_an_object_is_no_dict_where_its_class_writes_nothing_of_one(base, call, fate):
    assert fates("import strange" + KEPT.format(base=base, call=call))["dense"] == fate


@pytest.mark.parametrize(
    ("base", "fate"),
    [
        ("(object)", "untracked"),
        ("(Generic[T])", "untracked"),
        ("", "untracked"),
        ("(strange.Base)", "reaches"),
    ],
)
def test_a_class_of_pythons_own_bases_is_seen_whole(base, fate):
    program = f"""
    from typing import Generic, TypeVar

    import strange

    T = TypeVar("T")

    class Tower{base}:
        def __init__(self):
            self.dense = layers.Dense(3, name="dense")

        def run(self, x):
            return self.dense(x)

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.tower = Tower()

        def call(self, x):
            return self.tower.run(x)
    """
    assert fates(program) == {"dense": fate}


@pytest.mark.parametrize(
    ("word", "fate"), [("'dense'", "reaches"), ("'other'", "unknown"), ("f'dense{i}'", "reaches")]
)
def test_an_attribute_is_set_by_its_special_method(word, fate):
    program = f"""
    class Net(keras.Model):
        def __init__(self, i):
            super().__init__()
            self.__setattr__({word}, layers.Dense(3, name="dense"))

        def call(self, x):
            return getattr(self, {word.replace("other", "none")})(x)
    """
    assert fates(program) == {"dense": fate}


@pytest.mark.parametrize(
    ("put", "fate"),
    [
        ("self.__dict__.update(dense=given)", "reaches"),
        ("self.__dict__.update({'dense': given})", "reaches"),
        ("self.__dict__.update([('dense', given)])", "reaches"),
        ("self.__dict__['dense'] = given", "reaches"),
        ("vars(self).update(dict(dense=given))", "reaches"),
        ("vars(self).update(strange(given))", "unknown"),
        ("self.__dict__[strange()] = given", "unknown"),
    ],
)
def test_an_attribute_is_put_into_the_dictionary_of_its_object(put, fate):
    program = f"""
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            given = layers.Dense(3, name="dense")
            {put}
            self.dense = keras.Sequential([self.dense])

        def call(self, x):
            return self.dense(x)
    """
    assert fates(program) == {"dense": fate}


@pytest.mark.parametrize(
    ("made", "result", "fate"),
    [
        ("tf.__internal__.decorator.make_decorator(function, inner)", "self.w", "reaches"),
        ("tf.__internal__.decorator.make_decorator(function, inner)", "tf.round(self.w)", "cut"),
        ("strange(inner)", "self.w", "unknown"),
        ("strange(inner)", "tf.round(self.w)", "cut"),
    ],
)
def test_what_is_decorated_runs_whatever_calls_it(made, result, fate):
    program = f"""
    def logged(function):
        def inner(self, x):
            return function(self, x)
        return {made}

    class Scale(layers.Layer):
        def build(self, shape):
            self.w = self.add_weight(name="w", shape=(3,))

        @logged
        def call(self, x):
            return x * {result}
    """
    assert fates(program) == {"w": fate}


DISPATCHED = """
from functools import singledispatch

@singledispatch
def layer_of(arg, *args):
    raise TypeError(arg)

@layer_of.register
def _(name: str, units):
    match name:
        case "dense":
            constructor = layers.Dense
        case _:
            raise ValueError(name)
    return constructor(units, name="inside")

@layer_of.register(layers.Layer)
def _(layer, *args):
    return {kept}

class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.head = layer_of({given})

    def call(self, x):
        return {used}
"""


@pytest.mark.parametrize(
    ("given", "kept", "used", "name", "fate"),
    [
        ("'dense', 3", "layer", "self.head(x)", "inside", "reaches"),
        ("'dense', 3", "layer", "tf.round(self.head(x))", "inside", "cut"),
        ("layers.Dense(3, name='given')", "layer", "self.head(x)", "given", "reaches"),
        ("layers.Dense(3, name='given')", "layer", "tf.round(self.head(x))", "given", "cut"),
        ("layers.Dense(3, name='given')", "strange(layer)", "tf.round(self.head(x))", "given", "unknown"),
    ],
)
def test_functions_are_chosen_by_the_type_of_an_argument(given, kept, used, name, fate):
    assert fates(DISPATCHED.format(given=given, kept=kept, used=used))[name] == fate


@pytest.mark.parametrize(("used", "fate"), [("layer(x)", "reaches"), ("tf.round(layer(x))", "cut")])
def test_a_list_and_one_of_several_lists(used, fate):
    program = f"""
    class Net(layers.Layer):
        def __init__(self, pool):
            super().__init__()
            self.parts = self.stages() + self.ends(pool)

        def stages(self):
            return [layers.Activation("relu")]

        def ends(self, pool):
            if pool:
                return [layers.Flatten(), layers.Dense(3, name="dense")]
            return [layers.Activation("tanh")]

        def call(self, x):
            for layer in self.parts:
                x = {used}
            return x
    """
    assert list(fates(program).values()) == [fate]


HEAVY = """
    def helper_{i}(self, x):
        for at in range(3):
            x = x + at * self.size
            x = tf.concat([x, x, x * 2.0, tf.exp(x), tf.square(x)], axis=-1)
            x = tf.reshape(tf.transpose(tf.abs(x)), [-1, at, self.size])
        return x
"""
FRAMEWORK = """
import tensorflow as tf

class Base(tf.keras.layers.Layer):
    size = 3

    def encode(self, x):
        return {encoded}
"""
HEIRS = """
import tensorflow as tf

from .framework import Base
"""
ONE_HEIR = """
class Heir{i}(Base):
    def __init__(self):
        super().__init__()
        self.dense = tf.keras.layers.Dense(3, name="dense")
        self.code = tf.keras.layers.Dense(3, name="code")

    def call(self, x):
        return self.dense(x)
"""


def test_a_large_base_class_in_another_file_leaves_room_for_its_heirs(tmp_path):
    base = FRAMEWORK.format(encoded="x") + "".join(HEAVY.format(i=i) for i in range(1000))
    heirs = HEIRS + "".join(ONE_HEIR.format(i=i) for i in range(12))
    written(tmp_path, {"package/__init__.py": "", "package/framework.py": base, "package/heirs.py": heirs})
    report = lint([str(tmp_path / "package" / "heirs.py")], Options(keras="both"))
    assert not report.errors
    assert [one.fate.value for one in report.weights] == ["reaches", "unbuilt"] * 12


@pytest.mark.parametrize(("encoded", "fate"), [("self.code(x)", "reaches"), ("x", "unbuilt")])
def test_what_one_class_inherits_from_another_file_is_run(tmp_path, encoded, fate):
    base, heir = FRAMEWORK.format(encoded=encoded), HEIRS + ONE_HEIR.format(i=0)
    written(tmp_path, {"package/__init__.py": "", "package/framework.py": base, "package/heirs.py": heir})
    assert fates_in(tmp_path / "package" / "heirs.py") == {"dense": "reaches", "code": fate}


PUT_TOGETHER = """
def block(x, rank):
    return {used}

inputs = keras.Input((None, 3))
model = keras.Model(inputs, block(inputs, rank))
"""


@pytest.mark.parametrize(
    "maker",
    [
        'getattr(layers, f"Conv{rank}D")',
        'getattr(keras.layers, "Conv{}D".format(rank))',
        'getattr(layers, "Conv%dD" % rank)',
        'getattr(layers, "Conv" + str(rank) + "DTranspose")',
    ],
)
def test_a_layers_name_is_put_together_with_a_number(maker):
    made = f"{maker}(4, 3, name='conv')(x)"
    assert fates(PUT_TOGETHER.format(used=made)) == {"conv": "reaches"}
    assert fates(PUT_TOGETHER.format(used=f"tf.round({made})")) == {"conv": "cut"}


@pytest.mark.parametrize(
    "maker",
    ['getattr(strange, f"Conv{rank}D")', 'getattr(layers, f"{rank}")', 'getattr(layers, "Conv" + rank)'],
)
def test_any_other_name_that_is_put_together_is_unknown(maker):
    used = f"layers.Dense(3, name='dense')({maker}(4, 3)(layers.Dense(2, name='before')(x)))"
    assert fates(PUT_TOGETHER.format(used=used)) == {"before": "unknown", "dense": "reaches"}


@pytest.mark.parametrize(
    ("made", "found"),
    [
        ("layers.Dense(1, name='end')(x)", {"dense": "reaches", "end": "reaches"}),
        ("layers.Dense(1, name='end')(tf.round(x))", {"dense": "unknown", "end": "reaches"}),
    ],
)
def test_a_tuner_asks_for_what_build_returns(made, found):
    program = f"""
    import keras_tuner

    class Block(keras_tuner.HyperModel):
        def build(self, hp, inputs=None):
            x = layers.Dense(4, name="dense")(tf.nest.flatten(inputs)[0])
            return {made}
    """
    assert fates(program) == found


@pytest.mark.parametrize(("told", "reason"), [("keras.layers.serialize", "never-asked"), ("strange", "call")])
def test_who_is_told_what_a_layer_is_made_of_has_no_layer(told, reason):
    program = f"""
    class Net(layers.Layer):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(3, name="dense")

        def call(self, x):
            return x, {told}(self.dense)
    """
    assert obstacle(program)[0] == reason


GROWING = """
class Growing(keras.Model):
    def __init__(self):
        super().__init__()
        self.head = layers.Dense(3, name="head")

    def call(self, inputs):
        x, alpha = inputs
        return (1 - {alpha}) * self.head(x)

    def grow(self):
        self.head = layers.Dense(3, name="new")

    def preview(self, x):
        return self.call([x, tf.constant([1.0])])
"""


@pytest.mark.parametrize(("alpha", "fate"), [("alpha", "reaches"), ("tf.constant([1.0])", "cut")])
def test_what_a_method_exchanges_is_called_like_what_was_there(alpha, fate):
    assert fates(GROWING.format(alpha=alpha)) == {"head": fate, "new": fate}


MADE = """
class Score(layers.Layer):
    def __init__(self):
        super().__init__()
        self.own = layers.Dense(2, name="own")

    def call(self, x):
        return self.own(x)

    def tables(self, size):
        return {made}
"""


@pytest.mark.parametrize(
    ("made", "found"),
    [
        ("layers.Embedding(size, 3, name='a')", {"own": "reaches", "a": "reaches"}),
        ("[layers.Embedding(size, 3, name='a')], None", {"own": "reaches", "a": "reaches"}),
        ("[self.own]", {"own": "reaches"}),
    ],
)
def test_new_layers_that_a_method_returns_are_its_callers(made, found):
    assert fates(MADE.format(made=made)) == found


GROUPED = """
class Scale(layers.Layer):
    def build(self, shape):
        self.used = self.add_weight(name="used", shape=(3,))
        self.spare = self.add_weight(name="spare", shape=(3,))
        self.cut = self.add_weight(name="cut", shape=(3,))
        self.kept = tf.exp(self.cut)

    def call(self, x):
        try:
            y = x * self.used
        except* ValueError:
            y = x * self.spare
        except* TypeError as group:
            y = x * self.kept
        finally:
            self.seen = True
        return y
"""


@pytest.mark.skipif(sys.version_info < (3, 11), reason="a syntax error there")
@pytest.mark.parametrize("word", ["except*", "except"])
def test_blocks_of_groups_of_exceptions_are_followed_as_all_others(word):
    assert fates(GROUPED.replace("except*", word)) == {"used": "reaches", "spare": "reaches", "cut": "cut"}


@pytest.mark.skipif(sys.version_info < (3, 11), reason="a syntax error there")
def test_an_imported_module_defines_what_stands_in_such_a_block(tmp_path):
    parts = "try:\n    from keras.layers import Dense\nexcept* ImportError:\n    Dense = None\n"
    model = "import keras\nfrom parts import Dense\nhead = Dense(1)\nmodel = keras.Sequential([head])\n"
    written(
        tmp_path, {"parts.py": parts, "model.py": f"{model}model.compile('sgd', 'mse')\nmodel.fit(x, y)\n"}
    )
    assert fates_in(tmp_path / "model.py") == {"head": "reaches"}
