"""The tools for coding assistants, asked by the protocol's own client over standard input and output."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cases import FIXTURES
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

CLASS = """

class Scale{0}(tf.keras.layers.Layer):
    def build(self, shape):
        self.gain = self.add_weight(name="gain", shape=[1])
        self.twice = self.gain * 2.0

    def call(self, x):
        return x * self.twice
"""


@asynccontextmanager
async def assistant(folder):
    command = str(Path(sys.executable).with_name("gradcheck"))
    parameters = StdioServerParameters(command=command, args=["mcp"], cwd=folder, env=dict(os.environ))
    async with Client(parameters) as client:
        yield client


async def ask(client, tool, **arguments):
    """A tool's answer, which must not be an error."""
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    return answer.structured_content


@pytest.fixture
def project(tmp_path):
    (tmp_path / "scale.py").write_text("import tensorflow as tf\n" + CLASS.format(0))
    many = "".join(CLASS.format(number) for number in range(30))
    (tmp_path / "many.py").write_text("import tensorflow as tf\n" + many)
    (tmp_path / "gradcheck.py").write_text("raise SystemExit('taken for gradcheck')\n")
    return tmp_path


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_tool_answers_and_none_writes(project):
    before = files(project)

    async def talk():
        async with assistant(project) as client:
            tools = {tool.name for tool in (await client.list_tools()).tools}
            assert tools == {"check", "probe", "weights", "fix_as_diff", "explain"}
            found = await ask(client, "check", paths=["scale.py"])
            assert (found["total"], found["errors"]) == (1, [])
            (finding,) = found["findings"]
            assert (finding["rule"], finding["path"], finding["line"]) == ("GC101", "scale.py", 7)
            (weight,) = (await ask(client, "weights", paths=["scale.py"]))["weights"]
            assert (weight["name"], weight["fates"]["3"]) == ("self.gain", "cut")
            fixed = await ask(client, "fix_as_diff", target="scale.py", unsafe=True)
            assert fixed["diff"].startswith("--- a/scale.py\n+++ b/scale.py\n")
            page = await ask(client, "explain", rule="GC101")
            assert "What it does" in page["page"]

    asyncio.run(talk())
    assert files(project) == before


def test_a_long_answer_comes_in_pages(project):
    async def talk():
        async with assistant(project) as client:
            first = await ask(client, "check", paths=["many.py"])
            assert (first["total"], len(first["findings"]), first["next_offset"]) == (30, 20, 20)
            rest = await ask(client, "check", paths=["many.py"], offset=20, limit=1000)
            assert len(rest["findings"]) == 10 and "next_offset" not in rest
            part = await ask(client, "fix_as_diff", target="many.py", unsafe=True)
            assert len(part["diff"]) <= 20_000

    asyncio.run(talk())


def book(folder, *texts):
    cells = [{"cell_type": "code", "source": text, "metadata": {}, "outputs": []} for text in texts]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    (folder / "book.ipynb").write_text(text)


@pytest.mark.parametrize("tool", ["check", "weights"])
def test_what_was_passed_over_is_said(project, tool):
    book(
        project,
        "import tensorflow as tf\n",
        "%%writefile scale.py\nimport tensorflow as tf\n" + CLASS.format(0),
    )

    async def talk():
        async with assistant(project) as client:
            answer = await ask(client, tool, paths=["book.ipynb"])
            assert (answer["total"], answer["errors"]) == (0, [])
            assert answer["notes"] == [
                {
                    "message": "book.ipynb: 1 cell was not looked at, as a magic takes the text: "
                    "cell 2 (%%writefile)"
                }
            ]
            assert (await ask(client, tool, paths=["scale.py"]))["notes"] == []

    asyncio.run(talk())


def test_a_folder_that_the_settings_exclude_is_said(project):
    (project / "pyproject.toml").write_text('[tool.gradcheck]\nexclude = ["old"]\n')
    (project / "old").mkdir()
    (project / "old" / "scale.py").write_text("import tensorflow as tf\n" + CLASS.format(0))

    async def talk():
        async with assistant(project) as client:
            answer = await ask(client, "check", paths=["old"])
            assert (answer["total"], answer["errors"]) == (0, [])
            (note,) = answer["notes"]
            assert "old" in note["message"] and "exclude" in note["message"]

    asyncio.run(talk())


def test_very_many_errors_and_notes_are_counted(project):
    (project / "many").mkdir()
    for number in range(53):
        (project / "many" / f"torn{number}.py").write_text("import keras\ndef (\n")
    ignored = "".join(f"x{number} = 1  # gradcheck: ignore[GC101]\n" for number in range(52))
    (project / "many" / "quiet.py").write_text("import tensorflow as tf\n" + CLASS.format(0) + ignored)

    async def talk():
        async with assistant(project) as client:
            answer = await ask(client, "check", paths=["many"])
            assert (len(answer["errors"]), answer["errors_left_out"]) == (50, 3)
            assert (len(answer["notes"]), answer["notes_left_out"]) == (50, 2)

    asyncio.run(talk())


def test_what_cannot_be_done_is_said(project):
    async def talk():
        async with assistant(project) as client:
            missing = await client.call_tool("explain", {"rule": "GC999"})
            assert missing.is_error and "no rule 'GC999'" in missing.content[0].text
            assert "Usage: gradcheck explain" in missing.content[0].text
            nothing = await client.call_tool("probe", {"target": "absent.py"})
            assert nothing.is_error and "no such file: absent.py" in nothing.content[0].text
            option = await client.call_tool("check", {"paths": ["--version"]})
            assert "cannot be read" in str(option)

    asyncio.run(talk())


def test_a_diff_is_a_diff_or_nothing(project):
    (project / "clean.py").write_text("x = 1\n")
    (project / "torn.py").write_text("import keras\ndef (\n")

    async def talk():
        async with assistant(project) as client:
            fixed = await ask(client, "fix_as_diff", target="scale.py")
            assert fixed["diff"].startswith("--- a/scale.py\n+++ b/scale.py\n")
            assert fixed["said"].startswith("scale.py:7:22: would fix GC101")
            assert await ask(client, "fix_as_diff", target="clean.py") == {
                "diff": "",
                "said": "no findings (1 file, 1 with nothing to follow)",
            }
            for target in ("absent.py", "torn.py"):
                answer = await client.call_tool("fix_as_diff", {"target": target})
                assert answer.is_error and f"could not look: {target}:" in answer.content[0].text
                (error,) = (await ask(client, "weights", paths=[target]))["errors"]
                assert error["path"] == target

    asyncio.run(talk())


START = {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "c", "version": "1"}}
GREETING = [
    json.dumps({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": START}),
    json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}),
]


def exchange(folder, *calls):
    """The answers to calls whose JSON is not what a client of the protocol writes."""
    command = [str(Path(sys.executable).with_name("gradcheck")), "mcp"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=folder, **pipes) as server:
        server.stdin.write("".join(f"{line}\n" for line in (*GREETING, *calls)).encode())
        server.stdin.flush()
        answers = [json.loads(server.stdout.readline()) for _ in range(1 + len(calls))]
        server.stdin.close()
    return {one["id"]: one for one in answers}


def call(number, tool, arguments):
    return json.dumps(
        {
            "jsonrpc": "2.0",
            "id": number,
            "method": "tools/call",
            "params": {"name": tool, "arguments": arguments},
        }
    )


HALF = "\ud800"
"""No character: JSON can spell it, and no text can hold it."""


def test_every_message_is_answered_whatever_its_texts_spell(project):
    (project / "a\udcff.py").write_text("import tensorflow as tf\n" + CLASS.format(0))
    answers = exchange(
        project,
        call(1, "weights", {"paths": [HALF]}),
        call(2, "explain", {"rule": f"\\{HALF}"}),
        call(3, f"check{HALF}", {}),
        call(4, "check", {"paths": ["scale.py"], HALF: "\udfff\ud800"}),
        call(5, "fix_as_diff", {"target": "\U0001f600\\ud800.py"}),
        call(6, "check", {"paths": ["."], "limit": 1}),
    )
    assert answers[1]["result"]["structuredContent"]["errors"] == [
        {"path": "\ufffd", "line": 1, "message": "cannot be read: No such file or directory"}
    ]
    assert "no rule '\\\\\ufffd'" in answers[2]["result"]["content"][0]["text"]
    assert answers[3]["result"]["content"][0]["text"] == "Unknown tool: check\ufffd"
    assert answers[4]["result"]["structuredContent"]["total"] == 1
    assert "\U0001f600\\ud800.py:1: cannot be read" in answers[5]["result"]["content"][0]["text"]
    (finding,) = answers[6]["result"]["structuredContent"]["findings"]
    assert finding["path"] == "a\ufffd.py"


@pytest.mark.tf
def test_a_program_is_run(tmp_path):
    program = tmp_path / "model.py"
    program.write_bytes((FIXTURES / "normal-indexed-in-build" / "model.py").read_bytes())

    async def talk():
        async with assistant(tmp_path) as client:
            answer = await ask(client, "probe", target="model.py", limit=1)
            assert (answer["total"], answer["next_offset"]) == (2, 1)
            assert answer["findings"][0]["evidence"] == "confirmed"
            assert (answer["errors"], answer["notes"]) == ([], [])
            (run,) = answer["probes"]
            assert [row["gradient"] for row in run["variables"]] == ["none"]

    asyncio.run(talk())


def test_words_that_no_system_takes_are_refused_with_the_reason(project):
    answers = exchange(
        project,
        call(1, "explain", {"rule": "x" * 1_000_000}),
        call(2, "explain", {"rule": "x" * 3_000}),
    )
    assert (
        "cannot be handed on: Argument list too long; name fewer"
        in answers[1]["result"]["content"][0]["text"]
    )
    assert "no rule 'xxxx" in answers[2]["result"]["content"][0]["text"]


SLEEPS = "import time\n\nimport tensorflow as tf\n\nopen('began', 'w').close()\ntime.sleep(600)\n"
ENDS = {
    "told": lambda server: server.send_signal(signal.SIGTERM),
    "interrupted": lambda server: server.send_signal(signal.SIGINT),
    "killed": lambda server: server.kill(),
    "at the end of its input": lambda server: server.stdin.close(),
}


@pytest.mark.tf
@pytest.mark.skipif(sys.platform != "linux", reason="processes are listed as Linux lists them")
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_what_a_tool_has_begun_ends_with_the_server(tmp_path, end):
    (tmp_path / "sleeps.py").write_text(SLEEPS)
    command = [str(Path(sys.executable).with_name("gradcheck")), "mcp"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=tmp_path, **pipes) as server:
        server.stdin.write(
            "".join(f"{line}\n" for line in (*GREETING, call(1, "probe", {"target": "sleeps.py"}))).encode()
        )
        server.stdin.flush()
        until(lambda: len(descendants(server.pid)) > 2, 60)
        begun = descendants(server.pid)
        end(server)
        assert until(lambda: not any(map(runs, begun)), 10)
        assert server.wait(10) is not None


def until(holds, seconds):
    """Whether something comes to hold within this time."""
    latest = time.monotonic() + seconds
    while not holds() and time.monotonic() < latest:
        time.sleep(0.05)
    return holds()


def descendants(process):
    """The processes that one has started, and those that they have."""
    found = [process]
    for one in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found[1:]


def runs(process):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
