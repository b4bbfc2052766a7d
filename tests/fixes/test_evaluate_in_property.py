"""What is computed once from a weight becomes a property, with what it needs; else it stays."""

from __future__ import annotations

import pytest
from fixing import repaired

from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixes import evaluate_in_property
from gradcheck.report.finding import Finding, Location
from gradcheck.report.kinds import Kind, Severity

HEAD = """\
import tensorflow as tf
import tensorflow_probability as tfp

tfd = tfp.distributions


class Layer(tf.keras.layers.Layer):
"""
CALL = """
    def call(self, x):
        return x * self.scale
"""

MOVED = {
    "a_parameter_that_an_attribute_holds": (
        """\
    def __init__(self, eps=1e-3):
        super().__init__()
        self.epsilon = eps
        self.raw = self.add_weight(name="raw", shape=[1])
        # never zero
        self.scale = tf.nn.softplus(self.raw) + eps  # positive
"""
        + CALL,
        """\
    def __init__(self, eps=1e-3):
        super().__init__()
        self.epsilon = eps
        self.raw = self.add_weight(name="raw", shape=[1])

    @property
    def scale(self):
        # never zero
        return tf.nn.softplus(self.raw) + self.epsilon  # positive
"""
        + CALL,
    ),
    "a_parameter_that_none_holds": (
        """\
    def __init__(self, eps=1e-3):
        super().__init__()
        self.raw = self.add_weight(name="raw", shape=[1])

        self.scale = tf.nn.softplus(self.raw) + eps
"""
        + CALL,
        """\
    def __init__(self, eps=1e-3):
        super().__init__()
        self.raw = self.add_weight(name="raw", shape=[1])
        self.eps = eps

    @property
    def scale(self):
        return tf.nn.softplus(self.raw) + self.eps
"""
        + CALL,
    ),
    "two_attributes_at_once": (
        """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[2])
        self.shift, self.scale = tf.unstack(tf.nn.softplus(self.raw))
        super().build(input_shape)

    def call(self, x):
        return x * self.scale + self.shift
""",
        """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[2])
        super().build(input_shape)

    @property
    def shift(self):
        shift, scale = tf.unstack(tf.nn.softplus(self.raw))
        return shift

    @property
    def scale(self):
        shift, scale = tf.unstack(tf.nn.softplus(self.raw))
        return scale

    def call(self, x):
        return x * self.scale + self.shift
""",
    ),
    "a_tuple_of_values": (
        """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[2])
        self.shift, self.scale = self.raw[0], tf.exp(self.raw[1])

    def call(self, x):
        return x * self.scale + self.shift
""",
        """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[2])

    @property
    def shift(self):
        return self.raw[0]

    @property
    def scale(self):
        return tf.exp(self.raw[1])

    def call(self, x):
        return x * self.scale + self.shift
""",
    ),
    "what_follows_from_it_and_the_locals_it_needs": (
        """\
    def __init__(self):
        super().__init__()
        self.scale = None
        self.noise = None

    def build(self, input_shape):
        n = int(input_shape[-1])
        raw = self.add_weight(name="raw", shape=[n])
        positive = tf.nn.softplus(raw)
        positive = positive + 1e-3
        self.scale = positive / float(n)
        self.noise = tfd.Normal(0.0, self.scale)

    def call(self, x):
        return self.noise.log_prob(x)
""",
        """\
    def __init__(self):
        super().__init__()

    def build(self, input_shape):
        self.n = int(input_shape[-1])
        self.raw = self.add_weight(name="raw", shape=[self.n])

    @property
    def scale(self):
        positive = tf.nn.softplus(self.raw)
        positive = positive + 1e-3
        return positive / float(self.n)

    @property
    def noise(self):
        return tfd.Normal(0.0, self.scale)

    def call(self, x):
        return self.noise.log_prob(x)
""",
    ),
    "a_helper_with_nothing_left_to_do": (
        """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        self._prepare()
        super().build(input_shape)

    def _prepare(self):
        \"\"\"Positive.\"\"\"
        self.scale = tf.nn.softplus(self.raw)
"""
        + CALL,
        """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        super().build(input_shape)

    @property
    def scale(self):
        return tf.nn.softplus(self.raw)
"""
        + CALL,
    ),
    "a_helper_that_a_base_class_calls": (
        """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        self.make()

    def make(self):
        raise NotImplementedError


class Sub(Layer):
    def make(self):
        self.scale = tf.nn.softplus(self.raw)
"""
        + CALL,
        """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        self.make()

    def make(self):
        raise NotImplementedError


class Sub(Layer):
    def make(self):
        pass

    @property
    def scale(self):
        return tf.nn.softplus(self.raw)
"""
        + CALL,
    ),
    "an_annotated_attribute": (
        """\
    def build(self, input_shape):
        self.raw: tf.Variable = self.add_weight(name="raw", shape=[1])
        self.scale: tf.Tensor = tf.nn.softplus(self.raw)
"""
        + CALL,
        """\
    def build(self, input_shape):
        self.raw: tf.Variable = self.add_weight(name="raw", shape=[1])

    @property
    def scale(self):
        return tf.nn.softplus(self.raw)
"""
        + CALL,
    ),
    "weights_created_in_a_comprehension": (
        """\
    def build(self, input_shape):
        self.scales = [tf.nn.softplus(self.add_weight(name=f"raw{i}", shape=[1])) for i in range(3)]

    def call(self, x):
        return tf.add_n([x * one for one in self.scales])
""",
        """\
    def build(self, input_shape):
        self.raw_scales = [self.add_weight(name=f"raw{i}", shape=[1]) for i in range(3)]

    @property
    def scales(self):
        return [tf.nn.softplus(raw) for raw in self.raw_scales]

    def call(self, x):
        return tf.add_n([x * one for one in self.scales])
""",
    ),
    "a_list_filled_in_a_loop": (
        """\
    def build(self, input_shape):
        self.scales = []
        for i in range(3):
            raw = self.add_weight(name=f"raw{i}", shape=[1])
            self.scales.append(tf.nn.softplus(raw))

    def call(self, x):
        return tf.add_n([x * one for one in self.scales])
""",
        """\
    def build(self, input_shape):
        self.raw_scales = [self.add_weight(name=f"raw{i}", shape=[1]) for i in range(3)]

    @property
    def scales(self):
        return [tf.nn.softplus(raw) for raw in self.raw_scales]

    def call(self, x):
        return tf.add_n([x * one for one in self.scales])
""",
    ),
    "a_list_of_slices_filled_in_a_loop": (
        """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[3])
        self.scales = []
        for i in range(3):
            self.scales.append(tf.nn.softplus(self.raw[i]))

    def call(self, x):
        return tf.add_n([x * one for one in self.scales])
""",
        """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[3])

    @property
    def scales(self):
        return [tf.nn.softplus(self.raw[i]) for i in range(3)]

    def call(self, x):
        return tf.add_n([x * one for one in self.scales])
""",
    ),
    "a_name_scope": (
        """\
    def build(self, input_shape):
        with tf.name_scope("inner"):
            self.raw = self.add_weight(name="raw", shape=[1])
            self.scale = tf.nn.softplus(self.raw)
"""
        + CALL,
        """\
    def build(self, input_shape):
        with tf.name_scope("inner"):
            self.raw = self.add_weight(name="raw", shape=[1])

    @property
    def scale(self):
        return tf.nn.softplus(self.raw)
"""
        + CALL,
    ),
    "an_attribute_changed_in_place": (
        """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        self.scale = tf.nn.softplus(self.raw)
        self.scale += 1.0
"""
        + CALL,
        """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])

    @property
    def scale(self):
        scale = tf.nn.softplus(self.raw)
        scale = scale + 1.0
        return scale
"""
        + CALL,
    ),
    "an_attribute_written_twice": (
        """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        self.scale = tf.nn.softplus(self.raw)
        self.scale = self.scale + 1.0
"""
        + CALL,
        """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])

    @property
    def scale(self):
        scale = tf.nn.softplus(self.raw)
        scale = scale + 1.0
        return scale
"""
        + CALL,
    ),
    "two_branches": (
        """\
    def __init__(self, positive=True):
        super().__init__()
        self.positive = positive

    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        if self.positive:
            self.scale = tf.nn.softplus(self.raw)
        else:
            self.scale = tf.identity(self.raw)
"""
        + CALL,
        """\
    def __init__(self, positive=True):
        super().__init__()
        self.positive = positive

    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])

    @property
    def scale(self):
        return tf.nn.softplus(self.raw) if self.positive else tf.identity(self.raw)
"""
        + CALL,
    ),
    "branches_that_do_something_else_too": (
        """\
    def __init__(self, learn=True):
        super().__init__()
        self.learn = learn

    def build(self, input_shape):
        if self.learn:
            self.raw = self.add_weight(name="raw", shape=[1])
            self.scale = tf.nn.softplus(self.raw)
        else:
            self.scale = 1.0
"""
        + CALL,
        """\
    def __init__(self, learn=True):
        super().__init__()
        self.learn = learn

    def build(self, input_shape):
        if self.learn:
            self.raw = self.add_weight(name="raw", shape=[1])

    @property
    def scale(self):
        return tf.nn.softplus(self.raw) if self.learn else 1.0
"""
        + CALL,
    ),
    "a_helper_that_creates_the_weight": (
        """\
    def positive(self, name):
        \"\"\"A positive weight.\"\"\"
        raw = self.add_weight(name=name, shape=[1])
        return tf.nn.softplus(raw) + 1e-3

    def build(self, input_shape):
        # both positive
        self.scale = self.positive("scale")
        self.shift = self.positive("shift")

    def call(self, x):
        return x * self.scale + self.shift
""",
        """\
    def positive(self, name):
        \"\"\"A positive weight.\"\"\"
        raw = self.add_weight(name=name, shape=[1])
        return raw

    def build(self, input_shape):
        # both positive
        self.raw_scale = self.positive("scale")
        self.raw_shift = self.positive("shift")

    @property
    def scale(self):
        return tf.nn.softplus(self.raw_scale) + 1e-3

    @property
    def shift(self):
        return tf.nn.softplus(self.raw_shift) + 1e-3

    def call(self, x):
        return x * self.scale + self.shift
""",
    ),
    "two_names_for_a_weight": (
        """\
    def build(self, input_shape):
        self.raw = raw = self.add_weight(name="raw", shape=[1])
        self.scale = tf.nn.softplus(raw)
"""
        + CALL,
        """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])

    @property
    def scale(self):
        return tf.nn.softplus(self.raw)
"""
        + CALL,
    ),
    "a_helper_called_twice": (
        """\
    def build(self, input_shape):
        self.a = self.add_weight(name="a", shape=[1])
        self.b = self.add_weight(name="b", shape=[1])
        self.first = self.positive(self.a)
        self.second = self.positive(self.b)

    def positive(self, w):
        w = tf.nn.softplus(w)
        return w + 1e-3

    def call(self, x):
        return x * self.first + self.second
""",
        """\
    def build(self, input_shape):
        self.a = self.add_weight(name="a", shape=[1])
        self.b = self.add_weight(name="b", shape=[1])

    @property
    def first(self):
        return self.positive(self.a)

    @property
    def second(self):
        return self.positive(self.b)

    def positive(self, w):
        w = tf.nn.softplus(w)
        return w + 1e-3

    def call(self, x):
        return x * self.first + self.second
""",
    ),
    "a_local_that_something_else_uses": (
        """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        self.add_loss_term = 1.0
        scale = tf.nn.softplus(self.raw)
        tf.print(scale)
        self.scale = scale
"""
        + CALL,
        """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        self.add_loss_term = 1.0
        scale = tf.nn.softplus(self.raw)
        tf.print(scale)

    @property
    def scale(self):
        scale = tf.nn.softplus(self.raw)
        return scale
"""
        + CALL,
    ),
    "the_kernel_of_another_layer": (
        """\
    def build(self, input_shape):
        self.inner = tf.keras.layers.Dense(3)
        self.inner.build(input_shape)
        self.kernel_t = tf.transpose(self.inner.kernel)

    def call(self, x):
        return tf.matmul(self.inner(x), self.kernel_t)
""",
        """\
    def build(self, input_shape):
        self.inner = tf.keras.layers.Dense(3)
        self.inner.build(input_shape)

    @property
    def kernel_t(self):
        return tf.transpose(self.inner.kernel)

    def call(self, x):
        return tf.matmul(self.inner(x), self.kernel_t)
""",
    ),
    "a_closure": (
        """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        scale = tf.nn.softplus(self.raw)
        self.fn = lambda x: x * scale

    def call(self, x):
        return self.fn(x)
""",
        """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])

    @property
    def fn(self):
        scale = tf.nn.softplus(self.raw)
        return lambda x: x * scale

    def call(self, x):
        return self.fn(x)
""",
    ),
}
LEFT = {
    "a_helper_whose_result_is_scaled": """\
    def positive(self, name):
        raw = self.add_weight(name=name, shape=[1])
        return tf.nn.softplus(raw) + 1e-3

    def build(self, input_shape):
        self.scale = 2.0 * self.positive("scale")
"""
    + CALL,
    "a_random_draw": """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        self.scale = self.raw + tf.random.normal([1])
"""
    + CALL,
    "an_attribute_that_others_set": """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        self.scale = tf.nn.softplus(self.raw)

    def call(self, x):
        return x * self.scale


layer = Layer()
layer.scale = 3.0
""",
    "an_entry_of_a_dictionary": """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        self.parts = {}
        self.parts["scale"] = tf.nn.softplus(self.raw)

    def call(self, x):
        return x * self.parts["scale"]
""",
    "a_shape_only_build_is_told": """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        self.scale = tf.nn.softplus(self.raw) / float(input_shape[-1])
"""
    + CALL,
    "a_function_of_the_method": """\
    def build(self, input_shape):
        def positive(w):
            return tf.nn.softplus(w)

        self.raw = self.add_weight(name="raw", shape=[1])
        self.scale = positive(self.raw)
"""
    + CALL,
}


@pytest.mark.parametrize(("before", "after"), [pytest.param(*pair, id=name) for name, pair in MOVED.items()])
def test_it_becomes_a_property(before: str, after: str) -> None:
    assert repaired(HEAD + before).text == HEAD + after


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in LEFT.items()])
def test_it_stays_when_the_meaning_might_change(body: str) -> None:
    assert repaired(HEAD + body).text == HEAD + body


def test_line_endings_tabs_and_quotes_survive() -> None:
    before = HEAD + MOVED["an_annotated_attribute"][0]
    after = HEAD + MOVED["an_annotated_attribute"][1]
    for old, new in (("\n", "\r\n"), ("    ", "\t"), ('"', "'")):
        assert repaired(before.replace(old, new)).text == after.replace(old, new)


def test_weights_named_by_position_are_named_by_keyword() -> None:
    before, after = MOVED["an_annotated_attribute"]
    named = before.replace('name="raw", shape=[1]', '"raw", [1]')
    assert repaired(HEAD + named).text == HEAD + after


def test_a_second_run_changes_nothing() -> None:
    for _, after in MOVED.values():
        assert repaired(HEAD + after).text == HEAD + after


AGENT = """\
import tensorflow as tf


class Agent:
    def __init__(self):
        self.log_alpha = tf.Variable(0.0, name="log_alpha")
        self.alpha = tf.exp(self.log_alpha)
        self.optimizer = tf.keras.optimizers.SGD(0.1)

    def update(self, x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(self.alpha * x)
        gradients = tape.gradient(loss, [self.log_alpha])
        self.optimizer.apply_gradients(zip(gradients, [self.log_alpha]))
        self.alpha = tf.exp(self.log_alpha)
"""
REFRESHED = """
        self.optimizer.apply_gradients(zip(gradients, [self.log_alpha]))

    @property
    def alpha(self):
        return tf.exp(self.log_alpha)
"""


def outside_the_tape(text: str) -> str | None:
    """What the fix makes of the last value of `alpha`, where a run shows that no tape records it."""
    before = text[: text.rindex("tf.exp(")]
    line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
    where = Location("agent.py", line, column, line, column + len("tf.exp(self.log_alpha)"))
    finding = Finding("GC401", "seen", Severity.ERROR, "", where, Kind.OUTSIDE_TAPE)
    made = evaluate_in_property.fix(Tree(text), finding)
    return made and made.code


def test_what_is_computed_anew_after_each_update_is_never_old():
    made = outside_the_tape(AGENT)
    assert made is not None
    assert made.endswith(REFRESHED.lstrip("\n"))
    assert "self.alpha =" not in made


@pytest.mark.parametrize("other", ["tf.exp(2.0 * self.log_alpha)", "tf.constant(1.0)", ""])
def test_what_is_not_the_same_everywhere_stays(other: str):
    first, end = "        self.alpha = tf.exp(self.log_alpha)\n", "        self.optimizer = "
    assert first + end in AGENT
    instead = f"        self.alpha = {other}\n" if other else ""
    assert outside_the_tape(AGENT.replace(first + end, instead + end)) is None
