"""An editor that speaks to the language server over standard input and output."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient


class Editor(LanguageClient):
    """A client that keeps the marks and the remarks it is told of."""

    def __init__(self) -> None:
        super().__init__("editor", "1")
        self.marks: dict[str, list[types.Diagnostic]] = {}
        self.remarks: list[str] = []
        self.told = asyncio.Event()
        self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(_mark)
        self.feature(types.WINDOW_LOG_MESSAGE)(_remark)

    async def marked(self, uri: str) -> list[types.Diagnostic]:
        """The marks of a document, once it is told of."""
        while uri not in self.marks:
            self.told.clear()
            await asyncio.wait_for(self.told.wait(), 60)
        return self.marks.pop(uri)


def _mark(client: Editor, params: types.PublishDiagnosticsParams) -> None:
    client.marks[params.uri] = [*params.diagnostics]
    client.told.set()


def _remark(client: Editor, params: types.LogMessageParams) -> None:
    client.remarks.append(params.message)


@asynccontextmanager
async def editor(folder: Path, capabilities: types.ClientCapabilities | None = None) -> AsyncIterator[Editor]:
    """A client of a server over a folder, which ends with the block."""
    client = Editor()
    await client.start_io(sys.executable, "-m", "gradcheck", "server")
    await client.initialize_async(
        types.InitializeParams(capabilities or types.ClientCapabilities(), root_uri=folder.as_uri())
    )
    client.initialized(types.InitializedParams())
    yield client
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()


def open_document(client: Editor, uri: str, text: str) -> None:
    """Open a document in the editor."""
    item = types.TextDocumentItem(uri=uri, language_id="python", version=1, text=text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))


def change(client: Editor, uri: str, version: int, text: str) -> None:
    """Put another text in the place of a document's."""
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(uri=uri, version=version),
            [types.TextDocumentContentChangeWholeDocument(text)],
        )
    )
