"""`tf.Variable(...)` as the `self.add_weight(...)` that makes the same weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst
from libcst.helpers import get_full_name_for_node

from gradcheck.fix.cst.expressions import argument, atom, bare, plain
from gradcheck.fix.cst.layout import called_within
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.numbers import is_number
from gradcheck.fix.cst.setup_lines import Line
from gradcheck.fix.cst.tree import Tree, changed

_CARRIED = ("trainable", "dtype", "constraint", "name")
_RANDOM = tuple(f"tf.random.{word}" for word in ("normal", "uniform", "truncated_normal"))
_CONSTANT = {"tf.zeros": '"zeros"', "tf.ones": '"ones"'}
_Start = tuple[str, str]
"""A shape and an initializer, as source text."""


def is_variable(tree: Tree, node: cst.CSTNode) -> bool:
    """Whether an expression creates a variable."""
    return names(tree).called(node) == "tf.Variable"


def variables(tree: Tree, inside: cst.CSTNode) -> Iterator[cst.Call]:
    """The variables that a piece of code creates by themselves."""
    return (call for call in tree.every(cst.Call, inside) if is_variable(tree, call))


def as_weight(
    tree: Tree, call: cst.Call, attribute: str, this: str, lines: Sequence[Line] = ()
) -> cst.BaseExpression | None:
    """The weight that a layer adds instead of a variable; None where its shape is not clear. `lines` are
    those of the method around it."""
    value = argument(call, 0, "initial_value")
    extra = {one.keyword.value: one.value for one in call.args if one.keyword}
    listed = [one for one in call.args if one.keyword is None]
    known = {*_CARRIED, "initial_value"}
    if value is None or len(listed) > 1 or not extra.keys() <= known:
        return None
    start = _start(tree, lines, value)
    if start is None:
        return None
    name = tree.code(extra["name"]) if "name" in extra else attribute and f'"{attribute.strip("_")}"'
    parts = [f"name={name}"] if name else []
    parts += [f"shape={start[0]}", f"initializer={start[1]}"]
    parts += [
        f"{word}={tree.code(extra[word])}" for word in ("dtype", "trainable", "constraint") if word in extra
    ]
    return called_within(tree, call, f"{this}.add_weight", parts)


def shape_of(tree: Tree, value: cst.BaseExpression) -> str | None:
    """The shape of a first value, as source text, where it is clear."""
    start = _start(tree, (), value)
    return start[0] if start else None


def _start(tree: Tree, lines: Sequence[Line], value: cst.BaseExpression) -> _Start | None:
    """The shape and the initializer that give a variable its first value."""
    tried = (_literal, _filled, _random, _initialized, _array, _tensor, _scalar)
    starts = (start for one in tried if (start := one(tree, lines, value)) is not None)
    return next(starts, None)


def _literal(tree: Tree, _: Sequence[Line], value: cst.BaseExpression) -> _Start | None:
    """A float, or a list of them, bare or in `tf.constant(...)`."""
    if names(tree).called(value) in ("tf.constant", "tf.convert_to_tensor"):
        call = cst.ensure_type(value, cst.Call)
        value = call.args[0].value if len(call.args) == 1 else value
    shape = _shape(value)
    return None if shape is None else (_tuple(shape), _constant(tree, value))


def _shape(value: cst.BaseExpression) -> tuple[int, ...] | None:
    """The shape of nested lists of floats."""
    if isinstance(value, cst.UnaryOperation):
        return _shape(value.expression)
    if isinstance(value, cst.Float):
        return ()
    if isinstance(value, cst.List | cst.Tuple) and value.elements:
        inner = {_shape(one.value) for one in value.elements}
        first = next(iter(inner))
        return (len(value.elements), *first) if len(inner) == 1 and first is not None else None
    return None


def _tuple(shape: tuple[int, ...]) -> str:
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def _constant(tree: Tree, value: cst.BaseExpression) -> str:
    numbers = {float(one.value) for one in tree.every(cst.Float, value)}
    if len(numbers) == 1 and numbers <= {0.0, 1.0} and not any(tree.every(cst.UnaryOperation, value)):
        return '"zeros"' if numbers == {0.0} else '"ones"'
    return _started_at(tree, bare(tree, value))


def _initializer(tree: Tree, name: str) -> str:
    return names(tree).spell(f"keras.initializers.{name}") or f"tf.keras.initializers.{name}"


def _filled(tree: Tree, _: Sequence[Line], value: cst.BaseExpression) -> _Start | None:
    """`tf.zeros(shape)`, `tf.ones(shape)`, `value * tf.ones(shape)`, `tf.fill(shape, value)`,
    `tf.eye(size)`."""
    if isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Multiply):
        return _times_ones(tree, value)
    called = names(tree).called(value)
    if not isinstance(value, cst.Call) or any(one.keyword or one.star for one in value.args):
        return None
    given = [tree.code(one.value) for one in value.args]
    if called in _CONSTANT and len(given) == 1:
        return given[0], _CONSTANT[called]
    if called == "tf.fill" and len(given) == 2:
        return given[0], f"{_initializer(tree, 'Constant')}({given[1]})"
    if called == "tf.eye" and len(given) == 1:
        return f"({given[0]}, {given[0]})", '"identity"'
    return None


def _times_ones(tree: Tree, product: cst.BinaryOperation) -> _Start | None:
    for ones, number in ((product.left, product.right), (product.right, product.left)):
        start = _filled(tree, (), ones) if isinstance(ones, cst.Call) else None
        if start is not None and start[1] == '"ones"' and plain(number):
            return start[0], _started_at(tree, bare(tree, number))
    return None


def _random(tree: Tree, _: Sequence[Line], value: cst.BaseExpression) -> _Start | None:
    """A random tensor, scaled by numbers: drawn by the same call, for the shape that Keras asks for."""
    draw = next((one for one in tree.every(cst.Call, value) if names(tree).called(one) in _RANDOM), None)
    shape = argument(draw, 0, "shape") if draw else None
    if shape is None or draw is None or not _scaled(value, draw):
        return None
    code = tree.code(changed(value, {shape: cst.Name("shape")}))
    return tree.code(shape), f"lambda shape, dtype=None: {code}"


def _scaled(value: cst.BaseExpression, draw: cst.Call) -> bool:
    if isinstance(value, cst.BinaryOperation):
        sides = (value.left, value.right)
        return any(_scaled(one, draw) and plain(other) for one, other in (sides, sides[::-1]))
    return value is draw


def _initialized(tree: Tree, lines: Sequence[Line], value: cst.BaseExpression) -> _Start | None:
    """What an initializer gives for a shape: `tf.random_normal_initializer()(shape=[3, 2])`."""
    shape = argument(value, 0, "shape") if isinstance(value, cst.Call) else None
    if shape is None or not isinstance(value, cst.Call) or not _makes(tree, lines, value.func):
        return None
    return tree.code(shape), tree.code(value.func)


def _makes(tree: Tree, lines: Sequence[Line], node: cst.BaseExpression) -> bool:
    """Whether an expression is an initializer."""
    if isinstance(node, cst.Call):
        return "initializer" in names(tree).called(node)
    written = get_full_name_for_node(node) if isinstance(node, cst.Name | cst.Attribute) else None
    bound = [line.value for line in lines if written and get_full_name_for_node(line.target) == written]
    if not bound:
        return "init" in (written or "").rpartition(".")[2].lower()
    return all(isinstance(one, cst.Call) and _makes(tree, lines, one) for one in bound)


def _array(tree: Tree, _: Sequence[Line], value: cst.BaseExpression) -> _Start | None:
    """An array of NumPy's of the type that weights have: made by the same call, for the shape it is given."""
    arrays = [one for one in tree.every(cst.Call, value) if names(tree).called(one) in _ARRAYS]
    if len(arrays) != 1 or "float32" not in tree.code(value) or not _converted(value, arrays[0]):
        return None
    call = arrays[0]
    if names(tree).called(call) == "np.random.randn":
        shape = f"({', '.join(tree.code(one.value) for one in call.args)},)".replace(",,", ",")
        return shape if len(call.args) < 2 else shape[
            :-2
        ] + ")", f"lambda shape, dtype=None: {tree.code(value)}"
    given = argument(call, 0, "shape") if _ARRAYS[names(tree).called(call)] else argument(call, 9, "size")
    if given is None:
        return None
    # A name may hold a length or a shape: the array itself knows.
    shape = f"{tree.code(value)}.shape" if isinstance(given, cst.Name | cst.Attribute) else tree.code(given)
    return shape, f"lambda shape, dtype=None: {tree.code(value)}"


_ARRAYS = {
    "np.zeros": True,
    "np.ones": True,
    "np.full": True,
    "np.random.randn": False,
    "np.random.normal": False,
    "np.random.uniform": False,
}


def _converted(value: cst.BaseExpression, array: cst.Call) -> bool:
    """Whether an expression only scales an array or changes its type."""
    if value is array:
        return True
    if isinstance(value, cst.BinaryOperation):
        sides = (value.left, value.right)
        return any(_converted(one, array) and plain(other) for one, other in (sides, sides[::-1]))
    if isinstance(value, cst.Call):
        method = isinstance(value.func, cst.Attribute) and value.func.attr.value == "astype"
        inner = cst.ensure_type(value.func, cst.Attribute).value if method else None
        given = value.args[0].value if value.args else None
        return any(one is not None and _converted(one, array) for one in (inner, given))
    return False


def _tensor(tree: Tree, lines: Sequence[Line], value: cst.BaseExpression) -> _Start | None:
    """A local that holds a tensor, or an array of NumPy's of the type that weights have."""
    if not isinstance(value, cst.Name):
        return None
    binding = [line for line in lines if value.value in line.names]
    made = _bound(tree, binding[0], value.value) if len(binding) == 1 else None
    if made is None or not (_is_float_tensor(tree, made) or _is_float_array(tree, made)):
        return None
    return f"{atom(tree, value)}.shape", f"lambda shape, dtype=None: {value.value}"


def _bound(tree: Tree, line: Line, name: str) -> cst.BaseExpression | None:
    """What a line binds to a name: all of it, or of several that a function of this text returns, its
    part."""
    if line.single or not isinstance(line.target, cst.Tuple):
        return line.value if line.single else None
    place = next(at for at, one in enumerate(line.target.elements) if tree.code(one.value) == name)
    called = line.value.func if isinstance(line.value, cst.Call) else None
    makers = [one for one in tree.every(cst.FunctionDef) if called and one.name.deep_equals(called)]
    returns = [*tree.every(cst.Return, makers[0])] if len(makers) == 1 else []
    given = returns[0].value if len(returns) == 1 else None
    parts = given.elements if isinstance(given, cst.Tuple) else ()
    return parts[place].value if place < len(parts) else None


def _is_float_tensor(tree: Tree, made: cst.BaseExpression) -> bool:
    return names(tree).called(made).startswith("tf.") and "int" not in tree.code(made)


def _is_float_array(tree: Tree, made: cst.BaseExpression) -> bool:
    """`np.linspace(0.0, 1.0, n).astype("float32")`."""
    method = made.func if isinstance(made, cst.Call) else None
    turned = isinstance(method, cst.Attribute) and method.attr.value == "astype"
    array = method.value if isinstance(method, cst.Attribute) and turned else made
    known = names(tree).called(array).startswith("np.") or (turned and isinstance(array, cst.Name))
    return known and "float32" in tree.code(made)


def _scalar(tree: Tree, _: Sequence[Line], value: cst.BaseExpression) -> _Start | None:
    """A number that is computed: `math.log(1 / 0.07)`, `tf.math.log(rate)` of an argument that is one."""
    if not is_number(tree, value):
        return None
    tensor = any(names(tree).called(one).startswith("tf.") for one in tree.every(cst.Call, value))
    code = bare(tree, value)
    return "()", f"lambda shape, dtype=None: {code}" if tensor else _started_at(tree, code)


def _started_at(tree: Tree, code: str) -> str:
    return f"{_initializer(tree, 'Constant')}({code})"
