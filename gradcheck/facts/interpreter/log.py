"""What interpretation leaves behind besides the graph: what was asked, called, compiled, rebound."""

from __future__ import annotations

import ast
from dataclasses import field

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.classes import ClassModel
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import (
    Birth,
    Function,
    Gradients,
    Instance,
    Layer,
    Opaque,
    Sequence,
    Tape,
    Tensor,
    Value,
    Variables,
    Zip,
)
from gradcheck.facts.interpreter.events import Event, Training
from gradcheck.source.parse import Module


@dataclass(frozen=True)
class Query:
    """One `tape.gradient(target, sources)`, or its like inside Keras; asked of the graph once it is
    complete."""

    tape: Tape | None
    bit: int
    target: tuple[int, ...]
    sources: Value
    site: Site
    scene: str

    @property
    def in_training(self) -> bool:
        """Whether a tape or `fit` asks, not just the layer's own output."""
        return self.scene != "call"


@dataclass(frozen=True, eq=False, repr=False)
class NotTaken:
    """What an object does not do, as it was set up, or not while it trains, or since no call tells it that it
    trains; `site` is the test that says so."""

    site: Site
    arm: tuple[ast.AST, ...]
    trains: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class Refused:
    """A call that always raises, since a layer takes no such argument, and a `try` goes on."""

    site: Site
    owner: Instance | Layer


@dataclass(frozen=True, eq=False, repr=False)
class Unread:
    """The values that a function was handed in a parameter which it never reads."""

    nodes: tuple[int, ...]
    site: Site


@dataclass(eq=False, repr=False)
class Applied:
    """One `optimizer.apply_gradients(zip(gradients, variables))`."""

    gradients: Gradients
    variables: Value
    site: Site


@dataclass(frozen=True, eq=False, repr=False)
class Moved:
    """Values were assigned to each of these variables, by this method; `recorded` is for which tapes."""

    variables: Variables
    values: list[Value]
    site: Site
    method: str
    recorded: int


@dataclass(frozen=True, eq=False, repr=False)
class Cleared:
    """A variable was set to zero, behind these branches and in these loops."""

    site: Site
    path: tuple[tuple[int, int], ...]
    loops: tuple[ast.stmt, ...]


@dataclass(eq=False, repr=False)
class Handed:
    """What one `optimizer.apply_gradients(pairs)` was given; `cleared` are those of the values, by node, that
    are variables that hold zeros then, each with the place that set it to zero; `restarted` those that every
    round of a loop that is over set to zero before it added to them."""

    pairs: Value
    site: Site
    cleared: dict[int, Site]
    restarted: dict[int, Cleared]
    loops: tuple[ast.stmt, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Update:
    """One step of an optimizer, for these variables; None for those that it was built with."""

    optimizer: Value
    variables: Value | None
    site: Site


@dataclass(frozen=True, eq=False, repr=False)
class Replaced:
    """A list that each round of a loop replaces by another one, under this name."""

    old: Sequence
    new: Value
    name: str
    loop: Site


@dataclass(eq=False, repr=False)
class ModelCall:
    """A layer or model was called, outside every other layer's call: on what, the result, and whether it
    extends a functional graph."""

    owner: Instance | Layer
    arguments: Arguments
    result: Value
    site: Site
    symbolic: bool


@dataclass(eq=False, repr=False)
class LibraryCall:
    """A library function or class was called by this name."""

    name: str
    arguments: Arguments
    site: Site


@dataclass(eq=False, repr=False)
class Rebinding:
    """A name that held a weight was given a tensor. `lasting`: the next step finds the tensor under that
    name. `in_call`: a layer's own call did it; `at_once`: the code that makes the layer did, always."""

    birth: Birth
    value: Tensor
    site: Site
    attribute: bool
    lasting: bool
    in_call: bool = False
    at_once: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class Renamed:
    """The name that a loop gives each of a list of variables was given a tensor."""

    variables: Variables
    value: Tensor
    site: Site


@dataclass(eq=False, repr=False)
class Overwritten:
    """A name that held a value was given another one; `loop` is the loop whose every round does so, when it
    was an empty list or a zero before, and `lists` are what its rounds take an element of."""

    old: Value
    new: Value
    site: Site
    loop: ast.stmt | None = None
    lists: tuple[Sequence, ...] = ()


@dataclass(eq=False, repr=False)
class PassedOver:
    """A list, written as this expression, of which a `loop` takes no more than the first `taken` elements, or
    passes over some, as `left` has it: `[:2]`."""

    value: Sequence
    written: ast.expr
    taken: int
    site: Site
    left: str = ""
    loop: ast.stmt | None = None


@dataclass(eq=False, repr=False)
class Late:
    """A function that a loop makes, and the list of layers, written as this expression, of which it takes the
    one of the loop's last round whenever it is called."""

    function: ast.AST
    written: ast.expr
    value: Sequence
    site: Site
    loop: ast.stmt | ast.expr


@dataclass(frozen=True, eq=False, repr=False)
class LateWeight:
    """A function that a loop makes, and a weight of each round, of which it reads that of the last round."""

    function: ast.AST
    name: str
    birth: Birth
    site: Site
    loop: ast.stmt | ast.expr


@dataclass(frozen=True, eq=False, repr=False)
class Traced:
    """A `tf.function` was made, or, in this frame, run with these arguments; in these loops and branches."""

    function: Function
    loops: tuple[ast.stmt, ...]
    path: tuple[tuple[int, int], ...]
    frame: Frame | None = None
    arguments: Arguments | None = None


@dataclass(frozen=True, eq=False, repr=False)
class OneShot:
    """An iterator that is given a name or an attribute at this place, in these loops and branches."""

    value: Value
    site: Site
    loops: tuple[ast.stmt, ...]
    path: tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False, repr=False)
class GoneThrough:
    """A loop or a comprehension, this node, went through an iterator, in these other loops and branches."""

    value: Value
    node: ast.stmt | ast.expr
    site: Site
    loops: tuple[ast.stmt, ...]
    path: tuple[tuple[int, int], ...]


@dataclass(eq=False, repr=False)
class Sliced:
    """A part of a list of layers that a slice takes, from the place `first` on."""

    layers: tuple[Value, ...]
    first: int
    taken: int
    site: Site


@dataclass(eq=False, repr=False)
class Discarded:
    """A value that a call was given whose result nobody uses."""

    value: Value
    site: Site


@dataclass(eq=False, repr=False)
class Pending:
    """The result of a call that is still running."""

    result: Value = field(default_factory=Opaque)


@dataclass(eq=False, repr=False)
class Log:
    """What interpretation leaves behind besides the graph."""

    births: list[Birth] = field(default_factory=list)
    modules: list[Module] = field(default_factory=list)
    """The other files that were followed."""
    layers: list[Layer] = field(default_factory=list)
    instances: list[Instance] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)
    applied: list[Applied] = field(default_factory=list)
    tapes: list[Tape] = field(default_factory=list)
    functions_run: set[ast.AST] = field(default_factory=set)
    classes: list[ClassModel] = field(default_factory=list)
    rebound: list[Rebinding] = field(default_factory=list)
    renamed: list[Renamed] = field(default_factory=list)
    gradients: list[Gradients] = field(default_factory=list)
    fitted: list[tuple[Instance | Layer, Site]] = field(default_factory=list)
    piped: list[tuple[Value, Site]] = field(default_factory=list)
    """What the functions of data pipelines return, and where they are handed over."""
    callbacks: list[tuple[Instance | Layer, Value]] = field(default_factory=list)
    fed: list[Arguments] = field(default_factory=list)
    """What `fit` was given."""
    exchanged: list[tuple[Instance | Layer, Arguments, Site, int]] = field(default_factory=list)
    """What `set_weights` was given, and which tapes saw it."""
    moved: list[Moved] = field(default_factory=list)
    calls: list[ModelCall] = field(default_factory=list)
    library_calls: list[LibraryCall] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    trained: list[Training] = field(default_factory=list)
    listed_early: list[Variables] = field(default_factory=list)
    listed_halfway: list[tuple[Variables, int]] = field(default_factory=list)
    overwritten: list[Overwritten] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    not_taken: list[NotTaken] = field(default_factory=list)
    untold: list[NotTaken] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)
    late_bound: list[Late] = field(default_factory=list)
    late_weights: list[LateWeight] = field(default_factory=list)
    traced: list[Traced] = field(default_factory=list)
    one_shots: list[OneShot] = field(default_factory=list)
    gone_through: list[GoneThrough] = field(default_factory=list)
    sliced: list[Sliced] = field(default_factory=list)
    stops: list[Discarded] = field(default_factory=list)
    stepped: list[int] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    lent: set[int] = field(default_factory=set)
    """The library's objects that something unknown got hold of, by node."""
    stepped_by: list[tuple[Instance, Value]] = field(default_factory=list)
    """What optimizers of the program's own are handed as variables."""
    doors: set[int] = field(default_factory=set)
    """The placeholders of functional models, as each further call of them has its own."""
    cleared: dict[int, Cleared] = field(default_factory=dict)
    """The variables that hold zeros now, by node."""
    begun: dict[int, Cleared] = field(default_factory=dict)
    """The variables that were added to since they were set to zero, by node."""
    zipped: list[tuple[Zip, Site]] = field(default_factory=list)
    replaced: list[Replaced] = field(default_factory=list)
    supposed: list[Query] = field(default_factory=list)
    results: list[int] = field(default_factory=list)
    carried: dict[ast.stmt, list[int]] = field(default_factory=dict)
    written: dict[ast.AST, Value] = field(default_factory=dict)
    """The lists and dicts that the source writes out."""
    nested: list[Function] = field(default_factory=list)
    """Functions that other functions define."""
    assigned: set[int] = field(default_factory=set)
    """Variables that the program writes to itself, by node: not to give them their first value."""
    cached: dict[tuple[object, ...], Value] = field(default_factory=dict)
    """What functions returned that run once and keep their result."""
    iterators: list[tuple[Value, Site]] = field(default_factory=list)
    """Iterators that objects keep in attributes, each with the attribute that is set."""
    late: list[tuple[Variables, int]] = field(default_factory=list)
    """Weights that were read before all of them were known, each list with its node."""
    late_losses: list[tuple[Value, int]] = field(default_factory=list)
    """Owners whose losses were read before all of them were known, each with its node."""
    readers: dict[ast.AST, set[int]] = field(default_factory=dict)
    """Of whose objects each `value.name` was read: classes by their definitions; 0 is anything else."""

    @property
    def targets(self) -> set[int]:
        """The nodes of all that a gradient is asked of."""
        return {node for query in self.queries for node in query.target}
