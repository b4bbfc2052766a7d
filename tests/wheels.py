"""Installs the wheel under each Python it is for, with the oldest and the newest dependencies it allows, and
checks a fixture with it: `python tests/wheels.py PYTHON...`. Needs a package registry.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
BAD = ROOT / "fixtures" / "normal-indexed-in-build" / "model.py"
REQUIREMENT = re.compile(r"^Requires-Dist: ([\w.-]+)>=([\w.]+)(?:; python_version < '([\d.]+)')?$", re.M)


def built(folder: Path) -> Path:
    """The wheel of this clone."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


def oldest(wheel: Path, version: tuple[int, int]) -> list[str]:
    """The lowest version of each package that the wheel needs under a Python."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        rows = REQUIREMENT.findall(archive.read(name).decode())
    return [f"{name}=={lowest}" for name, lowest, below in rows if not below or version < _pair(below)]


def _pair(text: str) -> tuple[int, int]:
    major, minor = text.split(".")
    return int(major), int(minor)


def tried(python: str, wheel: Path, pins: list[str], home: Path) -> str:
    """What `gradcheck check` says in a new environment."""
    subprocess.run([python, "-m", "venv", str(home)], check=True)
    inside = home / "bin" / "python"
    install = [str(inside), "-m", "pip", "install", "-q", "--disable-pip-version-check", str(wheel), *pins]
    subprocess.run(install, check=True)
    subprocess.run([str(inside), "-m", "pip", "check"], check=True, capture_output=True)
    command = [str(home / "bin" / "gradcheck"), "check", "--no-cache", str(BAD)]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, ""), done
    return done.stdout.splitlines()[-1]


def results(pythons: list[str]) -> Iterator[str]:
    """A line for each environment."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = built(Path(folder))
        for number, python in enumerate(pythons):
            ask = "import sys; print(*sys.version_info[:2])"
            said = subprocess.run([python, "-c", ask], check=True, capture_output=True, text=True).stdout
            major, minor = map(int, said.split())
            lowest = oldest(wheel, (major, minor))
            for name, pins in (("newest", list[str]()), ("oldest", lowest)):
                home = Path(folder, f"{number}-{name}")
                yield f"Python {major}.{minor}, {name}: {tried(python, wheel, pins, home)}"


if __name__ == "__main__":
    for line in results(sys.argv[1:] or [sys.executable]):
        print(line, flush=True)
