"""What a package is made of, where to add something is to add a file."""

from __future__ import annotations

import os
from collections.abc import Iterable


def parts(folders: Iterable[str]) -> list[str]:
    """The names of the modules in a package whose `__path__` is given; `pkgutil` would load a lot to tell."""
    files = (name for folder in folders for name in os.listdir(folder))
    names = {name.removesuffix(".py") for name in files}
    return sorted(name for name in names if name.isidentifier() and not name.startswith("_"))
