"""Programs that make life hard for whoever runs them. In each, `train(steps)` trains a variable."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = """\
import os, sys, time, signal, threading
import tensorflow as tf
SLEEP = [sys.executable, "-c", "import time; time.sleep(1000)", __file__]
w = tf.Variable([1.0, 2.0], name="w")
def train(steps=4):
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(w * w)
        w.assign_sub(0.1 * tape.gradient(loss, w))
"""
HEAD_LINES = HEAD.count("\n")


@dataclass(frozen=True)
class Program:
    """What follows `HEAD`, and what the probe must say of it; `line` is where it breaks, in the body."""

    body: str
    status: str
    reason: str = ""
    note: str = ""
    line: int | None = None
    seen: bool = True
    timeout: float = 120.0


PROGRAMS = {
    "takes the finders of modules away": Program("train()\nsys.meta_path[:] = []", "ok"),
    "has finders of its own": Program("train()\nsys.meta_path, sys.path_hooks = None, ()", "ok"),
    "takes the finders away before it trains": Program("sys.meta_path.clear()\ntrain()", "ok"),
    "trains and ends": Program("train()", "ok"),
    "hangs after training": Program(
        "train(2)\nwhile True: time.sleep(1)", "ok", note="was stopped after 45 s", timeout=45
    ),
    "hangs before training": Program(
        "time.sleep(1000)",
        "failed",
        reason="no gradient was seen within 45 s; raise --timeout",
        seen=False,
        timeout=45,
    ),
    "ignores every signal": Program(
        "for s in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP): signal.signal(s, signal.SIG_IGN)\n"
        "train(1)\nwhile True: time.sleep(1)",
        "ok",
        note="was stopped after 45 s",
        timeout=45,
    ),
    "trains for ever": Program("train(10**9)", "ok"),
    "replaces what writes JSON": Program(
        "train()\nimport json\njson.dumps = json.loads = threading.enumerate = lambda *_, **__: 1 / 0",
        "broken",
        reason="the probe could not go on: ZeroDivisionError",
    ),
    "swallows everything": Program("while True:\n    try: train(1)\n    except: pass", "ok"),
    "swallows exceptions": Program("while True:\n    try: train(1)\n    except Exception: pass", "ok"),
    "forks": Program("pid = os.fork()\ntrain()\nif pid: os.waitpid(pid, 0)", "ok"),
    "forks first and only the copy ends": Program("if os.fork() == 0: sys.exit(0)\nos.wait()\ntrain()", "ok"),
    "trains in a thread": Program("threading.Thread(target=train).start()", "ok"),
    "raises in a thread": Program("train()\nthreading.Thread(target=lambda: 1 / 0).start()", "ok"),
    "leaves a process behind": Program(
        "import subprocess\nsubprocess.Popen(SLEEP, start_new_session=True)\ntrain()", "ok"
    ),
    "becomes a daemon": Program(
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        os.execv(SLEEP[0], SLEEP)\n"
        "    os._exit(0)\nos.wait()\ntime.sleep(1)\ntrain()",
        "ok",
    ),
    "leaves at once": Program(
        "os._exit(3)", "broken", reason="ended its own process (exit code 3) before any gradient", seen=False
    ),
    "leaves after training": Program("train(2)\nos._exit(0)", "ok"),
    "crashes natively": Program(
        "train(2)\nimport ctypes\nctypes.string_at(0)",
        "broken",
        reason="killed by SIGSEGV after its gradients",
        line=3,
    ),
    "aborts": Program(
        "os.abort()", "broken", reason="killed by SIGABRT before any gradient", line=1, seen=False
    ),
    "is killed": Program(
        "train(2)\nos.kill(os.getpid(), 9)",
        "broken",
        reason="killed by SIGKILL (out of memory?) after its gradients",
    ),
    "runs out of memory": Program(
        "train(2)\nraise MemoryError('no room')", "broken", reason="raised MemoryError: no room", line=2
    ),
    "recurses without end": Program(
        "def f(): f()\nf()", "broken", reason="raised RecursionError", line=1, seen=False
    ),
    "prints a lot": Program("for _ in range(100): print('x' * 2_000_000)\ntrain()", "ok"),
    "prints garbage": Program("os.write(1, bytes(range(256)) * 100)\ntrain()", "ok"),
    "closes its output": Program("sys.stdout.close(); os.close(1); os.close(2)\ntrain()", "ok"),
    "reads its input": Program("input()", "broken", reason="raised EOFError", line=1, seen=False),
    "changes directory": Program("import tempfile\nos.chdir(tempfile.mkdtemp())\ntrain()", "ok"),
    "removes its directory": Program(
        "import tempfile\nd = tempfile.mkdtemp(); os.chdir(d); os.rmdir(d)\ntrain()", "ok"
    ),
    "deletes its own file": Program("os.unlink(__file__)\ntrain()", "ok"),
    "clears its environment": Program("os.environ.clear()\ntrain()", "ok"),
    "replaces the tape": Program(
        "class Tape(tf.GradientTape):\n    def gradient(self, *a, **k): return super().gradient(*a, **k)\n"
        "tf.GradientTape = Tape\ntrain()",
        "ok",
    ),
    "replaces a builtin": Program("import builtins\ntrain(2)\nbuiltins.open = builtins.print = None", "ok"),
    "turns warnings into errors": Program("import warnings\nwarnings.simplefilter('error')\ntrain()", "ok"),
    "exits well": Program("train()\nsys.exit(0)", "ok"),
    "exits badly": Program("train(2)\nsys.exit(3)", "ok", note="ended with exit code 3"),
    "exits before training": Program(
        "sys.exit('no data')", "broken", reason="sys.exit('no data') before any gradient", seen=False
    ),
    "wants arguments": Program(
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('data')\np.parse_args()",
        "broken",
        reason="the following arguments are required: data",
        seen=False,
    ),
    "raises before training": Program(
        "open('missing.csv')", "broken", reason="raised FileNotFoundError", line=1, seen=False
    ),
    "raises after training": Program("train(2)\n1 / 0", "broken", reason="raised ZeroDivisionError", line=2),
    "interrupts itself": Program(
        "raise KeyboardInterrupt", "broken", reason="KeyboardInterrupt", line=1, seen=False
    ),
    "is no Python": Program("def broken(:", "broken", reason="raised SyntaxError", line=1, seen=False),
    "hangs at exit": Program("import atexit\natexit.register(time.sleep, 1000)\ntrain()", "ok"),
    "waits for a thread for ever": Program(
        "train(2)\nthreading.Thread(target=time.sleep, args=(1000,)).start()",
        "ok",
        note="was stopped after 45 s",
        timeout=45,
    ),
    "trains in a coroutine": Program("import asyncio\nasync def run(): train()\nasyncio.run(run())", "ok"),
    "starts workers": Program(
        "import multiprocessing\nif __name__ == '__main__':\n"
        "    print(multiprocessing.get_context('spawn').Pool(1).map(abs, [1]))\n    train()",
        "ok",
    ),
    "raises what cannot be printed": Program(
        "class E(Exception):\n    def __str__(self): raise ValueError('no')\n    __repr__ = __str__\n"
        "train(2)\nraise E()",
        "broken",
        reason="raised E: (its message cannot be had: ValueError)",
        line=5,
    ),
    "exits with what cannot be printed": Program(
        "class C:\n    def __repr__(self): 1 / 0\nsys.exit(C())",
        "broken",
        reason="sys.exit(an object that cannot be shown: ZeroDivisionError)",
        seen=False,
    ),
    "closes every descriptor": Program("train(1)\nos.closerange(3, 65536)\ntrain()", "ok"),
    "writes into every descriptor": Program(
        "train(1)\nfor number in range(3, 300):\n    try: os.write(number, b'junk')\n"
        "    except OSError: pass\ntrain()",
        "ok",
    ),
    "replaces what it is answered with": Program(
        "import json\ntrain(1)\njson.dumps = os.write = os.lseek = os.getpid = os._exit = None\ntrain()", "ok"
    ),
    "ends the process above it": Program(
        "import subprocess\nsubprocess.Popen(SLEEP, start_new_session=True)\ntrain(2)\ntime.sleep(1)\n"
        "try: os.kill(os.getppid(), signal.SIGKILL)\nexcept PermissionError: os.kill(0, signal.SIGKILL)\n"
        "time.sleep(1000)",
        "broken",
        reason="killed by SIGKILL",
    ),
    "signals its group": Program(
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nos.killpg(0, signal.SIGTERM)\ntrain()", "ok"
    ),
    "forks without end": Program(
        "if os.fork() == 0:\n    os.setsid()\n    while True:\n        if os.fork(): os._exit(0)\n"
        "        time.sleep(0.01)\ntrain()",
        "ok",
    ),
    "talks to a server": Program(
        "import socket\nserver = socket.create_server(('127.0.0.1', 0))\n"
        "socket.create_connection(server.getsockname())\ntrain()",
        "ok",
        note="the program connected to 127.0.0.1: what it changed there is not undone",
    ),
    "writes into its folder": Program(
        "open(os.path.join(os.path.dirname(__file__), 'log.txt'), 'w').write('x')\ntrain()",
        "ok",
        note="log.txt",
    ),
}
