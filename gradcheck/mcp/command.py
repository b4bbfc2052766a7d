"""Runs the command in a process of its own, which ends with what asked for it."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

import anyio
from anyio.abc import Process
from mcp.server.mcpserver.exceptions import ToolError

from gradcheck.base.itself import started

MOST_SECONDS = 900
MOST_AT_ONCE = 2
"""Commands that run side by side; further ones wait for their turn."""
_IN_ORDER = 2.0
"""Seconds that a command has to put its files in order when nobody waits for its answer any more."""


class Runs:
    """The commands of one server."""

    def __init__(self) -> None:
        self._turns = anyio.Semaphore(MOST_AT_ONCE)

    async def result(self, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """What the command says. Raises ToolError where it cannot be started or takes too long."""
        try:
            async with self._turns:
                with anyio.fail_after(MOST_SECONDS):
                    return await _result(started("gradcheck.__main__", *arguments, tied=True))
        except (ValueError, OSError) as error:  # no operating system takes such a word, or so many
            why = getattr(error, "strerror", None) or error
            raise ToolError(f"a path or an argument cannot be handed on: {why}; name fewer") from None
        except TimeoutError:
            raise ToolError(f"it took longer than {MOST_SECONDS} seconds: name fewer files") from None


async def _result(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    said: dict[str, bytes] = {}
    process = await anyio.open_process(command, stdin=subprocess.DEVNULL)
    try:
        async with anyio.create_task_group() as reading:
            for name in ("stdout", "stderr"):
                reading.start_soon(_read, process, name, said)
        code = await process.wait()
    except BaseException:
        with anyio.CancelScope(shield=True):
            await _end(process)
        raise
    out, err = (said[name].decode("utf-8", "replace") for name in ("stdout", "stderr"))
    return subprocess.CompletedProcess([*command], code, out, err)


async def _read(process: Process, name: str, said: dict[str, bytes]) -> None:
    stream = getattr(process, name)
    said[name] = b"".join([part async for part in stream])


async def _end(process: Process) -> None:
    process.terminate()
    with anyio.move_on_after(_IN_ORDER):
        await process.wait()
        return
    process.kill()
    await process.wait()
