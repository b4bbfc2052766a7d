"""Keep an operation away from the values that a mask hides: a second `where`, inside."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bindings import bound_to, readers
from gradcheck.fix.cst.expressions import argument as given
from gradcheck.fix.cst.expressions import bare, fresh
from gradcheck.fix.cst.functions import WHERES
from gradcheck.fix.cst.lines import beside, function_of, line_of
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.risks import risky
from gradcheck.fix.cst.tree import Replacement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NAN_BEHIND_MASK,),
    title="Keep the operation away from the values that are masked out",
    safe=True,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`where(mask, f(x), 0)` becomes `where(mask, f(where(mask, x, 1)), 0)`."""
    for kind in (cst.Call, cst.BinaryOperation):
        node = tree.find(finding.location, kind, lambda one: risky(tree, one) is not None)
        if node is not None and (inside := _inside(tree, node)) is not None:
            return inside
    return None


def _inside(tree: Tree, node: cst.BaseExpression) -> cst.Module | None:
    found = risky(tree, node)
    line = line_of(tree, node)
    masked = _masked(tree, node)
    if found is None or line is None or masked is None:
        return None
    where, inverted = masked
    mask, argument = where.args[0].value, found[1]
    wish = f"safe_{argument.value}" if isinstance(argument, cst.Name) else "safe"
    name = fresh(tree, function_of(tree, node), wish, "safe", "safe_value")
    test = _test(tree, node, found, mask, line)
    if name is None or test is None:
        return None
    chosen = ("1.0", bare(tree, argument)) if inverted else (bare(tree, argument), "1.0")
    code = f"{name} = {tree.code(where.func)}({test}, {chosen[0]}, {chosen[1]})"
    changes: dict[cst.CSTNode, Replacement] = {argument: cst.Name(name), line: beside(tree, [code])}
    if test != tree.code(mask):
        changes[mask] = tree.expression(test)
    return tree.change(changes)


def _test(
    tree: Tree,
    node: cst.BaseExpression,
    found: tuple[str, cst.BaseExpression],
    mask: cst.BaseExpression,
    line: cst.SimpleStatementLine,
) -> str | None:
    """What is asked before the operation: the mask as it is, or what its question about the result comes to
    for the argument."""
    asked = next((word for word in _OF_THE_RESULT if word in tree.code(mask)), None)
    if asked is None:
        return tree.code(mask) if _known_before(tree, mask, line) else None
    word, argument = found
    alone = isinstance(mask, cst.Call) and isinstance(argument, cst.Name)
    if not alone or asked not in _AT_ZERO or not (word in ("log", "rsqrt") or _is_root_below(tree, node)):
        return None
    return f"{tree.code(argument)} {_AT_ZERO[asked]} 0.0"


_AT_ZERO = {"is_finite": ">", "isfinite": ">", "is_inf": "==", "isinf": "=="}
"""How the argument compares with zero where the result is what is asked, of a logarithm, or a root below the
line."""


def _is_root_below(tree: Tree, node: cst.BaseExpression) -> bool:
    """Whether an operation takes its argument to a negative power that is no whole number."""
    power = node.right if isinstance(node, cst.BinaryOperation) else None
    if isinstance(node, cst.Call) and names(tree).called(node).endswith(("pow", "power")):
        power = given(node, 1, "y")
    try:
        number = float(tree.code(power)) if power is not None else 0.0
    except ValueError:
        return False
    return number < 0.0 and not number.is_integer()


_OF_THE_RESULT = ("is_nan", "is_finite", "is_inf", "isnan", "isfinite", "isinf")


def _masked(tree: Tree, node: cst.BaseExpression) -> tuple[cst.Call, bool] | None:
    """The one `where` that hides what the operation gives, and whether it shows it where the mask fails."""
    result = _product(tree, node)
    places: list[cst.Name] | list[cst.BaseExpression] = readers(tree, result) or [result]
    wheres = {where for place in places if (where := _where(tree, place)) is not None}
    if len(wheres) != 1 or any(_where(tree, place) is None for place in places):
        return None
    where = wheres.pop()
    shown = [index for index in (1, 2) for place in places if _shows(tree, where.args[index], place)]
    return (where, shown == [2]) if len(shown) == 1 else None


def _where(tree: Tree, place: cst.BaseExpression) -> cst.Call | None:
    """The `where` around an expression."""
    calls = (one for one in tree.above(place) if isinstance(one, cst.Call))
    found = next((one for one in calls if names(tree).called(one) in WHERES), None)
    return found if found is not None and len(found.args) == 3 and _listed(found) else None


def _shows(tree: Tree, arg: cst.Arg, place: cst.BaseExpression) -> bool:
    """Whether an argument has the place's value in it, and not only its shape."""
    alike = isinstance(arg.value, cst.Call) and names(tree).called(arg.value).endswith("_like")
    return not alike and any(one is place for one in tree.every(cst.BaseExpression, arg))


def _product(tree: Tree, node: cst.BaseExpression) -> cst.BaseExpression:
    """The arithmetic that an operation is part of."""
    above = tree.parent(node)
    operation = isinstance(above, cst.BinaryOperation | cst.UnaryOperation)
    return _product(tree, above) if operation else node  # type: ignore[arg-type]


def _listed(call: cst.Call) -> bool:
    return not any(one.keyword or one.star for one in call.args)


def _known_before(tree: Tree, mask: cst.BaseExpression, line: cst.SimpleStatementLine) -> bool:
    """Whether the mask can be computed on a line: all its names mean there what they mean further down."""
    words = [one for one in tree.every(cst.Name, mask) if one.value not in names(tree).meanings]
    function = function_of(tree, line)
    given = _parameters(tree, function)
    return all(
        word.value in given
        or ((value := bound_to(tree, word)) is not None and tree.line(value) < tree.line(line))
        for word in words
        if not _attribute(tree, word)
    )


def _parameters(tree: Tree, function: cst.CSTNode) -> list[str]:
    """The names that a function is given and does not bind anew."""
    if not isinstance(function, cst.FunctionDef):
        return []
    listed = [one.name.value for one in tree.every(cst.Param, function.params)]
    bound = {
        one.target.value for one in tree.every(cst.AssignTarget, function) if isinstance(one.target, cst.Name)
    }
    return [name for name in listed if name not in bound]


def _attribute(tree: Tree, word: cst.Name) -> bool:
    above = tree.parent(word)
    return isinstance(above, cst.Attribute) and above.attr is word
