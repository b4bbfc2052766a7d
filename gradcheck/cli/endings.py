"""How the command ends when something goes wrong: one sentence on standard error, and an exit code that never
means "findings"."""

from __future__ import annotations

import os
from collections.abc import Callable

import click

from gradcheck.base.printable import printable

TRACEBACK = "GRADCHECK_TRACEBACK"
"""Set to anything: a fault of gradcheck's own is told with its traceback."""


def ended(run: Callable[[], object]) -> int:
    """The exit code of what a command did."""
    try:
        code = run()
    except click.ClickException as error:
        vars(error).update(message=printable(error.message))
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except Exception as error:
        click.echo(_failed(error), err=True)
        return 2
    return code if isinstance(code, int) else 0


def _failed(error: Exception) -> str:
    if isinstance(error, FileNotFoundError) and not _has_folder():
        return "gradcheck: the current folder is gone: change to one that exists"
    from gradcheck.base.faults import told

    if os.environ.get(TRACEBACK):
        import traceback

        return traceback.format_exc()
    what = f"gradcheck itself failed: {printable(told(error))}"
    return f"{what}; please report this, with the program and what {TRACEBACK}=1 adds"


def _has_folder() -> bool:
    try:
        os.getcwd()
    except OSError:
        return False
    return True
