"""Runs every program of a folder under one Keras, each in a session of its own, and prints what was seen as
JSON.

Started as `python harness.py MODE FOLDER NAME...`; the tests read its output. One process for all of them:
importing TensorFlow costs more than they do, and a hook that a session forgets to take back shows in the
next.
"""

import contextlib
import io
import json
import runpy
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from gradcheck.probe.engine.session import Session, Stop


def watched(mode: str, program: Path) -> dict:
    """The snapshot of one program."""
    session = Session(mode=mode, steps=3, project=[str(program.parent)], on_step=lambda _: None)
    end, space = "finished", {}
    with session, contextlib.redirect_stdout(io.StringIO()):
        try:
            space = runpy.run_path(str(program), run_name="__main__")
            session.finished()
        except Stop:
            end = "stopped"
        except Exception as error:
            session.failed(error)
            end = type(error).__name__
    return {**session.snapshot(), "end": end, "names": len(space)}


if __name__ == "__main__":
    mode, folder, *names = sys.argv[1:]
    print(json.dumps({name: watched(mode, Path(folder) / f"{name}.py") for name in names}))
