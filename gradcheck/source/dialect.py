"""Which Keras a file can only run on, seen in its source."""

from __future__ import annotations

import ast

from gradcheck.source.parse import Module

HINTS = (
    "add_weight(",
    "add_variable(",
    "tf_keras",
    "python.keras",
    "LEGACY_KERAS",
    "fit_generator",
    "keras.ops",
    "import ops",
    "keras.Variable",
    "keras.random",
)
"""Words without one of which nothing below can match."""

_FLAG = "TF_USE_LEGACY_KERAS"


def dialect(module: Module) -> tuple[str, str] | None:
    """ "2" or "3" with the reason, when the file runs on one of them only; None when it may run on both.

    Under Keras 2 the first positional argument of `add_weight` is the name, under Keras 3 it is the shape.
    """
    if not any(hint in module.text for hint in HINTS):
        return None
    for node in ast.walk(module.tree):
        if found := _evidence(node):
            keras, what = found
            return keras, f"line {node.lineno} {what}"  # type: ignore[attr-defined]  # evidence has a position
    return None


def _evidence(node: ast.AST) -> tuple[str, str] | None:
    match node:
        case ast.Call(
            func=ast.Attribute(attr="add_weight" | "add_variable"), args=[ast.Constant(value=str(name)), *_]
        ):
            return "2", f'passes the name "{name}" to add_weight() by position, which only Keras 2 takes'
        case ast.Call(func=ast.Attribute(attr="add_weight"), args=[ast.Tuple() | ast.List(), *_]):
            return "3", "passes a shape to add_weight() by position, which only Keras 3 takes"
        case ast.Call(func=ast.Attribute(attr="fit_generator")):
            return "2", "calls fit_generator(), which only Keras 2 has"
        case ast.Import(names=names):
            return next((found for name in names if (found := _imported(name.name))), None)
        case ast.ImportFrom(module=str(name), names=names):
            return next((found for one in names if (found := _imported(f"{name}.{one.name}"))), None)
        case ast.Attribute(value=ast.Name(id="keras"), attr="ops" | "Variable" as what):
            return "3", f"uses keras.{what}, which only Keras 3 has"
        case ast.Assign(
            targets=[ast.Subscript(slice=ast.Constant(value="TF_USE_LEGACY_KERAS"))],
            value=ast.Constant(value=str(flag)),
        ):
            return ("2" if flag in ("1", "True", "true") else "3"), f"sets {_FLAG} to {flag}"
    return None


def _imported(name: str) -> tuple[str, str] | None:
    handed_on = name.endswith(".tf_keras")  # from a module of somebody's that has found it
    if handed_on or name == "tf_keras" or name.startswith(("tf_keras.", "tensorflow.python.keras")):
        return "2", f"imports {name}, which is Keras 2"
    if name == "keras.ops" or name.startswith(("keras.ops.", "tensorflow.keras.ops")):
        return "3", f"imports {name}, which only Keras 3 has"
    return None
