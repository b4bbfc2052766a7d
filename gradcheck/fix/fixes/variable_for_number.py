"""Keep a number that changes in a variable, which a graph reads: `self.beta.assign(x)`."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.classes import method_around, on_this, stored, stores
from gradcheck.fix.cst.expressions import bare
from gradcheck.fix.cst.flow import single
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Replacement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.TRACED,),
    title="Keep the number in a variable that is assigned to",
    safe=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The number that a constructor sets becomes a variable, and every other statement assigns to it."""
    places = (tree.find(step.location, cst.Attribute) for step in reversed(finding.trail))
    target = next((one for one in places if one is not None and stored(tree, one)), None)
    variable = names(tree).spell("tf.Variable")
    if target is None or variable is None:
        return None
    given = [*stores(tree, target.attr.value)]
    first = [value for one in given if (value := _number(tree, one)) is not None]
    later = [(single(tree.statement(one)), _assigned(tree, one)) for one in given if not _number(tree, one)]
    changes: dict[cst.CSTNode, Replacement] = {
        line: new for line, new in later if line is not None and new is not None
    }
    if len(first) != 1 or not later or len(changes) < len(later):
        return None
    made = tree.expression(f"{variable}({tree.code(first[0])}, trainable=False)")
    return tree.change({first[0]: made, **changes})


def _number(tree: Tree, store: cst.Attribute) -> cst.BaseExpression | None:
    """What a constructor sets an attribute to, if that is a floating point number."""
    method, line = method_around(tree, store), single(tree.statement(store))
    value = line.value if isinstance(line, cst.Assign) and len(line.targets) == 1 else None
    mine = method is not None and method.name == "__init__" and on_this(tree, store) is method.owner
    return value if mine and isinstance(value, cst.Float) else None


def _assigned(tree: Tree, store: cst.Attribute) -> cst.Expr | None:
    """The statement that assigns to the variable what this one binds to the name."""
    line = single(tree.statement(store))
    if isinstance(line, cst.Assign) and len(line.targets) == 1 and line.targets[0].target is store:
        word, value = "assign", line.value
    elif isinstance(line, cst.AugAssign) and type(line.operator) in _AUGMENTED:
        word, value = _AUGMENTED[type(line.operator)], line.value
    else:
        return None
    return cst.Expr(tree.expression(f"{tree.code(store)}.{word}({bare(tree, value)})"))


_AUGMENTED: dict[type[cst.CSTNode], str] = {cst.AddAssign: "assign_add", cst.SubtractAssign: "assign_sub"}
