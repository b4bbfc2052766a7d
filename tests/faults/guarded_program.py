"""A child of the probe whose program starts daemons and then ends some of the processes above it.

In the environment: STEPS, what to end, as steps above the program; KERNEL, `helps` or not.
TensorFlow is not loaded.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from gradcheck.probe.child import guard, warm
from gradcheck.probe.child.shadow import landlock


def above(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def daemon() -> None:
    if not os.fork():
        os.setsid()
        if not os.fork():
            os.execvp("sleep", ["sleep", "998"])
        os._exit(0)
    subprocess.Popen(["sleep", "999"], start_new_session=True)


def end(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except PermissionError:
        return False
    return True


if sys.argv[1] == "--wait":
    warm._import = lambda keras: None
    order = warm.wait(int(sys.argv[2]), None)
    guard.split(order.leash, order.folder, outer=1)
else:
    guard.split(int(sys.argv[2]), Path(sys.argv[1]), outer=2)
if os.environ["KERNEL"] == "helps":
    landlock.keep_signals_inside()
guards = [os.getppid()]
for _ in range(2):
    guards.append(above(guards[-1]))
daemon()
if refused := [end(guards[int(step)]) for step in os.environ["STEPS"].split()].count(False):
    os._exit(refused)
time.sleep(60)
