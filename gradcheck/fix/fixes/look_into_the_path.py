"""Look for a layer's name in a variable's path, which holds it, not in its name, which does not."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.WRONG_VARIABLES,),
    title="Look for the layer in the variable's path",
    safe=False,
    rank=7,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`"head" in v.name` becomes `"head" in v.path`, in a text that imports Keras 3: only there is a path."""
    asked = tree.find(finding.location, cst.Attribute, lambda one: one.attr.value == "name")
    if asked is None or finding.keras != ("3",) or not _imports_keras(tree):
        return None
    return tree.change({asked.attr: cst.Name("path")}) if _is_looked_into(tree, asked) else None


def _is_looked_into(tree: Tree, asked: cst.Attribute) -> bool:
    """Whether a name is asked what is in it: `"head" in v.name`."""
    above = tree.parent(asked)
    return isinstance(above, cst.ComparisonTarget) and isinstance(above.operator, cst.In | cst.NotIn)


def _imports_keras(tree: Tree) -> bool:
    """Whether a text imports Keras by itself, which is Keras 3, and not as a part of TensorFlow alone."""
    words = [tree.code(one.name) for line in tree.every(cst.Import) for one in line.names]
    words += [tree.code(line.module) for line in tree.every(cst.ImportFrom) if line.module]
    return any(one.partition(".")[0] == "keras" for one in words)
