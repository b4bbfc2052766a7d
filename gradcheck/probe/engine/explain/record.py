"""The eager recorder: writes down every operation of the program, with the user's line that ran it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python import pywrap_tfe
from tensorflow.python.eager import backprop, context, record
from tensorflow.python.framework import constant_op, op_callbacks, ops
from tensorflow.python.ops import resource_variable_ops

from gradcheck.probe.engine.explain import escapes
from gradcheck.probe.engine.explain.handed import Given, LayerCall, Path, positional
from gradcheck.probe.engine.explain.trace import READS, Custom, Entry, Escape, Node, Trace
from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.expressions import argument
from gradcheck.probe.engine.watch.frames import Frames, Stack, key, place
from gradcheck.probe.engine.watch.hooks import internal
from gradcheck.probe.engine.watch.patches import Patches
from gradcheck.probe.engine.watch.watch import Watch

_Eager = ops.EagerTensor
_Variable = resource_variable_ops.BaseResourceVariable
_PLAIN = {_Eager, str, bytes, int, float, bool, type(None), tf.DType}
_KEPT_TAPES = 3


class Recorder:
    """Keeps the trace, the tapes' intervals on it, and what else explains a lost gradient."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.trace = Trace()
        self.graph_ops: dict[str, Stack] = {}
        self.off = 0
        self._tapes: list[int] = []
        self._dropped = 0

    @property
    def now(self) -> int:
        """How many operations ran so far."""
        return len(self.trace.nodes)

    @property
    def deaf(self) -> bool:
        """Whether what runs now is not the program's forward pass."""
        return self.off > 0 or self.watch.optimizing

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Nothing inside is recorded."""
        self.off += 1
        try:
            yield
        finally:
            self.off -= 1

    def listen(self, patches: Patches) -> None:
        """Hook operations, conversions, exits and custom gradients."""
        op_callbacks.add_op_callback(self._ran)
        patches.later(lambda: op_callbacks.remove_op_callback(self._ran))
        patches.wrap(pywrap_tfe, "TFE_Py_FastPathExecute", self._fast)
        patches.wrap(constant_op, "convert_to_eager_tensor", self._converted)
        patches.wrap(record, "record_operation", self._customized)
        escapes.install(patches, self.escaped, self.silent, lambda: self.deaf)

    def install(self, patches: Patches) -> None:
        """Listen, hook tapes as well, and run functions eagerly."""
        self.listen(patches)
        patches.wrap(backprop.GradientTape, "__init__", self._tape)
        patches.wrap(backprop.GradientTape, "watch", self._watched)
        before = tf.config.functions_run_eagerly()
        tf.config.run_functions_eagerly(True)
        patches.later(lambda: tf.config.run_functions_eagerly(before))

    def stack(self) -> Stack:
        """The user's frames right now."""
        return self.watch.frames.stack(sys._getframe(1))

    def escaped(self, tensor: Any, how: str) -> None:
        """A tensor's value was handed to Python."""
        if tensor.dtype.is_floating or tensor.dtype.is_complex:
            doing = self.watch.frames.doing(sys._getframe(1))
            self.trace.escapes.append(
                Escape(tensor._id, how, self.stack(), self.now, doing, versions.shape(tensor))
            )

    def layer_called(
        self, layer: Any, args: Sequence[Any], named: Mapping[str, Any]
    ) -> Callable[[Any], None]:
        """A layer is called with these; what comes back is called with its output."""
        code = _own_code(layer, self.watch.frames)
        given = _given(code, args, named)
        call = LayerCall(self.now, len(self.watch.calls.running), id(layer), self.stack()[:1], code, given)
        call.recurrent = hasattr(layer, "cell")
        self.trace.calls.calls.append(call)

        def answered(found: Any) -> None:
            call.end = self.now
            call.made = frozenset(number for number, _ in _tensors(found))

        return answered

    def opened(self) -> None:
        """An outermost tape starts: values of tapes long gone are let go. Replicas run in threads of their
        own, where nothing is heard until asked for.
        """
        if self._ran not in context.context().op_callbacks:
            op_callbacks.add_op_callback(self._ran)
        self._tapes.append(self.now)
        if len(self._tapes) > _KEPT_TAPES:
            until = self._tapes[-_KEPT_TAPES]
            for node in self.trace.nodes[self._dropped : until]:
                node.tensors = None
            self._dropped = until

    # Hooks ---

    def _ran(
        self,
        op_type: Any,
        inputs: Sequence[Any],
        attrs: Any,
        outputs: Sequence[Any],
        op_name: str | None = None,
        graph: Any = None,
    ) -> None:
        if self.deaf:
            return
        stack = self.watch.frames.stack(sys._getframe(1))
        if graph is not None:
            if op_name is not None:
                self.graph_ops[op_name] = stack
            return
        given = tuple(one for one in inputs if one is not None)
        made = tuple(one for one in outputs if one is not None)
        if op_type in READS and not self._taping:
            self._argument(given[0]._id, sys._getframe(1))
        self.trace.add(
            Node(
                index=self.now,
                op=op_type.decode() if isinstance(op_type, bytes) else op_type,
                inputs=tuple(one._id for one in given),
                outputs=tuple(one._id for one in made),
                stack=stack,
                recorded=bool(given) and pywrap_tfe.TFE_Py_TapeSetShouldRecordBackprop(list(given)),
                stopped=pywrap_tfe.TFE_Py_TapeSetIsStopped(),
                floating=not made or any(flows(one) for one in made),
                layer=self._layer(stack),
                doing=self.watch.frames.doing(sys._getframe(1)),
                tensors=(given, made),
            )
        )

    @property
    def _taping(self) -> bool:
        return not pywrap_tfe.TFE_Py_TapeSetIsEmpty()

    def _argument(self, variable: int, frame: FrameType) -> None:
        """If an object is being constructed over a bare variable: remember which argument that was."""
        own = self.watch.frames.constructing(frame)
        if own is None:
            return
        at = place(self.watch.frames.stack(own, limit=1)[0])
        scope = {**own.f_globals, **own.f_locals}
        self.trace.arguments[self.now] = (
            argument(at, lambda value: versions.handle(value) == variable, scope) or at
        )

    def _layer(self, stack: Stack) -> Any:
        """The library layer whose insides run now: the user's own line is only the one that called it."""
        found = None
        for layer, entered in zip(
            reversed(self.watch.calls.running), reversed(self.watch.calls.entered), strict=True
        ):
            if (entered and key(entered)) != (key(stack[0]) if stack else None):
                break
            if found is None or id(found) not in self.watch.calls.applied:
                found = layer if found is None or id(layer) in self.watch.calls.applied else found
        return found

    def _fast(self, original: Any) -> Any:
        """TensorFlow's fast path reads variables in C++, unseen: read them here, where it is seen."""

        def execute(context: Any, op: Any, name: Any, *args: Any) -> Any:
            for one in args:
                if one.__class__ in _PLAIN:
                    continue
                if isinstance(one, np.ndarray):
                    if not self.deaf:
                        self.trace.raw.setdefault(self.now, self.stack())
                elif isinstance(one, _Variable) or (isinstance(one, list | tuple) and _holds(one)):
                    return original(context, op, name, *map(_read, args))
            return original(context, op, name, *args)

        return execute

    def _converted(self, original: Any) -> Any:
        def convert(value: Any, context: Any, dtype: Any = None) -> Any:
            made = original(value, context, dtype)
            if not self.deaf and made is not value:
                self.trace.entries[made._id] = Entry(
                    type(value).__name__, self.stack(), self.now, versions.shape(made), flows(made)
                )
            return made

        return convert

    def _customized(self, original: Any) -> Any:
        def recorded(
            op_type: Any,
            output_tensors: Any,
            input_tensors: Any,
            backward_function: Any,
            forward_function: Any = None,
        ) -> Any:
            if not self.deaf:
                given = tuple(one._id for one in input_tensors if isinstance(one, _Eager))
                own = _written_by_user(backward_function, self.watch.frames)
                custom = Custom(given, self.stack(), backward_function, own)
                for one in output_tensors:
                    if isinstance(one, _Eager):
                        self.trace.customize(one._id, custom)
            return original(op_type, output_tensors, input_tensors, backward_function, forward_function)

        return recorded

    def _tape(self, original: Any) -> Any:
        """Every tape of the user's is made persistent, so that it can be asked why; what the user sees stays
        as it was.
        """

        def init(tape: Any, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
            frame = sys._getframe(1)
            own = not internal(frame.f_code.co_filename)
            original(tape, persistent or own, watch_accessed_variables)
            if own:
                alone = not watch_accessed_variables
                tape._gradcheck = TapeRecord(persistent, self.watch.frames.stack(frame), alone)

        return init

    def _watched(self, original: Any) -> Any:
        def watch(tape: Any, tensor: Any) -> None:
            tape_record = getattr(tape, "_gradcheck", None)
            if tape_record is not None:
                for one in tf.nest.flatten(tensor):
                    if isinstance(one, _Eager):
                        tape_record.watched[one._id] = (self.now, self.stack())
            original(tape, tensor)

        return watch


class TapeRecord:
    """What the recorder knows of one tape: how its author made it (`alone`: to see only what it is told to
    watch), and the stretches of the trace it saw.
    """

    def __init__(self, persistent: bool, stack: Stack, alone: bool = False) -> None:
        self.persistent = persistent
        self.stack = stack
        self.alone = alone
        self.intervals: list[list[int]] = []
        self.watched: dict[int, tuple[int, Stack]] = {}

    def recorded(self, index: int) -> bool:
        """Whether the tape was running when this operation ran."""
        return any(start <= index < end for start, end in self.intervals)

    @property
    def first(self) -> int:
        """Where it first started."""
        return self.intervals[0][0] if self.intervals else 0


def _own_code(layer: Any, frames: Frames) -> CodeType | None:
    """The code of a layer's own `call`; None where a library wrote it."""
    call = getattr(type(layer), "call", None)
    code = getattr(getattr(call, "python_function", call), "__code__", None)
    return code if code is not None and frames.is_own(code) else None


def _given(code: CodeType | None, args: Sequence[Any], named: Mapping[str, Any]) -> dict[int, Given | None]:
    """The parameter of each tensor among these arguments."""
    names = [*positional(code, len(args)), *named] if code is not None else []
    found: dict[int, Given | None] = {}
    for at, value in enumerate((*args, *named.values())):
        for number, path in _tensors(value):
            found.setdefault(number, None if code is None else Given(code, names[at], path))
    return found


def _tensors(value: Any, path: Path = ()) -> Iterator[tuple[int, Path]]:
    """Every tensor in an argument, by its number, and where in it."""
    if isinstance(value, _Eager):
        yield value._id, path
    elif isinstance(value, list | tuple | Mapping):
        entries = value.items() if isinstance(value, Mapping) else enumerate(value)
        for name, one in entries:
            yield from _tensors(one, (*path, name))


def flows(tensor: Any) -> bool:
    """Whether a gradient can flow through this tensor, or through what it holds."""
    kind = tensor.dtype
    return bool(kind.is_floating or kind.is_complex or kind in (tf.variant, tf.resource))


def _holds(values: Sequence[Any]) -> bool:
    return any(isinstance(one, _Variable) for one in values)


def _read(value: Any) -> Any:
    if isinstance(value, _Variable):
        return value.value()
    return type(value)(map(_read, value)) if isinstance(value, list | tuple) and _holds(value) else value


def _written_by_user(backward: Any, frames: Frames) -> bool:
    """Whether the function that `tf.custom_gradient` asks for the gradient is the user's own."""
    names = getattr(getattr(backward, "__code__", None), "co_freevars", ())
    cells = dict(zip(names, getattr(backward, "__closure__", None) or (), strict=False))
    code = getattr(cells["grad_fn"].cell_contents, "__code__", None) if "grad_fn" in cells else None
    return code is not None and frames.is_own(code)
