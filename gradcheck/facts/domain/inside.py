"""What is inside of a node of the syntax tree, remembered for those that are asked about again and again."""

from __future__ import annotations

import ast
from functools import lru_cache

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def placed(node: ast.stmt | ast.arg | ast.keyword) -> ast.expr:
    """An expression, as a place needs it, that stands where something else stands."""
    return ast.copy_location(ast.Name("_"), node)


@lru_cache(maxsize=24)
def parents(tree: ast.AST) -> dict[ast.AST, ast.AST]:
    """What each node in a tree stands in."""
    return {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


@lru_cache(maxsize=24)
def calls_alone(node: ast.AST) -> tuple[ast.expr, ...]:
    """The calls in a node whose results are given no name, nor to anything else."""
    values = (one.value for one in inside(node) if isinstance(one, ast.Expr))
    return tuple(value for value in values if isinstance(value, ast.Call))


@lru_cache(maxsize=128)
def loops(node: ast.AST) -> dict[int, ast.For | ast.While]:
    """The innermost loop in a node that each line stands in."""
    found = [one for one in ast.walk(node) if isinstance(one, (ast.For, ast.While))]
    # A loop comes after those around it.
    return {line: one for one in found for line in range(one.lineno, (one.end_lineno or one.lineno) + 1)}


@lru_cache(maxsize=128)
def inside(node: ast.AST) -> tuple[ast.AST, ...]:
    """The node and every node in it: a loop is asked whenever it is run."""
    return tuple(ast.walk(node))
