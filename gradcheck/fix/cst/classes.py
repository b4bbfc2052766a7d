"""Classes in a tree: their methods and attributes, who writes an attribute, which names are free."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from gradcheck.fix.cst.docstrings import first_statement
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.reading import dotted
from gradcheck.fix.cst.tree import Tree

_MAGIC = ("__slots__", "__setattr__", "__getattr__", "__getattribute__")
_BOUND = ("staticmethod", "classmethod", "property", "cached_property", "overload")
TAKEN = frozenset(
    (
        "activity_regularizer",
        "build",
        "built",
        "call",
        "compute_dtype",
        "compute_mask",
        "dtype",
        "dtype_policy",
        "dynamic",
        "from_config",
        "get_config",
        "get_weights",
        "inbound_nodes",
        "input",
        "input_mask",
        "input_shape",
        "input_spec",
        "inputs",
        "layers",
        "losses",
        "loss",
        "metrics",
        "metrics_names",
        "name",
        "name_scope",
        "node",
        "non_trainable_variables",
        "non_trainable_weights",
        "optimizer",
        "outbound_nodes",
        "output",
        "output_mask",
        "output_shape",
        "outputs",
        "path",
        "quantize",
        "rank",
        "set_weights",
        "stateful",
        "states",
        "submodules",
        "supports_masking",
        "trainable",
        "trainable_variables",
        "trainable_weights",
        "updates",
        "variable_dtype",
        "variables",
        "weights",
    )
)
"""Names that Keras' layers and models keep for themselves."""


@dataclass(frozen=True)
class Method:
    """A function of a class; `this` is what it calls the object."""

    owner: cst.ClassDef
    function: cst.FunctionDef

    @property
    def name(self) -> str:
        """The method's name."""
        return self.function.name.value

    @property
    def this(self) -> str:
        """The name of the first parameter."""
        return self.function.params.params[0].name.value


def method_around(tree: Tree, node: cst.CSTNode) -> Method | None:
    """The method whose own statements a node is part of."""
    function = tree.enclosing(node, cst.FunctionDef)
    return method_of(tree, function) if function else None


def method_of(tree: Tree, function: cst.FunctionDef) -> Method | None:
    """A function as a method, if it is one that is called on an object."""
    block = tree.parent(function)
    owner = tree.parent(block) if block else None
    bound = any(dotted(one.decorator).rpartition(".")[2] in _BOUND for one in function.decorators)
    if isinstance(owner, cst.ClassDef) and function.params.params and not bound:
        return Method(owner, function)
    return None


def methods(owner: cst.ClassDef) -> dict[str, cst.FunctionDef]:
    """A class's own functions by name."""
    return {one.name.value: one for one in owner.body.body if isinstance(one, cst.FunctionDef)}


def with_base(tree: Tree, name: str, base: str) -> cst.Module | None:
    """A class with another base; one that had none calls the constructor of the base first in its own."""
    owner = _class(tree, name)
    given = tree.expression(base)
    if owner.bases:
        return tree.change({owner.bases[0]: owner.bases[0].with_changes(value=given)})
    setup = methods(owner).get("__init__")
    if setup is not None:
        first = first_statement(cst.ensure_type(setup.body, cst.IndentedBlock))
        if first is None:
            return None
        line = tree.statements("super().__init__()")[0].with_changes(leading_lines=first.leading_lines)
        closed = first.with_changes(leading_lines=[])
        tree = Tree(tree.change({first: cst.FlattenSentinel([line, closed])}).code)
    made = _class(tree, name)
    based = made.with_changes(bases=[cst.Arg(given)], lpar=cst.LeftParen(), rpar=cst.RightParen())
    return tree.change({made: based})


def _class(tree: Tree, name: str) -> cst.ClassDef:
    return next(one for one in tree.every(cst.ClassDef) if one.name.value == name)


def family(tree: Tree, owner: cst.ClassDef) -> tuple[cst.ClassDef, ...]:
    """The class with those of the module that it descends from and that descend from it."""
    every = tuple(tree.every(cst.ClassDef))
    related = {owner.name.value}
    for _ in every:
        for one in every:
            bases = {dotted(base.value) for base in one.bases}
            if one.name.value in related:
                related |= bases
            elif bases & {owner.name.value}:
                related.add(one.name.value)
    return tuple(one for one in every if one.name.value in related)


def ordinary(tree: Tree, owner: cst.ClassDef, attribute: str) -> bool:
    """Whether an attribute may become a property: nothing about the class makes attributes special."""
    for one in family(tree, owner):
        names = {target.value for target in _class_level(one)} | {*methods(one)}
        if attribute in names or names & {*_MAGIC}:
            return False
    return True


def _class_level(owner: cst.ClassDef) -> Iterator[cst.Name]:
    for line in owner.body.body:
        for node in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            targets = [one.target for one in node.targets] if isinstance(node, cst.Assign) else []
            targets += [node.target] if isinstance(node, cst.AnnAssign) else []
            yield from (target for target in targets if isinstance(target, cst.Name))


def stores(tree: Tree, attribute: str) -> Iterator[cst.Attribute]:
    """Every place where an attribute of this name is given a value or deleted, on whatever object."""
    return (node for node in tree.every(cst.Attribute) if node.attr.value == attribute and stored(tree, node))


def stored(tree: Tree, node: cst.CSTNode) -> bool:
    """Whether a target is bound or deleted here, not read."""
    above = tree.parent(node)
    while isinstance(above, cst.Element | cst.StarredElement | cst.Tuple | cst.List):
        node, above = above, tree.parent(above)
    if isinstance(above, cst.Del | cst.AsName):
        return True
    return getattr(above, "target", None) is node


def on_this(tree: Tree, node: cst.Attribute) -> cst.ClassDef | None:
    """The class whose object an attribute is looked up on, where that is what its method calls `self`."""
    method = method_around(tree, node)
    mine = method and isinstance(node.value, cst.Name) and node.value.value == method.this
    return method.owner if method and mine else None


def free_attribute(tree: Tree, wanted: str) -> str:
    """A name for a new attribute: the wanted one, else one like it, that the module does not use so far."""
    libraries = names(tree).meanings
    chains = ((dotted(node).partition(".")[0], node.attr.value) for node in tree.every(cst.Attribute))
    used = {last for first, last in chains if first not in libraries} | {*TAKEN}
    used |= {node.name.value for node in tree.every(cst.FunctionDef)}
    plain = wanted.strip("_")
    tried = (wanted, f"raw_{plain}", f"_{plain}", f"{plain}_value", f"raw_{plain}_value")
    return next((name for name in tried if name not in used), "")
