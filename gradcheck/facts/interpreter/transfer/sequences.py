"""Elements of containers: iteration, indexing and unpacking of abstract values."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.graph import ALWAYS
from gradcheck.facts.domain.values import (
    UNTRACKED_CONSTANT,
    Choice,
    Constant,
    Gradients,
    Held,
    Instance,
    Layer,
    Mapping,
    Opaque,
    Sequence,
    Tensor,
    Value,
    Variables,
    WeightRef,
    Zip,
    plain,
)
from gradcheck.facts.interpreter.log import Sliced
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import INDEX
from gradcheck.facts.interpreter.transfer.special_methods import lacks, special
from gradcheck.report.kinds import Kind


def elements(machine: Machine, value: Value, node: ast.expr) -> tuple[list[Value], bool]:
    """The items of a container, and whether there may be any number of them."""
    if isinstance(value, Sequence):
        return value.items, value.many
    return [element(machine, value, node)], True


def element(machine: Machine, value: Value, node: ast.expr) -> Value:
    """What iterating over a value yields."""
    machine.budget.spend(1)
    match value:
        case Sequence():
            items = [
                some_variable(machine, one, node) if isinstance(one, Variables) else one
                for one in value.items
            ]
            found = any_of(machine, items, node) if value.many else machine.join(items, node)
            return found if items and found is not None else Opaque()
        case Mapping():
            return UNTRACKED_CONSTANT
        case Zip():
            return Sequence([element(machine, part, node) for part in value.parts], kind="tuple")
        case Choice():
            return machine.join([element(machine, option, node) for option in value.options], node)
        case Tensor() | WeightRef() | Gradients() | Held():
            return machine.compute(node, [value])
        case Variables():
            return some_variable(machine, value, node)
        case Constant():
            return UNTRACKED_CONSTANT
        case Opaque() if value.node is not None:
            return Opaque(node=value.node)
        case Instance() if (own := special(machine, value, "__iter__", [], node)) is not None:
            return element(machine, own, node)
    return Opaque()


def any_of(machine: Machine, values: list[Value], node: ast.expr) -> Value | None:
    """A value that stands for any of a container's, if there is one."""
    found = machine.join(values, node) if values else None
    if isinstance(found, (Tensor, Opaque)):
        found.one_of_many = True
    return found


def joined(machine: Machine, lists: list[Value], node: ast.expr, *, many: bool) -> Sequence:
    """The items of each list, one list after another."""
    made = Sequence(many=many, kind="chain")
    for one in lists:
        items, more = elements(machine, one, node)
        made.items += items
        made.many = made.many or more
    return made


def some_variable(machine: Machine, variables: Variables, node: ast.expr) -> Value:
    """Each of a model's variables in turn, when somebody iterates over them."""
    found = one_variable(machine, variables)
    if isinstance(found, (Opaque, WeightRef)):
        found.taken = machine.site(node)
    if isinstance(found, Opaque):
        found.each_of = variables
    return found


def one_variable(machine: Machine, variables: Variables) -> Value:
    """One of a model's variables, not known which."""
    births = [birth for owner in variables.owners if isinstance(owner, Layer) for birth in owner.births]
    if len(births) == 1 and len(variables.owners) == 1:
        return WeightRef(births[0], variables)
    return Opaque(node=machine.all_of(variables))


def item(machine: Machine, base: Value, index: Value, node: ast.expr) -> Value:
    """The value of `base[index]`."""
    machine.budget.spend(1)
    match base:
        case Sequence():
            return _sequence_item(machine, base, index, node)
        case Mapping():
            return _mapping_item(machine, base, index, node)
        case Zip():
            return element(machine, base, node)
        case Choice():
            return machine.join([item(machine, option, index, node) for option in base.options], node)
        case Constant():
            return UNTRACKED_CONSTANT
        case Variables():
            return one_variable(machine, base)
        case Tensor() | WeightRef() | Gradients() | Held():
            return _sliced(machine, base, index, node)
        case Opaque():
            return _opaque_item(machine, base, index, node)
        case Instance() | Layer():
            return _item_of_object(machine, base, index, node)
    return Opaque()


def _item_of_object(machine: Machine, base: Instance | Layer, index: Value, node: ast.expr) -> Value:
    own = special(machine, base, "__getitem__", [index], node)
    if own is not None:
        return own
    other = isinstance(base, Instance) and lacks(base, "__getitem__")
    return machine.unknown(node, [index] if other else [base, index])


def _sliced(machine: Machine, base: Value, index: Value, node: ast.expr) -> Tensor:
    if isinstance(base, Opaque) or (isinstance(base, Tensor) and base.unknown):
        return _taken_out(machine, base, index, node)
    result = machine.compute(node, [base])
    machine.draw(index, result.node, machine.site(node), kind=Kind.NO_GRADIENT, detail="an index")
    numpy = isinstance(base, Tensor) and base.numpy
    unknown = isinstance(base, Tensor) and base.unknown
    made = Tensor(result.node, symbolic=result.symbolic, numpy=numpy, unknown=unknown)
    return machine.noted(made, INDEX, node, [(node, base), (node, index)])


def _taken_out(machine: Machine, base: Value, index: Value, node: ast.expr) -> Tensor:
    """What stands at a place in something that may be a list or a dict: looking it up is no operation that a
    tape would have to see."""
    result, site = machine.graph.node(), machine.site(node)
    machine.draw(base, result, site, recorded=ALWAYS)
    machine.draw(index, result, site, kind=Kind.NO_GRADIENT, detail="an index")
    machine.graph.unknown.add(result)
    tensor = base if isinstance(base, Tensor) else Tensor(result)
    made = Tensor(result, symbolic=tensor.symbolic, numpy=tensor.numpy, unknown=True)
    return machine.noted(made, INDEX, node, [(node, base), (node, index)])


def _opaque_item(machine: Machine, base: Opaque, index: Value, node: ast.expr) -> Value:
    key = _written(index, node)
    if base.node is not None or any(True for _ in machine.nodes(index)):
        return _sliced(machine, base, index, node)
    label = f"{base.label}{key}" if base.label else ""
    return base.attributes.setdefault(key, Opaque(label=label, one_of_many=key == "[]"))


def _written(index: Value, node: ast.expr) -> str:
    """A name for the place that an index stands for; a place that may be another the next time has none."""
    if isinstance(index, Constant) and index.known:
        return f"[{index.value!r}]"
    if isinstance(node, ast.Subscript) and not any(isinstance(one, ast.Name) for one in ast.walk(node.slice)):
        return f"[{ast.unparse(node.slice)}]"
    return "[]"


def _sequence_item(machine: Machine, base: Sequence, index: Value, node: ast.expr) -> Value:
    if isinstance(index, Sequence) and index.kind == "slice":
        return _slice_of(machine, base, index, node)
    if isinstance(index, Constant) and index.known and isinstance(index.value, int) and not base.many:
        if -len(base.items) <= index.value < len(base.items):
            return base.items[index.value]
        return Opaque()
    return any_of(machine, base.items, node) or Opaque()


def _slice_of(machine: Machine, base: Sequence, index: Sequence, node: ast.expr) -> Sequence:
    bounds = _bounds(index, node)
    if base.many or bounds is None:
        return Sequence(base.items, many=True, kind=base.kind, part=True)
    if all(isinstance(one, (Layer, Instance)) for one in base.items):
        first, _, step = bounds.indices(len(base.items))
        if step == 1:
            taken = len(base.items[bounds])
            machine.log.sliced.append(Sliced(tuple(base.items), first, taken, machine.site(node)))
    return Sequence(base.items[bounds], kind=base.kind)


def _bounds(index: Sequence, node: ast.expr) -> slice | None:
    """What a slice's parts are, if each is left out or known."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Slice):
        return None
    given = iter(index.items)
    written = (node.slice.lower, node.slice.upper, node.slice.step)
    parts = [None if part is None else plain(next(given, None)) for part in written]
    known = all(part is None or isinstance(value, int) for part, value in zip(written, parts, strict=True))
    return slice(*parts) if known and parts[2] != 0 else None


def _mapping_item(machine: Machine, base: Mapping, index: Value, node: ast.expr) -> Value:
    if isinstance(index, Constant) and index.known and isinstance(index.value, (str, int)):
        if index.value in base.entries:
            return base.entries[index.value]
        return any_of(machine, base.rest, node) or _missing(machine, base, index.value, node)
    options = [*base.entries.values(), *base.rest]
    return any_of(machine, options, node) or _missing(machine, base, None, node)


def _missing(machine: Machine, base: Mapping, key: object, node: ast.expr) -> Value:
    """What a `defaultdict` makes, and keeps, for a key that it does not have."""
    if base.default is None:
        return Opaque()
    made = machine.invoke(base.default, [], node)
    if key is None or machine.here.branches:
        base.rest.append(made)
    else:
        base.entries[key] = made
    return made


def unpack(machine: Machine, value: Value, target: ast.Tuple | ast.List) -> Iterator[Value]:
    """The values that the parts of a tuple target receive."""
    star = next((i for i, part in enumerate(target.elts) if isinstance(part, ast.Starred)), None)
    count = len(target.elts)
    if isinstance(value, Sequence) and not value.many and (star is not None or len(value.items) == count):
        yield from _spread(value, star, count)
        return
    for position in range(count):
        if position == star:
            yield Sequence([element(machine, value, target)], many=True)
        else:
            yield item(machine, value, Constant(position), target)


def _spread(value: Sequence, star: int | None, count: int) -> Iterator[Value]:
    if star is None:
        yield from value.items
        return
    after = count - star - 1
    yield from value.items[:star]
    yield Sequence(value.items[star : len(value.items) - after])
    yield from value.items[len(value.items) - after :] if after else ()
