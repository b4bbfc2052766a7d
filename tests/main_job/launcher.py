"""Stands in for Python: has a process that has loaded TensorFlow do what it was started for."""

import json
import os
import socket
import sys


def main():
    """Hand over arguments, folder, environment and open files; end as the other process ends."""
    if not sys.argv[1:2] or not sys.argv[1].endswith("child/__main__.py"):
        os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(os.path.join(os.path.dirname(__file__), "socket"))
        asked = json.dumps({"argv": sys.argv[1:], "folder": os.getcwd(), "environment": dict(os.environ)})
        # The child's last argument is the number of a pipe that it was given open.
        socket.send_fds(line, [len(asked).to_bytes(4, "big")], [0, 1, 2, int(sys.argv[-1])])
        line.sendall(asked.encode())
        code = int(line.recv(16) or -1)
    if code < 0:
        os.kill(os.getpid(), -code)
    sys.exit(code)


main()
