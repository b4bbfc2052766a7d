"""What an optimizer's own step does with the variable that it is handed: write to it, or only read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.inside import parents

STEPS = ("update_step", "_resource_apply_dense")
"""Methods in which an optimizer moves one variable: `step(self, gradient, variable, ...)`."""
WHOLE = ("apply", "apply_gradients", "_backend_apply_gradients", "_backend_update_step", "minimize")
"""Methods that may move variables by themselves."""
READ = frozenset({"dtype", "shape", "name", "path", "device", "ref", "ndim", "value", "read_value", "numpy"})
LOOKING_UP = frozenset({"_get_variable_index", "_var_key", "_index_dict", "get_slot", "isinstance", "print"})
"""What finds an optimizer's own state for a variable."""
LIBRARIES = frozenset({"ops", "tf", "keras", "np", "math", "K", "backend", "jnp"})
WRITING = ("assign", "raw_ops", "scatter", "update", "set_value")
"""Words in the names of library functions that write to what they are handed."""


def unwritten(step: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> ast.stmt | None:
    """The statement that gives the variable's name another value, or the last one, where nothing in a step
    can write to the variable."""
    arguments = [one.arg for one in (*step.args.posonlyargs, *step.args.args)]
    if len(arguments) < 3 or not isinstance(step, ast.FunctionDef):
        return None
    name, above = arguments[2], parents(step)
    uses = [one for one in ast.walk(step) if isinstance(one, ast.Name) and one.id == name]
    reads = [one for one in uses if isinstance(one.ctx, ast.Load)]
    if _only_raises(step) or not uses or not all(_only_reads(one, above) for one in reads):
        return None
    bound = [_statement(one, above) for one in uses if not isinstance(one.ctx, ast.Load)]
    return bound[-1] if bound else step.body[-1]


def _only_raises(step: ast.FunctionDef) -> bool:
    """Whether a step is left to the classes below: a body of no more than a text or `...` is, too."""
    raises = any(isinstance(one, ast.Raise) for one in step.body)
    return raises or all(isinstance(one, (ast.Pass, ast.Expr)) for one in step.body)


def _only_reads(use: ast.AST, above: dict[ast.AST, ast.AST]) -> bool:
    """Whether a use of a name takes no more than a value, a description or the place of a state."""
    node, outer = use, above[use]
    while True:
        match outer:
            case ast.BinOp() | ast.UnaryOp() | ast.Compare():
                return True
            case ast.AugAssign(value=value):
                return value is node
            case ast.Attribute(attr=attr):
                return attr in READ
            case ast.keyword():
                node, outer = outer, above[outer]
            case ast.Call():
                return _call_reads(outer, node)
            case _:
                return False


def _call_reads(call: ast.Call, part: ast.AST) -> bool:
    """Whether a call only computes with an argument."""
    words = [*_words(call.func)]
    if words[-1:] and words[-1] in LOOKING_UP:
        return True
    if words == ["self", "assign"] or words == ["self", "assign_add"] or words == ["self", "assign_sub"]:
        return part is not call.args[0] if call.args else False
    pure = not any(one in word for word in words for one in WRITING)
    return bool(words) and words[0] in LIBRARIES and pure


def _words(node: ast.expr) -> Iterator[str]:
    """`a.b.c` as its words."""
    match node:
        case ast.Name(id=name):
            yield name
        case ast.Attribute(value=value, attr=attr):
            yield from _words(value)
            yield attr


def _statement(node: ast.AST, above: dict[ast.AST, ast.AST]) -> ast.stmt:
    while not isinstance(node, ast.stmt):
        node = above[node]
    return node
