"""The `gradcheck` command, also as `python -m gradcheck`."""

import gc
import os
import sys


def main() -> None:
    """Run the command. Nothing that is made while it loads is garbage: nobody looks for any until `lint`
    follows a file, nor once more at the end."""
    gc.disable()
    _open_streams()
    from gradcheck.cli.commands import main as command
    from gradcheck.cli.signals import end_orderly

    end_orderly()
    try:
        command()
    finally:
        gc.freeze()


def _open_streams() -> None:
    """A standard stream that is closed would become the number of the next file that is opened."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    while nowhere < 3:
        nowhere = os.dup(nowhere)
    os.close(nowhere)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115  # open until the end


if __name__ == "__main__":
    main()
