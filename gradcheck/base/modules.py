"""Where modules lie: those of a package to which one adds something by adding a file, and those of a name."""

from __future__ import annotations

import os
from collections.abc import Iterable


def parts(folders: Iterable[str]) -> list[str]:
    """The names of the modules in a package, given its `__path__`; `pkgutil` would import far more first."""
    files = (name for folder in folders for name in os.listdir(folder))
    names = {name.removesuffix(".py") for name in files}
    return sorted(name for name in names if name.isidentifier() and not name.startswith("_"))


def files_of(stem: str) -> tuple[str, str]:
    """The files that a module of this name may be, the one that Python takes first: a package goes before a
    module beside it."""
    return os.path.join(stem, "__init__.py"), f"{stem}.py"
