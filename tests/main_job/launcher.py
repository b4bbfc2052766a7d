"""Stands in for Python: has a process that has loaded TensorFlow run the script that it was started with."""

import json
import os
import socket
import sys


def main():
    """Hand over arguments, folder, environment and open files; end as the other process ends."""
    script = sys.argv[1] if sys.argv[1:] else ""
    if not script.endswith(".py"):
        os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(os.path.join(os.path.dirname(__file__), "socket"))
        asked = json.dumps({"argv": sys.argv[1:], "folder": os.getcwd(), "environment": dict(os.environ)})
        # The last argument of the probe's child is the number of a pipe that it was given open.
        files = [0, 1, 2, *([int(sys.argv[-1])] if script.endswith("child/__main__.py") else [])]
        socket.send_fds(line, [len(asked).to_bytes(4, "big")], files)
        line.sendall(asked.encode())
        code = int(line.recv(16) or -1)
    if code < 0:
        os.kill(os.getpid(), -code)
    sys.exit(code)


main()
