"""Which projects may have their own rules run: rules are code, and a checked project may be anybody's.

A project is trusted as it is: the list names its settings file with one digest of its rule files and of the
project's files that they import. When one of them changes, the project has to be trusted anew.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

from gradcheck.base.regular_files import MEGABYTE, read_regular
from gradcheck.base.whole_files import replace_whole
from gradcheck.config.rule_files import contents

NOT_TRUSTED = "this project is not trusted"
CHANGED = "they changed since this project was trusted"


def distrust(settings: str, rules: Sequence[str]) -> str | None:
    """Why the rules that a settings file lists may not run; None when they may."""
    known = _read().get(os.path.realpath(settings))
    if known is None:
        return NOT_TRUSTED
    return None if known == _digest(settings, rules) else CHANGED


def trust(settings: str, rules: Sequence[str]) -> None:
    """Remember that these rules may run, as they are now. Raises OSError when the list cannot be kept, or is
    damaged: what else it says is the user's."""
    _write({**_kept(), os.path.realpath(settings): _digest(settings, rules)})


def revoke(settings: str) -> bool:
    """Forget that a project was trusted; whether it was. Raises OSError as `trust` does."""
    known = _kept()
    had = known.pop(os.path.realpath(settings), None) is not None
    if had:
        _write(known)
    return had


def place() -> str:
    """The file that lists the trusted projects: the user's own, never a project's. A folder that is named
    from the current one is none, as it would be the project's; `XDG_CONFIG_HOME` is ignored then, as its
    specification says. Raises OSError where there is no such place."""
    if sys.platform == "win32":
        named = (os.environ.get("APPDATA", ""), os.path.expanduser("~"))
    else:
        named = (os.environ.get("XDG_CONFIG_HOME", ""), os.path.expanduser("~/.config"))
    base = next(filter(os.path.isabs, named), None)
    if base is None:
        raise OSError(errno.ENOENT, "there is no home folder to keep it in: set HOME")
    return os.path.join(base, "gradcheck", "trusted.json")


def _digest(settings: str, rules: Sequence[str]) -> str:
    from hashlib import blake2b

    digest = blake2b(digest_size=32)
    for path, data in sorted(contents(rules, os.path.dirname(settings)).items()):
        if data is not None:
            for part in (os.fsencode(os.path.realpath(path)), data):
                digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _read() -> dict[str, str]:
    """The list; one that cannot be read trusts nobody."""
    try:
        return _kept()
    except OSError:
        return {}


def _kept() -> dict[str, str]:
    """The list, empty where there is none. Raises OSError for a damaged one."""
    import json

    try:
        known = json.loads(read_regular(place(), MEGABYTE))
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError, MemoryError):
        known = None
    if not isinstance(known, dict) or not all(isinstance(digest, str) for digest in known.values()):
        raise OSError(errno.EINVAL, "it is damaged: put it right or out of the way")
    return known


def _write(known: dict[str, str]) -> None:
    import json

    path = place()
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    replace_whole(path, json.dumps(known, indent=2, sort_keys=True).encode())
