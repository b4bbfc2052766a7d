"""The effects table: every row parses, and says what TensorFlow shows under both Kerases."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from effects import generate, written
from gradcheck.facts.effects.row import Effect, Flow, Part, effect, parse, rows
from gradcheck.report.kinds import Kind


def test_rows_parse():
    for name, row in rows().items():
        assert isinstance(effect(name), Effect), name
        assert " ".join(row.split()) == row, name


@pytest.mark.parametrize("home", generate.LIBRARIES)
def test_a_table_is_as_it_is_generated(home):
    table = import_module(f"gradcheck.facts.effects.{home}").EFFECTS
    assert (generate.TABLES / f"{home}.py").read_text() == generate.text(home, table)


def test_only_cuts_have_a_kind():
    wrong = [name for name in rows() if (effect(name).flow is Flow.CUT) != (effect(name).kind is not None)]
    assert wrong == []


def test_only_casts_name_a_dtype():
    wrong = [name for name in rows() if (effect(name).flow is Flow.CAST) != (effect(name).to is not None)]
    assert wrong == []


def test_an_unknown_callable_has_no_effect():
    assert effect("tf.no_such_function") is None


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("carry", Effect(Flow.CARRY)),
        ("cut:no-gradient raises", Effect(Flow.CUT, Kind.NO_GRADIENT, raises=True)),
        ("cut:assigned keras:2", Effect(Flow.CUT, Kind.ASSIGNED, keras=("2",))),
        ("cast to:dtype@1", Effect(Flow.CAST, to=("dtype", 1))),
        ("carry arg:x@0=none", Effect(Flow.CARRY, args=(Part("x", 0, None),))),
        ("carry arg:x@0=numpy:3", Effect(Flow.CARRY, args=(Part("x", 0, Kind.NUMPY, ("3",)),))),
        ("carry out:1=no-gradient", Effect(Flow.CARRY, outs=(Part("", 1, Kind.NO_GRADIENT),))),
        ("carry weight:rewrapped", Effect(Flow.CARRY, weight=Part("", -1, Kind.REWRAPPED))),
        ("object sampled:cat@0", Effect(Flow.OBJECT, sampled=(Part("cat", 0, Kind.SAMPLED),))),
        (
            "object made:distribution sample:no",
            Effect(Flow.OBJECT, made="distribution", reparameterised=False),
        ),
    ],
)
def test_a_row_becomes_a_value(row, expected):
    assert parse(row) == expected


@pytest.mark.parametrize(
    "row", ["carried", "cut:no-such-kind", "carry wheights", "carry keras:4", "carry to:", "carry arg:x"]
)
def test_a_row_with_an_unknown_word_is_refused(row):
    with pytest.raises(ValueError):
        parse(row)


def test_arguments_are_found_by_name_and_by_position():
    gather = effect("tf.gather")
    assert (
        gather.argument("indices", None) == gather.argument(None, 1) == Part("indices", 1, Kind.NO_GRADIENT)
    )
    assert gather.argument("params", 0) is None


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("tf.argmax", "cut:no-gradient"),
        ("tf.sign", "cut:zero-slope zero"),
        ("tf.math.floormod", "carry"),
        ("tf.constant", "carry weight:rewrapped"),
        ("tf.stop_gradient", "cut:stopped"),
        ("tf.shape", "none"),
        ("tf.zeros_like", "none"),
        ("tf.cast", "cast to:dtype@1"),
        ("tf.math.top_k", "carry out:1=no-gradient"),
        ("tf.numpy_function", "cut:host-function"),
        ("tf.where", "carry arg:condition@0=no-gradient"),
        ("Variable.assign", "cut:assigned keras:2"),
        ("Tensor.numpy", "cut:numpy"),
        ("np.sqrt", "cut:numpy"),
        ("float", "cut:python-number"),
        ("keras.layers.Dense", "carry made:layer weights"),
        ("keras.layers.Dropout", "carry made:layer"),
        ("keras.metrics.Accuracy", "cut:metric made:metric"),
        (
            "tfp.distributions.Normal",
            "object keras:3 made:distribution sample:reparam unread:entropy=loc@0 unread:mean=scale@1"
            " unread:mode=scale@1 unread:stddev=loc@0 unread:variance=loc@0",
        ),
        ("tfp.distributions.OneHotCategorical", "object keras:3 made:distribution sample:no"),
        ("tfp.util.DeferredTensor", "object keras:3 made:wrapper"),
    ],
)
def test_what_people_get_wrong(name, row):
    assert rows()[name] == row


def test_the_table_is_read_without_tensorflow():
    code = "import sys, gradcheck.facts.effects.row; print({'tensorflow', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.tf
def test_every_row_is_what_both_kerases_show():
    from .generate import DECISIVE, measure, table

    shown = table(measure(only=DECISIVE))
    generated = {name: row for name, row in rows().items() if name not in written.rows()}
    differing = {name: (generated.get(name), shown.get(name)) for name in generated.keys() | shown.keys()}
    assert {name: both for name, both in differing.items() if both[0] != both[1]} == {}
