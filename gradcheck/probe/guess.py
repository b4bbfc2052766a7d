"""Finds out how the parts of a module that trains nothing can be trained: guesses, and keeps what works.

Nothing is watched here: the recipes found are followed later, in a program that runs afresh.
"""

from __future__ import annotations

import itertools
import math
import time
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gradcheck.probe import binding, load, train
from gradcheck.probe.arguments import calls, required
from gradcheck.probe.catalogue import Catalogue, agent_methods, catalogue, contained, flat
from gradcheck.probe.inputs import batch_for, candidates, of_symbol
from gradcheck.probe.job import Job, Recipe
from gradcheck.probe.reading import Hint, hint, parameters

_BUDGET = 90.0
"""Seconds the search may take."""
_MOST_SHAPES = 40
_GUESSED = "nothing trains when the program runs: its parts were made to train by guessing"


@dataclass(frozen=True)
class Tried:
    """What came of one guess: the recipe, and the thing it made if it worked, else why not."""

    recipe: Recipe
    root: Any = None
    outputs: Any = None
    problem: str = ""


def search(
    module: types.ModuleType, job: Job, target: load.Target
) -> tuple[tuple[Recipe, ...], tuple[str, ...]]:
    """The recipes that work, and a note for each thing that could not be trained, with what to add."""
    deadline = time.monotonic() + min(_BUDGET, job.timeout / 2)
    seeker = Seeker(module, job, deadline)
    if asked := job.call or target.name:
        return seeker.asked(asked)
    return seeker.all()


class Seeker:
    """One search through one module."""

    def __init__(self, module: types.ModuleType, job: Job, deadline: float) -> None:
        self._job, self._deadline = job, deadline
        self._known = train.names(module)
        self._has: Catalogue = catalogue(module)
        self._batches = self._example_batches()

    def asked(self, name: str) -> tuple[tuple[Recipe, ...], tuple[str, ...]]:
        """What the user named: an object, a call, a class or a factory."""
        given = eval(name, dict(self._known))
        makes = list(calls(name, given)) if _is_maker(given) else [name]
        found = self._first(self._tries(name, makes))
        if found.root is None:
            return (), (self._not_probed(name, found.problem),)
        return (found.recipe,), (f"probed {found.recipe.summary}",)

    def all(self) -> tuple[tuple[Recipe, ...], tuple[str, ...]]:
        """Everything the module holds, the outermost first; what is seen inside another is not made again."""
        if recipe := next(self._starters(), None):
            return (recipe,), (_GUESSED, f"probed {recipe.summary}")
        recipes: list[Recipe] = []
        missed: list[str] = []
        seen: set[Any] = set()
        for name in self._roots():
            if name in seen or self._has.classes.get(name) in seen or time.monotonic() > self._deadline:
                continue
            found = self._first(self._tries(name, self._makes(name)))
            if found.root is None:
                missed.append(self._not_probed(name, found.problem))
                continue
            recipes.append(found.recipe)
            seen |= self._covered(name, found.root)
        recipes = recipes or list(itertools.islice(self._unattached(), 1))
        probed = (f"probed {recipe.summary}" for recipe in recipes)
        return tuple(recipes), (*([_GUESSED] if recipes else ()), *probed, *missed)

    def _starters(self) -> Iterator[Recipe]:
        """`main()`, `train()`, `demo()`: the program's own way to train is better than any guess."""
        for name in self._has.starters:
            recipe = Recipe(name, "tape", "None", way="call", expression=f"{name}()")
            if binding.takes_gradients(recipe, self._known):
                yield recipe

    def _unattached(self) -> Iterator[Recipe]:
        """Functions that take gradients of something else than a model they are given: `gradcam(photo)`."""
        symbols = [one.inputs[0] for one in self._has.objects.values() if getattr(one, "inputs", None)]
        shapes = [",".join(str(size or 8) for size in symbol.shape[1:]) for symbol in symbols]
        for name, function in self._has.trainers.items():
            wanted = required(function)
            known = [f"unit:{batch}{shape}" for shape in shapes for batch in ("", "8,")]
            for shape in [*known, *candidates(wanted[0])[:6]]:
                inputs = ", ".join(f"inputs[{number}]" for number in range(len(wanted)))
                texts = (shape,) * len(wanted)
                recipe = Recipe(name, "tape", "None", texts, way="call", expression=f"{name}({inputs})")
                if binding.takes_gradients(recipe, self._known):
                    yield recipe

    def _covered(self, name: str, root: Any) -> set[Any]:
        """What is seen with this root: the types of its parts, and what its maker uses."""
        used = self._has.used_by([name])
        return {type(part) for part in flat(root)} | (
            used if name in self._has.agents else used & self._has.factories.keys()
        )

    def _roots(self) -> list[str]:
        inside = contained(self._has.objects)
        objects = [name for name, one in self._has.objects.items() if name not in inside and _trains(one)]
        made = {type(part) for one in self._has.objects.values() for part in flat(one)}
        makers = [name for name in self._has.outermost() if self._has.classes.get(name) not in made]
        return [*self._has.agents, *objects, *makers]

    def _makes(self, name: str) -> list[str]:
        if name in self._has.objects:
            return [name]
        return list(calls(name, self._known[name]))

    def _first(self, tries: Iterator[Tried]) -> Tried:
        """The first guess that works."""
        last = Tried(Recipe("", "model", ""), problem="no guess was made")
        for tried in itertools.takewhile(lambda _: time.monotonic() < self._deadline, tries):
            if tried.root is not None:
                return tried
            last = tried
        return last

    def _tries(self, name: str, makes: list[str]) -> Iterator[Tried]:
        spare: Tried | None = None
        for make in makes:
            try:
                root = eval(make, dict(self._known))
            except Exception as error:
                yield Tried(Recipe(name, "model", make), problem=train.said(error))
                continue
            if isinstance(root, list | tuple):
                yield from self._tries(name, _elements(make, root))
                continue
            if not callable(root) or not hasattr(root, "trainable_variables"):
                yield from self._agent(Recipe(name, "tape", make), root)
                continue
            for tried in self._shapes(Recipe(name, _kind(root), make), root):
                if tried.root is not None and not (_is_finite(tried) or self._is_own_data(tried.recipe)):
                    spare = spare or tried
                    continue
                if tried.root is not None:
                    tried = self._trained(tried)
                yield tried
        if spare:
            yield self._trained(spare)

    def _agent(self, recipe: Recipe, root: Any) -> Iterator[Tried]:
        """A plain object that trains by a method of its own."""
        for method in agent_methods(type(root)):
            for expression in binding.agent_calls(root, method, self._batches):
                guess = replace(recipe, way="call", expression=expression)
                if binding.takes_gradients(guess, self._known):
                    yield Tried(guess, root)
        yield Tried(recipe, problem=f"{recipe.make} is neither a model nor a layer")

    def _shapes(self, recipe: Recipe, root: Any) -> Iterator[Tried]:
        """The root, called on one guess after the other."""
        for number, (inputs, packing) in enumerate(self._inputs(root)):
            if number >= _MOST_SHAPES:
                return
            guess = replace(recipe, inputs=inputs, packing=packing)
            try:
                fresh = root if number == 0 else eval(recipe.make, dict(self._known))
                outputs = train.call(fresh, train.values(guess, self._known), packing)
                if not train.floats(outputs) and not hasattr(outputs, "log_prob") and not fresh.losses:
                    raise ValueError("it returns no floating point tensor")
                if not fresh.trainable_variables:
                    yield Tried(guess, problem="it has no trainable variables")
                    return
            except Exception as error:
                yield Tried(guess, problem=train.said(error))
            else:
                yield Tried(guess, fresh, outputs)

    def _inputs(self, root: Any) -> Iterator[tuple[tuple[str, ...], str]]:
        if self._job.inputs:
            yield (
                self._job.inputs,
                "" if len(self._job.inputs) == len(parameters(type(root).call)) else "list",
            )
            return
        if symbols := getattr(root, "inputs", None):
            yield _of_symbols(root, symbols)
            return
        wanted = (
            parameters(type(root).call) if hasattr(type(root), "call") else parameters(type(root).__call__)
        )
        yield from self._from_batches(len(wanted))
        hints = [hint(type(root).call, name) for name in wanted] if hasattr(type(root), "call") else []
        yield from _unpacking(wanted, hints, self._has.numbers)
        yield from _plain(wanted, hints, self._has.numbers)

    def _from_batches(self, wanted: int) -> Iterator[tuple[tuple[str, ...], str]]:
        """The program's own example data, whole or its parts in order."""
        for expression, size in self._batches.items():
            if size == 0:
                yield (expression,), ""
                continue
            yield tuple(f"{expression}[{number}]" for number in range(min(wanted, size))), ""
            if wanted == 1:
                yield tuple(f"{expression}[{number}]" for number in range(size)), "list"

    def _example_batches(self) -> dict[str, int]:
        """Calls that give data, and into how many parts it comes (0: one tensor)."""
        found: dict[str, int] = {}
        for name in self._has.data:
            try:
                data = eval(f"{name}()", dict(self._known))
            except Exception:
                continue
            if isinstance(data, list | tuple) and data and all(_is_array(one) for one in data):
                found[f"{name}()"] = len(data)
            elif _is_array(data):
                found[f"{name}()"] = 0
        return found

    def _trained(self, tried: Tried) -> Tried:
        """The best way to train what can be called, of those that work."""
        problem, spare = "no way to train it worked", None
        for recipe in binding.ways(tried.recipe, tried.root, tried.outputs, self._has, self._batches):
            try:
                loss = binding.rehearse(recipe, self._known)
            except Exception as error:
                problem = train.said(error)
                continue
            if math.isfinite(loss) or self._is_own_data(recipe):
                return replace(tried, recipe=recipe)
            spare = spare or recipe
        if spare:
            return replace(tried, recipe=spare)
        return Tried(tried.recipe, problem=problem)

    def _is_own_data(self, recipe: Recipe) -> bool:
        """Whether the program brings the data itself: a loss that is not a number is then its own."""
        return any(text.startswith(data) for text in recipe.inputs for data in self._batches)

    def _not_probed(self, name: str, problem: str) -> str:
        shown = name if "(" in name or name in self._has.objects else f"{name}(...)"
        flags = f'--call "{shown}" --input 8,4'
        return f"not probed: {name} ({problem}); add {flags} with what it needs"


def _of_symbols(root: Any, symbols: Any) -> tuple[tuple[str, ...], str]:
    """The inputs a functional model itself declares."""
    import tensorflow as tf

    flat_symbols = tf.nest.flatten(symbols)
    batch = min(batch_for(symbol.shape) for symbol in flat_symbols)
    below = min([int(part.input_dim) for part in flat(root) if type(part).__name__ == "Embedding"], default=4)
    texts = tuple(of_symbol(symbol, below=below, batch=batch) for symbol in flat_symbols)
    given: Any = getattr(root, "_inputs_struct", None)
    if given is None:
        given = getattr(root, "_nested_inputs", None)
    if isinstance(given, dict):
        return texts, f"dict:{','.join(sorted(given))}"
    return texts, "list" if len(texts) > 1 or isinstance(given, list | tuple) else ""


def _unpacking(
    wanted: list[str], hints: list[Hint], numbers: tuple[int, ...]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """One parameter that the method takes apart: a list by its elements' names, a dict by its keys."""
    if len(wanted) != 1:
        return
    if names := hints[0].elements:
        yield from _combined([list(_shapes(name, numbers, None)) for name in names], "list")
    if keys := hints[0].keys:
        yield from _combined([list(_shapes(key, numbers, None)) for key in keys], f"dict:{','.join(keys)}")


def _plain(
    wanted: list[str], hints: list[Hint], numbers: tuple[int, ...]
) -> Iterator[tuple[tuple[str, ...], str]]:
    ranks = [one.rank for one in hints] or [None] * len(wanted)
    options = [
        list(_shapes(name, numbers, rank))
        for name, rank in zip(wanted or ["x"], ranks or [None], strict=False)
    ]
    yield from _combined(options, "")
    if len(wanted) == 1:
        for shape in ("64,8", "64,8,8"):
            yield (shape, shape), "list"


def _combined(options: list[list[str]], packing: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """The likeliest of each together first: the sum of the places in their lists grows."""
    places = itertools.product(*(range(min(len(one), 8 if len(options) > 1 else 99)) for one in options))
    for chosen in sorted(places, key=lambda place: (sum(place), max(place, default=0))):
        yield tuple(one[number] for one, number in zip(options, chosen, strict=True)), packing


def _shapes(name: str, numbers: tuple[int, ...], rank: int | None) -> list[str]:
    """Shapes for a parameter of this name; the program's own sizes come after the usual ones."""
    own = [
        text
        for size in numbers[:6]
        for text in (
            f"64,{size}",
            f"64,{size},8",
            f"64,8,{size}",
            f"16,{size},{size},3",
            f"16,{size},{size},1",
        )
    ]
    found = list(dict.fromkeys([*candidates(name), *own]))
    if rank is not None:
        return sorted(found, key=lambda text: text.rpartition(":")[2].count(",") + 1 != rank)
    return found


def _is_array(data: Any) -> bool:
    return bool(getattr(data, "shape", ()))


def _elements(make: str, made: Sequence[Any]) -> list[str]:
    """The models among what a factory returns together, the largest first: it may hold the others."""
    models = [
        number for number, one in enumerate(made) if hasattr(one, "trainable_variables") and callable(one)
    ]
    models.sort(key=lambda number: -len(made[number].trainable_variables))
    return [f"{make}[{number}]" for number in models]


def _kind(root: Any) -> str:
    return "model" if hasattr(root, "fit") else "layer"


def _is_maker(given: Any) -> bool:
    return isinstance(given, type | types.FunctionType)


def _trains(root: Any) -> bool:
    """Whether the object is meant to train: not frozen as a whole, and not empty although it is built."""
    return bool(getattr(root, "trainable", True)) and (bool(root.trainable_variables) or not root.built)


def _is_finite(tried: Tried) -> bool:
    """Whether the outputs are numbers: inputs outside a model's domain would be our own NaN."""
    import tensorflow as tf

    return all(math.isfinite(float(tf.reduce_sum(tf.abs(one)))) for one in train.floats(tried.outputs))
