"""What a constructor does with a parameter tells what to pass to it."""

from __future__ import annotations

import pytest

from gradcheck.probe.guess.constructor_arguments import calls

# Nothing of this is run: only the source is read.
layers = tf = None


class Widths:
    def __init__(self, hidden_units, dropout_rates):
        self.blocks = [layers.Dense(units) for units in hidden_units]
        self.drops = [layers.Dropout(rate=rate) for rate in dropout_rates]


class Kept:
    def __init__(self, blocks):
        self.blocks = blocks

    def build(self, shape):
        self.first = self.blocks[0]


class Rows:
    def __init__(self, spec):
        for filters, stride in spec:
            self.add(layers.Conv1D(filters, 3, strides=stride))


class Pairs:
    def __init__(self, stats, bounds):
        self.mean, self.std = stats
        self.low, self.high = bounds


class Modes:
    def __init__(self, how, kind):
        if how not in ("sum", "mean"):
            raise ValueError(how)
        self.merge = {"add": layers.Add, "max": layers.Maximum}[kind]


class Matched:
    def __init__(self, kind):
        match kind:
            case "wide" | "deep":
                self.kind = kind


class Tables:
    def __init__(self, widths, table):
        self.parts = {name: layers.Dense(width) for name, width in widths.items()}
        self.first = table["hidden_units"]


class Settings:
    def __init__(self, c):
        self.dense = layers.Dense(c.units)
        self.drop = layers.Dropout(c.dropout)


class Called:
    def __init__(self, inner, make, my_act):
        self.inner, self.make = inner, make
        self.inner = inner
        self.norm = make()
        self.my_act = my_act

    def call(self, x):
        return self.my_act(self.inner(x))


class Model:
    def __init__(self, teacher):
        self.size = teacher.output_shape[-1]


class Text:
    def __init__(self, what):
        self.what = what.lower()


def shaped(dims, reg):
    inputs = layers.Input(shape=dims)
    return layers.Dense(3, kernel_regularizer=reg)(inputs)


class Plain:
    def __init__(self, amount, optimizer):
        self.amount = amount * 2
        optimizer.apply_gradients([])


MODEL = "tf.keras.Sequential([tf.keras.Input((8,)), tf.keras.layers.Dense(8)])"


@pytest.mark.parametrize(
    ("what", "first"),
    [
        (Widths, "Widths(hidden_units=(8, 8,), dropout_rates=(0.1, 0.1,))"),
        (Kept, "Kept(blocks=(8, 8,))"),
        (Rows, "Rows(spec=((8, 2,), (8, 2,),))"),
        (Pairs, "Pairs(stats=(0.0, 0.1,), bounds=(-10.0, 10.0,))"),
        (Modes, "Modes(how='sum', kind='add')"),
        (Matched, "Matched(kind='wide')"),
        (Tables, "Tables(widths={'a': 8, 'b': 8}, table={'hidden_units': 8})"),
        (Settings, "Settings(c=type('Settings', (), dict(units=8, dropout=0.1))())"),
        (
            Called,
            "Called(inner=tf.keras.layers.Dense(8), make=tf.keras.layers.Dense, my_act=tf.nn.tanh)",
        ),
        (Model, f"Model(teacher={MODEL})"),
        (Text, "Text(what=8)"),
        (shaped, "shaped(dims=(8,), reg=None)"),
        (Plain, "Plain(amount=8, optimizer=tf.keras.optimizers.Adam(0.001))"),
    ],
)
def test_the_first_guess(what, first):
    assert next(calls(what.__name__, what)) == first


def test_words_are_tried_in_turn():
    assert list(calls("Modes", Modes)) == ["Modes(how='sum', kind='add')", "Modes(how='mean', kind='max')"]


def test_a_part_of_the_program_goes_by_whole_words():
    parts = {"Model": "Model()", "TextEncoder": "TextEncoder()"}

    class Uses:
        def __init__(self, mode, encoder):
            self.mode = mode

    assert next(calls("Uses", Uses, parts)) == "Uses(mode=8, encoder=TextEncoder())"
