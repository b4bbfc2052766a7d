"""Metric objects: where they are made, and everything that names them."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.models import assignments
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.origins import origin
from gradcheck.fix.cst.tree import Tree


def made(tree: Tree, metric: cst.BaseExpression) -> cst.Call | None:
    """The one call that makes the metric that an expression stands for."""
    only = origin(tree, metric)
    is_metric = names(tree).called(only).startswith("keras.metrics.")
    return only if isinstance(only, cst.Call) and is_metric else None


def mentions(tree: Tree, metric: cst.BaseExpression) -> Iterator[cst.CSTNode]:
    """What every mention of a metric stands in, but for its assignment; the call that makes one is its only
    mention."""
    if isinstance(metric, cst.Call):
        yield tree.parents[metric]
        return
    targets = {id(target) for target, _ in assignments(tree)}
    for node in tree.every(cst.BaseExpression):
        if id(node) not in targets and node.deep_equals(metric):
            yield tree.parents[node]
