"""What one probe is asked to do, and what its child process answers. JSON-able values; no TensorFlow."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any

TIMEOUT = 300.0
"""Seconds a program may run before it is stopped; what it showed until then is kept."""

_SHAPE = re.compile(r"(?:[a-z]+(?:<\d+)?:)?[\d,]*")
"""An input that is described by a kind of number and a shape, not an expression of the program's."""


@dataclass(frozen=True)
class Recipe:
    """How to make one thing of a module train when the module itself does not.

    `make` is an expression in the module's own names (`make_model(4, 3)`); each of `inputs` is one, too, or
    a shape (`int:8,4`). `packing` says how the inputs are passed: one by one, as a `list`, as
    `dict:user,item`, or the first three as a list and the rest one by one (`list:3`). `way` is how it trains:
    `step` (a bare tape), `fit`, or `call` (`expression` trains by itself). For a step, `expression` is the
    loss, over the names `model`, `inputs`, `outputs`, `targets`; without one a random target stands in.
    `targets` is a kind for each output. `instead` says that it stands for a step of the model's own, which
    does not work on these inputs.
    """

    name: str
    kind: str
    make: str
    inputs: tuple[str, ...] = ()
    packing: str = ""
    way: str = "step"
    expression: str | None = None
    targets: tuple[str, ...] = ()
    instead: bool = False

    @property
    def summary(self) -> str:
        """What was guessed, in one line."""
        given = f" with input {' and '.join(self.inputs)}" if self.inputs else ""
        if self.make == "None":
            return f"{self.expression}{given}"
        how = {"fit": ", trained by fit", "call": f", trained by {self.expression}"}.get(self.way)
        return f"{self.make}{given}{how or (f', loss {self.expression}' if self.expression else '')}"

    @property
    def flags(self) -> str:
        """What to write on the command line to have it made and fed in another way; nothing where that cannot
        be said.
        """
        shapes = all(_SHAPE.fullmatch(text) for text in self.inputs)
        if self.make in ("None", "") or self.make.startswith("(") or not (self.inputs and shapes):
            return ""
        inputs = " ".join(f"--input {text}" for text in self.inputs)
        return f'--call "{self.make}" {inputs}'

    @property
    def guessed(self) -> bool:
        """Whether the data is ours, not the program's own."""
        return any(_SHAPE.fullmatch(text) for text in self.inputs)


@dataclass(frozen=True)
class Job:
    """One run of one target.

    `keras` is "2", "3" or None for what the environment says; `python` another interpreter; `call` and
    `inputs` what cannot be guessed. `recipes` is how an earlier pass over the same target made it train,
    so that the next one need not search again. With `shapes`, nothing is computed. With `write_through`, the
    program writes where it says; `replaced` are files that it finds with other contents, each with the name
    of a file in the run's scratch folder that holds them.
    """

    target: str
    argv: tuple[str, ...] = ()
    keras: str | None = None
    python: str | None = None
    call: str | None = None
    inputs: tuple[str, ...] = ()
    steps: int = 3
    timeout: float = TIMEOUT
    verbose: bool = False
    mode: str = "judge"
    shapes: bool = False
    recipes: tuple[Recipe, ...] | None = None
    write_through: bool = False
    replaced: tuple[tuple[str, str], ...] = ()

    def dumps(self) -> str:
        """This job as JSON."""
        return json.dumps(asdict(self))

    @staticmethod
    def loads(text: str) -> Job:
        """The job that `dumps` wrote."""
        row = json.loads(text)
        recipes = row["recipes"]
        row |= {
            "argv": tuple(row["argv"]),
            "inputs": tuple(row["inputs"]),
            "replaced": tuple((path, name) for path, name in row["replaced"]),
            "recipes": None if recipes is None else tuple(_recipe(one) for one in recipes),
        }
        return Job(**row)


@dataclass(frozen=True)
class Outcome:
    """What a child has to say, rewritten after every step: the last one stands however the child ends.

    `status` is "running" until the child knows better: a process that dies leaves it at that. "again" asks
    for a fresh child that follows `recipes`, or, where there are none, looks for some. `snapshot` is what the
    session saw; `place` is the user's line a crash came from. `protection` is how the files that were there
    before are kept from the program.
    """

    status: str = "running"
    reason: str | None = None
    place: tuple[str, int] | None = None
    snapshot: dict[str, Any] = field(default_factory=dict)
    recipes: tuple[Recipe, ...] | None = None
    notes: tuple[str, ...] = ()
    done: bool = False
    protection: str = ""

    @property
    def trained(self) -> bool:
        """Whether any gradient was taken."""
        return bool(self.snapshot.get("steps") or self.snapshot.get("sites"))

    @staticmethod
    def loads(data: bytes) -> Outcome:
        """The outcome that was written as JSON.

        Raises ValueError, TypeError, KeyError or AttributeError for what is none.
        """
        row = json.loads(data)
        recipes, place = row.get("recipes"), row.get("place")
        row |= {
            "notes": tuple(row.get("notes", ())),
            "place": place and (str(place[0]), int(place[1])),
            "recipes": None if recipes is None else tuple(_recipe(one) for one in recipes),
        }
        return Outcome(**row)


def _recipe(row: dict[str, Any]) -> Recipe:
    return Recipe(**{**row, "inputs": tuple(row["inputs"]), "targets": tuple(row["targets"])})
