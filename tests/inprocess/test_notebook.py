"""`%%gradcheck` in a real kernel, driven by nbclient."""

from __future__ import annotations

import os

import nbclient
import nbformat
import pytest

pytestmark = pytest.mark.tf

LAYER = """import numpy as np
import tensorflow as tf


class Scale(tf.keras.layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(4,), initializer="ones")
        self.kept = tf.exp(self.w)
        super().build(shape)

    def call(self, inputs):
        return inputs * self.kept
"""
CELLS = [
    "%load_ext gradcheck",
    LAYER,
    """%%gradcheck
x = np.ones((4, 4), "float32")
model = tf.keras.Sequential([tf.keras.layers.Input((4,)), Scale(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
history = model.fit(x, x[:, :1], verbose=0)
""",
    """%%gradcheck
class Rounded(tf.keras.layers.Layer):
    def build(self, shape):
        self.steps = self.add_weight(name="steps", shape=(4,))
        super().build(shape)

    def call(self, inputs):
        return inputs + tf.round(self.steps)
""",
    "import gradcheck\nprint(gradcheck.probe(model, x, x[:, :1]))",
    """good = tf.keras.Sequential([tf.keras.layers.Input((4,)), tf.keras.layers.Dense(1)])
gradcheck.probe(good, x, x[:, :1])""",
    """%%gradcheck
raise ValueError("of the user's")
""",
    """import sys
sys.modules["gradcheck.inprocess.html"] = None
gradcheck.probe(good, x, x[:, :1])._repr_html_() is None""",
    "%%gradcheck --fast\nx",
]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> list[list[nbformat.NotebookNode]]:
    folder = tmp_path_factory.mktemp("notebook")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "IPYTHONDIR": str(folder)}
    client = nbclient.NotebookClient(
        book, timeout=300, kernel_name="python3", allow_errors=True, resources={"metadata": {"path": folder}}
    )
    client.execute(env=environment)
    return [cell.outputs for cell in book.cells]


def shown(outputs: list[nbformat.NotebookNode], kind: str = "text/plain") -> str:
    """What a cell displays, as plain text or as HTML; what it prints is left out."""
    return "".join(one.data.get(kind, "") for one in outputs if "data" in one)


def printed(outputs: list[nbformat.NotebookNode]) -> str:
    return "".join(one.text for one in outputs if one.output_type == "stream" and one.name == "stdout")


def test_a_cell_that_trains_is_judged_with_the_line_in_the_cell_that_defines(outputs) -> None:
    assert shown(outputs[2]).startswith("In[2]:8:21: error GC101 self.w gets no gradient")
    assert "self.kept = tf.exp(self.w)" in shown(outputs[2])
    assert "confirmed: the source shows it, and the run measured it" in shown(outputs[2])
    assert "1 finding: 1 error" in shown(outputs[2])


def test_it_is_shown_as_html_too(outputs) -> None:
    html = shown(outputs[2], "text/html")
    assert html.startswith("<pre") and "In[2]:8:21:" in html and "tf.exp(self.w)" in html


def test_a_cell_that_trains_nothing_is_only_read_and_counts_its_own_lines(outputs) -> None:
    assert shown(outputs[3]).startswith("In[4]:8:25: error GC301 self.steps gets no gradient")
    assert "1 finding: 1 error" in shown(outputs[3])


def test_a_model_from_earlier_cells_is_probed(outputs) -> None:
    assert "In[2]:8:21: error GC101 self.w gets no gradient" in printed(outputs[4])
    assert "1 finding: 1 error" in printed(outputs[4])


def test_a_report_displays_itself(outputs) -> None:
    assert "no findings (2 variables seen, all ok)" in shown(outputs[5])
    assert "no findings" in shown(outputs[5], "text/html")


def test_an_error_of_the_cells_own_is_shown_once(outputs) -> None:
    [error] = [one for one in outputs[6] if one.output_type == "error"]
    assert error.evalue == "of the user's"


def test_without_rich_the_text_is_left(outputs) -> None:
    assert shown(outputs[7]) == "True"


def test_arguments_are_refused(outputs) -> None:
    [error] = [one for one in outputs[8] if one.output_type == "error"]
    assert error.evalue == "%%gradcheck takes no arguments, but was given '--fast'"
