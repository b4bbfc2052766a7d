"""The list that a loop goes through: whoever reads the variables of one layer after the other means it."""

from __future__ import annotations

import ast

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import parents
from gradcheck.facts.ownership.rates import origin


def list_gone_through(site: Site) -> Site:
    """Where the layers are written out of which a loop reads one after the other; else the reading itself."""
    around = parents(site.frame.module.tree)
    owner = site.node.value if isinstance(site.node, ast.Attribute) else None
    source = _source(around, site.node, owner.id) if isinstance(owner, ast.Name) else None
    named = isinstance(source, ast.Name) and not _is_changed(around, source)
    written = origin(site.frame.module.tree, source) if source is not None and named else source
    return Site(written, site.frame) if isinstance(written, (ast.List, ast.Tuple)) else site


def _source(around: dict[ast.AST, ast.AST], node: ast.AST, name: str) -> ast.expr | None:
    """What the innermost loop, or comprehension, goes through that gives a name its value."""
    while (above := around.get(node)) is not None:
        loops = [above] if isinstance(above, ast.For) else getattr(above, "generators", [])
        for loop in loops:
            if isinstance(loop.target, ast.Name) and loop.target.id == name:
                return loop.iter
        node = above
    return None


def _is_changed(around: dict[ast.AST, ast.AST], name: ast.Name) -> bool:
    """Whether a method of what a name holds is called, such as `append`."""
    uses = (one for one in around if isinstance(one, ast.Name) and one.id == name.id)
    return any(isinstance(around[one], ast.Attribute) for one in uses)
