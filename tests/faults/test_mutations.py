"""Real files, damaged at random, and programs nobody would write: each costs no more than itself."""

from __future__ import annotations

import random
import time
from importlib.util import find_spec
from pathlib import Path

import hypothesmith
import pytest
from hypothesis import HealthCheck, given, settings

from faults import times
from gradcheck.config.options import Options
from gradcheck.lint import OUR_FAULT, lint_text

PACKAGES = ("keras", "tf_keras", "tensorflow_probability")
SECONDS = 25.0
"""More processor time than any file may take."""

HEAD = "import tensorflow as tf\nw = tf.Variable([1.0])\n"
WORDS = [
    *("self", "None", "lambda: 0", "*", "**kwargs", "[*x, *x]", "{}", "{0}", "tf.Variable(1.0)", "1e999"),
    *("tf.GradientTape()", "yield", "await x", "return", "99999999999999999999", "''", "f'{x!r:{y}}'"),
    *("(", ")", ":", "\\", "#", "class A(A): pass", "@property", "global x", "del self", "x := x", "..."),
    *("super().__init__()", "self.call(self)"),
]


def files() -> list[Path]:
    """Files of installed packages; nothing of them is imported to find them."""
    specs = [find_spec(name) for name in PACKAGES]
    folders = [Path(spec.origin).parent for spec in specs if spec and spec.origin]
    found = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    return [path for path in found if 2_000 < path.stat().st_size < 60_000]


def mutated(text: str, dice: random.Random) -> str:
    """The text with some of what a careless, an unlucky or a hostile hand does to it."""
    lines = text.split("\n")
    for _ in range(dice.randint(1, 6)):
        at, other = dice.randrange(len(lines)), dice.randrange(len(lines))
        match dice.randrange(10):
            case 0:
                del lines[at : at + dice.randint(1, 5)]
            case 1:
                lines[at:at] = lines[other : other + dice.randint(1, 20)]
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[at] = " " * dice.randint(0, 12) + lines[at].lstrip()
            case 4:
                words = lines[at].split(" ")
                words[dice.randrange(len(words))] = dice.choice(WORDS)
                lines[at] = " ".join(words)
            case 5:
                cut = dice.randint(0, len(lines[at]))
                lines[at] = (
                    lines[at][:cut] + chr(dice.choice((0, 7, 27, 133, 8238, 65279, 128512))) + lines[at][cut:]
                )
            case 6:
                name = dice.choice(("x", "inputs", "self", "tf", "keras", "layers"))
                lines = "\n".join(lines).replace(name, dice.choice(WORDS), dice.randint(1, 9)).split("\n")
            case 7:
                lines[at] = lines[at].replace("(", "((").replace(")", "), *x)")
            case 8:
                lines[at] = lines[at].replace("=", "= x =", 1)
            case _:
                lines = lines[:at]
        lines = lines or [""]
    return "\n".join(lines)


def survives(text: str) -> None:
    start = time.process_time()
    _, problems = lint_text("model.py", text, Options())
    assert time.process_time() - start < SECONDS
    assert not [one for one in problems if one.message.startswith(OUR_FAULT)], problems


@pytest.mark.skipif(not files(), reason="no package to take files from is installed")
@pytest.mark.parametrize("seed", range(times(8, 400)))
def test_damaged_files_of_real_packages(seed):
    dice, every = random.Random(seed), files()
    for _ in range(20):
        text = dice.choice(every).read_text(encoding="utf-8", errors="replace")
        survives(HEAD + mutated(text, dice))


@settings(max_examples=times(25, 2_000), suppress_health_check=list(HealthCheck), deadline=None)
@given(hypothesmith.from_grammar())
def test_programs_nobody_would_write(text):
    survives(HEAD + text)


@settings(max_examples=times(25, 2_000), suppress_health_check=list(HealthCheck), deadline=None)
@given(hypothesmith.from_node())
def test_trees_nobody_would_write(text):
    survives(HEAD + text)
