"""What a program that broke would have gone on to define and put together, without what it would have done.

Public programs break for a missing file or package far more often than in the part that trains: the models
that their later lines build can still be looked at.
"""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Iterator

from gradcheck.base.syntax import program_of
from gradcheck.probe.job.load import Target
from gradcheck.probe.job.notebook import cells, is_notebook

_BUILDS = frozenset(
    {
        "__main__",
        "argparse",
        "builtins",
        "collections",
        "dataclasses",
        "keras",
        "math",
        "numpy",
        "tensorflow",
        "tensorflow_probability",
        "tf_keras",
        "types",
    }
)
"""Packages whose calls make layers, models, arrays and settings; `__main__` is the program itself."""
_DOES = frozenset(
    {
        "datasets",
        "download",
        "evaluate",
        "fit",
        "fit_generator",
        "from_pretrained",
        "get_file",
        "image_dataset_from_directory",
        "load",
        "load_data",
        "load_img",
        "load_model",
        "load_weights",
        "open",
        "predict",
        "predict_on_batch",
        "read_file",
        "save",
        "text_dataset_from_directory",
        "train_on_batch",
    }
)
"""Calls that read, write, load or train: the run is over, and what they need is what was missing."""
_PUTS_TOGETHER = frozenset(("add", "add_argument", "build", "compile", "set_defaults"))
"""Methods that are part of making an object, when they are called for nothing they return."""


def definitions(target: Target) -> types.ModuleType | None:
    """The module of a script or notebook, completed by its later imports, functions, classes, settings and
    models; None if the program was neither, or is no Python."""
    module = sys.modules.get("__main__")
    if module is None or not _is_of(module, target):
        return None
    made: set[str] = set()
    try:
        for path, statement in _statements(target):
            if _wanted(statement, module, made):
                made |= _bound(statement)
                _define(statement, path, module)
    except (SyntaxError, ValueError):
        return None
    return module


def _is_of(module: types.ModuleType, target: Target) -> bool:
    if target.path is None or target.name:
        return False
    if is_notebook(target.path):
        return "get_ipython" in vars(module)
    return vars(module).get("__file__") is not None


def _statements(target: Target) -> Iterator[tuple[str, ast.stmt]]:
    """The statements at the top, and in the block that runs when a file is a program, with their file."""
    assert target.path is not None
    in_cells = is_notebook(target.path)
    texts: Iterator[tuple[str, str | bytes]] = (
        iter(cells(target.path)) if in_cells else iter([(str(target.path), target.path.read_bytes())])
    )
    for path, text in texts:
        for statement in program_of(text, in_cell=in_cells).body:
            yield from ((path, one) for one in _unfolded(statement))


def _unfolded(statement: ast.stmt) -> list[ast.stmt]:
    if isinstance(statement, ast.If):
        tested = {one.id for one in ast.walk(statement.test) if isinstance(one, ast.Name)}
        return statement.body if "__name__" in tested else []
    return [statement]


def _wanted(statement: ast.stmt, module: types.ModuleType, made: set[str]) -> bool:
    """Whether a statement did not run yet and only gives names, or goes on with what was made here."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method))):
            return name in made and method in _PUTS_TOGETHER
        case ast.FunctionDef() | ast.ClassDef() | ast.Import() | ast.ImportFrom():
            return not _bound(statement) & vars(module).keys()
        case ast.Assign() | ast.AnnAssign(value=ast.expr()):
            return _is_fresh(_bound(statement), module, made) and _only_makes(statement, module)
        case ast.With(items=[ast.withitem(context_expr=ast.Call(func=ast.Attribute(attr="scope")))]):
            return all(_wanted(one, module, made | _bound(statement)) for one in statement.body)
    return False


def _is_fresh(names: set[str], module: types.ModuleType, made: set[str]) -> bool:
    return bool(names & made) or not names & vars(module).keys()


def _only_makes(statement: ast.stmt, module: types.ModuleType) -> bool:
    """Whether all calls are of the program's own, or of libraries that make things."""
    calls = (_chain(node.func) for node in ast.walk(statement) if isinstance(node, ast.Call))
    return all(_makes(called, module) for called in calls)


def _makes(called: list[ast.expr], module: types.ModuleType) -> bool:
    if {getattr(one, "attr", getattr(one, "id", "")) for one in called} & _DOES:
        return False
    first = called[-1]
    thing = vars(module).get(first.id) if isinstance(first, ast.Name) else None
    return thing is None or _home(thing) in _BUILDS


def _chain(function: ast.expr) -> list[ast.expr]:
    """A dotted or called expression and what it begins with: `layers.Dense(3)(x)` begins with `layers`."""
    found = [function]
    while isinstance(function, ast.Attribute | ast.Call | ast.Subscript):
        function = function.func if isinstance(function, ast.Call) else function.value
        found.append(function)
    return found


def _home(thing: object) -> str:
    """The package that something comes from."""
    if isinstance(thing, types.ModuleType):
        return thing.__name__.partition(".")[0]
    return str(getattr(thing, "__module__", None) or type(thing).__module__).partition(".")[0]


def _bound(statement: ast.stmt) -> set[str]:
    """The names that a statement gives."""
    match statement:
        case ast.Import() | ast.ImportFrom():
            return {one.asname or one.name.partition(".")[0] for one in statement.names}
        case ast.Assign(targets=targets):
            return {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
        case ast.With(body=body):
            return set().union(*map(_bound, body))
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
    return set()


def _define(statement: ast.stmt, path: str, module: types.ModuleType) -> None:
    code = compile(ast.Module([statement], []), path, "exec", dont_inherit=True)
    try:
        exec(code, module.__dict__)
    except KeyboardInterrupt:
        raise
    except BaseException:  # It may need what the program did not come to, or end as a program ends.
        return
