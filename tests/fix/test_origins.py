"""What an expression stands for, through names, attributes, arguments and methods."""

from __future__ import annotations

import libcst as cst
import pytest

from gradcheck.fix.cst.origins import origin
from gradcheck.fix.cst.tree import Tree

CLASS = """from tensorflow import keras


class Layer:
    def __init__(self, start="zeros", rate=0.1, loss=None):
        self.start = keras.initializers.get(start)
        self.rate = rate
        self.loss = loss
        self.twice = 1
        self.twice = 2

    def law(self):
        return 3.0 * self.rate

    def read(self):
        one = self.law()
        read({read})


{calls}
"""


@pytest.mark.parametrize(
    ("read", "calls", "found"),
    [
        ("self.start", "Layer()", '"zeros"'),
        ("self.start", 'Layer("ones")', '"ones"'),
        ("self.start", 'Layer("ones")\nLayer()', "start"),
        ("self.rate", "Layer(start=1)\nLayer()", "0.1"),
        ("self.loss", "Layer(loss=Error())", "Error()"),
        ("self.twice", "Layer()", "self.twice"),
        ("one", "Layer()", "3.0 * self.rate"),
        ("two", "two = 4", "4"),
        ("two", "two = 4\ntwo = 5", "two"),
    ],
)
def test_as_far_back_as_there_is_one_way(read: str, calls: str, found: str) -> None:
    tree = Tree(CLASS.format(read=read, calls=calls))
    [call] = [one for one in tree.every(cst.Call) if tree.code(one.func) == "read"]
    assert tree.code(origin(tree, call.args[0].value)) == found
