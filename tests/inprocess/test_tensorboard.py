"""What TensorBoard shows of a training and of a probe, asked over its own HTTP API."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.tf

HERE = Path(__file__).parent
QUIET = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "TF_USE_LEGACY_KERAS": "0"}
SERVER = """
import sys
from tensorboard import program

server = program.TensorBoard()
server.configure(argv=[None, "--logdir", sys.argv[1], "--port", "0", "--load_fast", "false"])
print(server.launch(), flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    logs = tmp_path_factory.mktemp("logs")
    training = [sys.executable, "fitted.py", logs / "fit"]
    probe = [sys.executable, "-m", "gradcheck", "probe", "fitted.py", "--logdir", logs / "probe"]
    subprocess.run(training, cwd=HERE, env=QUIET, check=True, capture_output=True)
    done = subprocess.run(
        [*probe, "--", logs / "again"], cwd=HERE, env=QUIET, check=False, capture_output=True
    )
    assert done.returncode == 1, done.stderr
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, logs],
        env=QUIET,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdin is not None and server.stdout is not None
        said = server.stdout.readline().strip()
        yield re.sub(r"//[^:/]+:", "//127.0.0.1:", said)
        server.stdin.close()


def asked(address: str, path: str, **parameters: str):
    with urlopen(f"{address}data/plugin/{path}?{urlencode(parameters)}", timeout=60) as answer:
        return json.load(answer)


def test_the_norms_of_a_training_are_curves(address: str) -> None:
    tags = asked(address, "scalars/tags")["fit/gradcheck"]
    kept = next(tag for tag in tags if tag.endswith("/kept"))
    assert kept.startswith("gradient norm/") and not any(tag.endswith("/lost") for tag in tags)
    rows = asked(address, "scalars/scalars", run="fit/gradcheck", tag=kept)
    assert [step for _, step, _ in rows] == [1, 2, 3, 5]
    assert all(norm > 0 for _, _, norm in rows)


@pytest.mark.parametrize("run", ["fit/gradcheck", "probe/gradcheck"])
def test_the_findings_are_text(address: str, run: str) -> None:
    assert "findings" in asked(address, "text/tags")[run]
    *_, last = asked(address, "text/text", run=run, tag="findings")
    assert re.search("<h3>error GC101: [\\w./]*lost gets no gradient", last["text"])
    assert "self.scale = tf.exp(self.lost)" in last["text"]


def test_a_probe_has_one_step(address: str) -> None:
    tags = asked(address, "scalars/tags")["probe/gradcheck"]
    kept = next(tag for tag in tags if tag.endswith("/kept"))
    assert [row[1] for row in asked(address, "scalars/scalars", run="probe/gradcheck", tag=kept)] == [0]
