"""The packages of the list, and where their files lie."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.cases import tomllib

LIST = Path(__file__).with_name("packages.toml")
HOME = Path.home() / ".cache" / "gradcheck-real-programs"


@dataclass(frozen=True)
class Package:
    """A package of the registry; `factories` are probed where TensorFlow and the package are installed, and
    `exclude` leaves out what is no source of its own, such as copies that a script has made."""

    name: str
    version: str
    factories: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def folder(self, home: Path) -> Path:
        """Where its files lie, downloaded and unpacked when first asked for. Nothing of it is executed."""
        for given in (home / self.name, home / f"{self.name}-{self.version}"):
            if given.is_dir():
                return given
        _unpack(f"{self.name}=={self.version}", given)
        return given


def packages() -> tuple[Package, ...]:
    """Every package of the list."""
    rows = tomllib.loads(LIST.read_text(encoding="utf-8"))["package"]
    return tuple(
        Package(row["name"], row["version"], tuple(row.get("factories", ())), tuple(row.get("exclude", ())))
        for row in rows
    )


def _unpack(requirement: str, folder: Path) -> None:
    options = ["--quiet", "--no-deps", "--only-binary=:all:", "--ignore-requires-python"]
    with TemporaryDirectory() as wheels:
        command = [sys.executable, "-m", "pip", "download", *options, "--dest", wheels, requirement]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{requirement} cannot be downloaded: {done.stderr.strip()}")
        for wheel in Path(wheels).glob("*.whl"):
            zipfile.ZipFile(wheel).extractall(folder)
