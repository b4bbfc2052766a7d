"""The operators: each puts one certain cut into a file, and says on which lines it may be named."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from .source import Created, Source


@dataclass(frozen=True)
class Mutant:
    """A file with one cut. `lines`: where a careful person would point; `birth`: the line that creates what
    it starves; `owner`: the class."""

    operator: str
    path: str
    text: str
    lines: tuple[int, ...]
    birth: int
    owner: str
    name: str


Operator = Callable[[Source], Iterator[Mutant]]


def weight_rounded(source: Source) -> Iterator[Mutant]:
    """`self.w` becomes `tf.round(self.w)`."""
    library = source.library()
    for owner, one in _weights(source) if library else ():
        yield _at_read(source, owner, one, f"{library}.round({source.of(one.read)})", "weight_rounded")


def weight_as_numpy(source: Source) -> Iterator[Mutant]:
    """`self.w` becomes `self.w.numpy()`."""
    for owner, one in _weights(source):
        yield _at_read(source, owner, one, f"{source.of(one.read)}.numpy()", "weight_as_numpy")


def weight_stopped(source: Source) -> Iterator[Mutant]:
    """`self.w` becomes `tf.stop_gradient(self.w)`."""
    library = source.library()
    for owner, one in _weights(source) if library else ():
        yield _at_read(
            source, owner, one, f"{library}.stop_gradient({source.of(one.read)})", "weight_stopped"
        )


def weight_copied_in_build(source: Source) -> Iterator[Mutant]:
    """`call` reads a value that `build` computed from the weight."""
    for owner, one in _weights(source):
        copy = f"{source.of(one.statement)}; self.{one.name}_copy = self.{one.name} * 1.0"
        text = source.edited((one.statement, copy), (one.read, f"self.{one.name}_copy"))
        last = one.statement.end_lineno or one.statement.lineno
        yield _mutant("weight_copied_in_build", source, owner, one, text, (last,))


def weight_unused(source: Source) -> Iterator[Mutant]:
    """Zeros of the weight's shape take its place."""
    library = source.library()
    for owner, one in _weights(source) if library else ():
        zeros = f"{library}.zeros({source.of(one.read)}.shape)"
        lines = _lines(one.statement) + _lines(one.read)
        yield _mutant("weight_unused", source, owner, one, source.edited((one.read, zeros)), lines)


def sublayer_unused(source: Source) -> Iterator[Mutant]:
    """`self.dense(x)` becomes `x`."""
    for owner, one, call in _calls(source):
        text = source.edited((call, f"({source.of(call.args[0])})"))
        yield _mutant("sublayer_unused", source, owner, one, text, _lines(one.statement) + _lines(call))


def layer_made_in_call(source: Source) -> Iterator[Mutant]:
    """`self.dense(x)` becomes `Dense(...)(x)`."""
    for owner, one, call in _calls(source):
        names = {node.id for node in ast.walk(one.made) if isinstance(node, ast.Name)}
        maker = next(item for item in owner.body if _inside(one.statement, item))
        assert isinstance(maker, ast.FunctionDef)
        local = {argument.arg for argument in ast.walk(maker) if isinstance(argument, ast.arg)} - {"self"}
        local |= {n.id for n in ast.walk(maker) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        if not names & local:
            made = " ".join(source.of(one.made).split())
            text = source.edited((call.func, made), (one.statement, "pass"))
            gone = (one.statement.end_lineno or 0) - one.statement.lineno
            line = call.func.lineno - (gone if one.statement.lineno < call.lineno else 0)
            yield Mutant("layer_made_in_call", source.path, text, (line,), line, owner.name, one.name)


def result_thrown_away(source: Source) -> Iterator[Mutant]:
    """`x = self.dense(x)` becomes `_ = self.dense(x)`."""
    for owner, one, call in _calls(source):
        match source.parents[id(call)]:
            case ast.Assign(targets=[ast.Name(id=name) as target]) as statement if any(
                isinstance(node, ast.Name) and node.id == name for node in ast.walk(call.args[0])
            ):
                text = source.edited((target, "_"))
                yield _mutant("result_thrown_away", source, owner, one, text, _lines(statement))


def twin_called_twice(source: Source) -> Iterator[Mutant]:
    """`self.b(y)` becomes `self.a(y)`: one of two layers is called twice, the other one never."""
    for owner in source.classes():
        calls = [(one, call) for klass, one, call in _calls(source) if klass is owner]
        for (first, _), (second, call) in pairwise(calls):
            if first.layer == second.layer:
                text = source.edited((call.func, f"self.{first.name}"))
                lines = _lines(second.statement) + _lines(call)
                yield _mutant("twin_called_twice", source, owner, second, text, lines)


def layer_in_container(source: Source) -> Iterator[Mutant]:
    """The layer is kept in a deque, into which neither Keras looks."""
    for owner, one, call in _calls(source):
        made = f"__import__('collections').deque([{source.of(one.made)}])"
        text = source.edited((one.made, made), (call.func, f"self.{one.name}[0]"))
        text = text.replace("__import__('collections').deque", "collections.deque")
        shift = _with_import(text)
        lines = tuple(line + 1 for line in _lines(one.statement) + _lines(call))
        birth = one.statement.lineno + 1
        yield Mutant("layer_in_container", source.path, shift, lines, birth, owner.name, one.name)


def forward_before_tape(source: Source) -> Iterator[Mutant]:
    """The first statement under a tape, a model's call, stands before it."""
    for tape, name, owner in _tapes(source):
        match tape.body:
            case [ast.Assign(targets=[ast.Name()], value=ast.Call(func=called)) as first, _, *_] if _model(
                called
            ):
                moved = source.of(first)
                head = source.of(tape).split("\n", 1)[0]
                if first.lineno == (first.end_lineno or 0) and tape.lineno == first.lineno - 1:
                    indent = " " * tape.col_offset
                    inner = " " * first.col_offset
                    body = source.of(tape).split("\n", 2)[2] if source.of(tape).count("\n") > 1 else ""
                    text = source.edited((tape, f"{moved}\n{indent}{head}\n{body}"))
                    assert inner
                    lines = (tape.lineno,)
                    yield Mutant("forward_before_tape", source.path, text, lines, 0, owner, name)


def loss_as_python_number(source: Source) -> Iterator[Mutant]:
    """The loss that a tape is asked about goes through `float`."""
    library = source.library()
    for tape, name, owner in _tapes(source) if library else ():
        for statement in tape.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                    text = source.edited((value, f"{library}.constant(float({source.of(value)}))"))
                    lines = _lines(statement)
                    yield Mutant("loss_as_python_number", source.path, text, lines, 0, owner, name)


OPERATORS: tuple[Operator, ...] = (
    weight_rounded,
    weight_as_numpy,
    weight_stopped,
    weight_copied_in_build,
    weight_unused,
    sublayer_unused,
    layer_made_in_call,
    result_thrown_away,
    twin_called_twice,
    layer_in_container,
    forward_before_tape,
    loss_as_python_number,
)


# -- where they apply -----------------------------------------------------------


def _weights(source: Source) -> Iterator[tuple[ast.ClassDef, Created]]:
    for owner in source.classes():
        yield from ((owner, one) for one in source.created(owner) if not one.layer)


def _calls(source: Source) -> Iterator[tuple[ast.ClassDef, Created, ast.Call]]:
    """The library layers of each class with the one call of each."""
    for owner in source.classes():
        for one in source.created(owner):
            call = source.parents[id(one.read)]
            called = one.layer and isinstance(call, ast.Call) and call.func is one.read
            if called and call.args and not isinstance(call.args[0], ast.Starred):
                yield owner, one, call


def _tapes(source: Source) -> Iterator[tuple[ast.With, str, str]]:
    """Tapes that are asked, in the same function, for the gradient of a name with regard to a model's
    variables; with the name and the function's own."""
    for function in ast.walk(source.tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        tapes = [node for node in ast.walk(function) if isinstance(node, ast.With)]
        for tape in tapes:
            item = tape.items[0]
            word = getattr(item.optional_vars, "id", "")
            if "GradientTape" not in ast.unparse(item.context_expr) or not word or len(tapes) > 1:
                continue
            for node in ast.walk(function):
                match node:
                    case ast.Call(
                        func=ast.Attribute(value=ast.Name(id=asked), attr="gradient"),
                        args=[ast.Name(id=name), variables, *_],
                    ) if asked == word and "trainable" in ast.unparse(variables):
                        stores = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == name]
                        if sum(isinstance(n.ctx, ast.Store) for n in stores) == 1:
                            yield tape, name, function.name


def _model(called: ast.expr) -> bool:
    """Whether what is called is `self`, or goes by a model's name."""
    word = ast.unparse(called)
    return word == "self" or "model" in word.rpartition(".")[2] or "network" in word.rpartition(".")[2]


def _inside(node: ast.AST, outer: ast.AST) -> bool:
    return any(inner is node for inner in ast.walk(outer))


def _lines(node: ast.expr | ast.stmt) -> tuple[int, ...]:
    return tuple(range(node.lineno, (node.end_lineno or node.lineno) + 1))


def _at_read(source: Source, owner: ast.ClassDef, one: Created, text: str, operator: str) -> Mutant:
    return _mutant(operator, source, owner, one, source.edited((one.read, text)), _lines(one.read))


def _mutant(
    operator: str, source: Source, owner: ast.ClassDef, one: Created, text: str, lines: tuple[int, ...]
) -> Mutant:
    return Mutant(operator, source.path, text, lines, one.statement.lineno, owner.name, one.name)


def _with_import(text: str) -> str:
    """The text with `import collections` after its docstring and its imports from the future."""
    tree, line = ast.parse(text), 0
    for node in tree.body:
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not future and not docstring:
            break
        line = node.end_lineno or line
    rows = text.splitlines(keepends=True)
    return "".join([*rows[:line], "import collections\n", *rows[line:]])
