"""What a file costs grows with the file and no faster: whatever it says, an answer comes within seconds."""

from __future__ import annotations

import ast
import builtins
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from faults import LONG
from gradcheck.base import syntax
from gradcheck.base.watchdog import TooLongError, limited
from gradcheck.cli.commands import main

HEAD = "import tensorflow as tf\nw = tf.Variable([1.0, 2.0])\nL = [w]\n"
TAIL = "with tf.GradientTape() as t:\n    loss = sum(L)\ng = t.gradient(loss, L)\n"
SECONDS = 15
"""Far more than any of these takes, far less than none of them would end in."""

GROWING = {
    "a list added to itself": "L = L + L\n" * 60,
    "a list that starts with itself": "L = [*L, *L]\n" * 60,
    "a list extended by itself": "L.extend(L)\n" * 60,
    "a list added in place": "L += L\n" * 60,
    "a list extended by a slice of itself": "L[:] = L[:] + L[:]\n" * 60,
    "a list that is copied and added": "L = list(L) + L.copy() + [*reversed(L)]\n" * 40,
    "a tuple in a tuple": "L = (L, L)\n" * 60,
    "a wide tuple in a wide tuple": "L = (L, L, L, L, L, L, L, L, L, L)\n" * 40,
    "the leaves of nested tuples": "L = (L, L, L, L, L, L, L, L)\n" * 30
    + "L = tf.nest.map_structure(tf.square, L)\n",
    "the leaves of nested tuples, by a function": "L = (L, L, L, L)\n" * 30
    + "L = tf.nest.map_structure(lambda x: x * x, L)\n" * 5,
    "a dict of dicts": "L = {'a': L, 'b': L, 'c': L}\n" * 40 + "L = list(L.values())\n",
    "a dict of itself": "D = {1: w}\n" + "D = {**D, **{k: D for k in D}, 3: D}\n" * 40 + "L = [D]\n",
    "a zip of zips": "L = list(zip(L, L))\n" * 40,
    "a product": "L = [(a, b) for a in L for b in L]\n" * 20,
    "comprehensions of comprehensions": "L = [[x for x in L] for _ in L]\n" * 20,
    "choices": "".join(f"L = L if w else [L, {n}]\n" for n in range(60)),
    "a sum of itself": "w = w + w\n" * 400 + "L = [w]\n",
    "functions that call twice": "def f0(x): return x * x\n"
    + "".join(f"def f{n}(x): return f{n - 1}(x) + f{n - 1}(f{n - 1}(x))\n" for n in range(1, 30))
    + "L = [f29(w)]\n",
    "recursion": "def f(x): return [f(x), f(f(x)), f([x, x])]\nL = f(L)\n",
    "two that call each other": "def f(x): return g(g(x))\ndef g(x): return f(f(x))\nL = [f(w)]\n",
    "a fixed point": "Y = lambda f: (lambda x: f(x(x)))(lambda x: f(x(x)))\nL = Y(lambda f: [f, f])\n",
    "loops in loops": "".join(f"{' ' * n}for i{n} in range(9):\n" for n in range(18))
    + " " * 18
    + "L = L + [w]\n",
    "a closure of closures": "f = lambda: w\n" + "f = (lambda g: lambda: [g(), g()])(f)\n" * 40 + "L = f()\n",
    "classes above classes": "class C0(tf.keras.layers.Layer): pass\n"
    + "".join(f"class C{n}(C{n - 1}, *[C{n - 1}]): pass\n" for n in range(1, 60))
    + "C59()(w)\n",
    "a diamond of classes": "class A0(tf.keras.Model): pass\n"
    + "".join(
        f"class B{n}(A{n}): pass\nclass C{n}(A{n}): pass\nclass A{n + 1}(B{n}, C{n}): pass\n"
        for n in range(25)
    ),
    "a number that squares": "n = 7\n" + "n = n * n\n" * 90 + "L = [w] * n\n",
    "a text that doubles": "s = 'ab'\n" + "s = s + s\n" * 60 + "L = [s]\n",
    "a text that is formatted": "s = 'ab'\n" + "s = f'{s}{s}'\n" * 60 + "L = [s]\n",
    "a list many times": "L = L * 10**9\nL = L * 10**9\n",
    "a range of ranges": "L = [w for a in range(10**9) for b in range(10**9)]\n",
    "a table of data": "DATA = [" + "1.5, " * 60_000 + "]\n",
    "a table of rows": "DATA = [" + "[1, 2, 3], " * 20_000 + "]\n",
    "many assignments": "".join(f"v{n} = tf.Variable({n}.0) * w\n" for n in range(3_000)),
    "many attributes": "class M(tf.keras.Model):\n  def __init__(self):\n    super().__init__()\n"
    + "".join(f"    self.d{n} = tf.keras.layers.Dense({n + 1})\n" for n in range(2_000))
    + "  def call(self, x):\n"
    + "".join(f"    x = self.d{n}(x)\n" for n in range(2_000))
    + "    return x\n",
    "many layers in a list": "m = tf.keras.Sequential(["
    + "tf.keras.layers.Dense(3), " * 3_000
    + "])\nm.compile('sgd', 'mse')\nm.fit(w, w)\n",
    "many branches": "".join(
        f"if w[{n}] > {n}:\n    L = L + [w * {n}]\nelse:\n    L = [L]\n" for n in range(500)
    ),
    "many elifs": "if w: pass\n" + "".join(f"elif w == {n}: L = [w, {n}]\n" for n in range(800)),
    "many tries": "".join(f"try:\n    L = [w, L]\nexcept E{n}:\n    L = L\n" for n in range(500)),
    "many tapes": "".join(
        f"with tf.GradientTape() as t{n}:\n    l{n} = w * {n}.0\nt{n}.gradient(l{n}, w)\n" for n in range(600)
    ),
    "a long expression": "L = [w" + " + w" * 900 + "]\n",
    "a long comparison": "L = [w" + " < w" * 2_000 + "]\n",
    "a long call": "L = [tf.add_n([" + "w, " * 5_000 + "])]\n",
    "many decorators": "@tf.function\n" * 2_000 + "def f(x): return x\nL = [f(w)]\n",
    "many parameters": "def f(" + ", ".join(f"a{n}=w" for n in range(2_000)) + "): return a0\nL = [f()]\n",
    "a long subscript": "L = [L" + "[0]" * 900 + "]\n",
    "many comments": "# gradcheck: ignore[GC101]\n" * 20_000,
    "many lines": "\n" * 300_000,
    "a long line": "s = '" + "x" * 1_000_000 + "'\n",
    "a match": "match w:\n" + "".join(f"    case [{n}, *rest]: L = [rest, L]\n" for n in range(400)),
    "stars": "a, *b = L\n" + "a, *b = [*b, *b, a, a]\n" * 60 + "L = b\n",
    "global names": "def f():\n    global L\n    L = [L, L]\n    f()\nf()\n" * 20,
    "generators": "def g(x):\n    yield x\n    yield from g(x)\n    yield from g([x, x])\nL = list(g(w))\n",
    "attributes of itself": "class N: pass\nn = N()\nn.n = n\nL = [n" + ".n" * 900 + "]\n",
    "a chain of properties": "class P(tf.keras.layers.Layer):\n"
    + "".join(f"  @property\n  def p{n}(self): return self.p{n + 1} + self.p{n + 1}\n" for n in range(60))
    + "L = [P().p0]\n",
}


@pytest.mark.parametrize("text", GROWING.values(), ids=GROWING)
def test_an_answer_comes_within_seconds(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text(HEAD + text + TAIL)
    start = time.process_time()
    done = CliRunner().invoke(main, ["check", "model.py", "--no-cache"])
    assert time.process_time() - start < SECONDS
    assert "Traceback" not in done.output and "fault of gradcheck" not in done.output
    assert done.exit_code != 2 or "too large to follow" in done.output


def test_accents_in_a_row_are_not_put_into_order(tmp_path, monkeypatch):
    """Which takes the square of their number, and cannot be interrupted."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "idle.py").write_text("# " + "\u0301\u0327" * 200_000 + "\n", encoding="utf-8")
    start = time.process_time()
    assert CliRunner().invoke(main, ["check", "idle.py", "--no-cache"]).exit_code == 0
    assert time.process_time() - start < SECONDS


@pytest.mark.skipif(not LONG, reason="every kind once more, with its memory")
@pytest.mark.parametrize("text", GROWING.values(), ids=GROWING)
def test_memory_has_a_bound(tmp_path, text):
    (tmp_path / "model.py").write_text(HEAD + text + TAIL)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000,) * 2);"
    code = f"{limit} from gradcheck.cli.commands import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "check", "model.py", "--no-cache"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1, 2) and "Traceback" not in done.stderr


def test_what_takes_too_long_is_ended():
    start = time.process_time()
    with pytest.raises(TooLongError), limited(0.2):
        while True:
            time.process_time()
    assert time.process_time() - start < 5


def test_what_is_in_time_is_left_alone():
    with limited(5.0):
        total = sum(range(1000))
    assert total == 499_500


def test_a_file_that_takes_too_long_costs_its_time_only(tmp_path, monkeypatch):
    from gradcheck import lint

    monkeypatch.chdir(tmp_path)
    (tmp_path / "endless.py").write_text(HEAD)
    (tmp_path / "model.py").write_text(HEAD)
    real = lint._lint

    def endless(source, options, project):
        while source.path.endswith("endless.py"):
            pass
        return real(source, options, project)

    monkeypatch.setattr(lint, "_lint", endless)
    monkeypatch.setattr(lint, "SECONDS", 0.3)
    done = CliRunner().invoke(main, ["check", "."])
    assert done.exit_code == 2
    assert "endless.py:1: too large to follow: it took too long" in done.stdout
    assert "(1 file; 1 could not be read; 1 weight" in done.stdout


def test_a_long_text_is_not_given_to_the_compiler(monkeypatch):
    """Its time grows with the square of a module's length, and no timer interrupts it."""
    line = "class A: pass\n"
    short, long = line * 100, line * (syntax.MOST_COMPILED // len(line) + 1)
    compiled: list[str] = []
    monkeypatch.setattr(builtins, "compile", lambda source, *_, **__: compiled.append(source))
    monkeypatch.setattr(syntax, "syntax_of", lambda source, name: ast.Module([], []))
    for text in (short, long):
        syntax.program_of(text)
    assert compiled == [short]
