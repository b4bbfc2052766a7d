"""What the name of a file says that it is: code, settings, or something that may hold a report."""

from __future__ import annotations

import os
import re
from fnmatch import fnmatchcase

from gradcheck.base.regular_files import head_of

CODE, SETTINGS = "source code", "what settings are read from"

_CODE = (
    *("*.py", "*.pyi", "*.pyw", "*.pyx", "*.pxd", "*.pyc", "*.pyo", "*.pth", "*.ipynb"),
    *("*.so", "*.pyd", "*.dll", "*.dylib", "*.sh", "*.bat", "*.ps1"),
)
_SETTINGS = (
    *("*.toml", "*.cfg", "*.ini", "*.conf", "*.lock", "*.yaml", "*.yml", "*.mk"),
    *("makefile", "gnumakefile", "justfile", "dockerfile", "procfile", "jenkinsfile", "pipfile"),
    *("requirements*.txt", "constraints*.txt", "requirements*.in", "manifest.in", "cmakelists.txt"),
    *("package.json", "package-lock.json", "pyrightconfig.json"),
    *(".*rc", ".*rc.json", ".*ignore", ".*config", ".*profile", ".*history", ".*-version", ".*-versions"),
    *(".env", ".env.*", ".flake8", ".gitattributes", ".gitmodules", ".mailmap", ".bash_*", ".zsh*"),
)
"""By their endings and by their names, wherever they lie, in small letters."""
_WORKFLOWS = os.path.join("", ".github", "workflows", "")

_OURS = re.compile(
    rb"""\s*(?:
      \{\s*"version":\s\d+,\s*"files":\s\{
    | \{\s*"[$]?schema":.*?"tool":\s\{\s*(?:"driver":\s\{\s*)?"name":\s"gradcheck"
    | \{\s*"source":\s\{\s*"name":\s"gradcheck"
    | <!doctype\shtml>.*?<title>gradcheck
    | <\?xml[^>]*>\s*<testsuites>\s*<testsuite\sname="gradcheck"
    )""",
    re.S | re.X,
)
_HEAD = 4096


def meaning_of(file: str) -> str | None:
    """What a file would be taken for by its name; None for what may hold a report."""
    path = os.path.realpath(file).lower()
    name = os.path.basename(path)
    if any(fnmatchcase(name, one) for one in _CODE):
        return CODE
    if _WORKFLOWS in path or any(fnmatchcase(name, one) for one in _SETTINGS):
        return SETTINGS
    return None


def is_ours(file: str) -> bool:
    """Whether a file begins as a baseline or a report that says who wrote it."""
    try:
        return _OURS.match(head_of(file, _HEAD)) is not None
    except OSError:
        return False
