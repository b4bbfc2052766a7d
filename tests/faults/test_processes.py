"""No process is ended that the run did not start, whatever the program makes of `os`.

In a process namespace of its own: what goes wrong here would end every process of the machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

NAMESPACE = ["unshare", "--pid", "--fork", "--mount-proc"]
PROGRAM = """\
import os, sys
import tensorflow as tf

weight = tf.Variable([1.0, 2.0])
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(weight * weight)
tape.gradient(loss, weight)
os.getpid = os.getppid = lambda: {pid}
os._exit = lambda code: None
"""
TRACED = """\
import ctypes, signal, subprocess
ctypes.CDLL(None).ptrace(0, 0, 0, 0)
subprocess.run(["true"], check=False)
os.kill(os.getpid(), signal.SIGCONT)
tape.gradient(loss, weight)
"""
SCRIPT = """\
sleep 1000 & by=$!
sed -i "s/BYSTANDER/$by/" {folder}/program.py
{python} -m gradcheck probe {folder}/program.py --format json
kill -0 $by && echo by-stander lives
kill $by
"""


ENDS_ITS_GUARD = """\
import os, signal, subprocess, time
import tensorflow as tf

weight = tf.Variable([1.0, 2.0])
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(weight * weight)
tape.gradient(loss, weight)
subprocess.Popen(["sleep", "999"], start_new_session=True)
if not os.fork():
    os.setsid()
    if not os.fork():
        os.execvp("sleep", ["sleep", "998"])
    os._exit(0)
os.kill(os.getppid(), signal.SIGKILL)
time.sleep(60)
"""


GUARDED = """\
import os, sys
from pathlib import Path
from gradcheck.probe.driver import warm
from gradcheck.probe.driver.process import started, supervise
way, child, folder = sys.argv[1:]
start = started([sys.executable, child, folder], os.environ)
with warm.Warm() as servers:
    warm._CHILD = Path(child)
    if way == "warm":
        start = servers.starting(os.environ, None)(Path(folder))
    print(supervise(start, timeout=20, finished=lambda: False).code, flush=True)
os.system("sleep 0.2; ps -A -o stat=,comm=")
"""


NOTHING_LEFT = [Path(sys.executable).name[:15], "sh", "ps"]
"""What is running in the namespace besides what a run starts: the command itself, and who asks.

The kernel calls a process by the file that it was started from, and keeps fifteen characters of it.
"""
SIGNALS = """\
import os, signal, subprocess, sys
from gradcheck.probe.child.shadow import landlock
{}
try:
    os.kill(int(sys.argv[1]), signal.SIGTERM)
except PermissionError:
    print("refused")
child = subprocess.Popen(["sleep", "60"], start_new_session=True)
child.terminate()
print(child.wait())
sys.stdout.flush()
if not os.fork():
    os.kill(os.getpid(), signal.SIGTERM)
print(-os.wait()[1])
"""


def signals_are_kept_inside() -> bool:
    tried = "from gradcheck.probe.child.shadow.landlock import keep_signals_inside as keep; keep()"
    return subprocess.run([sys.executable, "-c", tried], check=False, capture_output=True).returncode == 0


def allowed() -> bool:
    try:
        return subprocess.run([*NAMESPACE, "true"], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


@pytest.mark.tf
@pytest.mark.skipif(not allowed(), reason="no process namespace here")
@pytest.mark.parametrize("pid", ["1", "BYSTANDER"])
def test_a_by_stander_lives(pid: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM.format(pid=pid))
    script = SCRIPT.format(folder=tmp_path, python=sys.executable)
    ran = subprocess.run([*NAMESPACE, "sh", "-c", script], capture_output=True, text=True, check=False)
    report, _, rest = ran.stdout.rpartition("}")
    assert rest.strip() == "by-stander lives", ran.stderr
    assert json.loads(report + "}")["probes"][0]["status"] == "ok"


@pytest.mark.tf
@pytest.mark.skipif(not allowed(), reason="no process namespace here")
def test_nothing_is_left_of_a_program_that_ends_its_guard(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(ENDS_ITS_GUARD)
    command = f"{sys.executable} -m gradcheck probe {tmp_path}/program.py --format json; ps -A -o args"
    ran = subprocess.run([*NAMESPACE, "sh", "-c", command], capture_output=True, text=True, check=False)
    report, _, processes = ran.stdout.rpartition("}")
    [probe] = json.loads(report + "}")["probes"]
    assert probe["status"] == "broken"
    assert ("PermissionError" if signals_are_kept_inside() else "SIGKILL") in probe["reason"]
    assert "sleep" not in processes and "ps -A" in processes


@pytest.mark.tf
@pytest.mark.skipif(not allowed() or sys.platform != "linux", reason="no process namespace here")
def test_a_program_that_asks_to_be_traced_goes_on(tmp_path: Path) -> None:
    """Each of its signals stops it then, until who traces it lets it go on."""
    traced = PROGRAM.partition("tape.gradient")[0] + TRACED
    (tmp_path / "program.py").write_text(traced)
    command = [*NAMESPACE, sys.executable, "-m", "gradcheck", "probe", "program.py", "--format", "json"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert json.loads(ran.stdout)["probes"][0]["status"] == "ok"


def guarded(way: str, folder: Path, **environment: str) -> tuple[str, list[str]]:
    """How a program ended that ends what guards it, and what is running after it."""
    child = Path(__file__).with_name("guarded_program.py")
    ran = subprocess.run(
        [*NAMESPACE, sys.executable, "-c", GUARDED, way, str(child), str(folder)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    code, _, processes = ran.stdout.partition("\n")
    rows = [line.split() for line in processes.splitlines()]
    running = [name for state, name in rows if not state.startswith("Z")]
    assert "ps" in running, ran.stderr
    return code, running


@pytest.mark.skipif(not allowed(), reason="no process namespace here")
@pytest.mark.parametrize("way", ["alone", "warm"])
@pytest.mark.parametrize("steps", ["0", "1", "2", "0 1", "1 0", "1 2", "2 1", "0 2", "2 0"])
def test_the_guard_that_is_left_does_the_work_of_all(steps: str, way: str, tmp_path: Path) -> None:
    began = time.monotonic()
    code, running = guarded(way, tmp_path, STEPS=steps, KERNEL="does not help")
    assert code == "-9"
    assert running == NOTHING_LEFT
    assert time.monotonic() - began < 5


@pytest.mark.skipif(not allowed() or not signals_are_kept_inside(), reason="this kernel does not help")
@pytest.mark.parametrize("way", ["alone", "warm"])
def test_the_kernel_lets_a_program_end_none_of_its_guards(way: str, tmp_path: Path) -> None:
    code, running = guarded(way, tmp_path, STEPS="0 1 2", KERNEL="helps")
    assert code == "3"
    assert running == NOTHING_LEFT


@pytest.mark.skipif(not signals_are_kept_inside(), reason="this kernel does not help")
@pytest.mark.parametrize("way", ["landlock.keep_signals_inside()", "landlock.allow_writes_only_to(['/dev'])"])
def test_the_kernel_lets_a_program_signal_what_it_started_alone(way: str) -> None:
    other = subprocess.Popen(["sleep", "60"])
    try:
        tried = subprocess.run(
            [sys.executable, "-c", SIGNALS.format(way), str(other.pid)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert tried.stdout.split() == ["refused", "-15", "-15"]
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
