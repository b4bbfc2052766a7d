"""Keep layers in a list instead of an iterator, which Keras does not look into: `self.x = list(map(...))`."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNTRACKED,),
    title="Keep the layers in a list",
    safe=False,
    keeps_value=False,
    rank=5,
)
ITERATORS = frozenset({"map", "filter", "zip", "enumerate", "reversed", "iter"})


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """A generator becomes a list comprehension; a call of `map` and its like is given to `list`."""
    kept = tree.find(finding.location, cst.Attribute)
    target = tree.parent(kept) if kept else None
    line = tree.parent(target) if isinstance(target, cst.AssignTarget) else None
    made = line.value if isinstance(line, cst.Assign) else None
    if isinstance(made, cst.GeneratorExp):
        return tree.change({made: cst.ListComp(made.elt, made.for_in)})
    if isinstance(made, cst.Call) and isinstance(made.func, cst.Name) and made.func.value in ITERATORS:
        return tree.change({made: tree.expression(f"list({tree.code(made)})")})
    return None
