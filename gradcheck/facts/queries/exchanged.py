"""Models that are kept under each other's name."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from gradcheck.facts.domain.classes import ClassModel
from gradcheck.facts.domain.keras_names import VARIABLE_LISTS
from gradcheck.facts.domain.values import Birth, Instance, Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program

Pair = tuple[ast.expr, str, str]
"""Where one of two models is put in the other's place, that place, and the one it belongs to."""
Kept = tuple[ast.expr, str]
"""What an attribute is given, and its name."""


def exchanged(program: Program) -> list[Birth]:
    """The weights that are not trained because their model has another one's place."""
    return [
        birth
        for model, (_, *places) in exchanges(program)
        for birth in births_of(program.machine, model, places)
    ]


def exchanges(program: Program) -> Iterator[tuple[ClassModel, Pair]]:
    """The classes of such models, with the first pair of each."""
    for model in program.machine.log.classes:
        if model.module is program.module:
            for pair in [*_kept(model), *_given(program, model)][:1]:
                yield model, pair


def _kept(model: ClassModel) -> Iterator[Pair]:
    """`self.teacher = student` beside `self.student = teacher`."""
    made = _constructor(model)
    parameters = _parameters(made)
    kept: dict[str, Kept] = {}
    for statement in ast.walk(made) if made is not None else ():
        match statement:
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(id="self"), attr=attribute)],
                value=ast.Name(id=name) as value,
            ) if name in parameters and attribute in parameters and name != attribute:
                kept[attribute] = value, name
    for attribute, (given, belongs) in kept.items():
        if belongs in kept and kept[belongs][1] == attribute and _trains(model, attribute, belongs):
            yield given, attribute, belongs


def _given(program: Program, model: ClassModel) -> Iterator[Pair]:
    """`Distiller(student=teacher, teacher=student)`, or the same by position."""
    parameters = _parameters(_constructor(model))
    for call in ast.walk(program.module.tree) if len(parameters) > 1 else ():
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == model.name:
            given: dict[str, ast.expr] = dict(zip(parameters, call.args, strict=False))
            given |= {word.arg: word.value for word in call.keywords if word.arg in parameters}
            names = {word: one.id for word, one in given.items() if isinstance(one, ast.Name)}
            for word, name in names.items():
                if name != word and names.get(name) == word and _trains(model, word, name):
                    yield given[word], word, name


def _constructor(model: ClassModel) -> ast.FunctionDef | None:
    members = (one for one in model.node.body if isinstance(one, ast.FunctionDef))
    return next((one for one in members if one.name == "__init__"), None)


def _parameters(made: ast.FunctionDef | None) -> list[str]:
    return [one.arg for one in (*made.args.args, *made.args.kwonlyargs)][1:] if made is not None else []


def _trains(model: ClassModel, one: str, other: str) -> bool:
    """Whether the class lists the variables of one of two attributes, and not of both."""
    nodes = (node for node in ast.walk(model.node) if isinstance(node, ast.Attribute))
    owners = (node.value for node in nodes if node.attr in VARIABLE_LISTS)
    listed = {owner.attr for owner in owners if isinstance(owner, ast.Attribute)}
    return len(listed & {one, other}) == 1


def births_of(machine: Machine, model: ClassModel, places: Collection[str]) -> list[Birth]:
    """The weights that were to be trained: those of the model that has the other's place, of these two."""
    trained = _listed_name(model, places)
    found: list[Birth] = []
    for one in machine.log.instances:
        if isinstance(one, Instance) and one.model is model:
            others: list[Value] = [
                value for name, value in one.attributes.items() if name in places and name != trained
            ]
            found += [birth for value in others for birth in weights_of(machine, value)]
    return [birth for birth in found if birth.trainable is True]


def _listed_name(model: ClassModel, places: Collection[str]) -> str:
    for node in ast.walk(model.node):
        match node:
            case ast.Attribute(value=ast.Attribute(attr=name), attr=word):
                if word in VARIABLE_LISTS and name in places:
                    return name
    return ""
