"""Loads TensorFlow once, then forks for every script that is named; writes how each ended, a line of JSON."""

from __future__ import annotations

import gc
import json
import os
import runpy
import signal
import sys
import tempfile
import traceback

SECONDS = 600
"""What one script may take."""


def ended(argv: list[str]) -> str:
    """Run one script in a fork."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = os.fork()
        if not process:
            _become(argv, out.fileno(), err.fileno())
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        return json.dumps({"out": _read(out), "err": _read(err), "code": code})


def _read(file: tempfile._TemporaryFileWrapper) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def _become(argv: list[str], out: int, err: int) -> None:
    """Be the process that runs one script."""
    signal.alarm(SECONDS)
    os.dup2(out, 1)
    os.dup2(err, 2)
    folder = os.path.dirname(os.path.abspath(argv[0]))
    os.chdir(folder)
    sys.argv, sys.path[0], code = argv, folder, 0
    try:
        runpy.run_path(argv[0], run_name="__main__")
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else int(left.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Run the scripts on the command line."""
    import tensorflow as tf
    import tensorflow_probability as tfp

    _ = tf.keras.layers.Dense, tfp.distributions.Normal
    gc.freeze()
    sys.dont_write_bytecode = True
    answers = os.dup(1)
    for argv in json.loads(sys.argv[1]):
        os.write(answers, f"{ended(argv)}\n".encode())


if __name__ == "__main__":
    main()
