"""The pure parts of the driver: targets, jobs, notebooks, guesses, joining two runs."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from gradcheck.probe.guess import constructor_arguments, input_hints, inputs
from gradcheck.probe.job import answer, load, merge, notebook
from gradcheck.probe.job.job import Job, Outcome, Recipe
from gradcheck.report.finding import Cut, Location
from gradcheck.report.kinds import Kind, Status
from gradcheck.report.verdict import Cause, Variable, Verdict


def test_a_target_is_a_file_a_module_or_an_object_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").touch()
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__main__.py").touch()
    assert load.parse("model.py") == load.Target(tmp_path / "model.py", None, None)
    assert load.parse("model.py:net") == load.Target(tmp_path / "model.py", None, "net")
    assert load.parse("package") == load.Target(tmp_path / "package" / "__main__.py", None, None)
    assert load.parse("project.models:build") == load.Target(None, "project.models", "build")
    assert load.parse("project.train") == load.Target(None, "project.train", None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("missing.py", "no such file: missing.py"),
        ("missing.py:net", "no such file: missing.py"),
        ("no-module", "neither a file nor a module: no-module"),
        (".", "is a folder without a __main__.py: name the file that trains"),
    ],
)
def test_a_target_that_is_not_there_is_said(
    text: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(load.UnloadableError, match=reason):
        load.parse(text)


def test_a_job_and_its_outcome_survive_json(tmp_path: Path) -> None:
    recipe = Recipe("net", "model", "Net(4)", ("int:8,4", "batch()[1]"), "list", "fit", "mse", ("int",))
    job = Job("model.py", argv=("--fast",), keras="2", inputs=("8,4",), recipes=(recipe,))
    assert Job.loads(job.dumps()) == job
    outcome = Outcome("broken", "why", ("model.py", 3), {"steps": 1}, (recipe,), ("note",), done=True)
    answer.prepare(tmp_path)
    answer.Answer(tmp_path).write(outcome)
    assert answer.read(tmp_path) == outcome


def test_of_two_answers_the_newest_whole_one_stands(tmp_path: Path) -> None:
    answer.prepare(tmp_path)
    assert answer.read(tmp_path) is None
    writer = answer.Answer(tmp_path)
    for number in range(5):
        writer.write(Outcome(reason=str(number)))
        assert answer.read(tmp_path) == Outcome(reason=str(number))
    newest = tmp_path / answer.NAMES[1]
    newest.write_bytes(newest.read_bytes()[:-1])
    assert answer.read(tmp_path) == Outcome(reason="3")
    for name in answer.NAMES:
        (tmp_path / name).write_text("[1, 2, 3]")
    assert answer.read(tmp_path) is None


def test_an_answer_is_written_though_its_descriptors_are_closed_and_used_again(tmp_path: Path) -> None:
    answer.prepare(tmp_path)
    first = os.open(os.devnull, os.O_RDONLY)
    os.close(first)
    writer = answer.Answer(tmp_path)
    os.closerange(first, first + 2)
    (tmp_path / "mine.txt").write_text("mine")
    others = [os.open(tmp_path / "mine.txt", os.O_RDWR) for _ in range(2)]
    writer.write(Outcome(reason="heard"))
    assert answer.read(tmp_path) == Outcome(reason="heard")
    assert (tmp_path / "mine.txt").read_text() == "mine"
    for handle in others:
        os.close(handle)


def test_magics_leave_a_notebook_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    book = tmp_path / "book.ipynb"
    source = [
        "%matplotlib inline\n",
        "!pip install x\n",
        "y = (5\n",
        " % 3)\n",
        "y?\n",
        "# right?\n",
        "z = 1",
    ]
    cells = [
        {"cell_type": "markdown", "source": "text"},
        {"cell_type": "code", "source": source},
        {"cell_type": "code", "source": "%%bash\nls"},
        {"cell_type": "code", "source": "%%time\nz = 2"},
    ]
    book.write_text(json.dumps({"cells": cells}))
    assert [code for _, code in notebook.cells(book)] == [
        "get_ipython().run_line_magic('matplotlib', 'inline')\n"
        "get_ipython().system('pip install x')\n"
        "y = (5\n % 3)\npass\n# right?\nz = 1\n",
        "\n\n",
        "pass\nz = 2\n",
    ]


def test_arguments_are_guessed_by_name_and_annotation() -> None:
    def make(d_model, num_heads, rate: float, activation, sizes, causal: bool, optional=3):  # type: ignore[no-untyped-def]
        ...

    first = next(constructor_arguments.calls("make", make))
    assert first == ("make(d_model=8, num_heads=2, rate=0.1, activation='tanh', sizes=(8, 8), causal=True)")


def test_nothing_to_guess_is_one_plain_call() -> None:
    assert list(constructor_arguments.calls("make", lambda width=3: width)) == ["make()"]


@pytest.mark.parametrize("text", ["8,4", "8", "int:8,4", "int<12:64,5", "unit:2, 3", "8,"])
def test_a_shape_is_told_from_an_expression(text: str) -> None:
    assert inputs.is_shape(text)


@pytest.mark.parametrize("text", ["batch()", "batch()[0]", "x", "tf.ones([2])", "int:x"])
def test_an_expression_is_told_from_a_shape(text: str) -> None:
    assert not inputs.is_shape(text)


class Takes:
    """Methods that take their input apart."""

    def pair(self, inputs):  # type: ignore[no-untyped-def]
        left, right = inputs
        return left, right

    def keyed(self, inputs):  # type: ignore[no-untyped-def]
        return inputs["user"], inputs["item"], inputs["user"]

    def axes(self, x):  # type: ignore[no-untyped-def]
        batch, time, width = x.shape
        return batch, time, width

    def whole(self, x):  # type: ignore[no-untyped-def]
        a, b = x + 1, x + 2
        return a, b


def test_the_source_gives_away_how_an_input_is_taken_apart() -> None:
    assert input_hints.hint(Takes.pair, "inputs") == input_hints.Hint(elements=("left", "right"))
    assert input_hints.hint(Takes.keyed, "inputs") == input_hints.Hint(keys=("user", "item"))
    assert input_hints.hint(Takes.axes, "x") == input_hints.Hint(rank=3)
    assert input_hints.hint(Takes.whole, "x") == input_hints.Hint()


class Told:
    """Filters of a waveform.

    Input (batch, samples), output (batch, samples, filters).
    """

    def call(self, wave):
        """wave: filtered by [B, T, C, 1] kernels."""

    def of_two(self, left, right):
        """Compares.

        left: (batch, time, 8)
        right: whatever `left` is compared with
        """


class Holds:
    def __init__(self):
        self.told = Told()

    def call(self, sound):
        return self.told(sound)


@pytest.mark.parametrize(
    ("root", "method", "parameter", "rank"),
    [
        (Told(), Told.call, "wave", 4),
        (Told(), Told.of_two, "left", 3),
        (Told(), Told.of_two, "right", 2),
        (Holds(), Holds.call, "sound", 4),
    ],
)
def test_a_docstring_tells_the_number_of_axes(root, method, parameter, rank):
    assert input_hints.hint_of(root, method, parameter).rank == rank


def _verdict(path: str, status: Status, *causes: Kind, line: int = 3) -> Verdict:
    birth = Location("model.py", line)
    cuts = tuple(Cause(Cut(kind, Location("model.py", 9), "code")) for kind in causes)
    return Verdict(Variable(path, birth, (4,), "float32"), status, None, cuts)


def test_causes_come_from_the_explaining_run_and_verdicts_from_the_judging_one() -> None:
    judged = (_verdict("w", Status.NONE), _verdict("b", Status.OK))
    explained = (_verdict("w", Status.NONE, Kind.CAPTURED), _verdict("b", Status.NONE, Kind.STOPPED))
    joined, notes = merge.join(judged, explained)
    assert joined == (_verdict("w", Status.NONE, Kind.CAPTURED), _verdict("b", Status.OK))
    assert notes == ("b: ok as the program trains, none when it runs eagerly",)


def test_variables_of_one_name_and_line_are_matched_in_order() -> None:
    judged = (_verdict("w", Status.NONE), _verdict("w", Status.NONE))
    explained = (_verdict("w", Status.NONE, Kind.CAPTURED), _verdict("w", Status.NONE, Kind.STOPPED))
    assert merge.join(judged, explained) == (explained, ())


def test_the_cause_of_another_fault_explains_nothing() -> None:
    judged = (_verdict("w", Status.ZERO),)
    joined, notes = merge.join(judged, (_verdict("w", Status.NAN, Kind.INFINITE_SLOPE),))
    assert joined == judged
    assert notes == ("w: zero as the program trains, nan when it runs eagerly",)
