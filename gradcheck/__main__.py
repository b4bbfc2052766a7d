"""The `gradcheck` command, also as `python -m gradcheck`.

What is imported at the top Python has loaded itself: no module of such a name in the current folder is run.
"""

import os
import sys


def main() -> None:
    """Run the command. Garbage is not collected while it loads, when there is none, but from the first file
    that `lint` follows; nor is it collected once more at the end."""
    import gc
    import signal

    gc.disable()
    interrupted = signal.getsignal(signal.SIGINT)
    if interrupted is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # there is nothing to put in order while it loads
    _open_streams()
    import warnings  # from here on an interrupt ends it without a word

    warnings.simplefilter("ignore")  # those of libraries are for who works on them
    from gradcheck.base.signals import end_orderly
    from gradcheck.cli.commands import main as command

    end_orderly()
    if interrupted is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupted)
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


def _forget_folder() -> None:
    """`python -m` looks for every module in the current folder first, which may be anybody's."""
    first = sys.path[0] if sys.path else ""
    ours = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if not getattr(sys.flags, "safe_path", False) and first and first != ours:
        del sys.path[0]


if __name__ == "__main__":
    _forget_folder()
    main()
