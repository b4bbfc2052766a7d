"""Run by a test: the command under an audit hook, which writes down what Python does for it.

Arguments: the file to write the list to, then those of the command. One line for each event: its name and
its first arguments, as JSON.
"""

import json
import os
import sys

KEPT = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.startfile",
    "ctypes.dlopen",
)
CHANGING = (
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.chmod",
    "os.chown",
    "os.utime",
    "os.link",
    "os.symlink",
)
log = os.open(sys.argv.pop(1), os.O_WRONLY | os.O_CREAT | os.O_APPEND)


def writes(arguments: tuple[object, ...]) -> bool:
    mode, flags = arguments[1], arguments[2]
    written = isinstance(mode, str) and any(one in mode for one in "wax+")
    return written or (isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)))


def hook(event: str, arguments: tuple[object, ...]) -> None:
    """Keep what reaches out of the process, changes the disk, or runs code."""
    if event == "exec":
        kept = [getattr(arguments[0], "co_filename", "")]
    elif (event == "open" and writes(arguments)) or event.startswith((*KEPT, *CHANGING)):
        kept = [str(one) for one in arguments[:2]]
    else:
        return
    os.write(log, (json.dumps([event, *kept]) + "\n").encode())


from gradcheck.cli.commands import main  # noqa: E402

sys.addaudithook(hook)
main()
