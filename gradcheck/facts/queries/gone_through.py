"""The list that a loop goes through: whoever reads the variables of one layer after the other means it."""

from __future__ import annotations

import ast

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import parents


def list_gone_through(site: Site) -> Site:
    """Where the layers are written out of which a loop reads one after the other; else the reading itself."""
    around = parents(site.frame.module.tree)
    owner = site.node.value if isinstance(site.node, ast.Attribute) else None
    source = _source(around, site.node, owner.id) if isinstance(owner, ast.Name) else None
    written = _written(around, source) if isinstance(source, ast.Name) else source
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


def _written(around: dict[ast.AST, ast.AST], name: ast.Name) -> ast.expr | None:
    """What the one assignment of a name in the module gives it, if nothing else adds to it."""
    uses = [one for one in around if isinstance(one, ast.Name) and one.id == name.id]
    bound = [around[one] for one in uses if not isinstance(one.ctx, ast.Load)]
    changed = any(isinstance(around[one], ast.Attribute) for one in uses)
    assign = bound[0] if len(bound) == 1 and not changed else None
    return assign.value if isinstance(assign, ast.Assign) else None
