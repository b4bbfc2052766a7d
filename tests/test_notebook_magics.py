"""What IPython makes of a line: code that a magic runs stays, in its columns; commands are handed over."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

import pytest

from gradcheck.base.notebook_cells import code_cells
from gradcheck.base.notebook_magics import python
from gradcheck.base.watchdog import limited


@pytest.mark.parametrize(
    "line, code",
    [
        ("%time history = model.fit(x, y)", "0;    history = model.fit(x, y)"),
        ("%timeit -n 10 -r 2 step(x)", "0;                 step(x)"),
        ("%prun -s cumtime train()", "0;               train()"),
        ("%time for one in data: step(one)", "for one in data: step(one)"),
        ("    %time step()", "    0;    step()"),
        ("%memit step()", "0;     step()"),
        ("x = %time step()", "x =       step()"),
        ("files = !ls data", "files = get_ipython().getoutput('ls data')"),
        ("lines = %sx ls", "lines = get_ipython().getoutput('ls')"),
        ("!mkdir data", "get_ipython().system('mkdir data')"),
        ("%cd data", "get_ipython().run_line_magic('cd', 'data')"),
        ("%load_ext tensorboard", "get_ipython().run_line_magic('load_ext', 'tensorboard')"),
        ("model?", "pass"),
        ("?model.fit", "pass"),
    ],
)
def test_a_line_of_ipython(line, code):
    indented = line.startswith(" ")
    cell = f"if x:\n{line}\n" if indented else f"{line}\n"
    assert python(cell) == (f"if x:\n{code}\n" if indented else f"{code}\n")
    ast.parse(python(cell))


def test_a_command_that_goes_on_is_one_and_lines_keep_their_numbers():
    assert python("!pip install a \\\n    b\nz = 1") == "get_ipython().system('pip install a  b')\n\nz = 1\n"


MANY = 200_000
LONG_LINES = {
    "blanks in front": f"!x\n{' ' * MANY}a b",
    "blanks inside": f"a{' ' * MANY}b c",
    "blanks behind": f"a b{' ' * MANY}",
    "blanks before a value": f"a ={' ' * MANY}b c",
    "names": f"{'a ' * MANY}!",
    "help about nothing": f"?{'a.' * MANY} b",
    "options": f"%time {'-s ' * MANY}",
    "an option": f"%time -s{' ' * MANY}a",
    "no command": f"x = %time{' ' * MANY}",
    "lines that go on": "!x \\\n" * MANY,
}
"""What made the time grow with the square of its length would take hours."""


@pytest.mark.parametrize("cell", LONG_LINES.values(), ids=LONG_LINES)
def test_a_long_line_takes_no_more_than_its_length(cell):
    with limited(10.0):
        assert python(cell).count("\n") == cell.rstrip("\n").count("\n") + 1


@pytest.mark.parametrize(
    "text", ['text = """\n%time f()\n!ls\n"""\n', "await f()\n", "x = (5\n %name)\n", ""]
)
def test_what_is_python_stays_as_it_is(text):
    assert python(text) == text


@pytest.mark.parametrize(
    "cell",
    ["%%wandb -q\nw = f()\n", "%%scalene\nf()\n", "%%wandb\n%time w = f()\n", "\n%%time\nf()\n"],
)
def test_a_cell_magic_that_nobody_knows_runs_its_body_if_that_is_python(cell):
    found = python(cell)
    assert "f()" in found and "%%" not in found and found.count("\n") == cell.count("\n")
    assert found.splitlines()[-1].index("f()") == cell.splitlines()[-1].index("f()")


@pytest.mark.parametrize(
    "cell",
    [
        "%%bash\nls\n",
        "%%bash\nx=3\n",
        "%%writefile model.py\nw = f()\n",
        "%%script false\nf()\n",
        "%%mermaid\na --> b\n",
        "%%ask\nhello\n",
        "%%ask\ncat - n\n",
        "%% \nf()\n",
    ],
)
def test_a_cell_that_runs_elsewhere_or_is_no_python_is_left_out(cell):
    assert python(cell) == "\n" * cell.count("\n")


@pytest.mark.parametrize(
    "metadata", [{"kernelspec": {"language": "R"}}, {"language_info": {"name": "julia"}}]
)
def test_another_language_is_said(metadata):
    with pytest.raises(ValueError, match=r"its kernel runs (r|julia), not Python"):
        code_cells(json.dumps({"metadata": metadata, "cells": []}))


@pytest.mark.parametrize("character", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_a_cell_that_runs_has_the_lines_that_python_counts(tmp_path, character):
    """Autograph compiles a function anew from the lines that are found for it."""
    code = f'def f():\n    return "{character}"\n\ndef g():\n    return 2\n'
    cells = [{"cell_type": "code", "source": code}]
    (tmp_path / "book.ipynb").write_text(json.dumps({"cells": cells}))
    run = (
        "import inspect; from gradcheck.probe.job import load;"
        "module = load.execute(load.parse('book.ipynb'), (), 'book.ipynb');"
        "print(ascii(inspect.getsource(module.g)))"
    )
    done = subprocess.run([sys.executable, "-c", run], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == "'def g():\\n    return 2\\n'\n", done.stderr
