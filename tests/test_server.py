"""The language server, spoken to by a real client over standard input and output."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time

import pytest
from language_client import change, editor, open_document
from lsprotocol import types
from programs import CAPTURE

CLEAN = CAPTURE.replace("x * self.twice", "x * self.gain * 2.0")
ADDED = "\n\ndef helper_{0}(x, y=None):\n    z = tf.square(x) + {0}\n    return z if y is None else z * y\n"


def applied(text, edits):
    """A text with edits in it, counted as the client counts: in UTF-16 units."""
    lines = [line.encode("utf-16-le") for line in text.splitlines(keepends=True)]
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
    data = b"".join(lines)
    for edit in reversed(edits):
        first, last = (
            starts[place.line] + 2 * place.character for place in (edit.range.start, edit.range.end)
        )
        data = data[:first] + edit.new_text.encode("utf-16-le") + data[last:]
    return data.decode("utf-16-le")


def test_a_document_is_marked_explained_and_repaired(tmp_path):
    async def talk():
        uri = (tmp_path / "scale.py").as_uri()
        async with editor(tmp_path) as client:
            open_document(client, uri, CAPTURE)
            (mark,) = await client.marked(uri)
            assert mark.code == "GC101 weight-read-in-build"
            assert mark.severity is types.DiagnosticSeverity.Error
            assert mark.range == types.Range(types.Position(6, 21), types.Position(6, 36))
            document = types.TextDocumentIdentifier(uri)
            hover = await client.text_document_hover_async(types.HoverParams(document, types.Position(6, 25)))
            assert "## What it does" in hover.contents.value
            nothing = await client.text_document_hover_async(
                types.HoverParams(document, types.Position(0, 0))
            )
            assert nothing is None
            (action,) = await client.text_document_code_action_async(
                types.CodeActionParams(document, mark.range, types.CodeActionContext([mark]))
            )
            assert action.title.endswith("(GC101, unsafe)") or action.is_preferred
            change(client, uri, 2, applied(CAPTURE, action.edit.changes[uri]))
            assert await client.marked(uri) == []

    asyncio.run(talk())


VERSIONS = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True)
    )
)


@pytest.mark.parametrize("on_disk", [CLEAN, CAPTURE, None], ids=["clean", "shorter", "absent"])
@pytest.mark.parametrize("name", ["a b.py", "é.py", "a#b.py", "100%.py", "plain.py"])
def test_a_text_that_nobody_saved_counts_whatever_its_name(tmp_path, name, on_disk):
    if on_disk is not None:
        (tmp_path / name).write_text(on_disk)
    text = "VALUABLE = 1\n# Not saved yet.\n" + CAPTURE

    async def talk():
        uri = (tmp_path / name).as_uri()
        async with editor(tmp_path) as client:
            open_document(client, uri, text)
            (mark,) = await client.marked(uri)
            assert (mark.code, mark.range.start) == ("GC101 weight-read-in-build", types.Position(8, 21))
            (action,) = await client.text_document_code_action_async(
                types.CodeActionParams(
                    types.TextDocumentIdentifier(uri), mark.range, types.CodeActionContext([mark])
                )
            )
            assert action.edit.document_changes is None
            repaired = applied(text, action.edit.changes[uri])
            assert repaired.startswith("VALUABLE = 1\n# Not saved yet.\n")
            change(client, uri, 2, repaired)
            assert await client.marked(uri) == []

    asyncio.run(talk())


def test_a_document_is_the_same_in_another_spelling(tmp_path):
    async def talk():
        quoted = (tmp_path / "é (1).py").as_uri()
        uri = quoted.replace("%C3%A9", "é").replace("%281%29", "(1)").replace("%20", " ")
        assert uri != quoted
        async with editor(tmp_path) as client:
            open_document(client, uri, CAPTURE)
            (mark,) = await client.marked(uri)
            document = types.TextDocumentIdentifier(quoted)
            hover = await client.text_document_hover_async(types.HoverParams(document, mark.range.start))
            assert "## What it does" in hover.contents.value
            client.text_document_did_close(types.DidCloseTextDocumentParams(document))
            assert await client.marked(uri) == []

    asyncio.run(talk())


@pytest.mark.parametrize(
    "name", ["a;b.py", "a#b.py", "a?b.py", "a%20b.py", "a b&c=d.py", "a\udcff.py", "a:b.py"]
)
def test_a_name_may_hold_what_means_something_in_an_address(tmp_path, name):
    (tmp_path / "helper;1").mkdir()
    (tmp_path / "helper;1" / name).write_text(CAPTURE)

    async def talk():
        uri = (tmp_path / "helper;1" / name).as_uri()
        for spelling in {uri, uri.replace("%3B", ";")}:
            async with editor(tmp_path) as client:
                client.text_document_did_save(
                    types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(spelling))
                )
                (mark,) = await client.marked(spelling)
                assert mark.code == "GC101 weight-read-in-build"

    asyncio.run(talk())


def test_an_imported_file_is_marked_as_the_editor_spells_it(tmp_path):
    folder = tmp_path / "my models"
    folder.mkdir()
    (folder / "helper.py").write_text("x = 1\n")

    async def talk():
        helper = f"file://{folder}/helper.py"
        async with editor(folder) as client:
            open_document(client, helper, "import keras\nx = 1 +\n")
            assert len(await client.marked(helper)) == 1
            uri = (folder / "scale.py").as_uri()
            open_document(client, uri, CAPTURE.replace("class", "from helper import x\nprint(x)\nclass", 1))
            (mark,) = await client.marked(helper)
            assert mark.message.startswith("could not look: cannot be parsed")

    asyncio.run(talk())


@pytest.mark.parametrize("name", ["a b.py", "plain.py"])
def test_a_fix_names_the_version_it_was_made_for(tmp_path, name):
    async def talk():
        uri = (tmp_path / name).as_uri()
        async with editor(tmp_path, VERSIONS) as client:
            open_document(client, uri, CLEAN)
            assert await client.marked(uri) == []
            change(client, uri, 7, CAPTURE)
            (mark,) = await client.marked(uri)
            document = types.TextDocumentIdentifier(uri)
            (action,) = await client.text_document_code_action_async(
                types.CodeActionParams(document, mark.range, types.CodeActionContext([mark]))
            )
            assert action.edit.changes is None
            (changed,) = action.edit.document_changes
            assert (changed.text_document.uri, changed.text_document.version) == (uri, 7)
            change(client, uri, 8, applied(CAPTURE, changed.edits))
            assert await client.marked(uri) == []

    asyncio.run(talk())


def test_columns_count_as_the_client_counts(tmp_path):
    async def talk():
        uri = (tmp_path / "scale.py").as_uri()
        async with editor(tmp_path) as client:
            open_document(client, uri, CAPTURE.replace("self.twice =", 'µ = "🙂"; self.twice ='))
            (mark,) = await client.marked(uri)
            # The smiley is two units of UTF-16.
            assert mark.range == types.Range(types.Position(6, 31), types.Position(6, 46))

    asyncio.run(talk())


def test_what_is_typed_is_looked_at_soon(tmp_path):
    async def talk():
        uri = (tmp_path / "scale.py").as_uri()
        text = CLEAN + "".join(ADDED.format(number) for number in range(195))
        assert len(text.splitlines()) > 980
        async with editor(tmp_path) as client:
            open_document(client, uri, text)
            assert await client.marked(uri) == []
            for version in range(2, 5):
                change(client, uri, version, text + f"# {version}\n")
            change(client, uri, 5, text.replace("x * self.gain * 2.0", "x * self.twice"))
            began = time.monotonic()
            assert [one.code for one in await client.marked(uri)] == ["GC101 weight-read-in-build"]
            assert time.monotonic() - began < 30, "typing is not waited for one change at a time"

    asyncio.run(talk())


def test_a_broken_text_is_said_and_closing_it_takes_the_mark_away(tmp_path):
    async def talk():
        uri = (tmp_path / "scale.py").as_uri()
        async with editor(tmp_path) as client:
            open_document(client, uri, CAPTURE + "def\n")
            (mark,) = await client.marked(uri)
            assert mark.message.startswith("could not look: cannot be parsed")
            client.text_document_did_close(
                types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
            )
            assert await client.marked(uri) == []

    asyncio.run(talk())


@pytest.mark.parametrize("name", ["never.py", "there.py", "."])
def test_a_document_that_was_never_opened_has_no_answers(tmp_path, name):
    (tmp_path / "there.py").write_text(CAPTURE)

    async def talk():
        document = types.TextDocumentIdentifier((tmp_path / name).as_uri())
        here = types.Range(types.Position(6, 21), types.Position(6, 36))
        async with editor(tmp_path) as client:
            asked = types.CodeActionParams(document, here, types.CodeActionContext([]))
            assert await client.text_document_code_action_async(asked) == ()
            assert await client.text_document_hover_async(types.HoverParams(document, here.start)) is None

    asyncio.run(talk())


SCALING = CAPTURE.replace(
    "class Scale(tf.keras.layers.Layer)", "from base import Base\n\n\nclass Scale(Base)"
)
BASE = "import tensorflow as tf\n\n\nclass Base(tf.keras.layers.Layer):\n    pass\n"


@pytest.mark.parametrize("on_disk", ["class Base:\n    pass\n", None], ids=["another text", "no file"])
def test_an_imported_file_is_read_as_the_editor_has_it(tmp_path, on_disk):
    if on_disk:
        (tmp_path / "base.py").write_text(on_disk)

    async def talk():
        base, uri = (tmp_path / "base.py").as_uri(), (tmp_path / "scale.py").as_uri()
        async with editor(tmp_path) as client:
            open_document(client, base, BASE)
            await client.marked(base)
            open_document(client, uri, SCALING)
            assert [mark.code for mark in await client.marked(uri)] == ["GC101 weight-read-in-build"]
            client.text_document_did_close(
                types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(base))
            )
            await client.marked(base)
            change(client, uri, 2, SCALING + "\n")
            assert await client.marked(uri) == []

    asyncio.run(talk())


@pytest.mark.parametrize("between", [None, "from base import Base\n"], ids=["itself", "through another"])
def test_what_imports_a_text_is_looked_at_when_that_changes(tmp_path, between):
    base, uri = (tmp_path / "base.py").as_uri(), (tmp_path / "scale.py").as_uri()
    (tmp_path / "base.py").write_text("class Base:\n    pass\n")
    if between:
        (tmp_path / "between.py").write_text(f"import tensorflow as tf\n{between}")
    text = SCALING.replace("from base", "from between") if between else SCALING

    async def talk():
        async with editor(tmp_path) as client:
            open_document(client, uri, text)
            assert await client.marked(uri) == []
            open_document(client, base, "class Base:\n    pass\n")
            await client.marked(base)
            change(client, base, 2, BASE)
            assert [mark.code for mark in await client.marked(uri)] == ["GC101 weight-read-in-build"]
            closed = types.TextDocumentIdentifier(base)
            client.text_document_did_close(types.DidCloseTextDocumentParams(closed))
            assert await client.marked(uri) == []

    asyncio.run(talk())


def test_a_file_keeps_its_marks_when_what_imports_it_is_closed(tmp_path):
    helper, uri = (tmp_path / "helper.py").as_uri(), (tmp_path / "scale.py").as_uri()
    (tmp_path / "helper.py").write_text("x = 1\n")

    async def talk():
        async with editor(tmp_path) as client:
            open_document(client, helper, "import keras\nx = 1 +\n")
            (own,) = await client.marked(helper)
            open_document(client, uri, CAPTURE.replace("class", "from helper import x\nprint(x)\nclass", 1))
            assert await client.marked(helper) == [own]
            document = types.TextDocumentIdentifier(uri)
            client.text_document_did_close(types.DidCloseTextDocumentParams(document))
            assert await client.marked(helper) == [own]

    asyncio.run(talk())


@pytest.mark.parametrize("coding", ["latin-1", "utf-8", "nonsense"])
def test_a_text_that_names_its_coding_is_marked_where_it_is(tmp_path, coding):
    async def talk():
        uri = (tmp_path / "scale.py").as_uri()
        text = f"# coding: {coding}\n" + CAPTURE.replace("self.twice =", 'µ = "é"; self.twice =')
        async with editor(tmp_path) as client:
            open_document(client, uri, text)
            (mark,) = await client.marked(uri)
            if coding == "nonsense":
                assert "cannot be decoded: unknown encoding" in mark.message
            else:
                assert (mark.range.start, mark.range.end) == (types.Position(7, 30), types.Position(7, 45))

    asyncio.run(talk())


def test_an_imported_file_that_is_no_text_is_marked_at_its_beginning(tmp_path):
    (tmp_path / "helper.py").write_bytes(b"import keras\nx = '\xff'\n")

    async def talk():
        uri = (tmp_path / "scale.py").as_uri()
        async with editor(tmp_path) as client:
            open_document(client, uri, CAPTURE.replace("class", "from helper import x\nprint(x)\nclass", 1))
            (mark,) = await client.marked((tmp_path / "helper.py").as_uri())
            assert mark.message.startswith("could not look: cannot be decoded")
            assert mark.range.start == types.Position(0, 0)

    asyncio.run(talk())


def test_a_cell_of_a_notebook_is_marked(tmp_path):
    async def talk():
        uri = (tmp_path / "scale.ipynb").as_uri()
        head, _, body = CAPTURE.partition("\n\n\n")
        texts = {f"{uri}#a": "%matplotlib inline\n" + head, f"{uri}#b": body}
        cells = [types.NotebookCell(types.NotebookCellKind.Code, cell) for cell in texts]
        items = [types.TextDocumentItem(cell, "python", 1, text) for cell, text in texts.items()]
        async with editor(tmp_path) as client:
            client.notebook_document_did_open(
                types.DidOpenNotebookDocumentParams(
                    types.NotebookDocument(uri, "jupyter-notebook", 1, cells), items
                )
            )
            assert await client.marked(f"{uri}#a") == []
            (mark,) = await client.marked(f"{uri}#b")
            assert (mark.code, mark.range.start.line) == ("GC101 weight-read-in-build", 3)

    asyncio.run(talk())


def silencing(text, comment):
    """A text in which a comment silences what is found, with an expression in front of it."""
    lines = text.splitlines()
    number = next(number for number, line in enumerate(lines) if "self.twice =" in line)
    lines[number] += f"  {comment}"
    return "\n".join(lines) + "\n"


def test_a_comment_that_silences_nothing_is_greyed_out(tmp_path):
    useless = "x = 'µ # gradcheck: 🙂'  # noqa # gradcheck: ignore[GC101] gone\n"

    async def talk():
        uri = (tmp_path / "scale.py").as_uri()
        async with editor(tmp_path) as client:
            open_document(client, uri, silencing(CAPTURE, "# gradcheck: ignore[GC101]") + useless)
            (mark,) = await client.marked(uri)
            row = CAPTURE.count("\n")
            assert mark.range == types.Range(types.Position(row, 32), types.Position(row, 63))
            assert (mark.message, mark.source) == ("this comment silences nothing", "gradcheck")
            assert mark.severity is types.DiagnosticSeverity.Hint
            assert mark.tags == (types.DiagnosticTag.Unnecessary,)
            change(client, uri, 2, silencing(CAPTURE, "# gradcheck: ignore[GC101]"))
            assert await client.marked(uri) == []

    asyncio.run(talk())


@pytest.mark.parametrize("as_text", [True, False])
def test_a_comment_of_a_cell_is_greyed_out_there(tmp_path, as_text):
    texts = ["from keras import layers\n", "y = 1\nx = 2  # gradcheck: ignore\n"]
    book = {"nbformat": 4, "cells": [{"cell_type": "code", "source": text} for text in texts]}

    async def talk():
        uri = (tmp_path / "book.ipynb").as_uri()
        async with editor(tmp_path) as client:
            if as_text:
                text = json.dumps(book)
                open_document(client, uri, text)
                (mark,) = await client.marked(uri)
                assert text[mark.range.start.character : mark.range.end.character] == "# gradcheck: ignore"
                return
            cells = [types.NotebookCell(types.NotebookCellKind.Code, f"{uri}#{one}") for one in (0, 1)]
            items = [types.TextDocumentItem(f"{uri}#{one}", "python", 1, texts[one]) for one in (0, 1)]
            document = types.NotebookDocument(uri, "jupyter-notebook", 1, cells)
            client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(document, items))
            assert await client.marked(f"{uri}#0") == []
            (mark,) = await client.marked(f"{uri}#1")
            assert mark.range == types.Range(types.Position(1, 7), types.Position(1, 26))

    asyncio.run(talk())


@pytest.mark.parametrize("magic, passed_over", [("%%writefile scale.py", True), ("%%time", False)])
def test_a_cell_that_a_magic_takes_is_said_once(tmp_path, magic, passed_over):
    code = f"{magic}\n{CAPTURE}"
    text = json.dumps({"cells": [{"cell_type": "code", "source": code, "outputs": []}], "nbformat": 4})
    said = "1 cell was not looked at, as a magic takes the text: cell 1 (%%writefile)"

    async def talk():
        path = tmp_path / "my book.ipynb"
        async with editor(tmp_path) as client:
            open_document(client, path.as_uri(), text)
            assert len(await client.marked(path.as_uri())) == (not passed_over)
            assert client.remarks == [f"gradcheck: {path}: {said}"] * passed_over
            change(client, path.as_uri(), 2, text + "\n")
            await client.marked(path.as_uri())
            assert len(client.remarks) == passed_over, "not once for each key"

    asyncio.run(talk())


NOTEBOOKS = {
    "lines in a list": lambda code: code.splitlines(True),
    "one string": lambda code: code,
    "strings that are parts of lines": lambda code: [code[:100], code[100:150], "", code[150:]],
    "characters that are escaped": lambda code: code.replace(
        "import", 'note = "\U0001f600\\t\u2028"; import'
    ),
}


@pytest.mark.parametrize("mark_of_bytes", ["", "\ufeff"], ids=["plain", "marked"])
@pytest.mark.parametrize("indent", [None, 1], ids=["one line", "many lines"])
@pytest.mark.parametrize("as_source", NOTEBOOKS.values(), ids=NOTEBOOKS)
def test_a_notebook_that_is_open_as_a_text_is_marked_in_its_json(tmp_path, as_source, indent, mark_of_bytes):
    cells = [
        {"cell_type": "markdown", "source": ["# twice"]},
        {"cell_type": "code", "source": []},
        {"cell_type": "code", "outputs": [], "source": as_source(CAPTURE)},
    ]
    text = mark_of_bytes + json.dumps({"cells": cells, "nbformat": 4}, indent=indent)
    shown = "self.gain * 2.0"

    async def talk():
        uri = (tmp_path / "scale.ipynb").as_uri()
        async with editor(tmp_path) as client:
            open_document(client, uri, text)
            (mark,) = await client.marked(uri)
            assert mark.code == "GC101 weight-read-in-build"
            lines, at = text.split("\n"), mark.range
            assert at.start.line == at.end.line
            found = lines[at.start.line][at.start.character : at.end.character]
            assert found.replace('",\n"', "") == shown
            document = types.TextDocumentIdentifier(uri)
            hover = await client.text_document_hover_async(types.HoverParams(document, at.start))
            assert "## What it does" in hover.contents.value
            actions = await client.text_document_code_action_async(
                types.CodeActionParams(document, at, types.CodeActionContext([mark]))
            )
            assert not actions

    asyncio.run(talk())


@pytest.mark.parametrize("character", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_characters_that_end_no_line_move_nothing(tmp_path, character):
    """The library takes them for ends of lines, in what it marks and where it puts what is typed."""
    head, _, body = CAPTURE.partition("\n\n\n")
    text = f'{head}\nnote = "a{character}b"  # {character}\n\n\n{body}'

    async def talk():
        uri = (tmp_path / "scale.py").as_uri()
        async with editor(tmp_path) as client:
            open_document(client, uri, text)
            (mark,) = await client.marked(uri)
            assert mark.range == types.Range(types.Position(7, 21), types.Position(7, 36))
            add = types.Range(types.Position(1, 0), types.Position(1, 0))
            typed = types.TextDocumentContentChangePartial(range=add, text="\n")
            keep = types.Range(types.Position(8, 21), types.Position(8, 36))
            repaired = types.TextDocumentContentChangePartial(range=keep, text="2.0")
            for version, edit in enumerate((typed, repaired), 2):
                client.text_document_did_change(
                    types.DidChangeTextDocumentParams(
                        types.VersionedTextDocumentIdentifier(uri=uri, version=version), [edit]
                    )
                )
            (left,) = await client.marked(uri)
            assert (left.code, left.range.start.line) == ("GC501 weight-never-used", 7)

    asyncio.run(talk())


def test_the_settings_of_the_project_hold(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.gradcheck]\nignore = ["GC101"]\n')

    async def talk():
        uri = (tmp_path / "scale.py").as_uri()
        async with editor(tmp_path) as client:
            open_document(client, uri, CAPTURE)
            assert await client.marked(uri) == []

    asyncio.run(talk())


def framed(*bodies):
    return b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies)


def request(method, **params):
    return json.dumps({"jsonrpc": "2.0", "id": 7, "method": method, "params": params}).encode()


def notice(method, **params):
    return json.dumps({"jsonrpc": "2.0", "method": method, "params": params}).encode()


def opening(uri):
    document = {"uri": uri, "languageId": "python", "version": 1, "text": CAPTURE}
    return notice("textDocument/didOpen", textDocument=document)


BEGIN = request("initialize", capabilities={}, processId=None, rootUri=None)
ODD = {
    "no JSON": b"{oops",
    "no text": b'"\xff\xfe"',
    "a list": b"[1, 2]",
    "a number": b"7",
    "nothing": b"null",
    "nested": b"[" * 20_000,
    "an empty object": b"{}",
    "no version": b'{"method": "textDocument/didOpen"}',
    "another version": b'{"jsonrpc": "1.0", "method": "exit"}',
    "no method": b'{"jsonrpc": "2.0", "params": 7}',
    "a method of nobody": notice("nobody/knows"),
    "a question of nobody": request("nobody/knows"),
    "no parameters": notice("textDocument/didOpen"),
    "other parameters": notice("textDocument/didOpen", textDocument=7),
    "an answer to nothing": b'{"jsonrpc": "2.0", "id": 99, "result": 1}',
    "an error of nothing": b'{"jsonrpc": "2.0", "id": 99, "error": {"code": 1, "message": "x"}}',
    "a command in a terminal": notice("\x1b[2J::error::", a="\x1b[31m"),
    "a question with a list for its number": b'{"jsonrpc": "2.0", "id": [7], "method": "shutdown"}',
    "a question with a number beyond numbers": b'{"jsonrpc": "2.0", "id": 1%s, "method": "x"}'
    % (b"0" * 5000),
    "a withdrawal of a list": notice("$/cancelRequest", id=[7]),
    "a document that is not open": notice("textDocument/didChange", textDocument={"uri": "x"}),
    "a question about none": request("textDocument/hover", position={"line": 0, "character": 0}),
}
PLACES = [
    "",
    "nothing",
    "untitled:Untitled-1",
    "http://host/a.py",
    "file://host/a.py",
    "file:///a%00b.py",
    "file:///%FF.py",
    "://",
    "file:///" + "x" * 5000 + ".py",
    "vscode-notebook-cell:a.ipynb#X",
]


def served(folder, *bodies):
    """What a server says on both its streams, and how it ends."""
    end = (request("shutdown"), notice("exit"))
    return subprocess.run(
        [sys.executable, "-m", "gradcheck", "server"],
        input=framed(BEGIN, notice("initialized"), *bodies, *end),
        cwd=folder,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_a_message_that_makes_no_sense_costs_one_line(tmp_path):
    done = served(tmp_path, *ODD.values(), opening((tmp_path / "a.py").as_uri()))
    said = done.stderr.decode().splitlines()
    assert done.returncode == 0
    assert [
        line for line in said if not line.startswith("gradcheck: a message of the editor could not be ")
    ] == []
    assert all(line.isprintable() for line in said)
    assert 8 < len(said) <= len(ODD)
    assert b"GC101" in done.stdout  # it goes on serving
    assert b"traceback" not in done.stdout and b".py\\" not in done.stdout


HOVER = "textDocument/hover"
BAD_REQUESTS = {
    "no parameters": ({"method": HOVER}, -32602),
    "parameters that are nothing": ({"method": HOVER, "params": None}, -32602),
    "other parameters": ({"method": HOVER, "params": 7}, -32602),
    "parameters of another kind": (
        {"method": HOVER, "params": {"textDocument": {"uri": "x"}, "position": {"line": "x"}}},
        -32602,
    ),
    "actions without parameters": ({"method": "textDocument/codeAction"}, -32602),
    "nobody's method": ({"method": "nobody/knows"}, -32601),
    "a method that is not ours": ({"method": "workspace/symbol"}, -32601),
    "a method that is a list": ({"method": [HOVER]}, -32600),
    "another version": ({"method": HOVER, "jsonrpc": "1.0"}, -32602),
    "another version, else right": ({"method": "shutdown", "jsonrpc": "1.0", "params": None}, -32600),
}


def answers(done):
    """What a server answered, by the number of the request."""
    bodies = re.findall(rb"\r\n\r\n(\{.*?\})(?=Content-Length|\Z)", done.stdout, re.S)
    return {one["id"]: one for one in map(json.loads, bodies) if "id" in one and "method" not in one}


@pytest.mark.parametrize("asked, code", BAD_REQUESTS.values(), ids=BAD_REQUESTS)
def test_every_request_has_an_answer(tmp_path, asked, code):
    done = served(tmp_path, json.dumps({"jsonrpc": "2.0", "id": 41, **asked}).encode())
    assert done.returncode == 0
    answer = answers(done)[41]
    assert answer["error"]["code"] == code and "data" not in answer["error"]
    assert answers(done)[7]["result"] is None


def test_a_request_behind_the_last_one_is_refused(tmp_path):
    late = json.dumps({"jsonrpc": "2.0", "id": "late", "method": "nobody/knows", "params": {}}).encode()
    done = served(tmp_path, request("shutdown"), late)
    assert answers(done)["late"]["error"]["code"] == -32600


def test_a_document_that_is_no_file_costs_one_line_at_most(tmp_path):
    done = served(tmp_path, *map(opening, PLACES), opening((tmp_path / "a.py").as_uri()))
    said = done.stderr.decode().splitlines()
    assert done.returncode == 0
    assert [
        line for line in said if not line.startswith("gradcheck: a message of the editor could not be ")
    ] == []
    assert len(said) <= len(PLACES)
    assert (tmp_path / "a.py").as_uri().encode() in done.stdout


HEADERS = {
    "a giant length": (b"Content-Length: 99999999999\r\n\r\n", "is more than 128 MB"),
    "a length beyond numbers": (b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", "is more than 128 MB"),
    "a length that is no number": (b"Content-Length: many\r\n\r\n{}", "is no number: b'many'"),
    "a negative length": (b"Content-Length: -5\r\n\r\n{}", "is no number: b'-5'"),
    "a length in other digits": ("Content-Length: \u0663\r\n\r\n{}".encode(), "is no number: b'\\xd9\\xa3'"),
    "no length": (b"Content-Type: x\r\n\r\n{}", "it says no Content-Length"),
    "no field": (b"\x1b[2Jhello\r\n\r\n", "a line that is no field: b'\\x1b[2Jhello\\r\\n'"),
    "a line without end": (b"A" * 50_000_000, "longer than 8192 bytes"),
    "lines without end": (b"A: b\r\n" * 1_000_000, "longer than 8192 bytes"),
}


def spoken(data):
    """How a server ends that hears this and may use no more than 2 GB."""
    resource = pytest.importorskip("resource")
    most = (2_000_000_000, 2_000_000_000)
    return subprocess.run(
        [sys.executable, "-m", "gradcheck", "server"],
        input=data,
        capture_output=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, most),
    )


@pytest.mark.parametrize("header, why", HEADERS.values(), ids=HEADERS)
def test_a_header_that_cannot_be_understood_ends_the_server(header, why):
    """Nobody knows where the next message begins."""
    done = spoken(framed(BEGIN, notice("initialized")) + header + framed(notice("exit")))
    said = " ".join(done.stderr.decode().split())
    assert done.returncode == 2
    assert "Error: the editor sent a header that cannot be understood: it" in said and said.endswith(why)
    assert "Traceback" not in said and "itself failed" not in said and said.isprintable()


SPELLED = {
    "small letters": b"content-length: %d\r\n\r\n%s",
    "no blank": b"Content-Length:%d\r\n\r\n%s",
    "its type": b"Content-Length: %d\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n%s",
    "its type first": b"Content-Type: x\r\nContent-Length: %d\r\n\r\n%s",
    "an empty line before it": b"\r\nContent-Length: %d\r\n\r\n%s",
    "lines as on Unix": b"Content-Length: %d\n\n%s",
}


@pytest.mark.parametrize("spelled", SPELLED.values(), ids=SPELLED)
def test_a_header_may_be_spelled_otherwise(tmp_path, spelled):
    uri = (tmp_path / "a.py").as_uri()
    done = spoken(
        b"".join(
            spelled % (len(body), body) for body in (BEGIN, opening(uri), request("shutdown"), notice("exit"))
        )
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"GC101" in done.stdout


@pytest.mark.parametrize(
    "end", [b"", b"Content-Le", b"Content-Length: 500\r\n", b"Content-Length: 5\r\n\r\n"]
)
def test_an_editor_that_is_gone_ends_the_server(end):
    done = spoken(framed(BEGIN) + end)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("module", ["tensorflow", "keras"])
def test_the_server_does_not_load_tensorflow(module):
    code = f"import sys, gradcheck.server.server; print({module!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
