"""Keras by whatever way a file gets it, and layers whose base class stands in another file."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.config.options import Options
from gradcheck.lint import lint
from gradcheck.source.dialect import dialect
from gradcheck.source.discover import SourceFile
from gradcheck.source.parse import Module, parse

SCALE = """

class Scale({layer}):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(shape[-1],))
        self.twice = self.w * 2.0

    def call(self, x):
        return x * self.twice
"""
WAYS = {
    "try": (
        "try:\n    import keras\nexcept ImportError:\n    from tensorflow import keras\n",
        "keras.layers.Layer",
    ),
    "try, else None": (
        "try:\n    import keras\nexcept ImportError:\n    keras = None\n",
        "keras.layers.Layer",
    ),
    "try, a name from inside": (
        "try:\n    from keras.layers import Layer\n"
        "except ImportError:\n    from tensorflow.keras.layers import Layer\n",
        "Layer",
    ),
    "try, a stub of one's own": (
        "try:\n    from keras.layers import Layer\nexcept ImportError:\n    from nowhere import Layer\n",
        "Layer",
    ),
    "if": (
        "import sys\nif sys.version_info > (3, 12):\n    import keras\nelse:\n    import tf_keras as keras\n",
        "keras.layers.Layer",
    ),
    "or an object": (
        "try:\n    from tensorflow import keras\nexcept ImportError:\n    keras = None\n",
        "keras.layers.Layer if keras else object",
    ),
    "importlib": (
        'import importlib\nkeras = importlib.import_module("tensorflow.keras")\n',
        "keras.layers.Layer",
    ),
    "the module that defines it": ("from keras.src.layers.layer import Layer\n", "Layer"),
    "an old module that defines it": (
        "from tensorflow.python.keras.engine.base_layer import Layer\n",
        "Layer",
    ),
    "compat": ("import tensorflow.compat.v2 as tf\nkeras = tf.keras\n", "keras.layers.Layer"),
    "compat as an attribute": ("import tensorflow as tf\ntf2 = tf.compat.v2\n", "tf2.keras.layers.Layer"),
    "getattr": ('import tensorflow as tf\nkeras = getattr(tf, "keras")\n', "keras.layers.Layer"),
    "a function": (
        "def get():\n    import keras\n    return keras\n\n\nkeras = get()\n",
        "keras.layers.Layer",
    ),
    "re-exported": ("from .util import keras\n", "keras.layers.Layer"),
    "re-exported as a whole": ("from .util import *\n", "keras.layers.Layer"),
    "re-exported twice": ("from .again import keras\n", "keras.layers.Layer"),
    "an attribute of the project's module": ("from . import util\n", "util.keras.layers.Layer"),
    "a base class that says nothing": ("from .base import Base\n", "Base"),
    "a loader of the project": (
        "import types\n\n\nclass Loader(types.ModuleType):\n"
        "    def __init__(self, name):\n        self._name = name\n\n\n"
        'keras = Loader("keras")\n',
        "keras.layers.Layer",
    ),
}
FILES = {
    "__init__.py": "",
    "util.py": "from tensorflow import keras\n",
    "again.py": "from .util import keras\n",
    "base.py": "from .util import keras\n\n\nclass Base(keras.layers.Layer):\n    pass\n",
}


@pytest.mark.parametrize(("head", "layer"), WAYS.values(), ids=WAYS)
def test_a_capture_is_seen(tmp_path: Path, head: str, layer: str) -> None:
    package = tmp_path / "package"
    package.mkdir()
    for name, text in FILES.items():
        (package / name).write_text(text)
    program = head + SCALE.format(layer=layer)
    (package / "scale.py").write_text(program)
    found = lint([str(package / "scale.py")], Options(keras="both")).findings
    line = program[: program.index("self.w * 2.0")].count("\n") + 1
    assert [(one.rule, one.location.line, one.variables) for one in found] == [("GC101", line, ("w",))]


@pytest.mark.parametrize("base", ["object", "torch.nn.Module", "dict"])
def test_what_is_no_layer_is_silent(tmp_path: Path, base: str) -> None:
    file = tmp_path / "scale.py"
    file.write_text("import torch\nimport keras\n" + SCALE.format(layer=base))
    assert not lint([str(file)], Options(keras="both")).findings


@pytest.mark.parametrize(
    ("line", "keras"),
    [("from mine.compat import tf_keras", "2"), ("from mine.compat import keras as tf_keras", None)],
)
def test_a_module_that_hands_on_tf_keras_runs_under_keras_2(line, keras):
    module = parse(SourceFile("program.py", f"{line}\nlayer = tf_keras.layers.Dense(3)\n"))
    assert isinstance(module, Module)
    found = dialect(module)
    assert (found and found[0]) == keras
