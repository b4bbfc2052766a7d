"""Make a layer in every call of a function, which a cache made once."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.caches import without_cache
from gradcheck.fix.cst.layers import makes_layer
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.FROZEN,),
    title="Make the layer in every call, without a cache",
    safe=False,
    keeps_value=False,
    rank=4,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The function around the layer loses its cache."""
    layer = tree.find(finding.location, cst.Call, lambda call: makes_layer(tree, call))
    function = tree.enclosing(layer, cst.FunctionDef) if layer else None
    changes = without_cache(tree, function) if function else {}
    return tree.change(changes) if changes else None
