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

from gradcheck.probe.guess import binding, several, train
from gradcheck.probe.guess.catalogue import Catalogue, agent_methods, catalogue, contained, flat
from gradcheck.probe.guess.constructor_arguments import calls, required
from gradcheck.probe.guess.input_candidates import offers
from gradcheck.probe.guess.inputs import candidates, of_kind
from gradcheck.probe.job import load
from gradcheck.probe.job.job import Job, Recipe

_BUDGET = 90.0
"""Seconds the search may take."""
_MOST_SHAPES = 40
_MOST_SPARES = 6
_BROKE = "it broke before its first gradient: what it defines was made to train by guessing"
_GUESSED = "nothing trains when the program runs: its parts were made to train by guessing"


@dataclass(frozen=True)
class Tried:
    """What came of one guess: the recipe, and the thing it made if it worked, else why not."""

    recipe: Recipe
    root: Any = None
    outputs: Any = None
    problem: str = ""
    stand_in: bool = False


def search(
    module: types.ModuleType, job: Job, target: load.Target, *, broke: bool = False
) -> tuple[tuple[Recipe, ...], tuple[str, ...]]:
    """The recipes that work, and a note for each thing that could not be trained, with what to add. Where the
    program broke, its own way to start is not tried again.
    """
    # What it may cost, not how long a busy machine takes for it.
    deadline = time.process_time() + min(_BUDGET, job.timeout / 2)
    seeker = Seeker(module, job, deadline, broke=broke)
    if asked := job.call or target.name:
        return seeker.asked(asked)
    return seeker.all()


class Seeker:
    """One search through one module."""

    def __init__(self, module: types.ModuleType, job: Job, deadline: float, *, broke: bool = False) -> None:
        self._job, self._deadline, self._broke = job, deadline, broke
        self._known = train.names(module)
        self._has: Catalogue = catalogue(module)
        if broke:  # What the module's own code calls may not have been called.
            self._has = replace(self._has, ran=frozenset())
        self._batches = self._example_batches()
        self._arrays = {name: value for name, value in self._known.items() if _is_example(value)}

    def asked(self, name: str) -> tuple[tuple[Recipe, ...], tuple[str, ...]]:
        """What the user named: an object, a call, a class or a factory."""
        try:
            given = eval(name, dict(self._known))
        except Exception as error:
            return (), (f"not probed: {name} ({train.said(error)})",)
        found = self._tried(name, self._makes(name) if _is_maker(given) else [name])
        if found.root is None:
            return (), (self._not_probed(name, found.problem),)
        return (found.recipe,), (f"probed {found.recipe.summary}",)

    def all(self) -> tuple[tuple[Recipe, ...], tuple[str, ...]]:
        """Everything the module holds, the outermost first; what is seen inside another is not made again."""
        guessed = _BROKE if self._broke else _GUESSED
        if not self._broke and (recipe := next(self._starters(), None)):
            return (recipe,), (guessed, f"probed {recipe.summary}")
        recipes = list(several.recipes(self._has, self._known, self._batches))
        missed: list[str] = []
        seen = {one for recipe in recipes for one in self._made_by(recipe)}
        for name in self._roots():
            if name in seen or self._has.classes.get(name) in seen or time.process_time() > self._deadline:
                continue
            found = self._tried(name, self._makes(name))
            if found.root is None:
                missed.append(self._not_probed(name, found.problem))
                continue
            recipes.append(found.recipe)
            seen |= self._covered(name, found)
        recipes = recipes or list(itertools.islice(self._unattached(), 1))
        probed = (f"probed {recipe.summary}" for recipe in recipes)
        better = (f"to correct the guess: {recipe.flags}" for recipe in recipes if recipe.flags)
        return tuple(recipes), (*([guessed] if recipes else ()), *probed, *better, *missed)

    def _tried(self, name: str, makes: list[str]) -> Tried:
        """The first guess that works for one thing of the module; whatever it raises is a failed guess."""
        try:
            return self._first(self._tries(name, makes))
        except Exception as error:
            return Tried(Recipe(name, "model", name), problem=train.said(error))

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

    def _made_by(self, recipe: Recipe) -> set[Any]:
        """What a recipe for several models makes: its makers, and the types of their parts."""
        within = {name for name in {**self._has.factories, **self._has.classes} if f"{name}(" in recipe.make}
        objects = {name for name in self._has.objects if name in recipe.make}
        kinds = {type(part) for root in train.parts(train.make(recipe, self._known)) for part in flat(root)}
        return within | objects | kinds | self._has.used_by([*within, recipe.name])

    def _covered(self, name: str, found: Tried) -> set[Any]:
        """What is seen with this root: the types of its parts, and what its maker uses."""
        makers = {**self._has.factories, **self._has.classes}
        within = {one for one in makers if one != name and f"{one}(" in found.recipe.make}
        used = self._has.used_by([name, *within])
        if name not in self._has.agents:
            used &= {*self._has.factories, *self._has.modules()}
        return used | within | {type(part) for part in flat(found.root)}

    def _roots(self) -> list[str]:
        inside = contained(self._has.objects)
        objects = [name for name, one in self._has.objects.items() if name not in inside and _trains(one)]
        made = {type(part) for one in self._has.objects.values() for part in flat(one)}
        makers = [name for name in self._has.outermost() if self._has.classes.get(name) not in made]
        steps = [name for name in makers if "train_step" in vars(self._has.classes.get(name, object))]
        return [*self._has.agents, *objects, *steps, *(name for name in makers if name not in steps)]

    def _makes(self, name: str) -> list[str]:
        if name in self._has.objects:
            return [name]
        made = list(calls(name, self._known[name], self._has.parts()))
        if hasattr(self._has.classes.get(name), "state_size") or name.endswith("Cell"):
            return [*(f"tf.keras.layers.RNN({make})" for make in made), *made]
        return made

    def _first(self, tries: Iterator[Tried]) -> Tried:
        """The first guess that works."""
        last = Tried(Recipe("", "model", ""), problem="no guess was made")
        for tried in itertools.takewhile(lambda _: time.process_time() < self._deadline, tries):
            if tried.root is not None:
                return tried
            last = tried
        return last

    def _tries(self, name: str, makes: list[str]) -> Iterator[Tried]:
        """Every guess, the most likely first; those that work only in a pinch come last."""
        spares: list[Tried] = []
        for make in makes:
            try:
                root = eval(make, dict(self._known))
            except Exception as error:
                yield Tried(Recipe(name, "model", make), problem=train.said(error))
                continue
            if isinstance(root, list | tuple):
                yield from self._tries(name, _elements(make, root))
            elif not callable(root) or not hasattr(type(root), "trainable_variables"):
                yield from self._agent(Recipe(name, "tape", make), root)
            else:
                yield from self._shaped(Recipe(name, _kind(root), make), root, spares)
            if spares:
                break
        yield from sorted(spares, key=lambda tried: not _is_finite(tried))

    def _shaped(self, recipe: Recipe, root: Any, spares: list[Tried]) -> Iterator[Tried]:
        """Guesses of inputs. A stand-in for a way of the program's own is a spare; so is NaN."""
        for tried in self._shapes(recipe, root):
            if tried.root is None:
                yield tried
                continue
            trained = self._trained(tried)
            fine = _is_finite(tried) or self._is_own_data(tried.recipe)
            if trained.root is None or (fine and not trained.stand_in):
                yield trained
            else:
                spares.append(trained)
                yield from self._other_numbers(trained)
            if len(spares) > _MOST_SPARES:
                return

    def _other_numbers(self, tried: Tried) -> Iterator[Tried]:
        """What came out was no number: the same shapes, with counts or with values between 0 and 1."""
        texts = tried.recipe.inputs
        for kind in ("count", "unit") if not tried.stand_in or not _is_finite(tried) else ():
            others = tuple(of_kind(kind, text) for text in texts)
            if others != texts:
                found = self._trained(
                    replace(tried, recipe=replace(tried.recipe, inputs=others), stand_in=False)
                )
                if found.root is not None and not found.stand_in:
                    yield found

    def _agent(self, recipe: Recipe, root: Any) -> Iterator[Tried]:
        """A plain object that trains by a method of its own."""
        for method in agent_methods(type(root)):
            for expression, inputs in binding.agent_calls(root, method, self._batches):
                guess = replace(recipe, way="call", expression=expression, inputs=inputs)
                if binding.takes_gradients(guess, self._known):
                    yield Tried(guess, root)
        yield Tried(recipe, problem=f"{recipe.make} is neither a model nor a layer")

    def _shapes(self, recipe: Recipe, root: Any) -> Iterator[Tried]:
        """The root, called on one guess after the other."""
        found = offers(root, self._job.inputs, self._batches, self._has.numbers, self._arrays)
        for number, (inputs, packing) in enumerate(itertools.islice(found, _MOST_SHAPES)):
            guess = replace(recipe, inputs=inputs, packing=packing)
            if not train.has_call(root):
                yield Tried(guess, root)
                continue
            try:
                fresh = root if number == 0 else eval(recipe.make, dict(self._known))
                outputs = train.call(fresh, train.values(guess, self._known), packing)
                if (
                    not train.floats(outputs)
                    and not hasattr(outputs, "log_prob")
                    and not getattr(fresh, "losses", ())
                ):
                    raise ValueError("it returns no floating point tensor")
                if not _variables(fresh):
                    yield Tried(guess, problem="it has no trainable variables")
                    return
            except Exception as error:
                yield Tried(guess, problem=train.said(error))
            else:
                yield Tried(guess, fresh, outputs)

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
        problem, spare, failed = "no way to train it worked", None, 0
        for recipe in binding.ways(tried.recipe, tried.root, tried.outputs, self._has, self._batches):
            try:
                loss = binding.rehearse(recipe, self._known)
            except Exception as error:
                problem, failed = train.said(error), failed + 1
                continue
            if math.isfinite(loss) or self._is_own_data(recipe):
                return _trains_by(tried, recipe, stand_in=bool(failed) and recipe == tried.recipe)
            spare = spare or recipe
        if spare:
            return _trains_by(tried, spare, stand_in=True)
        return Tried(tried.recipe, problem=problem)

    def _is_own_data(self, recipe: Recipe) -> bool:
        """Whether the program brings the data itself: a loss that is not a number is then its own."""
        called = any(text.startswith(data) for text in recipe.inputs for data in self._batches)
        return called or any(text.partition("[")[0] in self._arrays for text in recipe.inputs)

    def _not_probed(self, name: str, problem: str) -> str:
        shown = name if "(" in name or name in self._has.objects else f"{name}(...)"
        flags = f'--call "{shown}" --input 8,4'
        return f"not probed: {name} ({problem}); add {flags} with what it needs"


def _trains_by(tried: Tried, recipe: Recipe, *, stand_in: bool) -> Tried:
    """What came of a way to train; a bare tape stands for a step that the class has itself."""
    instead = recipe.way == "step" and binding.own_step(tried.root)
    return replace(tried, recipe=replace(recipe, instead=instead), stand_in=stand_in)


def _is_array(data: Any) -> bool:
    # `keras.ops` and `keras.backend` have functions called `shape` and `numpy`.
    return not isinstance(data, types.ModuleType) and bool(getattr(data, "shape", ()))


def _is_example(value: Any) -> bool:
    """Whether a value could be given to a model: an array or an eager tensor, no symbol and no variable."""
    if isinstance(value, types.ModuleType):  # `keras.ops` has a `shape`, and a `numpy`.
        return False
    eager = hasattr(value, "numpy") and not hasattr(value, "assign")
    return _is_array(value) and (eager or type(value).__module__ == "numpy")


def _elements(make: str, made: Sequence[Any]) -> list[str]:
    """The models among what a factory returns together, the largest first: it may hold the others."""
    models = [number for number, one in enumerate(made) if hasattr(type(one), "trainable_variables")]
    models.sort(key=lambda number: -len(_variables(made[number])))
    return [f"{make}[{number}]" for number in models]


def _kind(root: Any) -> str:
    return "model" if hasattr(root, "fit") else "layer"


def _is_maker(given: Any) -> bool:
    return isinstance(given, type | types.FunctionType)


def _trains(root: Any) -> bool:
    """Whether the object is meant to train: not frozen as a whole, and not empty although it is built."""
    return bool(getattr(root, "trainable", True)) and (
        bool(_variables(root)) or not getattr(root, "built", True)
    )


def _variables(root: Any) -> list[Any]:
    """What a model trains; Keras 2 refuses to tell before it is built."""
    try:
        return list(root.trainable_variables)
    except ValueError:
        return []


def _is_finite(tried: Tried) -> bool:
    """Whether the outputs are numbers: inputs outside a model's domain would be our own NaN."""
    import tensorflow as tf

    return all(math.isfinite(float(tf.reduce_sum(tf.abs(one)))) for one in train.floats(tried.outputs))
