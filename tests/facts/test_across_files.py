"""Faults that two files make together: reported once, in the file that shows whose weight it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.config.options import Options
from gradcheck.lint import lint
from gradcheck.report.fate import Fate
from gradcheck.report.kinds import Kind

HELPERS = """
import tensorflow as tf


class Positive:
    def scale(self, name):
        return self.add_weight(name=name, shape=[3], initializer="ones")

    def positive(self, value):
        return tf.nn.softplus(value)


def hard(value):
    return tf.round(value)


class Rounded(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.step = self.add_weight(name="step", shape=[3], initializer="ones")

    def call(self, x):
        return x * tf.round(self.step)
"""

READ_IN_BUILD = """
import tensorflow as tf
from helpers import Positive


class Scale(Positive, tf.keras.layers.Layer):
    def build(self, input_shape):
        self.raw = self.scale("raw")
        self.gain = self.positive(self.raw)

    def call(self, x):
        return x * self.gain
"""

ROUNDED = """
import tensorflow as tf
from helpers import hard


class Net(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.body = tf.keras.layers.Dense(3)

    def call(self, x):
        h = self.body(x)
        return hard(h)
"""

READ_IN_CALL = """
import tensorflow as tf
from helpers import Positive


class Scale(Positive, tf.keras.layers.Layer):
    def build(self, input_shape):
        self.raw = self.scale("raw")

    def call(self, x):
        return x * self.positive(self.raw)
"""

MADE_THERE = """
import tensorflow as tf
from helpers import Rounded


class Net(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.rounded = Rounded()

    def call(self, x):
        return self.rounded(x)
"""


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        pytest.param(READ_IN_BUILD, [("GC101", 9)], id="a mixin's method, called by build"),
        pytest.param(ROUNDED, [("GC301", 13)], id="an imported function on the only path"),
        pytest.param(READ_IN_CALL, [], id="the same method, called by call"),
        pytest.param(MADE_THERE, [], id="a layer that the other file makes and cuts"),
    ],
)
def test_what_an_imported_function_does_is_seen_where_it_is_called(
    tmp_path: Path, program: str, expected: list[tuple[str, int]]
) -> None:
    (tmp_path / "helpers.py").write_text(HELPERS, encoding="utf-8")
    (tmp_path / "model.py").write_text(program, encoding="utf-8")
    report = lint([str(tmp_path)], Options(keras="both"))
    found = [(Path(one.location.path).name, one.rule, one.location.line) for one in report.findings]
    own = ("helpers.py", "GC301", 22)
    assert found == [own, *(("model.py", rule, line) for rule, line in expected)]


TRAINING = """
import tensorflow as tf
from helpers import Rounded

net = tf.keras.Sequential([Rounded(), tf.keras.layers.Dense(1)])
net.compile("sgd", "mse")
net.fit(tf.ones((4, 3)), tf.ones((4, 1)))
"""
QUIET = HELPERS.replace("x * tf.round(self.step)", "x * tf.round(self.step)  # gradcheck: ignore[GC301]")


def found(folder, *names, **options):
    report = lint([str(folder / name) for name in names], Options(root=str(folder), **options))
    return [(Path(one.location.path).name, one.location.line, one.variables) for one in report.findings]


@pytest.fixture
def project(tmp_path):
    (tmp_path / "helpers.py").write_text(HELPERS)
    (tmp_path / "train.py").write_text(TRAINING)
    return tmp_path


ROOT = ("helpers.py", 22, ("step",))


def test_who_names_a_program_is_told_of_the_modules_it_imports(project):
    assert found(project, "train.py") == [ROOT]


def test_a_module_that_is_looked_at_by_itself_is_told_of_once(project):
    assert found(project, "train.py", "helpers.py") == [ROOT]
    (project / "other.py").write_text(TRAINING)
    assert found(project, "train.py", "other.py") == [ROOT]


def test_a_folder_tells_of_each_file_itself(project):
    assert found(project, ".") == [ROOT]


NETS = """
import tensorflow as tf


class Encoder(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.mean = tf.keras.layers.Dense(2)
        self.log_var = tf.keras.layers.Dense(2)

    def call(self, x):
        return self.mean(x), self.log_var(x)


def apply(encoder, decoder, tape, loss, optimizer):
    variables = encoder.trainable_variables + decoder.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))


def without(encoder, decoder, x, optimizer):
    with tf.GradientTape() as tape:
        mean, log_var = encoder(x)
        loss = tf.reduce_mean((decoder(mean) - x) ** 2)
    apply(encoder, decoder, tape, loss, optimizer)


def with_all(encoder, decoder, x, optimizer):
    with tf.GradientTape() as tape:
        mean, log_var = encoder(x)
        loss = tf.reduce_mean((decoder(mean) - x) ** 2) + tf.reduce_mean(log_var**2)
    apply(encoder, decoder, tape, loss, optimizer)
"""
LOOP = """
import tensorflow as tf
from nets import Encoder, {step}

x = tf.random.normal([32, 8])
encoder, decoder = Encoder(), tf.keras.layers.Dense(8)
optimizer = tf.keras.optimizers.Adam(1e-3)
for _ in range(10):
    {step}(encoder, decoder, x, optimizer)
"""


@pytest.fixture
def programs(tmp_path):
    (tmp_path / "nets.py").write_text(NETS)
    (tmp_path / "without.py").write_text(LOOP.format(step="without"))
    return tmp_path


LEFT_OUT = ("nets.py", 12, ("log_var",))


def test_a_folder_tells_of_a_file_what_only_the_run_of_another_shows(programs):
    assert found(programs, "nets.py") == []
    assert found(programs, ".") == found(programs, "without.py") == [LEFT_OUT]
    (programs / "again.py").write_text(LOOP.format(step="without"))
    assert found(programs, ".") == [LEFT_OUT]


PARTS = """

def parts():
    return Encoder(), tf.keras.layers.Dense(8), tf.random.normal([32, 8]), tf.keras.optimizers.Adam(1e-3)
"""
START = """
from nets import parts, without


def main():
    given = parts()
    for _ in range(10):
        without(*given)


if __name__ == "__main__":
    main()
"""


def test_a_folder_runs_a_program_that_says_nothing_of_the_framework(programs):
    (programs / "without.py").unlink()
    (programs / "nets.py").write_text(NETS + PARTS)
    assert found(programs, ".") == []
    (programs / "start.py").write_text(START)
    assert found(programs, ".") == [LEFT_OUT]


def test_a_weight_that_a_folder_tells_of_has_no_other_fate(programs):
    report = lint([str(programs)], Options(keras="both"))
    fates = {one.weight.label: (one.fate, one.cut) for one in report.weights}
    assert fates["self.log_var"] == (Fate.UNUSED, Kind.DEAD_VALUE)
    assert fates["self.mean"] == fates["decoder"] == (Fate.REACHES, None)


def test_a_comment_that_silences_what_another_run_shows_is_no_useless_one(programs):
    quiet = NETS.replace("self.log_var(x)", "self.log_var(x)  # gradcheck: ignore[GC503]")
    (programs / "nets.py").write_text(quiet)
    report = lint([str(programs)], Options(keras="both"))
    assert (report.findings, report.remarks) == ((), ())
    assert len(lint([str(programs / "nets.py")], Options(keras="both")).remarks) == 1


def test_what_one_program_leaves_out_and_another_trains_is_nothing_to_tell_of_the_model(programs):
    (programs / "with.py").write_text(LOOP.format(step="with_all"))
    assert found(programs, ".") == []
    assert found(programs, "without.py") == [LEFT_OUT]


def test_the_comments_and_settings_of_an_imported_module_hold(project):
    assert found(project, "train.py", exclude=("helpers.py",)) == []
    (project / "helpers.py").write_text(QUIET)
    assert found(project, "train.py") == []


LISTING = """
import tensorflow as tf


class Base(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.scale = self.add_weight(name="scale", shape=[3])

    def parts(self):
        return {how}

    def call(self, x):
        return x * self.scale
"""
TAKING = """
import tensorflow as tf
from helpers import Base

net = Base()
for part in net.parts():
    kept = tf.square(part)
"""


@pytest.mark.parametrize(
    "how", ["filter(None, [self.scale])", "enumerate([self.scale])", "map(id, [self.scale])"]
)
def test_what_is_taken_later_stands_in_the_file_that_made_it(tmp_path, how):
    (tmp_path / "helpers.py").write_text(LISTING.format(how=how))
    (tmp_path / "train.py").write_text(TAKING)
    report = lint([str(tmp_path / "train.py")], Options(root=str(tmp_path)))
    lines = {"train.py": TAKING, "helpers.py": LISTING.format(how=how)}
    for finding in report.findings:
        at = finding.location
        shown = lines[Path(at.path).name].split("\n")[at.line - 1]
        assert "scale" in shown or "part" in shown


BLOCKS = """
import tensorflow as tf


class Encoder(tf.keras.layers.Layer):
    def __init__(self, depth, **kwargs):
        super().__init__(**kwargs)
        self.blocks = [tf.keras.layers.Dense(4) for _ in range(depth)]

    def call(self, x):
        for block in self.blocks:
            {name} = block(x)
        return {name}
"""
TRAINED = """
import sys
import tensorflow as tf
from blocks import Encoder

model = tf.keras.Sequential([tf.keras.layers.Dense(4), Encoder(int(sys.argv[1]))])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 4]))
"""


@pytest.mark.parametrize(("name", "told"), [("encoded", [("blocks.py", 12, ("blocks",))]), ("x", [])])
def test_rounds_that_replace_each_other_are_told_where_only_the_run_of_another_file_trains_them(
    tmp_path, name, told
):
    (tmp_path / "blocks.py").write_text(BLOCKS.format(name=name))
    (tmp_path / "train.py").write_text(TRAINED)
    assert found(tmp_path, "train.py") == found(tmp_path, ".") == told


NOISE = """
import tensorflow as tf

spread = tf.Variable(0.0, name="spread")
SCALE = tf.exp(spread)
"""
NOISY = """
import tensorflow as tf
from noise import SCALE


def scaled(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - y_pred)) / SCALE


model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1)])
model.compile("sgd", loss=scaled)
model.fit(tf.ones([8, 3]), tf.ones([8, 1]))
"""


def test_what_a_module_computes_while_it_is_imported_is_not_said_of_who_uses_it(tmp_path):
    (tmp_path / "noise.py").write_text(NOISE)
    (tmp_path / "train.py").write_text(NOISY)
    (told,) = lint([str(tmp_path / "train.py")], Options(root=str(tmp_path))).findings
    assert (told.rule, told.location.line, told.variables) == ("GC101", 7, ("spread",))
    assert told.message.endswith("uses what noise.py:5 makes of it once")
    assert "when it is imported" in told.why and "call()" not in told.advice


NOISY_LAYER = """
import tensorflow as tf


class Noisy(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.mean = self.add_weight(name="mean", shape=[3, 1])
        self.spread = self.add_weight(name="spread", shape=[3, 1])
        self.noise = tf.Variable(tf.zeros([3, 1]), trainable=False)

    def call(self, x):
        return x @ (self.mean + self.spread * self.noise)
"""
DRAWING = """
import tensorflow as tf


def draw(layers):
    for name in layers:
        layers[name].noise.assign(tf.random.normal([3, 1]))
"""
DRAWN = """
import tensorflow as tf
from noisy import Noisy
from drawing import draw

model = tf.keras.Sequential([tf.keras.Input([3]), Noisy()])
draw({{layer.name: layer for layer in model.layers}}){}
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.ones([8, 1]))
"""


@pytest.mark.parametrize(("off", "told"), [("", []), (" if False else None", [("noisy.py", 9, ("spread",))])])
def test_zeros_that_a_function_of_another_file_may_replace_are_not_told(tmp_path, off, told):
    (tmp_path / "noisy.py").write_text(NOISY_LAYER)
    (tmp_path / "drawing.py").write_text(DRAWING)
    (tmp_path / "train.py").write_text(DRAWN.format(off))
    assert found(tmp_path, "train.py") == told


def test_zeros_that_nothing_replaces_are_told_in_the_file_that_keeps_them(tmp_path):
    (tmp_path / "noisy.py").write_text(NOISY_LAYER)
    lines = DRAWN.format("").splitlines()
    (tmp_path / "train.py").write_text("\n".join(one for one in lines if "draw" not in one))
    assert found(tmp_path, "train.py") == [("noisy.py", 9, ("spread",))]
