"""Which way `if training:` goes in a `call()`: Keras says True while `fit` trains, whoever passes nothing;
nobody says so in a loop, or in a `train_step`, of one's own."""

from __future__ import annotations

import ast

from gradcheck.base.parameters import parameters
from gradcheck.facts.domain.contents import is_symbolic
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.values import Constant, Opaque, Value, is_none, plain
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.report.kinds import Phase

_FLAG = "training"


def training_arm(machine: Machine, test: ast.expr) -> bool | None:
    """Whether a test of the flag holds; None for any other test, and when the flag is not known."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            found = training_arm(machine, inner)
            return None if found is None else not found
        case ast.BoolOp(op=op, values=values):
            return _connected([training_arm(machine, one) for one in values], isinstance(op, ast.Or))
        case ast.Name(id="training"):
            flag = _flag(machine, test)
            return False if flag is None and _never_passed(machine, test) else flag
        case ast.Compare(left=ast.Name(id="training"), ops=[ast.Is() | ast.Eq()], comparators=[other]):
            return _equal(machine, test.left, other)
        case ast.Compare(left=ast.Name(id="training"), ops=[ast.IsNot() | ast.NotEq()], comparators=[other]):
            found = _equal(machine, test.left, other)
            return None if found is None else not found
    return None


def _connected(arms: list[bool | None], either: bool) -> bool | None:
    """Of tests that `or` connects one that holds decides, of those that `and` connects one that does not."""
    if either in arms:
        return either
    return None if None in arms else not either


def is_training(machine: Machine, test: ast.expr) -> bool:
    """Whether a test that the flag decides is run while something trains."""
    names = (node for node in ast.walk(test) if isinstance(node, ast.Name) and node.id == _FLAG)
    return any(training_arm(machine, name) for name in names)


def is_untold(machine: Machine, test: ast.expr) -> bool:
    """Whether a test of the flag fails because no call of a step that trains passes it."""
    names = [node for node in ast.walk(test) if isinstance(node, ast.Name) and node.id == _FLAG]
    quiet = any(_flag(machine, name) is None and _never_passed(machine, name) for name in names)
    return quiet or any(_left_off(machine, name) for name in names)


def _left_off(machine: Machine, name: ast.expr) -> bool:
    """Whether a function that is no `call()` is told nothing, while a tape runs, and its flag is off by
    default."""
    function = machine.frame.function
    if function is None or not machine.taped or _is_parameter(machine) or _passes(machine.frame):
        return False
    value = machine.eval(name)
    return plain(value) is False and value is function.defaults.get(_FLAG)


def _never_passed(machine: Machine, name: ast.expr) -> bool:
    """Whether the program calls a model without the flag, so that neither it nor a layer inside it hears of
    training."""
    if not is_none(machine.eval(name)) or not _is_parameter(machine) or not machine.taped:
        return False
    frames = list(machine.frame.chain())
    known = frames[-1].phase is Phase.IMPORT or any(map(_is_own_step, frames))
    if not known or any(map(is_symbolic, machine.scope.names.values())):
        return False
    return not any(map(_passes, frames))


def _is_own_step(frame: Frame) -> bool:
    """Whether a model's own training step runs, which `fit` calls."""
    in_fit = frame.outer is not None and frame.outer.where == "fit()"
    return in_fit and frame.function is not None and getattr(frame.function.node, "name", "") == "train_step"


def _passes(frame: Frame) -> bool:
    """Whether the call that runs a function may hand the flag over."""
    call, function = frame.call, frame.function
    if not isinstance(call, ast.Call) or function is None:
        return False
    named = any(word.arg in (None, _FLAG) and not _hands_on(word.value) for word in call.keywords)
    places = [one.arg for one in function.node.args.args if one.arg != "self"]
    spread = any(isinstance(one, ast.Starred) for one in call.args)
    given = dict.fromkeys(places) if spread else dict(zip(places, call.args, strict=False))
    return named or (_FLAG in given and not _hands_on(given[_FLAG]))


def _hands_on(given: ast.expr | None) -> bool:
    """Whether a call says of the flag what the function around it was told."""
    return isinstance(given, ast.Name) and given.id == _FLAG


def _equal(machine: Machine, name: ast.expr, other: ast.expr) -> bool | None:
    if not isinstance(other, ast.Constant) or not (other.value is None or isinstance(other.value, bool)):
        return None
    flag = _flag(machine, name)
    return None if flag is None else flag == other.value


def _flag(machine: Machine, name: ast.expr) -> bool | None:
    value = machine.eval(name)
    unsaid = isinstance(value, Opaque) or (isinstance(value, Constant) and value.value is None)
    if (unsaid or _is_default(machine, value)) and _is_parameter(machine):
        if _trains(machine):
            return True
        if (given := _handed_down(machine)) is not None:
            return given
    return said if isinstance(said := plain(value), bool) else None


def _handed_down(machine: Machine) -> bool | None:
    """What the nearest call of a layer around says of the flag, which Keras hands on to those inside."""
    for frame in machine.frame.chain():
        call = frame.call if frame.where == "call()" else None
        words = call.keywords if isinstance(call, ast.Call) else ()
        said = next((word.value for word in words if word.arg == _FLAG), None)
        if isinstance(said, ast.Constant):
            return said.value if isinstance(said.value, bool) else None
    return None


def _trains(machine: Machine) -> bool:
    """Whether `fit` calls, or a functional graph is built that only `fit` trains."""
    text = machine.home.text
    by_fit = ".fit(" in text and "GradientTape" not in text
    if machine.frame.inside("fit()"):
        return not any(map(_is_own_step, machine.frame.chain()))
    return by_fit and any(map(is_symbolic, machine.scope.names.values()))


def _is_default(machine: Machine, value: Value) -> bool:
    """Whether a value is what some `call()` has for a flag that nobody passed, which Keras overrules, also
    where that one handed it on."""
    functions = (frame.function for frame in machine.frame.chain() if frame.function is not None)
    return any(value is function.defaults.get(_FLAG) for function in functions)


def _is_parameter(machine: Machine) -> bool:
    """Whether a `call()` runs that takes the flag."""
    function = machine.frame.function
    if function is None or not isinstance(function.node, ast.FunctionDef) or function.node.name != "call":
        return False
    return any(one.arg == _FLAG for one in parameters(function.node.args))
