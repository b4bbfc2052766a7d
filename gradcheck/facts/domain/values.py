"""The abstract values: what an expression may be, as far as gradients care."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcheck.base.lazy_dataclass import dataclass

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from gradcheck.facts.domain.arguments import Arguments
    from gradcheck.facts.domain.classes import ClassModel
    from gradcheck.facts.domain.graph import Doubt, Site
    from gradcheck.facts.domain.scope import Scope
    from gradcheck.report.fate import Reason
    from gradcheck.source.parse import Module


class Value:
    """Anything an expression can evaluate to."""

    __slots__ = ()


@dataclass(eq=False, repr=False)
class Opaque(Value):
    """A value of which nothing is known (a parameter, an unresolved name). `default` is what it is when
    nobody says otherwise.

    `node` stands for whatever trainable things it may hold; it exists once the program uses it as a model.
    `each_of` says that it is each of a model's variables in turn, `taken` by which loop, `reason` why nothing
    is known of it. `one_of_many` stands at a place that is not known: the next that does may be another.
    """

    default: Value | None = None
    label: str = ""
    node: int | None = None
    attributes: dict[str, Value] = field(default_factory=dict)
    each_of: Variables | None = None
    taken: Site | None = None
    reason: Reason | None = None
    part_of: Value | None = None
    one_of_many: bool = False


@dataclass(eq=False, repr=False)
class Constant(Value):
    """A Python constant; `known` is False for one whose value is not tracked (a shape, a length); `rounded`
    is a zero that whole numbers made of something else (`1 // 2`, `int(0.5)`). `below`: a loop's counter,
    from zero up to this."""

    value: Any = None
    known: bool = True
    rounded: bool = False
    below: int | None = None


@dataclass(eq=False, repr=False)
class Data(Constant):
    """Something of Python's that holds no weight (parsed options, a row of a file); so do all its parts."""

    known: bool = False


@dataclass(eq=False, repr=False)
class Tensor(Value):
    """Numbers computed from other numbers. `symbolic`: a Keras placeholder, recorded by no tape and always
    differentiable. `one_of_many` came out of a list: the next that does may be another."""

    node: int
    symbolic: bool = False
    numpy: bool = False
    unknown: bool = False
    one_of_many: bool = False


@dataclass(eq=False, repr=False)
class WeightRef(Value):
    """A weight itself, not yet read; `listed` is the list of variables it was taken from, `taken` by which
    loop."""

    weight: Birth
    listed: Variables | None = None
    taken: Site | None = None


@dataclass(eq=False, repr=False)
class Birth:
    """A weight as the source creates it. `bare`: a `tf.Variable`, which TensorFlow Probability keeps by
    reference and Keras 3 does not track; `of_layer`: all weights of a library layer, or with `part` one of
    them; `trainable` is None when unclear."""

    node: int
    site: Site
    name: str
    label: str
    trainable: bool | None = True
    bare: bool = False
    integer: bool = False
    regularized: bool = False
    of_layer: bool = False
    owner: Value | None = None
    part: str = ""


@dataclass(eq=False, repr=False)
class Sequence(Value):
    """A list, tuple, set or generator. `many`: any number of elements like the ones in `items`, or `size` of
    them; `part`: what a slice took, or a list many times, so that there may be one alone; `names` are what a
    named tuple of the class `model` calls them; `branches` are those that were open where it was written."""

    items: list[Value] = field(default_factory=list)
    many: bool = False
    kind: str = "list"
    size: int | None = None
    names: tuple[str, ...] = ()
    model: ClassModel | None = None
    part: bool = False
    branches: int = 0

    @property
    def length(self) -> int | None:
        """How many elements there are, if that is known."""
        return self.size if self.many else len(self.items)


class Deferred(Value):
    """What an import names: looked for when somebody uses it, so that the others cost nothing."""

    __slots__ = ("_produce", "_value", "busy")

    def __init__(self, produce: Callable[[], Value]) -> None:
        self._produce: Callable[[], Value] | None = produce
        self._value: Value = Opaque()
        self.busy = False

    def get(self) -> Value:
        """The value itself; unknown to those who ask while it is being found."""
        if self._produce is not None:
            produce, self._produce = self._produce, None
            self.busy = True
            self._value = used(produce())
            self.busy = False
        return self._value


def used(value: Value) -> Value:
    """A value when somebody uses it."""
    return value.get() if isinstance(value, Deferred) else value


class Lazy(Sequence):
    """A generator, or what `map` returns: it runs when somebody takes its items, and under the tapes of
    then. `over` is what `enumerate` counts."""

    def __init__(self, produce: Callable[[], tuple[list[Value], bool]]) -> None:
        self._produce: Callable[[], tuple[list[Value], bool]] | None = produce
        self._made: tuple[list[Value], bool] = ([], True)
        self.kind = "generator"
        self.over: Value | None = None

    def _run(self) -> tuple[list[Value], bool]:
        if self._produce is not None:
            produce, self._produce = self._produce, None
            self._made = produce()
        return self._made

    @property
    def items(self) -> list[Value]:
        """What it yields."""
        return self._run()[0]

    @items.setter
    def items(self, items: list[Value]) -> None:
        self._made = (items, self.many)

    @property
    def many(self) -> bool:
        """Whether it yields any number of items."""
        return self._run()[1]

    @many.setter
    def many(self, many: bool) -> None:
        self._made = (self.items, many)


def known_size(value: Value) -> int | None:
    """How many items a value has, if that is known without running what yields them."""
    if isinstance(value, Lazy):
        return value.size
    return value.length if isinstance(value, Sequence) else None


@dataclass(eq=False, repr=False)
class Mapping(Value):
    """A dict: entries under known keys, and `rest` for the others; `defaulted` came by `setdefault`. A
    module's namespace is one, too, and knows its `module`, as is an object's `__dict__`: `attributes_of`.
    `default` makes what is missing; `lent`: something unknown got hold of it, and may have filled it."""

    entries: dict[Any, Value] = field(default_factory=dict)
    rest: list[Value] = field(default_factory=list)
    kind: str = "dict"
    defaulted: list[Value] = field(default_factory=list)
    module: Module | None = None
    default: Value | None = None
    attributes_of: Instance | None = None
    lent: bool = False


@dataclass(eq=False, repr=False)
class Choice(Value):
    """One of several values, depending on a branch."""

    options: tuple[Value, ...]


@dataclass(eq=False, repr=False)
class External(Value):
    """A library object under its canonical dotted name."""

    name: str


@dataclass(eq=False, repr=False)
class Held(Value):
    """A library object that keeps what it was made from: a distribution, a bijector, a loss, a metric.
    `drawn` is the same without the parameters to which its samples carry no gradient, where they do to
    others; `parameters` are what it keeps its arguments in, where a statistic may depend on some of them
    only; `tensor` is what it is where a tensor is wanted, if that is said."""

    name: str
    node: int
    made: str
    site: Site
    arguments: tuple[list[Value], dict[str, Value]] = field(default_factory=lambda: ([], {}))
    drawn: Held | None = None
    parameters: list[Parameter] = field(default_factory=list)
    tensor: Value | None = None

    def argument(self, name: str, position: int) -> Value | None:
        """What it was made from, under this name or at this position."""
        positional, keywords = self.arguments
        return keywords.get(name, positional[position] if len(positional) > position else None)


class Parameter(NamedTuple):
    """An argument of a distribution, with what keeps it."""

    name: str | None
    position: int | None
    kept: Held


USERS = "?"
"""What a decorator is called that is no library's."""


@dataclass(eq=False, repr=False)
class Function(Value):
    """A function of the user's, with the scope it closes over and the object it is bound to.

    `defaults` are the values of its parameters' defaults, evaluated once, where it is defined; `yields` says
    that it is a generator. `wrappers` are those of its decorators that are functions of the user's; `setter`
    is what stores into a property, if this is one that has it; `variants` are what `singledispatch` chooses
    from by the type of the first argument.
    """

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    module: Module
    bound: Value | None = None
    owner: ClassModel | None = None
    decorators: tuple[str, ...] = ()
    defaults: dict[str, Value] = field(default_factory=dict)
    yields: bool = False
    wrappers: tuple[Function, ...] = ()
    setter: Function | None = None
    variants: list[Function] = field(default_factory=list)

    def bind(self, value: Value) -> Function:
        """The same function as a method of an object."""
        kept = self.decorators, self.defaults, self.yields, self.wrappers, self.setter, self.variants
        return Function(self.node, self.scope, self.module, value, self.owner, *kept)


@dataclass(eq=False, repr=False)
class ClassRef(Value):
    """A class of the user's."""

    model: ClassModel


@dataclass(eq=False, repr=False)
class Instance(Value):
    """An object of a user's class. `given` is what its library base was constructed with; `hidden` names the
    attributes that were set past its class's own `__setattr__`, so that Keras does not know of them. `node`
    stands for the weights that a class below will add, where it has none of its own."""

    model: ClassModel
    site: Site | None
    attributes: dict[str, Value] = field(default_factory=dict)
    births: list[Birth] = field(default_factory=list)
    built: bool = False
    escaped: Doubt | None = None
    called: list[Site] = field(default_factory=list)
    losses: list[int] = field(default_factory=list)
    compiled: dict[str, Value] | None = None
    owner: Value | None = None
    label: str = ""
    hidden: set[str] = field(default_factory=set)
    node: int | None = None
    given: dict[str, Value] = field(default_factory=dict)


@dataclass(eq=False, repr=False)
class Layer(Value):
    """A library layer or model. `births` are its weights; `parts` the layers it wraps or chains, `outputs`
    a functional graph's."""

    name: str
    site: Site
    births: list[Birth] = field(default_factory=list)
    parts: list[Value] = field(default_factory=list)
    inputs: Value | None = None
    outputs: Value | None = None
    options: dict[str, Value] = field(default_factory=dict)
    called: list[Site] = field(default_factory=list)
    losses: list[int] = field(default_factory=list)
    compiled: dict[str, Value] | None = None
    escaped: Doubt | None = None
    owner: Value | None = None
    label: str = ""
    made: Arguments | None = None


@dataclass(eq=False, repr=False)
class Variables(Value):
    """`model.trainable_variables` and its like: the weights of the owners, whatever they will be. `site` is
    the reading; `lists` are those that a loop put together."""

    owners: tuple[Value, ...]
    site: Site
    lists: tuple[Variables, ...] = ()


@dataclass(eq=False, repr=False)
class Tape(Value):
    """A `tf.GradientTape`. `asked` holds its `gradient()` calls, each with the branches that lead there;
    `loops` are those it is entered in, of the function that enters it. `watched` says of each watched node
    how often it had been used before; `alone`: nothing else is seen, not even a variable that is trained."""

    bit: int
    site: Site
    persistent: bool = False
    entered: list[Site] = field(default_factory=list)
    loops: tuple[ast.stmt, ...] = ()
    watched: dict[int, int] = field(default_factory=dict)
    watches: dict[int, Site] = field(default_factory=dict)
    alone: bool = False
    asked: list[tuple[Site, tuple[tuple[int, int], ...]]] = field(default_factory=list)


@dataclass(eq=False, repr=False)
class Gradients(Value):
    """What `tape.gradient` returns: list-like, computed from the target; `sources` says for what, `loops` in
    which loops."""

    node: int
    sources: Value
    site: Site
    loops: tuple[ast.stmt, ...] = ()


@dataclass(eq=False, repr=False)
class Zip(Value):
    """`zip(...)`, remembered whole: optimizers are given gradients zipped with variables. `listed`: a list of
    all that is in it, which may be gone through again."""

    parts: tuple[Value, ...]
    listed: bool = False


@dataclass(eq=False, repr=False)
class Partial(Value):
    """`functools.partial(function, ...)`."""

    function: Value
    positional: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]


@dataclass(eq=False, repr=False)
class Super(Value):
    """`super()` inside a method of `after`, bound to an object."""

    bound: Instance
    after: ClassModel | None


@dataclass(eq=False, repr=False)
class Method(Value):
    """A method of an abstract value that is not the user's code."""

    receiver: Value
    name: str
    site: Site


NONE = Constant(None)
UNTRACKED_CONSTANT = Constant(known=False)


def is_none(value: Value | None) -> bool:
    """Whether a value is certainly None; what was not given is."""
    return value is None or (isinstance(value, Constant) and value.known and value.value is None)


def plain(value: Value | None) -> Any:
    """The value of a Python constant that is known; None for anything else."""
    return value.value if isinstance(value, Constant) and value.known else None


INPUT_LAYER = "keras.layers.InputLayer"


def is_input_layer(value: Value) -> bool:
    """Whether a layer is what stands for a model's input."""
    return isinstance(value, Layer) and value.name == INPUT_LAYER


def is_keras_weight(value: Value) -> bool:
    """Whether a value is a weight that Keras 3 keeps in a variable of its own kind."""
    return isinstance(value, WeightRef) and not value.weight.bare
