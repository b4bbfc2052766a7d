"""Which TensorFlow an interpreter has, and whether the probe can work with it; asks the installed packages.

Imports none of them. Standard library only: it is also run by its path, under other interpreters.
"""

from __future__ import annotations

import re
import sys

OLDEST = (2, 15)
KERAS_3_SINCE = (2, 16)
"""Before this, TensorFlow brings Keras 2 itself and cannot run Keras 3."""


def tensorflow() -> str | None:
    """The version of this interpreter's TensorFlow; None without one."""
    import importlib.metadata as metadata

    try:
        return metadata.version("tensorflow")
    except metadata.PackageNotFoundError:
        # It goes by other names, too: tensorflow-cpu, tensorflow-macos, tf-nightly.
        found = metadata.packages_distributions().get("tensorflow", ())
        return metadata.version(found[0]) if found else None


def brings_keras_2(python: str | None) -> bool:
    """Whether the TensorFlow of this interpreter, or of another, is from before Keras 3."""
    version = tensorflow() if python is None else _elsewhere(python)
    return bool(version) and _number(version or "") < KERAS_3_SINCE


def problem(keras: str | None, python: str | None) -> str | None:
    """What keeps the probe from working under this interpreter, with the command that repairs it."""
    import importlib.util

    here = f"{sys.executable} -m pip install"
    version = tensorflow()
    if version is None and importlib.util.find_spec("tensorflow") is None:
        if python:
            return f"{python} has no TensorFlow; install it there: {here} tensorflow tf_keras"
        return (
            "the probe needs TensorFlow, which is not installed; install it: pip install 'gradcheck[probe]'"
        )
    if version is None:
        return None
    if _number(version) < OLDEST:
        found = f"TensorFlow {version} in {sys.executable}"
        return f"{found} is too old: the probe needs {_said(OLDEST)} or newer"
    old = _number(version) < KERAS_3_SINCE
    if keras == "3" and old:
        needed = f"Keras 3 needs TensorFlow {_said(KERAS_3_SINCE)} or newer"
        return f"{needed}, and {sys.executable} has {version}: ask for --keras 2"
    if keras == "2" and not old and importlib.util.find_spec("tf_keras") is None:
        return f"Keras 2 needs the package tf_keras, which is not installed; install it: {here} tf_keras"
    return None


def _elsewhere(python: str) -> str | None:
    import subprocess

    command = [python, __file__]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    # Whatever was named may be no Python at all.
    return ended.stdout.strip() if ended.returncode == 0 and _number(ended.stdout) else None


def _number(version: str) -> tuple[int, ...]:
    found = re.match(r"(\d+)\.(\d+)", version)
    return tuple(map(int, found.groups())) if found else ()


def _said(number: tuple[int, ...]) -> str:
    return ".".join(map(str, number))


if __name__ == "__main__":
    # Python put this folder first: its modules are not meant to be found by others.
    del sys.path[0]
    print(tensorflow() or "")
