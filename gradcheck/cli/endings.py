"""How the command ends when something goes wrong: one sentence on standard error, and an exit code that never
means "findings"."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from typing import TypeGuard

import click

from gradcheck.base.faults import give_way, told
from gradcheck.base.here import GONE, has_folder
from gradcheck.base.printable import printable

_FULL = (errno.ENOSPC, errno.EIO, errno.EPIPE, errno.EBADF)

TRACEBACK = "GRADCHECK_TRACEBACK"
"""Set to anything: a fault of gradcheck's own is told with its traceback."""


def ended(run: Callable[[], object]) -> int:
    """The exit code of what a command did."""
    try:
        code = _run(run)
    except click.ClickException as error:
        vars(error).update(message=printable(error.message))
        with suppress(OSError):
            error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except SystemExit as ended_by_click:
        # So it ends when nobody reads what is printed; to us 1 means findings.
        return 2 if ended_by_click.code == 1 else int(ended_by_click.code or 0)
    except Exception as error:
        _tell(_full(error) if _is_full(error) else _failed(error))
        return 2
    return code if isinstance(code, int) else 0


def _run(run: Callable[[], object]) -> object:
    try:
        return run()
    except Exception as error:
        give_way(error)
        raise


def _is_full(error: Exception) -> TypeGuard[OSError]:
    return isinstance(error, OSError) and error.errno in _FULL and error.filename is None


def _full(error: OSError) -> str:
    """What is said when a stream takes no more; what is left in it is dropped."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return f"Error: standard output: cannot be written: {error.strerror}"


def _tell(text: str) -> None:
    with suppress(OSError):  # standard error may be full as well
        click.echo(text, err=True)


def _failed(error: Exception) -> str:
    if isinstance(error, FileNotFoundError) and not has_folder():
        return f"gradcheck: {GONE}"
    if isinstance(error, MemoryError):
        return "Error: there is not enough memory for this: raise the limit, or look at fewer files at once"
    if os.environ.get(TRACEBACK):
        import traceback

        return traceback.format_exc()
    what = f"gradcheck itself failed: {printable(told(error))}"
    return f"{what}; please report this, with the program and what {TRACEBACK}=1 adds"
