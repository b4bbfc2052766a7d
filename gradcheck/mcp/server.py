"""Serves an assistant over standard input and output."""

from __future__ import annotations

import io
import os
import signal
import sys

from mcp.server import MCPServer

from gradcheck.base.signals import asked, end_when_interrupted
from gradcheck.base.version import __version__
from gradcheck.mcp import tools
from gradcheck.mcp.messages import Messages

_ABOUT = (
    "Finds Keras variables that get no gradient, and the line that cuts their path. "
    "`check` only reads; `probe` runs the program; no tool changes a file."
)


def make() -> MCPServer:
    """A server with all tools."""
    server = MCPServer("gradcheck", instructions=_ABOUT, version=__version__)
    for tool in (tools.check, tools.probe, tools.weights, tools.fix_as_diff, tools.explain):
        server.tool()(tool)
    return server


def serve() -> None:
    """Answer over standard input and output until the input ends."""
    end_when_interrupted()
    given = sys.stdin
    # The library takes its input from here, and reads the bytes behind it.
    sys.stdin = io.TextIOWrapper(io.BufferedReader(Messages(given.buffer)), encoding="utf-8")
    try:
        make().run("stdio")
    except (SystemExit, KeyboardInterrupt):
        # A thread waits for the next message and holds the input, which nothing can close until one comes.
        os._exit(128 + (asked() or signal.SIGINT))
    finally:
        sys.stdin = given
