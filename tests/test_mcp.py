"""The tools for coding assistants, asked by the protocol's own client over standard input and output."""

from __future__ import annotations

import asyncio
import os
import sys
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


@pytest.mark.tf
def test_a_program_is_run(tmp_path):
    program = tmp_path / "model.py"
    program.write_bytes((FIXTURES / "normal-indexed-in-build" / "model.py").read_bytes())

    async def talk():
        async with assistant(tmp_path) as client:
            answer = await ask(client, "probe", target="model.py", limit=1)
            assert (answer["total"], answer["next_offset"]) == (2, 1)
            assert answer["findings"][0]["evidence"] == "confirmed"
            (run,) = answer["probes"]
            assert [row["gradient"] for row in run["variables"]] == ["none"]

    asyncio.run(talk())
