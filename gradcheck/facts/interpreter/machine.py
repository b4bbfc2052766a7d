"""The abstract machine: what lasts while a program is followed, where it stands, and the few operations that
every handler is made of.

Handlers live elsewhere (`expressions`, `statements`, `calls`, `library`, `methods`) and reach each other
only through the machine.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as Items
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.contents import distinct, flatten, inside, is_symbolic, size
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import ALWAYS, EITHER, SUPPOSED, Doubt, Edge, Graph, Site
from gradcheck.facts.domain.inside import placed
from gradcheck.facts.domain.scope import Scope
from gradcheck.facts.domain.values import (
    Choice,
    Constant,
    Function,
    Gradients,
    Held,
    Instance,
    Layer,
    Lazy,
    Mapping,
    Method,
    Opaque,
    Partial,
    Sequence,
    Tensor,
    Value,
    Variables,
    WeightRef,
    Zip,
    used,
)
from gradcheck.facts.interpreter.budget import Budget
from gradcheck.facts.interpreter.events import Did, Event
from gradcheck.facts.interpreter.here import Here
from gradcheck.facts.interpreter.log import Log, ModelCall, Pending
from gradcheck.facts.interpreter.operations import JOIN, Operation, note
from gradcheck.report.fate import Reason
from gradcheck.report.kinds import Kind, Phase

if TYPE_CHECKING:
    from gradcheck.source.parse import Module

MOST_NUMBERS, MOST_OPTIONS = 8, 64
"""A value that may be any of more numbers, or of more things, is no longer told apart."""

DEPTH = 24
"""How many functions may be running at once; a call after that flows, unseen."""


Evaluate = Callable[["Machine", Any], Value]
Execute = Callable[["Machine", Any], None]
Call = Callable[["Machine", Value, "Arguments"], Value]


class Machine:
    """Runs code abstractly: what lasts, and in `here` the place of what runs now."""

    def __init__(
        self,
        home: Module,
        evaluate: dict[type, Evaluate],
        execute: dict[type, Execute],
        call: Call,
    ) -> None:
        self.home = home
        self._evaluate, self._execute, self._call = evaluate, execute, call
        self.resolve: Callable[[str, int, Module], Value | None] = lambda name, level, module: None
        self.in_graph_mode = False
        self.budget = Budget()
        self.graph = Graph()
        self.escape_node = self.graph.node()
        self.operations: dict[int, Operation] = {}
        self.log = Log()
        self._next_bit = 4
        self.here = Here(Frame(home, "the module", Phase.IMPORT))

    # -- where it stands ----------------------------------------------------

    @property
    def frame(self) -> Frame:
        """The function or module that runs now."""
        return self.here.frame

    @property
    def scope(self) -> Scope:
        """The names that can be read now."""
        return self.here.scope

    @property
    def recorded(self) -> int:
        """The bit set of tapes that see what happens now."""
        return ALWAYS if self.in_graph_mode else self.here.recorded

    @property
    def taped(self) -> bool:
        """Whether a tape sees what happens now, for certain."""
        return bool(self.recorded & ~SUPPOSED)

    def site(self, node: ast.expr | ast.stmt) -> Site:
        """This expression, run by the current frame."""
        return Site(node, self.frame, self.here.chain)

    def set_flow(self, *, ended: bool, dead: bool) -> None:
        """Say whether the rest of this block runs, and what follows it."""
        self.here = self.here.but(ended=ended, dead=dead)

    def add_return(self, value: Value) -> None:
        """One more value that the running function returns or yields."""
        self.here = self.here.but(returns=(*self.here.returns, value))

    @contextmanager
    def at(self, there: Here) -> Iterator[None]:
        """Run at another place of the same function, then come back, as far as that came."""
        before, self.here = self.here, there
        try:
            yield
        finally:
            self.here = before.after(self.here)

    @contextmanager
    def apart(self, there: Here) -> Iterator[None]:
        """Run something that returns by itself: a function, a module."""
        before, self.here = self.here, there
        try:
            yield
        finally:
            self.here = before

    @contextmanager
    def during(
        self, *, frame: Frame | None = None, scope: Scope | None = None, recorded: int | None = None
    ) -> Iterator[None]:
        """Run in another frame, scope or under other tapes, then come back."""
        here = self.here
        recorded = here.recorded if recorded is None else recorded
        there = here.but(frame=frame or here.frame, scope=scope or here.scope, recorded=recorded)
        with self.at(there):
            yield

    @contextmanager
    def once(self, frame: Frame | None = None) -> Iterator[None]:
        """Run something that runs before the steps that count: no tape sees it, and it is no part of the
        call of a chain."""
        with self.at(self.here.but(frame=frame or self.frame, chain=None, recorded=0)):
            yield

    @contextmanager
    def maybe(self) -> Iterator[None]:
        """Run something that may not run at all: what it stores on objects joins what was there."""
        with self.at(self.here.but(branches=self.here.branches + 1)):
            yield

    @contextmanager
    def description(self, of: bool) -> Iterator[None]:
        """Run something that only describes an object: what it hands out, nobody uses for anything else."""
        with self.at(self.here.but(describing=of)):
            yield

    @contextmanager
    def calling(self, owner: Instance | Layer, arguments: Arguments, *, symbolic: bool) -> Iterator[Pending]:
        """Run a layer's call; a placeholder among its arguments makes all of it part of a functional
        graph."""
        pending, here = Pending(), self.here
        recorded = ALWAYS if symbolic else here.recorded
        with self.at(here.but(recorded=recorded, layer_depth=here.layer_depth + 1)):
            yield pending
        if not here.layer_depth:
            site = self.site(arguments.node)
            self.log.calls.append(ModelCall(owner, arguments, pending.result, site, symbolic))

    def entered(self, where: str, phase: Phase, function: Function, call: ast.expr) -> Frame:
        """A frame for a function called now."""
        return Frame(function.module, where, phase, self.frame, function, call)

    # -- running ------------------------------------------------------------

    def eval(self, node: ast.expr | None) -> Value:
        """The value of an expression."""
        if node is None:
            return Constant(None)
        self.budget.step()
        handler = self._evaluate.get(type(node))
        value = handler(self, node) if handler else Opaque()
        if isinstance(value, (Sequence, Mapping)) and not isinstance(value, Lazy):
            self.budget.spend(size(value))
        return value

    def run(self, body: Iterable[ast.stmt]) -> None:
        """Execute statements until one ends the block."""
        for statement in body:
            if self.here.ended:
                return
            self.budget.step()
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
        path, loops = self.here.path, self.here.loops
        self.log.events.append(Event(did, owner, self.site(node), word, value, path, loops))

    def new_bit(self) -> int:
        """The bit of one more tape."""
        bit, self._next_bit = self._next_bit, self._next_bit << 1
        return bit

    # -- values -------------------------------------------------------------

    def nodes(self, value: Value | None, depth: int = 12) -> Iterator[int]:
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
        items = inside(value)
        if items is None:
            yield value
            return
        self.budget.spend(len(items))
        for item in items if depth else ():
            if seen.get(id(item), 0) < depth:
                seen[id(item)] = depth
                yield from self._held(item, depth - 1, seen)

    def all_of(self, variables: Variables) -> int:
        """One node for all weights of some owners (not yet read); its edges are drawn when their weights
        are all known."""
        node = self.graph.node()
        self.log.late.append((variables, node))
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
        for source in (value.node,) if isinstance(value, Tensor) else self.nodes(value):
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

    def unknown(self, node: ast.expr, values: Iterable[Value], reason: Reason | None = Reason.CALL) -> Tensor:
        """The result of something unknown: it depends on everything it was given, and everything flows.
        Without a reason it is the caller's own choice, and taken for something that a gradient passes."""
        inputs = list(values)
        result, site = self.graph.node(), self.site(node)
        for value in inputs:
            self.draw(value, result, site, recorded=ALWAYS)
            self.escape(value, node, reason or Reason.CALL)
        self.graph.unknown.add(result)
        if reason is None:
            self.graph.chosen[result] = self.recorded
        else:
            self.doubt(result, node, reason)
        return Tensor(result, symbolic=any(is_symbolic(value) for value in inputs), unknown=True)

    def doubt(self, result: int, node: ast.expr, reason: Reason) -> None:
        """Remember that nothing is known of what computes a value."""
        self.graph.doubts.setdefault(result, Doubt(reason, self.site(node), self.recorded))

    def escape(self, value: Value, node: ast.expr, reason: Reason = Reason.CALL) -> None:
        """Something unknown got hold of this value: its weights may be used anywhere from now on."""
        if self.here.describing or isinstance(value, (Constant, Tensor)):
            return
        if isinstance(value, Mapping):
            value.lent = True
        for held in flatten(value):
            match held:
                case WeightRef():
                    self.graph.connect(Edge(held.weight.node, self.escape_node, None))
                    self.graph.escapes.setdefault(held.weight.node, Doubt(reason, self.site(node)))
                case Held():
                    self.log.lent.add(held.node)
                case Function() | Partial():
                    self.log.cleared.clear()  # it may write to any variable
                    self.log.begun.clear()
                case Instance() | Layer() if not held.escaped:
                    held.escaped = Doubt(reason, self.site(node))
                    if isinstance(held, Instance):
                        for attribute in list(held.attributes.values()):
                            self.escape(attribute, node, reason)
                    for part in held.parts if isinstance(held, Layer) else ():
                        self.escape(part, node, reason)

    def join(self, values: Iterable[Value], node: ast.expr | ast.stmt) -> Value:
        """One value that may be any of these."""
        options = distinct(map(used, values), MOST_OPTIONS)
        if len(options) == 1:
            return options[0]
        if not options:
            return Constant(None)
        numbers = sum(isinstance(option, (Tensor, Constant)) for option in options)
        if (
            numbers == len(options) > MOST_NUMBERS
            or len(options) > MOST_OPTIONS
            or all(isinstance(option, Tensor) for option in options)
        ):
            return self._merged(options, node)
        return Choice(tuple(options))

    def _merged(self, options: list[Value], node: ast.expr | ast.stmt) -> Tensor:
        result, site = self.graph.node(), self.site(node)
        for option in options:
            self.draw(option, result, site, recorded=ALWAYS)
        tensors = [option for option in options if isinstance(option, Tensor)]
        unknown = len(tensors) < len(options) or any(tensor.unknown for tensor in tensors)
        if unknown:
            self.graph.unknown.add(result)
        place = node if isinstance(node, ast.expr) else placed(node)
        self.operations[result] = Operation(
            JOIN, Arguments(place, tuple((place, option) for option in options)), site
        )
        return Tensor(
            result,
            symbolic=any(tensor.symbolic for tensor in tensors),
            numpy=bool(tensors) and all(tensor.numpy for tensor in tensors),
            unknown=unknown,
        )
