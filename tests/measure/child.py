"""The measuring process: loads TensorFlow once and runs the examples in forks of itself.

An example leaves objects behind that every look for variables meets again, so a fork runs only a few.
"""

from __future__ import annotations

import ast
import gc
import inspect
import json
import multiprocessing
import os
import runpy
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "fixtures"))

import tensorflow as tf
import tensorflow_probability as tfp
from oracle_support import Observer, explain, label, owner, projected, seed
from tensorflow.python.ops.resource_variable_ops import BaseResourceVariable

TOGETHER = 2
"""Forks that run at the same time."""
BATCH = 12
"""Examples that one fork runs, one after the other."""
SHAPES = ((4, 3), (4, 6, 3), (4, 8, 8, 3), (4,))
Space = dict[str, Any]


class NothingToMeasureError(Exception):
    """An example trains nothing and defines nothing that could be trained."""


def run(path: Path) -> dict[str, Any]:
    """One example: its variables with their statuses, or how it failed."""
    if os.environ["TF_USE_LEGACY_KERAS"] == "1" and _imports_keras(path.read_text(encoding="utf-8")):
        return {"variables": [], "error": None, "skipped": True}
    _reset()
    already, observer, error, space = list(_variables()), Observer(), None, {}
    with observer.listening():
        try:
            space = runpy.run_path(str(path), run_name="__main__")
            if not observer.sites:
                _drive(space)
        except (Exception, SystemExit) as raised:
            error = explain(raised)
            space = space or _globals_of(raised, str(path))
    return {"variables": _rows(observer, already, space), "error": error, "skipped": False}


def _imports_keras(code: str) -> bool:
    nodes = list(ast.walk(ast.parse(code)))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return any(name.split(".")[0] == "keras" for name in names)


def _reset() -> None:
    tf.config.run_functions_eagerly(False)
    tf.keras.mixed_precision.set_global_policy("float32")
    tf.keras.backend.clear_session()
    gc.collect()
    seed()


def _variables() -> Iterator[Any]:
    return (
        thing
        for thing in gc.get_objects()
        if issubclass(type(thing), BaseResourceVariable) and thing.trainable
    )


def _globals_of(error: BaseException, path: str) -> Space:
    """What the example had defined when it raised."""
    trace, found = error.__traceback__, {}
    while trace:
        if trace.tb_frame.f_code.co_filename == path and trace.tb_frame.f_code.co_name == "<module>":
            found = dict(trace.tb_frame.f_globals)
        trace = trace.tb_next
    return found


def _drive(space: Space) -> None:
    subjects = _subjects(space)
    if not subjects:
        raise NothingToMeasureError(
            "the example trains nothing and defines no model or layer that needs no arguments"
        )
    for subject in subjects:
        projected(subject, _input(subject, space), space.get("loss"))


def _subjects(space: Space) -> list[Any]:
    objects = [thing for thing in space.values() if isinstance(thing, tf.keras.layers.Layer)]
    models = [thing for thing in objects if isinstance(thing, tf.keras.Model)]
    return models or objects or [make() for make in _classes(space) if _needs_nothing(make)]


def _classes(space: Space) -> list[Callable[[], Any]]:
    own = [
        thing
        for thing in space.values()
        if isinstance(thing, type)
        and issubclass(thing, tf.keras.layers.Layer)
        and thing.__module__ == "__main__"
    ]
    used = {name for made in own for name in _names(made) if name != made.__name__}
    return [made for made in own if made.__name__ not in used]


def _names(made: type) -> Iterator[str]:
    for base in made.__bases__:
        yield base.__name__
    for member in vars(made).values():
        code = getattr(getattr(member, "fget", member), "__code__", None)
        yield from code.co_names if code else ()


def _needs_nothing(made: Callable[[], Any]) -> bool:
    with suppress(TypeError):
        inspect.signature(made).bind()
        return True
    return False


def _input(layer: Any, space: Space) -> Any:
    """The first input that the layer accepts; the layer is built by trying."""
    refusals = []
    for x in [space["x"]] if "x" in space else _guesses(layer):
        if not (refusal := _refusal(layer, x)):
            return x
        refusals.append(refusal)
    raise refusals[0]


def _refusal(layer: Any, x: Any) -> Exception | None:
    try:
        layer(x)
    except Exception as error:
        return error
    return None


def _guesses(layer: Any) -> Iterator[Any]:
    named = getattr(layer, "inputs", None)
    if named:
        drawn = [tf.random.normal([4, *one.shape[1:]]) for one in named]
        yield drawn[0] if len(drawn) == 1 else drawn
        return
    for shape in SHAPES:
        yield tf.random.normal(shape)
    yield tf.random.uniform((4, 5), maxval=3, dtype=tf.int32)


def _rows(observer: Observer, already: list[Any], space: Space) -> list[dict[str, Any]]:
    known = {id(variable) for variable in already}
    seen = observer.merged()
    created = [variable for variable in _variables() if id(variable) not in known]
    for variable in created if seen else ():
        # Keras 2 counts steps in integer variables that call themselves trainable.
        if variable.dtype.is_floating or variable.dtype.is_complex:
            seen.setdefault(label(variable), "untracked")
    held = _attributes(space)
    names = {label(variable): _aliases(variable, held) for variable in created}
    return [
        {"path": path, "names": sorted(names.get(path, set()) | set(path.split("/"))), "status": status}
        for path, status in seen.items()
    ]


def _aliases(variable: Any, held: dict[int, set[str]]) -> set[str]:
    return held.get(id(variable), set()) | held.get(id(owner(variable)), set())


def _attributes(space: Space) -> dict[int, set[str]]:
    """By identity, the names that hold an object: variables of the block, attributes of Keras objects."""
    held: dict[int, set[str]] = {}
    holders = [
        thing for thing in gc.get_objects() if issubclass(type(thing), tf.Module | tf.keras.layers.Layer)
    ]
    for names in [space, *(vars(holder) for holder in holders)]:
        for name, value in names.items():
            held.setdefault(id(value), set()).add(name.lstrip("_"))
    return held


def main(folder: str, count: str, answer: str) -> None:
    """Measure `example_0.py` ... and write the rows once all are done."""
    _ = tf.keras.layers.Dense, tfp.distributions.Normal  # loaded here, once
    gc.freeze()  # TensorFlow's own million objects need not be looked through for every example
    paths = [Path(folder, f"example_{number}.py") for number in range(int(count))]
    with multiprocessing.get_context("fork").Pool(TOGETHER, maxtasksperchild=1) as pool:
        Path(answer).write_text(json.dumps(pool.map(run, paths, chunksize=BATCH)))


if __name__ == "__main__":
    main(*sys.argv[1:])
