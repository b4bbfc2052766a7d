"""Everything that a program does to files, each with what comes of it; run in a folder that `make` made.

Run as `file_operations.py WAY SCRATCH USER`: WAY is how the files are protected, `plain` not at all; USER is
the number of who does it. Prints one line for each operation, and what the program sees in the end.
"""

from __future__ import annotations

import codecs
import glob
import io
import json
import os
import pathlib
import posix
import shutil
import sqlite3
import sys
import tempfile
import zipfile
from posix import rename as rename_by_name
from posix import unlink as unlink_by_name
from sqlite3 import connect as connect_by_name


def make(folder: pathlib.Path) -> None:
    """The files that are there before."""
    for name in ("logs/old", "data/deep/er", "empty", "model/assets"):
        (folder / name).mkdir(parents=True)
    for name in ("a.txt", "b.txt", "logs/one.log", "logs/old/two.log", "data/deep/er/x.bin", "model/w.bin"):
        (folder / name).write_text(f"before: {name}\n")
    (folder / "low" / "folder").mkdir(parents=True)
    for letter in "abcdefghijk":
        (folder / "low" / f"{letter}.txt").write_text(f"before: {letter}\n")
    (folder / "low" / "zipped.py").write_text("VALUE = 1\n")
    with zipfile.ZipFile(folder / "low" / "package.zip", "w") as archive:
        archive.writestr("inside.py", "VALUE = 2\n")
    (folder / "link.txt").symlink_to("a.txt")
    (folder / "linked").symlink_to("data")
    (folder / "a.txt").chmod(0o640)
    for name in ("locked.txt", "locked too.txt", "model/locked.bin"):
        (folder / name).write_text(f"before: {name}\n")
        (folder / name).chmod(0o444)
    for name in ("pipe", "model/pipe"):
        os.mkfifo(folder / name)


def tree(folder: pathlib.Path) -> list[str]:
    """What is there, as the program sees it."""
    found = []
    for path, folders, files in os.walk(folder):
        for name in (*folders, *files):
            entry = os.path.join(path, name)
            shown = os.path.relpath(entry, folder)
            if os.path.islink(entry):
                found.append(f"{shown} -> {os.readlink(entry)}")
            elif not os.path.isfile(entry):
                found.append(f"{shown}/ {oct(os.stat(entry).st_mode)}")
            else:
                with open(entry, "rb") as file:
                    # Archives and databases hold times.
                    content = "" if entry.endswith((".zip", ".sqlite")) else repr(file.read())
                found.append(f"{shown} {oct(os.stat(entry).st_mode & 0o777)} {content}")
    return sorted(found)


def _write(path: str, mode: str, text: str) -> int:
    with open(path, mode) as file:
        return file.write(text)


def _read(path: str) -> str:
    with open(path) as file:
        return file.read()


def _update() -> str:
    with open("b.txt", "r+") as file:
        file.seek(3)
        file.write("ZZ")
    return _read("b.txt")


def _zip() -> list[str]:
    with zipfile.ZipFile("new.zip", "w") as archive:
        archive.write("a.txt")
    with zipfile.ZipFile("new.zip") as archive:
        return archive.namelist()


def _database() -> list[object]:
    with sqlite3.connect("new.sqlite") as base:
        base.execute("create table t (x)")
        base.execute("insert into t values (7)")
        return base.execute("select x from t").fetchall()


def _through_descriptors() -> str:
    handle = os.open("low.txt", os.O_CREAT | os.O_RDWR | os.O_EXCL)
    os.write(handle, b"low")
    os.close(handle)
    handle = os.open("a.txt", os.O_WRONLY | os.O_APPEND)
    os.write(handle, b"more\n")
    os.close(handle)
    return _read("low.txt") + _read("a.txt")


def _beside_a_folder() -> list[str]:
    folder = os.open("logs", os.O_RDONLY)
    with open(os.open("beside.log", os.O_CREAT | os.O_WRONLY, dir_fd=folder), "w") as file:
        file.write("beside")
    os.unlink("one.log", dir_fd=folder)
    os.close(folder)
    return sorted(os.listdir("logs"))


def _saved_in_one_step() -> str:
    with tempfile.NamedTemporaryFile("w", dir=".", delete=False) as file:
        file.write("new whole")
    os.replace(file.name, "whole.txt")
    with tempfile.NamedTemporaryFile("w", dir=".", delete=False) as file:
        file.write("new b")
    os.replace(file.name, "b.txt")
    return _read("whole.txt") + _read("b.txt")


def _moved_away_and_made_anew() -> list[str]:
    os.rename("model", "model.old")
    os.makedirs("model")
    _write("model/fresh.bin", "w", "fresh")
    return [*sorted(os.listdir("model")), *sorted(os.listdir("model.old"))]


def _in_another_folder() -> str:
    os.mkdir("made")
    os.chdir("made")
    _write("inside.txt", "w", os.path.basename(os.getcwd()))
    os.chdir("..")
    return _read("made/inside.txt")


def _through_a_reader() -> list[object]:
    with open("locked.txt") as file:
        os.fchmod(file.fileno(), 0o600)
        os.chmod(file.fileno(), 0o640)
        os.utime(file.fileno(), (7, 8))
        os.chown(file.fileno(), -1, os.getgid())
        os.fchown(file.fileno(), -1, os.getgid())
    folder = os.open("logs/old", os.O_RDONLY)
    os.fchmod(folder, 0o750)
    os.close(folder)
    seen = [os.stat(name) for name in ("locked.txt", "logs/old")]
    return [*(oct(one.st_mode) for one in seen), seen[0].st_mtime]


def _in_a_folder_that_was_removed() -> None:
    shutil.rmtree("linked/deep")
    _write("linked/deep/new.txt", "w", "never")


def _by_its_class() -> str:
    with io.FileIO("raw.bin", "x") as file:
        file.write(b"raw")
    with io.FileIO("a.txt", "a") as file:
        file.write(b"raw")
    with open("a.txt", "rb", buffering=0) as file:
        assert isinstance(file, io.FileIO)
    return _read("raw.bin") + _read("a.txt")


def _below_os() -> list[object]:
    """Through the modules that `os`, `io` and `sqlite3` have their functions from."""
    import _io
    import _sqlite3

    posix.chmod("low/a.txt", 0o600)
    posix.utime("low/b.txt", (9, 9))
    posix.truncate("low/c.txt", 1)
    posix.unlink("low/d.txt")
    posix.rename("low/e.txt", "low/ee.txt")
    unlink_by_name("low/f.txt")
    rename_by_name("low/g.txt", "low/gg.txt")
    handle = posix.open("low/h.txt", posix.O_WRONLY | posix.O_TRUNC)
    posix.fchmod(handle, 0o640)
    posix.close(handle)
    posix.replace("low/i.txt", "low/a.txt")
    posix.mkdir("low/made")
    posix.rmdir("low/folder")
    with _io.open("low/j.txt", "w") as text, _io.FileIO("low/k.txt", "w") as raw:
        text.write("over")
        raw.write(b"over")
    for connect, name in ((_sqlite3.connect, "low/one.sqlite"), (connect_by_name, "low/two.sqlite")):
        base = connect(name)
        base.execute("create table t (x)")
        base.close()
    with pathlib.Path("low/made/imported_by_nobody.py").open("w") as file:
        file.write("")
    return [sorted(posix.listdir("low")), posix.getcwdb() == os.fsencode(os.getcwd())]


def _imports() -> list[object]:
    """What is on disk is imported, by the functions that are not led elsewhere."""
    sys.path.insert(0, "low")
    import zipped  # type: ignore[import-not-found]

    sys.path.insert(0, "low/package.zip")
    import inside  # type: ignore[import-not-found]

    return [zipped.VALUE, inside.VALUE]


def _entries() -> list[tuple[str, bool, bool]]:
    with os.scandir(".") as entries:
        return sorted((one.name, one.is_dir(), one.is_symlink()) for one in entries)


OPERATIONS = {
    "write what is locked": lambda: _write("locked.txt", "a", "never") if os.geteuid() else None,
    "times of a link": lambda: os.utime("link.txt", (3, 4), follow_symlinks=False),
    "owner of a link": lambda: os.lchown("link.txt", -1, os.getgid()),
    "through a reader": _through_a_reader,
    "link what is locked": lambda: os.link("model/locked.bin", "model/twin.bin"),
    "unlock the link": lambda: os.chmod("model/twin.bin", 0o644),
    "write to the link": lambda: _write("model/twin.bin", "w", "over"),
    "unlock": lambda: os.chmod("locked.txt", 0o600),
    "write what was locked": lambda: _write("locked.txt", "a", "unlocked"),
    "remove what is locked": lambda: os.remove("locked too.txt"),
    "mode of a pipe": lambda: os.chmod("pipe", 0o600),
    "remove a pipe": lambda: os.remove("pipe"),
    "append": lambda: _write("a.txt", "a", "after\n"),
    "read back": lambda: _read("a.txt"),
    "overwrite": lambda: _write("logs/one.log", "w", "over"),
    "new": lambda: _write("new.txt", "x", "new"),
    "new where one is": lambda: _write("b.txt", "x", "never"),
    "into a folder that is not": lambda: _write("nowhere/x.txt", "w", "never"),
    "update": _update,
    "update what is not": lambda: _write("missing.txt", "r+", "never"),
    "through a link": lambda: _write("link.txt", "a", "linked\n"),
    "below a link": lambda: _write("linked/deep/new.txt", "w", "below"),
    "size": lambda: os.path.getsize("a.txt"),
    "remove": lambda: os.remove("data/deep/er/x.bin"),
    "removed": lambda: os.path.exists("data/deep/er/x.bin"),
    "remove again": lambda: os.remove("data/deep/er/x.bin"),
    "remove a folder as a file": lambda: os.unlink("logs"),
    "remove a full folder": lambda: os.rmdir("logs"),
    "remove an empty folder": lambda: os.rmdir("data/deep/er"),
    "make it again": lambda: os.mkdir("data/deep/er"),
    "nothing in it": lambda: os.listdir("data/deep/er"),
    "make one that is": lambda: os.mkdir("logs"),
    "make folders": lambda: os.makedirs("x/y/z", exist_ok=True),
    "make them again": lambda: os.makedirs("x/y/z", exist_ok=True),
    "remove a link": lambda: os.unlink("link.txt"),
    "link": lambda: os.symlink("b.txt", "fresh-link"),
    "descriptors": _through_descriptors,
    "mode": lambda: os.chmod("b.txt", 0o600),
    "time": lambda: os.utime("b.txt", (5, 6)),
    "time is": lambda: os.stat("b.txt").st_mtime,
    "beside a folder": _beside_a_folder,
    "saved in one step": _saved_in_one_step,
    "pathlib": lambda: pathlib.Path("p/q").mkdir(parents=True) or pathlib.Path("p/q/r.txt").write_text("r"),
    "pathlib reads": lambda: sorted(str(path) for path in pathlib.Path("p").rglob("*")),
    "rename": lambda: os.rename("logs/old/two.log", "two.log"),
    "rename what is not": lambda: os.rename("logs/old/two.log", "three.log"),
    "rename over a full folder": lambda: os.rename("empty", "logs"),
    "rename over what is locked": lambda: (
        _write("two.txt", "w", "two") and os.replace("two.txt", "model/locked.bin")
    ),
    "rename over a pipe": lambda: _write("two.txt", "w", "two") and os.replace("two.txt", "model/pipe"),
    "rename a file to a folder": lambda: os.rename("a.txt", "empty"),
    "rename a folder to a file": lambda: os.rename("empty", "a.txt"),
    "rename a folder": _moved_away_and_made_anew,
    "copy a tree": lambda: shutil.copytree("logs", "copied"),
    "remove a tree": lambda: shutil.rmtree("logs"),
    "a tree again": lambda: os.makedirs("logs/old") or os.listdir("logs"),
    "below what was removed": _in_a_folder_that_was_removed,
    "move": lambda: shutil.move("data", "moved"),
    "what was moved": lambda: sorted(glob.glob("**/*", recursive=True)),
    "by its class": _by_its_class,
    "below os": _below_os,
    "imports": _imports,
    "zip": _zip,
    "database": _database,
    "chdir": _in_another_folder,
    "truncate": lambda: os.truncate("b.txt", 2),
    "list": lambda: sorted(os.listdir()),
    "entries": _entries,
    "bytes": lambda: sorted(os.listdir(b".")),
    "hard link": lambda: os.link("a.txt", "hard.txt"),
    "hard link reads": lambda: _read("hard.txt"),
    "temporary folder": lambda: tempfile.TemporaryDirectory().cleanup(),
    "absolute": lambda: _write(os.path.abspath("absolute.txt"), "w", "absolute"),
    "access": lambda: [os.access("absolute.txt", os.W_OK), os.access("missing.txt", os.R_OK)],
}


def main(way: str, scratch: pathlib.Path, user: int) -> None:
    """Do it all."""
    become(user)
    if way != "plain":
        protect(way, scratch)
    here = pathlib.Path.cwd()
    for name, operation in OPERATIONS.items():
        try:
            result = operation()
        except OSError as error:
            result = f"{type(error).__name__} {error.errno}"
        print(json.dumps([name, repr(result)]))
    print(json.dumps(["tree", tree(here)]))


def become(user: int) -> None:
    """Be this user. Whoever that is may not be able to read where modules are."""
    from gradcheck.probe.child.shadow import landlock, overlay, redirection, renames  # noqa: F401

    codecs.lookup("cp437")  # of names in archives
    if user != os.getuid():
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)


def protect(way: str, scratch: pathlib.Path) -> None:
    """As a child of the probe does before the program starts."""
    from gradcheck.probe.child import shadow
    from gradcheck.probe.job.answer import prepare
    from gradcheck.probe.job.job import Job

    prepare(scratch)
    os.environ[shadow.FORCED], _, alone = way.partition(" ")
    if alone:
        from gradcheck.probe.child.shadow import redirection

        vars(redirection)["_refuse_the_rest"] = lambda _: False
    protection = shadow.enter(Job(sys.argv[0]), scratch)
    assert protection.kind == os.environ[shadow.FORCED], protection


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3]))
