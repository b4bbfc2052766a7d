"""No process is ended that the run did not start, whatever the program makes of `os`.

In a process namespace of its own: what goes wrong here would end every process of the machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
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
    assert probe["status"] == "broken" and "SIGKILL" in probe["reason"]
    assert "sleep" not in processes and "ps -A" in processes
