"""The abstract machine: the state that interpretation changes, and the few operations every handler is made
of.

Handlers live elsewhere (`expressions`, `statements`, `calls`, `library`, `methods`) and reach each other
only through the machine.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as Items
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import ALWAYS, EITHER, SUPPOSED, Doubt, Edge, Graph, Site
from gradcheck.facts.domain.scope import Scope, same
from gradcheck.facts.domain.values import (
    Choice,
    Constant,
    External,
    Function,
    Gradients,
    Held,
    Instance,
    Layer,
    Lazy,
    Mapping,
    Method,
    Opaque,
    Sequence,
    Tensor,
    Value,
    Variables,
    WeightRef,
    Zip,
    used,
)
from gradcheck.facts.interpreter.events import Did, Event
from gradcheck.facts.interpreter.log import Log, ModelCall, Pending
from gradcheck.facts.interpreter.operations import JOIN, Operation, note
from gradcheck.report.fate import Reason
from gradcheck.report.kinds import Kind, Phase

if TYPE_CHECKING:
    from gradcheck.source.parse import Module

BUDGET = 40_000
"""Steps that one entry point may take."""

MOST_HANDLED = 400_000
"""Elements of containers that one entry point may handle: a step may cost as much as a list is long."""

MOST_NUMBERS, MOST_OPTIONS = 8, 64
"""A value that may be any of more numbers, or of more things, is no longer told apart."""

RUNS = 32
"""How often one function is followed within an entry point; a call after that flows, unseen."""

DEPTH = 24


class ExhaustedError(Exception):
    """The program is larger than the machine is willing to follow."""


Evaluate = Callable[["Machine", Any], Value]
Execute = Callable[["Machine", Any], None]
Call = Callable[["Machine", Value, "Arguments"], Value]


class Machine:
    """Runs code abstractly. `recorded` is the bit set of tapes that see what happens now."""

    def __init__(self, evaluate: dict[type, Evaluate], execute: dict[type, Execute], call: Call) -> None:
        self._evaluate, self._execute, self._call = evaluate, execute, call
        self.graph = Graph()
        self.operations: dict[int, Operation] = {}
        self.escape_node = self.graph.node()
        self.log = Log()
        self.recorded = 0
        self.scope = Scope()
        self.frame: Frame
        self.home: Module | None = None
        self.returns: list[Value] = []
        self.running: list[ast.AST] = []
        self.runs: Counter[ast.AST] = Counter()
        self.kept: dict[tuple[ast.AST, Value | None], Value] = {}
        self.branches = 0
        self.describing = False
        self.path: tuple[tuple[int, int], ...] = ()
        self.stand_ins: set[int] = set()
        self.plain: set[int] = set()
        self.chain: ast.expr | None = None
        self.layer_depth = 0
        self.loops: list[ast.stmt] = []
        self.steps = 0
        self.handled = 0
        self.ended = False
        self.dead = False
        self.next_bit = 4
        self.late: list[tuple[Variables, int]] = []
        self.late_losses: list[tuple[Value, int]] = []
        self.resolve: Callable[[str, int, Module], Value | None] = lambda name, level, module: None

    # -- running ------------------------------------------------------------

    def eval(self, node: ast.expr | None) -> Value:
        """The value of an expression."""
        if node is None:
            return Constant(None)
        self.steps += 1
        if self.steps > BUDGET:
            raise ExhaustedError
        handler = self._evaluate.get(type(node))
        value = handler(self, node) if handler else Opaque()
        if isinstance(value, (Sequence, Mapping)) and not isinstance(value, Lazy):
            self.spend(size(value))
        return value

    def spend(self, elements: int) -> None:
        """Count elements that are handled now: what a program costs must not grow faster than the program."""
        self.handled += elements
        if self.handled > MOST_HANDLED:
            raise ExhaustedError

    def run(self, body: Iterable[ast.stmt]) -> None:
        """Execute statements until one ends the block."""
        for statement in body:
            if self.ended:
                return
            self.steps += 1
            handler = self._execute.get(type(statement))
            if handler:
                handler(self, statement)

    def call(self, target: Value, arguments: Arguments) -> Value:
        """The value of calling something."""
        return self._call(self, target, arguments)

    def invoke(self, target: Value, values: Items[Value], node: ast.expr, **keywords: Value) -> Value:
        """Call with plain values, all standing at one expression."""
        return self.call(
            target,
            Arguments(
                node,
                tuple((node, value) for value in values),
                tuple((name, node, value) for name, value in keywords.items()),
            ),
        )

    def happened(
        self, did: Did, owner: Value, node: ast.expr, word: str = "", value: Value | None = None
    ) -> None:
        """Remember what was done to a model, in order."""
        loops = tuple(self.loops)
        self.log.events.append(Event(did, owner, self.site(node), word, value, self.path, loops))

    @property
    def taped(self) -> bool:
        """Whether a tape sees what happens now, for certain."""
        return bool(self.recorded & ~SUPPOSED)

    def site(self, node: ast.expr | ast.stmt) -> Site:
        """This expression, run by the current frame."""
        return Site(node, self.frame, self.chain)

    @contextmanager
    def during(
        self, *, frame: Frame | None = None, scope: Scope | None = None, recorded: int | None = None
    ) -> Iterator[None]:
        """Run in another frame, scope or under other tapes, then come back."""
        before = self.frame, self.scope, self.recorded
        self.frame = frame or self.frame
        self.scope = scope or self.scope
        self.recorded = self.recorded if recorded is None else recorded
        try:
            yield
        finally:
            self.frame, self.scope, self.recorded = before

    @contextmanager
    def once(self, frame: Frame | None = None) -> Iterator[None]:
        """Run something that runs before the steps that count: no tape sees it, and it is no part of the
        call of a chain."""
        chain, self.chain = self.chain, None
        try:
            with self.during(frame=frame, recorded=0):
                yield
        finally:
            self.chain = chain

    @contextmanager
    def calling(self, owner: Instance | Layer, node: ast.expr, *, symbolic: bool) -> Iterator[Pending]:
        """Run a layer's call; a placeholder among its arguments makes all of it part of a functional
        graph."""
        pending = Pending()
        self.layer_depth += 1
        try:
            with self.during(recorded=ALWAYS if symbolic else None):
                yield pending
        finally:
            self.layer_depth -= 1
        if not self.layer_depth:
            self.log.calls.append(ModelCall(owner, pending.result, self.site(node), symbolic))

    @contextmanager
    def maybe(self) -> Iterator[None]:
        """Run something that may not run at all: what it stores on objects joins what was there."""
        self.branches += 1
        try:
            yield
        finally:
            self.branches -= 1

    @contextmanager
    def description(self, of: bool) -> Iterator[None]:
        """Run something that only describes an object: what it hands out, nobody uses for anything else."""
        before, self.describing = self.describing, of
        try:
            yield
        finally:
            self.describing = before

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Run what has nothing to do with where the machine stands: a module when it is imported."""
        kept = self.branches, self.path, self.chain, self.layer_depth, self.loops, self.running
        flow = self.returns, self.ended, self.dead
        self.branches, self.path, self.chain, self.layer_depth, self.loops, self.running = (
            0,
            (),
            None,
            0,
            [],
            [],
        )
        self.returns, self.ended, self.dead = [], False, False
        try:
            yield
        finally:
            self.branches, self.path, self.chain, self.layer_depth, self.loops, self.running = kept
            self.returns, self.ended, self.dead = flow

    def entered(self, where: str, phase: Phase, function: Function, call: ast.expr) -> Frame:
        """A frame for a function called now."""
        return Frame(function.module, where, phase, self.frame, function, call)

    # -- values -------------------------------------------------------------

    def nodes(self, value: Value | None, site: Site, depth: int = 12) -> Iterator[int]:
        """The graph nodes whose numbers a value holds, at any depth (a list may hold itself)."""
        if isinstance(value, (Sequence, Mapping, Choice, Method, Zip)):
            for held in self._held(value, depth, {}):
                yield from self._own_nodes(held)
        else:
            yield from self._own_nodes(value)

    def _own_nodes(self, value: Value | None) -> Iterator[int]:
        match value:
            case Tensor() | Held() | Gradients():
                yield value.node
            case WeightRef():
                yield value.weight.node
            case Opaque() if value.node is not None:
                yield value.node
            case Variables():
                yield self.all_of(value)

    def _held(self, value: Value, depth: int, seen: dict[int, int]) -> Iterator[Value]:
        """What is inside of a value, each once: two places may hold the same list."""
        inside = _inside(value)
        if inside is None:
            yield value
            return
        self.spend(len(inside))
        for item in inside if depth else ():
            if seen.get(id(item), 0) < depth:
                seen[id(item)] = depth
                yield from self._held(item, depth - 1, seen)

    def all_of(self, variables: Variables) -> int:
        """One node for all weights of some owners (not yet read); its edges are drawn when their weights
        are all known."""
        node = self.graph.node()
        self.late.append((variables, node))
        return node

    def draw(
        self,
        value: Value,
        target: int,
        site: Site,
        *,
        kind: Kind | None = None,
        keras: int = EITHER,
        recorded: int | None = None,
        missed: Kind | None = None,
        detail: str = "",
    ) -> None:
        """Edges from everything a value holds to a node."""
        if isinstance(value, Constant):
            return
        bits = self.recorded if recorded is None else recorded
        for source in (value.node,) if isinstance(value, Tensor) else self.nodes(value, site):
            self.graph.connect(Edge(source, target, site, kind, keras, bits, missed, detail))

    def compute(
        self,
        node: ast.expr,
        values: Iterable[Value],
        *,
        kind: Kind | None = None,
        keras: int = EITHER,
        detail: str = "",
    ) -> Tensor:
        """A new tensor computed from values by the operation at this expression."""
        inputs = list(values)
        symbolic = any(is_symbolic(value) for value in inputs)
        result, site = self.graph.node(), self.site(node)
        for value in inputs:
            self.draw(
                value,
                result,
                site,
                kind=kind,
                keras=keras,
                recorded=ALWAYS if symbolic else None,
                detail=detail,
            )
        return Tensor(result, symbolic=symbolic)

    def noted(
        self, result: Tensor, operation: str, node: ast.expr, values: Iterable[tuple[ast.expr, Value]]
    ) -> Tensor:
        """The same tensor, remembered as the result of an operator."""
        note(self, result, operation, Arguments(node, tuple(values)))
        return result

    def unknown(self, node: ast.expr, values: Iterable[Value], reason: Reason = Reason.CALL) -> Tensor:
        """The result of something unknown: it depends on everything it was given, and everything flows."""
        inputs = list(values)
        result, site = self.graph.node(), self.site(node)
        for value in inputs:
            self.draw(value, result, site, recorded=ALWAYS)
            self.escape(value, node, reason)
        self.graph.unknown.add(result)
        self.doubt(result, node, reason)
        return Tensor(result, symbolic=any(is_symbolic(value) for value in inputs), unknown=True)

    def doubt(self, result: int, node: ast.expr, reason: Reason) -> None:
        """Remember that nothing is known of what computes a value."""
        self.graph.doubts.setdefault(result, Doubt(reason, self.site(node)))

    def escape(self, value: Value, node: ast.expr, reason: Reason = Reason.CALL) -> None:
        """Something unknown got hold of this value: its weights may be used anywhere from now on."""
        if self.describing or isinstance(value, (Constant, Tensor)):
            return
        for held in flatten(value):
            match held:
                case WeightRef():
                    self.graph.connect(Edge(held.weight.node, self.escape_node, None))
                    self.graph.escapes.setdefault(held.weight.node, Doubt(reason, self.site(node)))
                case Instance() | Layer() if not held.escaped:
                    held.escaped = Doubt(reason, self.site(node))
                    if isinstance(held, Instance):
                        for attribute in list(held.attributes.values()):
                            self.escape(attribute, node, reason)
                    for part in held.parts if isinstance(held, Layer) else ():
                        self.escape(part, node, reason)

    def join(self, values: Iterable[Value], node: ast.expr | ast.stmt) -> Value:
        """One value that may be any of these."""
        options = self._distinct(map(used, values))
        if len(options) == 1:
            return options[0]
        if not options:
            return Constant(None)
        numbers = sum(isinstance(option, (Tensor, Constant)) for option in options)
        if numbers == len(options) > MOST_NUMBERS or len(options) > MOST_OPTIONS or _all_tensors(options):
            return self._merged(options, node)
        return Choice(tuple(options))

    def _distinct(self, values: Iterable[Value]) -> list[Value]:
        """The values that may be told apart, each once."""
        options: dict[int, Value] = {}
        known: list[Value] = []
        for value in values:
            for option in value.options if isinstance(value, Choice) else (value,):
                if isinstance(option, (Constant, External)) and id(option) not in options:
                    if len(known) > MOST_OPTIONS or any(same(option, other) for other in known):
                        continue
                    known.append(option)
                options[id(option)] = option
        return [*options.values()]

    def _merged(self, options: list[Value], node: ast.expr | ast.stmt) -> Tensor:
        result, site = self.graph.node(), self.site(node)
        for option in options:
            self.draw(option, result, site, recorded=ALWAYS)
        tensors = [option for option in options if isinstance(option, Tensor)]
        unknown = len(tensors) < len(options) or any(tensor.unknown for tensor in tensors)
        if unknown:
            self.graph.unknown.add(result)
        if isinstance(node, ast.expr):
            self.operations[result] = Operation(
                JOIN, Arguments(node, tuple((node, option) for option in options)), site
            )
        return Tensor(
            result,
            symbolic=any(tensor.symbolic for tensor in tensors),
            numpy=bool(tensors) and all(tensor.numpy for tensor in tensors),
            unknown=unknown,
        )


def _all_tensors(options: Items[Value]) -> bool:
    return all(isinstance(option, Tensor) for option in options)


def flatten(value: Value | None, depth: int = 6) -> Iterator[Value]:
    """A value and everything inside its containers, each once."""
    return iter(()) if value is None else _flat(value, depth, {})


def _flat(value: Value, depth: int, seen: dict[int, int]) -> Iterator[Value]:
    inside = _inside(value) if isinstance(value, (Sequence, Mapping, Choice)) else None
    if inside is None:
        yield value
        return
    for item in inside if depth > 1 else ():
        if seen.get(id(item), 0) < depth:
            seen[id(item)] = depth
            yield from _flat(item, depth - 1, seen)


def _inside(value: Value) -> Items[Value] | None:
    """The elements of a container; None for what is none."""
    match value:
        case Sequence():
            return value.items
        case Mapping():
            return [*value.entries.values(), *value.rest]
        case Choice():
            return value.options
        case Method():
            return (value.receiver,)
        case Zip():
            return value.parts
    return None


def size(value: Sequence | Mapping) -> int:
    """How many elements a container holds."""
    return len(value.items) if isinstance(value, Sequence) else len(value.entries) + len(value.rest)


def builds_graph(machine: Machine, values: Items[Value]) -> bool:
    """Whether calling a layer on these values extends a functional graph: one is a placeholder, or, in a
    constructor, may be."""
    if any(is_symbolic(value) for value in values):
        return True
    unclear = (Opaque, Constant)
    return machine.frame.phase is Phase.CONSTRUCT and any(
        isinstance(held, unclear) or (isinstance(held, Tensor) and held.unknown)
        for value in values
        for held in flatten(value)
    )


def is_symbolic(value: Value | None) -> bool:
    """Whether a value is, or holds, a Keras placeholder."""
    if isinstance(value, Tensor):
        return value.symbolic
    if not isinstance(value, (Sequence, Mapping, Choice)):
        return False
    return any(isinstance(held, Tensor) and held.symbolic for held in flatten(value))
