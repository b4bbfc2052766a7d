"""What becomes of every weight, and what is said where it is unknown: the first thing in the way."""

from __future__ import annotations

import textwrap

import pytest

from gradcheck.config.options import Options
from gradcheck.lint import lint_source
from gradcheck.source.discover import SourceFile

from .programs import HEAD, LAYER


def fates(program: str, keras: str = "3") -> dict[str, str]:
    """Each weight's fate under one Keras, by its name."""
    report = lint_source(SourceFile("program.py", HEAD + textwrap.dedent(program)), Options(keras="both"))
    assert not report.errors
    return {one.weight.name: one.under(keras).value for one in report.weights}


def obstacle(program: str) -> tuple[str, str, int]:
    """Why the only weight's fate is unknown: reason, expression, and the line in the program."""
    report = lint_source(SourceFile("program.py", HEAD + textwrap.dedent(program)), Options(keras="both"))
    (one,) = report.weights
    assert one.obstacle is not None
    line = one.obstacle.location.line - HEAD.count("\n")
    return one.obstacle.reason.value, one.obstacle.expression, line


@pytest.mark.parametrize(
    ("build", "call", "fate"),
    [
        ("", "return x * self.w", "reaches"),
        ("", "return x * tf.round(self.w)", "cut"),
        ("", "return x * 2.0", "unused"),
        ("        self.s = tf.exp(self.w)", "return x * self.s", "cut"),
        ("", "return x * strange(self.w)", "unknown"),
    ],
)
def test_a_layer_is_asked_about_its_own_output(build, call, fate):
    assert fates(LAYER.format(build=build, call=f"        {call}"))["w"] == fate


def test_the_two_kerases_may_differ():
    program = LAYER.format(
        build="        self.d = tfd.Normal(self.w, 1.0)", call="        return self.d.log_prob(x)"
    )
    assert (fates(program, "2"), fates(program, "3")) == ({"w": "reaches"}, {"w": "cut"})


def test_what_training_asks_decides():
    program = """
    model = keras.Sequential([layers.Input((3,)), layers.Dense(4, name="a"), layers.Dense(1, name="b")])
    x, y = tf.ones((2, 3)), tf.ones((2, 1))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.round(model(x)) - y)
    tape.gradient(loss, model.trainable_variables)
    """
    assert fates(program) == {"a": "cut", "b": "cut"}


def test_a_layer_that_is_switched_off_on_purpose_is_frozen():
    program = """
    base = layers.Dense(4, name="base")
    base.trainable = False
    model = keras.Sequential([layers.Input((3,)), base, layers.Dense(1, name="head")])
    model.compile("sgd", "mse")
    model.fit(tf.ones((2, 3)), tf.ones((2, 1)))
    """
    assert fates(program) == {"base": "frozen", "head": "reaches"}


def test_what_a_function_returns_counts_where_nobody_asks():
    program = """
    def block(x):
        return layers.Dense(3, name="inner")(x)
    """
    assert fates(program) == {"inner": "reaches"}


def test_code_that_nothing_runs_is_listed_all_the_same():
    program = """
    def outer():
        def inner():
            kept = tf.Variable([1.0])
            return kept
    """
    assert obstacle(program) == ("never-called", "inner", 3)


def test_counters_and_switched_off_weights_are_not_listed():
    program = """
    step = tf.Variable(0, dtype=tf.int64)
    mean = tf.Variable([1.0], trainable=False)
    """
    assert fates(program) == {}


@pytest.mark.parametrize(
    ("call", "reason", "expression"),
    [
        ("return x * strange(self.w)", "call", "strange(self.w)"),
        ("return second(first(x * self.w))", "call", "first(x * self.w)"),
        ("return x * someones.scale(self.w)", "import", "someones.scale(self.w)"),
    ],
)
def test_the_first_obstacle_is_named(call, reason, expression):
    program = "\nimport someones\n" + LAYER.format(build="", call=f"        {call}")
    assert obstacle(program)[:2] == (reason, expression)


def test_an_unknown_base_is_named_when_nothing_else_reads_the_weight():
    program = """
    from someones import Base

    class L(Base):
        def build(self, shape):
            self.w = self.add_weight(name="w", shape=(3,))
    """
    assert obstacle(program) == ("base", "Base", 4)


@pytest.mark.parametrize(
    "made",
    [
        'return layers.Dense(3, name="inner")',
        'return {"first": layers.Dense(3, name="inner")}',
        'return layers.Dense(3, name="inner") if wanted else layers.ReLU()',
        'return lambda x: layers.Dense(3, name="inner")(x)',
    ],
)
def test_layers_that_a_function_hands_out_are_called_by_its_caller(made):
    program = """
    def block(wanted):
        {made}

    class Choosing:
        def make(self, wanted):
            {made}
    """
    text = HEAD + textwrap.dedent(program.format(made=made))
    report = lint_source(SourceFile("program.py", text), Options(keras="both"))
    assert [[fate.value for _, fate in one.fates] for one in report.weights] == [["reaches"] * 2] * 2
    assert not report.findings


def test_what_is_handed_out_and_cuts_its_own_weight_does_not_reach():
    program = """
    def block():
        layer = layers.Dense(3, name="inner")
        return lambda x: x + tf.round(layer(x))
    """
    assert fates(program) == {"inner": "unknown"}


def test_a_layer_that_an_option_picks_is_one_of_a_chain():
    program = """
    def activation(name):
        if name == "prelu":
            return layers.PReLU(name="slope")
        return layers.Activation(name)

    class M(keras.Model):
        def __init__(self, name):
            super().__init__()
            self.chain = keras.Sequential()
            self.chain.add(layers.Dense(3, name="dense"))
            self.chain.add(activation(name))

        def call(self, x):
            return {result}
    """
    assert fates(program.format(result="self.chain(x)")) == {"slope": "reaches", "dense": "reaches"}
    assert set(fates(program.format(result="tf.round(self.chain(x))")).values()) == {"cut"}


def test_a_cheap_helper_may_run_often():
    blocks = "\n".join(
        f"    x = named(layers.Dense(3, name='d{at}')(x), f'{{x}}{at}', x)" for at in range(50)
    )
    program = f"def named(x, name, *others):\n    return x + 0.0\n\ndef net(x):\n{blocks}\n    return x\n"
    assert set(fates(program).values()) == {"reaches"}
    cut = program.replace("x + 0.0", "tf.round(x)")
    assert set(fates(cut).values()) == {"unknown"}


@pytest.mark.parametrize("name", ["norm_type", "norm_layer", "normalization"])
def test_what_a_parameter_makes_is_called_like_a_layer(name):
    program = """
    class L(layers.Layer):
        def __init__(self, {name}):
            super().__init__()
            self.conv = layers.Conv2D(3, 1)
            self.made = {name}()

        def call(self, x):
            return {result}
    """
    known = program.format(name=name, result="self.made(self.conv(x))")
    assert set(fates(known).values()) == {"reaches"}
    assert set(fates(known.replace("self.made(self", "tf.round(self")).values()) == {"cut"}
    assert set(fates(program.format(name="given", result="self.made(self.conv(x))")).values()) == {"unknown"}


def test_python_of_both_versions_has_the_same_functions():
    program = """
    from six.moves import zip

    class L(layers.Layer):
        def build(self, shape):
            self.w = self.add_weight(name="w", shape=(3, 3))

        def call(self, x):
            return tf.add_n([{one} * y for one, y in zip(tf.unstack(self.w), tf.unstack(x))])
    """
    assert fates(program.format(one="w").replace("for one", "for w")) == {"w": "reaches"}
    assert fates(program.format(one="tf.round(one)")) == {"w": "cut"}
