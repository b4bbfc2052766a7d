"""Which cell magics run the body of their cell as Python in the notebook's own names."""

from __future__ import annotations

import ast
import re

from gradcheck.base.syntax import program_of

RUNS_ITS_BODY = frozenset({"time", "timeit", "capture", "prun", "memit", "debug", "gradcheck"})
"""They always do; a body that cannot be parsed is the cell's fault."""
HANDED_ON = frozenset({"writefile", "file", "python", "python3", "pypy", "script", "skip", "cython"})
"""The body may be Python, but it goes to a file, another process or nowhere."""
OTHER_LANGUAGES = frozenset(
    [
        "HTML",
        "R",
        "SVG",
        "bash",
        "bigquery",
        "cmd",
        "cpp",
        "cu",
        "css",
        "html",
        "javascript",
        "js",
        "julia",
        "latex",
        "markdown",
        "perl",
        "powershell",
        "python2",
        "ruby",
        "sh",
        "shell",
        "sql",
        "svg",
        "sx",
        "system",
    ]
)


def magic_of(line: str) -> str:
    """The name of the cell magic that a line calls, if it calls one."""
    found = re.match(r"%%(\w+)", line)
    return found[1] if found else ""


def runs_here(magic: str, body: str) -> bool:
    """Whether the notebook runs this body, already made into Python. Of a magic that nobody knows, the body
    tells: most of them (`%%wandb`) run what they are given."""
    if magic in RUNS_ITS_BODY:
        return True
    known = not magic or magic in HANDED_ON or magic in OTHER_LANGUAGES
    return not known and _does_something(body)


def passed_over(source: str, code: str) -> str:
    """The cell magic for which a cell was left out, where its body may be Python all the same."""
    magic = magic_of(source.lstrip())
    return "" if code.strip() or magic in OTHER_LANGUAGES else magic


def _does_something(text: str) -> bool:
    """Whether a text is Python and not only words that look like it: `ls - a` is an expression, too."""
    try:
        tree = program_of(text, in_cell=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(
        not isinstance(one, ast.Expr | ast.Pass) or isinstance(_value(one), ast.Call) for one in tree.body
    )


def _value(statement: ast.stmt) -> ast.expr | None:
    return statement.value if isinstance(statement, ast.Expr) else None
