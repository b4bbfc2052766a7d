"""Values computed from a weight before training: found however they are reached, and only then."""

from __future__ import annotations

import pytest

from tests.facts.marked import check
from tests.facts.programs import found, in_layer

CAPTURED = [
    ("index", "self.v = self.w[0]", "return x * self.v"),
    ("arithmetic", "self.v = self.w * 2.0", "return x * self.v"),
    ("operation", "self.v = tf.nn.softplus(self.w)", "return x * self.v"),
    ("alias", "self.v = self.w[0]; alias = self.v; self.u = alias", "return x * self.u"),
    ("container", "self.v = [self.w[0]]", "return x * self.v[0]"),
    ("mapping", "self.v = {'a': self.w[0]}", "return x * self.v['a']"),
    ("convert", "self.v = tf.convert_to_tensor(self.w)", "return x * self.v"),
    ("branch", "self.v = self.w[0] if shape[0] else self.w[1]", "return x * self.v"),
]


@pytest.mark.parametrize(
    ("build", "call"), [case[1:] for case in CAPTURED], ids=[case[0] for case in CAPTURED]
)
def test_captured(build, call):
    rules = {(rule, variable) for rule, _, variable in in_layer(build, call)}
    assert rules == {("GC101", "w")}


LIVE = [
    ("read in call", "pass", "return x * self.w[0]"),
    ("alias of the weight itself", "self.v = self.w", "return x * self.v"),
    ("shape only", "self.n = self.w.shape[0] * 2", "return x * self.w * self.n"),
    ("late binding", "self.f = lambda: self.w[0]", "return x * self.f()"),
    ("computed, never used", "print(self.w[0])", "return x * self.w"),
    ("weight in a list", "self.v = [self.w]", "return x * self.v[0][0]"),
    ("unknown function", "self.v = helper(self.w)", "return x * self.v"),
    ("dynamic attribute", "setattr(self, shape[0], self.w[0])", "return x * getattr(self, 'a' + x.name)"),
    (
        "initial value of another weight",
        "self.v = tf.Variable(self.w * 2.0, trainable=False)",
        "return x * self.w * self.v",
    ),
]


@pytest.mark.parametrize(("build", "call"), [case[1:] for case in LIVE], ids=[case[0] for case in LIVE])
def test_silent(build, call):
    assert in_layer(build, call) == []


def test_a_helper_called_from_build_is_named_after_build():
    program = """
    class L(layers.Layer):
        def build(self, shape):
            self.w = self.add_weight(name="w", shape=(3,))
            self._prepare()

        def _prepare(self):
            self.v = tf.exp(self.w)

        def call(self, x):
            return x * self.v
    """
    assert found(program) == [("GC101", "self.v = tf.exp(self.w)", "w")]


def test_a_helper_called_from_call_is_live():
    program = """
    class L(layers.Layer):
        def build(self, shape):
            self.w = self.add_weight(name="w", shape=(3,))

        def _prepare(self):
            self.v = tf.exp(self.w)

        def call(self, x):
            self._prepare()
            return x * self.v
    """
    assert found(program) == []


def test_a_base_class_of_the_project_builds_the_weight():
    program = """
    class Base(layers.Layer):
        def build(self, shape):
            self.w = self.add_weight(name="w", shape=(3,))

    class L(Base):
        def build(self, shape):
            super().build(shape)
            self.v = self.w[0]

        def call(self, x):
            return x * self.v
    """
    assert found(program) == [("GC101", "self.v = self.w[0]", "w")]


def test_a_distribution_over_a_bare_weight_is_lost_under_keras_3_only():
    build, call = "self.d = tfd.Normal(self.w, 1.0)", "return self.d.log_prob(x)"
    assert in_layer(build, call, keras="2") == []
    assert in_layer(build, call, keras="3") == [("GC102", "self.d = tfd.Normal(self.w, 1.0)", "w")]


def test_a_distribution_built_in_call_is_live():
    assert in_layer("pass", "return tfd.Normal(self.w[0], 1.0).log_prob(x)") == []


def test_a_second_path_of_the_same_weight_makes_it_a_warning():
    assert in_layer("self.v = tf.exp(self.w)", "return x * self.v + self.w") == [
        ("GC101", "self.v = tf.exp(self.w)", "w")
    ]


def test_a_function_that_a_distribution_keeps_runs_on_every_use():
    build = "self.d = tfd.JointDistributionSequential([lambda: tfd.Normal(self.w, 1.0)])"
    assert in_layer(build, "return self.d.log_prob([x])") == []


def test_a_functional_model_over_an_unknown_backbone_is_a_graph():
    program = """
    def head(backbone):
        x = layers.Dense(4, name="hidden")(backbone.output)
        model = keras.Model(backbone.input, layers.Dense(1, name="top")(x))
        model.compile(loss="mse")
        return model
    """
    assert found(program) == []


def test_a_layer_that_a_functional_model_calls_on_a_plain_tensor() -> None:
    check(
        """
inputs = tf.keras.Input([12, 8])
places = tf.range(start=0, limit=12, delta=1)
embedded = tf.keras.layers.Embedding(12, 4, name="places")(places)  # error: places
hidden = tf.keras.layers.Dense(4, name="hidden")(inputs) + embedded
pooled = tf.keras.layers.GlobalAveragePooling1D()(hidden)
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1, name="head")(pooled))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 12, 8]), tf.ones([8, 1]), verbose=0)
""",
        "GC101",
    )
