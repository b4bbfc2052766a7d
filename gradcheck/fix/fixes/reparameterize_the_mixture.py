"""Let samples of a mixture carry a gradient to its weights: `MixtureSameFamily(..., reparameterize=True)`."""

from __future__ import annotations

import libcst as cst

from gradcheck.facts.effects.row import effect
from gradcheck.fix.cst.calls import keyword, named_argument, with_argument
from gradcheck.fix.cst.expressions import argument
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.origins import origin
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.SAMPLED,),
    title="Draw from the mixture with a gradient to its weights",
    safe=False,
    keeps_value=False,
    rank=86,
)
_MIXTURE = "tfp.distributions.MixtureSameFamily"


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The one mixture of the file, of components whose own samples carry a gradient, is asked for it."""
    made = [one for one in tree.every(cst.Call) if names(tree).called(one) == _MIXTURE]
    if finding.detail != _MIXTURE or len(made) != 1 or keyword(made[0], "reparameterize") is not None:
        return None
    components = argument(made[0], 1, "components_distribution")
    kind = origin(tree, components) if components is not None else None
    row = effect(names(tree).called(kind)) if isinstance(kind, cst.Call) else None
    if row is None or not row.reparameterised:
        return None
    return tree.change({made[0]: with_argument(made[0], named_argument("reparameterize", cst.Name("True")))})
