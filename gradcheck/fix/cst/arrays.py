"""NumPy code as TensorFlow code: every function by its counterpart, and tensors instead of their arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import libcst as cst

from gradcheck.fix.cst.bindings import bound_to
from gradcheck.fix.cst.calls import is_method, keyword, named_argument
from gradcheck.fix.cst.expressions import argument, atom, fitting, loosened, plain, uses
from gradcheck.fix.cst.lines import assigned, beside, function_of, line_of
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.numpy_counterparts import FUNCTIONS, LAST_AXIS_ONLY, METHODS, Counterpart
from gradcheck.fix.cst.tree import Replacement, Tree

_FLOATS = ("float32", "'float32'", '"float32"', "float")
_CONSTANTS = ("shape", "ndim", "size", "dtype")
_MAKES_ARRAYS = ("np.array", "np.asarray")
_DRAWS = ("np.random.normal",)
_CHOOSES = ("np.random.choice", "np.random.multinomial", "np.random.binomial")


class NoCounterpartError(Exception):
    """Something on the way has no counterpart."""


@dataclass
class Translation:
    """The changes that keep a value in TensorFlow, gathered from where it leaves it to where it comes back.

    `draws` says whether random numbers may be drawn anew, which gives other ones; `arrays` are names of what
    was an array.
    """

    tree: Tree
    draws: bool = False
    arrays: set[str] = field(default_factory=set)
    changes: dict[cst.CSTNode, Replacement] = field(default_factory=dict)
    _seen: set[cst.CSTNode] = field(default_factory=set)

    def follow(self, node: cst.BaseExpression) -> None:
        """Translate an expression, all around it that computes with it, and what is made of that further
        down.

        Raises NoCounterpartError.
        """
        whole = self._whole(node)
        if whole in self._seen:
            return
        if isinstance(self.tree.parent(whole), cst.AssignTarget | cst.AugAssign | cst.Del):
            raise NoCounterpartError("item assignment")
        self._seen.add(whole)
        self.translate(whole)
        for reader in self._readers(whole):
            self.arrays.add(reader.value)
            if _decides(self.tree, reader):
                self.changes[reader] = self.tree.expression(f"{reader.value}.numpy()")
            elif self._whole(reader) is not reader:
                self.follow(reader)

    def _readers(self, whole: cst.BaseExpression) -> list[cst.Name]:
        """Where the name is read further down that a value is bound to."""
        line = line_of(self.tree, whole)
        target = self._target(line, whole) if line else None
        if line is None or target is None:
            return []
        places = uses(self.tree, target.value, function_of(self.tree, whole))
        read = (one for one in places if not self._is_target(one))
        return [one for one in read if self.tree.line(one) > self.tree.line(line)]

    def _is_target(self, name: cst.CSTNode) -> bool:
        """Whether a name is given a value, also as one of several."""
        above = self.tree.parent(name)
        if isinstance(above, cst.Element | cst.Tuple | cst.List):
            return self._is_target(above)
        return isinstance(above, cst.AssignTarget)

    def _target(self, line: cst.SimpleStatementLine, whole: cst.BaseExpression) -> cst.Name | None:
        """The name that a line binds to a value, also as one of several."""
        pair = assigned(line)
        if pair is not None:
            return pair[0] if pair[1] is whole else None
        small = line.body[0]
        target = small.targets[0].target if isinstance(small, cst.Assign) else None
        if not isinstance(small, cst.Assign) or not isinstance(target, cst.Tuple):
            return None
        values = small.value.elements if isinstance(small.value, cst.Tuple) else ()
        names_ = [
            one.value for one, other in zip(target.elements, values, strict=False) if other.value is whole
        ]
        return names_[0] if names_ and isinstance(names_[0], cst.Name) else None

    def translate(self, node: cst.CSTNode) -> None:
        """Translate every call of NumPy inside an expression that is not made of constants only.

        Raises NoCounterpartError.
        """
        for call in self.tree.every(cst.Call, node):
            if call not in self.changes and _varies(self.tree, call):
                self._call(call)

    def _whole(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """The largest expression that computes with a value outside TensorFlow."""
        above = self.tree.parent(node)
        if isinstance(above, cst.Arg | cst.Element):
            outer = self.tree.parent(above)
            if isinstance(outer, cst.Call) and names(self.tree).called(outer).startswith("np."):
                return self._whole(outer)
            return (
                self._whole(outer)
                if isinstance(outer, cst.List | cst.Tuple) and self._in_numpy(outer)
                else node
            )
        if isinstance(above, cst.Attribute):
            call = self.tree.parent(above)
            if isinstance(call, cst.Call) and call.func is above:
                return self._whole(call)
            if above.attr.value == "T":
                self.changes[above] = self._transposed
                return self._whole(above)
            if above.attr.value not in _CONSTANTS:
                raise NoCounterpartError(above.attr.value)
        if isinstance(above, cst.BinaryOperation | cst.UnaryOperation | cst.Subscript):
            return self._whole(above)
        return node

    def _transposed(self, node: cst.CSTNode) -> cst.CSTNode:
        return cst.Call(self._spelled("tf.transpose"), [cst.Arg(cst.ensure_type(node, cst.Attribute).value)])

    def _in_numpy(self, node: cst.BaseExpression) -> bool:
        """Whether a list is handed to a function of NumPy's, also within other lists."""
        above = self.tree.parent(node)
        outer = self.tree.parent(above) if isinstance(above, cst.Arg | cst.Element) else None
        if isinstance(outer, cst.List | cst.Tuple):
            return self._in_numpy(outer)
        return isinstance(outer, cst.Call) and names(self.tree).called(outer).startswith("np.")

    def _call(self, call: cst.Call) -> None:
        called = names(self.tree).called(call)
        if called in _MAKES_ARRAYS:
            self._array(call)
        elif called in _DRAWS and self.draws:
            self._draw(call)
        elif called.startswith("np."):
            self._function(call, called.removeprefix("np."))
        elif not called and isinstance(call.func, cst.Attribute):
            self._method(call, call.func.attr.value)

    def _function(self, call: cst.Call, name: str) -> None:
        counterpart = FUNCTIONS.get(name)
        if counterpart is None:
            raise NoCounterpartError(name)
        dropped = ("axis",) if name in LAST_AXIS_ONLY and _last_axis(self.tree, call) else ()
        args = [one for one in call.args if not (one.keyword and one.keyword.value in dropped)]
        _fits(counterpart, args)
        self._becomes(call, counterpart, args, 0)

    def _method(self, call: cst.Call, name: str) -> None:
        if name in ("numpy", "copy", "tolist", "astype", "item"):
            return self._conversion(call, name)
        if not self._was_array(call):
            return None
        counterpart = METHODS.get(name)
        if counterpart is None:
            raise NoCounterpartError(name)
        if name == "reshape" and len(call.args) > 1:
            return self._reshaped(call)
        owner = cst.Arg(cst.ensure_type(call.func, cst.Attribute).value)
        _fits(counterpart, [owner, *call.args])
        return self._becomes(call, counterpart, [*call.args], 1)

    def _reshaped(self, call: cst.Call) -> None:
        """`x.reshape(2, -1)` becomes `tf.reshape(x, (2, -1))`."""
        if any(one.keyword or one.star for one in call.args):
            raise NoCounterpartError("reshape")
        function = self._spelled("tf.reshape")

        def rewritten(node: cst.CSTNode) -> cst.CSTNode:
            now = cst.ensure_type(node, cst.Call)
            shape = cst.Tuple([cst.Element(one.value) for one in now.args])
            return cst.Call(function, [cst.Arg(_loose(_owner(now))), cst.Arg(shape)])

        self.changes[call] = rewritten

    def _conversion(self, call: cst.Call, name: str) -> None:
        if name == "astype":
            if not self._usual(argument(call, 0, "dtype")):
                raise NoCounterpartError(name)
        elif call.args:
            raise NoCounterpartError(name)
        if name == "tolist":
            unstack = self._spelled("tf.unstack")
            self.changes[call] = lambda node: cst.Call(unstack, [cst.Arg(_owner(node))])
        else:
            self.changes[call] = lambda node: loosened(self.tree, call, _owner(node))

    def _usual(self, dtype: cst.BaseExpression | None) -> bool:
        """Whether a type is the one that tensors have anyway."""
        code = self.tree.code(dtype) if dtype is not None else ""
        return code.removeprefix("np.").removeprefix("tf.") in _FLOATS

    def _was_array(self, call: cst.Call) -> bool:
        """Whether a method's owner was an array: what has been translated is one no more."""
        owner = cst.ensure_type(call.func, cst.Attribute).value
        calls = [*self.tree.every(cst.Call, owner)]
        named = any(one.value in self.arrays for one in self.tree.every(cst.Name, owner))
        return named or any(
            names(self.tree).called(one).startswith("np.") or is_method(one, "numpy") for one in calls
        )

    def _array(self, call: cst.Call) -> None:
        value, dtype = argument(call, 0, "a", "object"), argument(call, 1, "dtype")
        if value is None or len(call.args) > 2 or (len(call.args) == 2 and not self._usual(dtype)):
            raise NoCounterpartError("array")
        made = bound_to(self.tree, value) or value
        if isinstance(made, cst.List | cst.Tuple):
            self._becomes(call, Counterpart("tf.stack"), [call.args[0]], 0)
        elif self._is_target_too(call, value):
            self._becomes(call, Counterpart("tf.convert_to_tensor"), [call.args[0]], 0)
        else:
            self.changes[call] = lambda node: cst.ensure_type(node, cst.Call).args[0].value

    def _is_target_too(self, call: cst.Call, value: cst.BaseExpression) -> bool:
        """Whether a name is bound to an array of its own value."""
        line = line_of(self.tree, call)
        target = self._target(line, call) if line is not None else None
        return target is not None and target.deep_equals(value)

    def _draw(self, call: cst.Call) -> None:
        """`np.random.normal(mean, scale)` becomes `mean + scale * tf.random.normal(tf.shape(mean))`."""
        mean, scale = argument(call, 0, "loc"), argument(call, 1, "scale")
        if mean is None or scale is None or not plain(mean):
            raise NoCounterpartError("normal")
        normal, shape = self._spelled("tf.random.normal"), self._spelled("tf.shape")
        inner = Translation(self.tree)
        inner.translate(scale)
        self.changes |= dict.fromkeys(self.tree.every(cst.Call, scale), _as_it_is)
        drawn = f"{self.tree.code(normal)}({self.tree.code(shape)}({self.tree.code(mean)}))"
        spread = self.tree.code(scale, inner.changes)
        spread = spread if atom(self.tree, scale) == self.tree.code(scale) else f"({spread})"
        new = f"{self.tree.code(mean)} + {spread} * {drawn}"
        self.changes[call] = fitting(self.tree, self._converted(call), new)

    def _converted(self, call: cst.Call) -> cst.Call:
        """A call with the conversions of its result, which will go."""
        method = self.tree.parent(call)
        outer = self.tree.parent(method) if isinstance(method, cst.Attribute) else None
        kept = isinstance(method, cst.Attribute) and method.attr.value not in ("numpy", "copy", "astype")
        return call if kept or not isinstance(outer, cst.Call) else self._converted(outer)

    def _becomes(self, call: cst.Call, counterpart: Counterpart, args: list[cst.Arg], before: int) -> None:
        function = self._spelled(counterpart.name)
        kept = [index for index, one in enumerate(call.args) if one in args]
        missing = counterpart.default if _missing(counterpart, args) else ""
        words = [given.split("=") for given in (counterpart.adds, missing) if given]
        added = [named_argument(word, cst.Integer(value)) for word, value in words]

        def rewritten(node: cst.CSTNode) -> cst.CSTNode:
            now = cst.ensure_type(node, cst.Call)
            given = [_renamed(now.args[index], counterpart) for index in kept]
            owner = [cst.Arg(_loose(_owner(now)))] if before else []
            whole = [*owner, *given, *added]
            whole[-1] = whole[-1].with_changes(
                comma=now.args[-1].comma if now.args else cst.MaybeSentinel.DEFAULT
            )
            return now.with_changes(func=function, args=whole)

        self.changes[call] = rewritten

    def _spelled(self, dotted: str) -> cst.BaseExpression:
        written = names(self.tree).spell(dotted)
        if written is None:
            self._import()
        return self.tree.expression(written or dotted)

    def _import(self) -> None:
        """Import TensorFlow behind NumPy, in a file that does without it so far.

        Raises NoCounterpartError.
        """
        lines = [one for one in self.tree.module.body if isinstance(one, cst.SimpleStatementLine)]
        numpy = next((one for one in lines if self.tree.code(one).strip() == "import numpy as np"), None)
        if numpy is None or any(uses(self.tree, "tf", self.tree.module)):
            raise NoCounterpartError("tf")
        self.changes[numpy] = beside(self.tree, after=["import tensorflow as tf"])


def _as_it_is(node: cst.CSTNode) -> cst.CSTNode:
    return node


def _owner(node: cst.CSTNode) -> cst.BaseExpression:
    return cst.ensure_type(cst.ensure_type(node, cst.Call).func, cst.Attribute).value


def _loose(node: cst.BaseExpression) -> cst.BaseExpression:
    """An expression without its outermost parentheses, as an argument needs none."""
    tight = isinstance(node, cst.Tuple | cst.GeneratorExp) or len(node.lpar) != 1
    return node if tight else node.with_changes(lpar=[], rpar=[])


def _decides(tree: Tree, node: cst.CSTNode) -> bool:
    """Whether a value only decides which one is taken: that has no gradient, and stays with NumPy."""
    above = next((one for one in tree.above(node) if names(tree).called(one) in _CHOOSES), None)
    return above is not None and tree.statement(above) is tree.statement(node)


def _last_axis(tree: Tree, call: cst.Call) -> bool:
    axis = keyword(call, "axis")
    return axis is not None and tree.code(axis.value) == "-1"


def _fits(counterpart: Counterpart, args: list[cst.Arg]) -> None:
    """Raises NoCounterpartError where a call gives what the counterpart does not take."""
    listed = [one for one in args if one.keyword is None]
    named = [one.keyword.value for one in args if one.keyword]
    missing = _missing(counterpart, args) and not counterpart.default
    if (
        any(one.star for one in args)
        or not counterpart.least <= len(listed) <= counterpart.listed
        or not {*named} <= {*counterpart.words}
        or missing
    ):
        raise NoCounterpartError(counterpart.name)


def _missing(counterpart: Counterpart, args: list[cst.Arg]) -> bool:
    listed = [one for one in args if one.keyword is None]
    named = [one.keyword.value for one in args if one.keyword]
    return any(word not in named and len(listed) < counterpart.listed for word in counterpart.needs)


def _renamed(arg: cst.Arg, counterpart: Counterpart) -> cst.Arg:
    return arg.with_changes(keyword=cst.Name(counterpart.words[arg.keyword.value])) if arg.keyword else arg


def _varies(tree: Tree, call: cst.Call) -> bool:
    """Whether something in a call is not a constant: a name in lower case, not only asked for its shape."""
    return any(_variable(tree, word) for word in _words(tree, call))


def _words(tree: Tree, call: cst.Call) -> Iterator[cst.Name]:
    owner = [call.func.value] if isinstance(call.func, cst.Attribute) else []
    for part in (*owner, *(one.value for one in call.args)):
        for name in tree.every(cst.Name, part):
            above = tree.parent(name)
            if not (isinstance(above, cst.Attribute) and above.attr is name):
                yield name


def _variable(tree: Tree, word: cst.Name) -> bool:
    if word.value in names(tree).meanings or word.value.isupper():
        return False
    whole: cst.CSTNode = word
    while isinstance(above := tree.parent(whole), cst.Attribute) and above.value is whole:
        if above.attr.value in _CONSTANTS:
            return False
        whole = above
    return True
