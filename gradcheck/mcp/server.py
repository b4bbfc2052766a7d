"""Serves an assistant over standard input and output."""

from __future__ import annotations

from mcp.server import MCPServer

from gradcheck.base.version import __version__
from gradcheck.mcp import tools

_ABOUT = (
    "Finds Keras variables that get no gradient, and the line that cuts their path. "
    "`check` only reads; `probe` runs the program; no tool changes a file."
)


def make() -> MCPServer:
    """A server with all tools; `run("stdio")` serves."""
    server = MCPServer("gradcheck", instructions=_ABOUT, version=__version__)
    for tool in (tools.check, tools.probe, tools.weights, tools.fix_as_diff, tools.explain):
        server.tool()(tool)
    return server
