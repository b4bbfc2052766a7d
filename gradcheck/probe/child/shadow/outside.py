"""What no shadow of files can hold: says to whom a program connected. Nothing that it did there is undone."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import wraps
from typing import Any

_MOST = 3
"""Others are not named: one that downloads connects to many."""


def install(say: Callable[[str], None]) -> None:
    """Have every new peer said, once."""
    said: set[str] = set()

    def meet(peer: str) -> None:
        if peer and peer not in said and len(said) < _MOST:
            said.add(peer)
            say(f"the program connected to {peer}: what it changed there is not undone")

    kind: Any = socket.socket
    for name in ("connect", "connect_ex"):
        setattr(kind, name, _met(getattr(kind, name), meet))


def _met(connect: Callable[..., Any], meet: Callable[[str], None]) -> Callable[..., Any]:
    @wraps(connect)
    def connected(self: socket.socket, address: Any, *more: Any) -> Any:
        meet(_peer(self, address))
        return connect(self, address, *more)

    return connected


def _peer(own: socket.socket, address: Any) -> str:
    """A host, or the file of a local server; nothing for what is neither."""
    if own.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple) and address:
        return str(address[0])
    return address if isinstance(address, str) else ""
