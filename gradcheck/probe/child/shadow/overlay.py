"""The kernel's own shadow: overlays in a mount namespace of the program's. Linux only; standard library only.

Every folder that files can be written to gets an overlay: reads see through it, writes go to a folder of the
scratch folder. What no overlay can lie over is read-only from then on. All of it is the program's and its
children's alone, and ends with them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gradcheck.probe.child.shadow import kernel
from gradcheck.probe.child.shadow.mounts import Layout, Mount, layout, mounts
from gradcheck.probe.job.answer import NAMES
from gradcheck.probe.job.scratch import SHADOW

_FLAGS = {
    "nosuid": kernel.NO_SETUID,
    "nodev": kernel.NO_DEVICES,
    "noexec": kernel.NO_EXEC,
    "noatime": kernel.NO_ACCESS_TIMES,
    "nodiratime": kernel.NO_FOLDER_TIMES,
    "relatime": kernel.RELATIVE_TIMES,
}


@dataclass(frozen=True)
class _Layer:
    """One overlay to be: open folders, because a path leads elsewhere once the first overlay lies."""

    folder: str
    lower: int
    upper: int
    work: int

    @property
    def handles(self) -> tuple[int, int, int]:
        """All that is open."""
        return self.lower, self.upper, self.work


def enter(scratch: Path, needed: Sequence[str], replaced: Mapping[str, bytes]) -> None:
    """Lay the overlays for this process and all that it starts.

    `needed` are folders that must be writable; `replaced` gives files other contents. Raises OSError where
    the kernel does not allow it; a trial in a process of its own says so before this one is changed.
    """
    needed = [*needed, *map(os.path.dirname, replaced)]
    if not _succeeds(lambda: _lay(scratch / "trial", scratch, needed, replaced)):
        raise OSError("the kernel allows no overlay here")
    _lay(scratch / SHADOW, scratch, needed, replaced)


def _succeeds(what: Callable[[], None]) -> bool:
    """Whether a function works in a copy of this process."""
    if not (pid := os.fork()):
        with suppress(BaseException):
            what()
            os._exit(0)
        os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def _lay(place: Path, scratch: Path, needed: Sequence[str], replaced: Mapping[str, bytes]) -> None:
    """Lay overlays whose upper layers are at `place`."""
    here, found = os.getcwd(), mounts()
    where = _wanted(layout(found), needed, whole=place.name == SHADOW)
    owned = _leave_shared_namespaces()
    layers = _layers(where, place)
    _prepare(place, where, needed, replaced)
    answers = {str(scratch / name): os.open(scratch / name, os.O_PATH) for name in NAMES}
    for layer in layers:
        _mount(layer, needed, owned=owned)
    for path, handle in answers.items():
        kernel.mount(f"/proc/self/fd/{handle}", path, flags=kernel.BIND)
    for one in found:
        if one.point in where.spines:
            _make_read_only(one.point, one)
    for handle in (*answers.values(), *(part for layer in layers for part in layer.handles)):
        os.close(handle)
    os.chdir(here)
    if not owned and os.getuid():
        kernel.drop_capabilities()


def _wanted(where: Layout, needed: Sequence[str], *, whole: bool) -> Layout:
    """All islands, or those alone that a trial has to show: each costs the kernel some milliseconds."""
    islands = {folder: where.island_of(os.path.realpath(folder)) for folder in needed}
    if lost := next((folder for folder, island in islands.items() if island is None), None):
        raise OSError(f"{lost} has mounts below it")
    used = {*islands.values()}
    return where if whole else Layout(tuple(one for one in where.islands if one in used), ())


def _leave_shared_namespaces() -> bool:
    """A mount namespace of our own; whether it needed no user namespace."""
    user, group = os.getuid(), os.getgid()
    try:
        kernel.unshare(kernel.NEW_MOUNTS)
        owned = True
    except OSError:
        kernel.unshare(kernel.NEW_MOUNTS | kernel.NEW_USER)
        owned = False
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    kernel.mount("none", "/", flags=kernel.PRIVATE | kernel.RECURSIVE)
    return owned


def _layers(where: Layout, place: Path) -> list[_Layer]:
    found = (_layer(folder, place / str(number)) for number, folder in enumerate(where.islands))
    return [layer for layer in found if layer is not None]


def _layer(folder: str, place: Path) -> _Layer | None:
    try:
        lower = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    except OSError:
        return None
    parts = [place / "upper", place / "work"]
    for part in parts:
        part.mkdir(parents=True)
    (place / "place").write_bytes(os.fsencode(folder))
    with suppress(OSError):
        shutil.copystat(folder, parts[0])
    return _Layer(folder, lower, *(os.open(part, os.O_PATH) for part in parts))


def _prepare(place: Path, where: Layout, needed: Sequence[str], replaced: Mapping[str, bytes]) -> None:
    """Make the folders in the upper layers that an overlay of ours could not copy: other users own them."""
    for folder in (*needed, "/var/tmp"):
        _skeleton(os.path.realpath(folder), place, where)
    for folder in needed:
        for shared in _shared(folder):
            _skeleton(os.path.realpath(shared), place, where)
    for path, data in replaced.items():
        real = os.path.realpath(path)
        copy = _upper(real, place, where)
        copy.write_bytes(data)
        with suppress(OSError):
            shutil.copymode(real, copy)


def _shared(folder: str) -> Iterator[str]:
    """The folders in a folder that are somebody else's, and that we may write to."""
    with suppress(OSError), os.scandir(folder) as found:
        for entry in found:
            foreign = entry.is_dir(follow_symlinks=False) and entry.stat().st_uid != os.getuid()
            if foreign and os.access(entry.path, os.W_OK):
                yield entry.path


def _skeleton(folder: str, place: Path, where: Layout) -> None:
    if (island := where.island_of(folder)) is None:
        return
    parts = Path(folder).relative_to(island).parts
    for count in range(1, len(parts) + 1):
        real = Path(island, *parts[:count])
        copy = _upper(str(real), place, where)
        if real.is_dir() and not copy.exists():
            copy.mkdir()
            with suppress(OSError):
                shutil.copystat(real, copy)


def _upper(path: str, place: Path, where: Layout) -> Path:
    island = where.island_of(path)
    if island is None:
        raise OSError(f"{path} has mounts below it")
    return place / str(where.islands.index(island)) / "upper" / Path(path).relative_to(island)


def _mount(layer: _Layer, needed: Sequence[str], *, owned: bool) -> None:
    """Lay one overlay; where none can lie and none is needed, nothing can be written."""
    low, up, work = (f"/proc/self/fd/{part}" for part in (layer.lower, layer.upper, layer.work))
    kind = "redirect_dir=on" if owned else "userxattr"
    options = f"lowerdir={low},upperdir={up},workdir={work},{kind}"
    try:
        kernel.mount("overlay", layer.folder, "overlay", options=options)
    except OSError:
        if any(os.path.realpath(one).startswith(layer.folder) for one in needed):
            raise
        kernel.mount(low, layer.folder, flags=kernel.BIND)
        _make_read_only(layer.folder, Mount(layer.folder, "", ()))


def _make_read_only(point: str, one: Mount) -> None:
    kept = sum(_FLAGS.get(word, 0) for word in one.options)
    kernel.mount("none", point, flags=kernel.REMOUNT | kernel.BIND | kernel.READ_ONLY | kept)
