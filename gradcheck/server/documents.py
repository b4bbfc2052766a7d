"""What an editor has open, as the static half reads it: files and notebooks that nobody has saved yet."""

from __future__ import annotations

import io
import json
import os
import re
import tokenize
from collections.abc import Mapping, Sequence
from contextlib import suppress
from urllib.parse import unquote

from lsprotocol import types
from pygls.workspace import TextDocument, Workspace

from gradcheck.base import addresses, lines
from gradcheck.base.addresses import uri_of
from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.notebook_cells import cell_path
from gradcheck.report.report import Problem
from gradcheck.source.discover import SourceFile, decode, read
from gradcheck.source.instead import Instead


class Documents(Workspace):
    """What is open, in lines as the protocol and Python count them."""

    def _create_text_document(
        self,
        doc_uri: str,
        source: str | None = None,
        version: int | None = None,
        language_id: str | None = None,
    ) -> TextDocument:
        document = super()._create_text_document(doc_uri, source, version, language_id)
        document.__class__ = _Document
        return document


class _Document(TextDocument):
    """The library also ends a line at form feeds and others that stand inside of one, and so would put what
    is typed behind it elsewhere."""

    @property
    def lines(self) -> Sequence[str]:
        return tuple(lines.lines_of(self.source))


@dataclass(frozen=True)
class Open:
    """An open file or notebook: its text, and for each path that a finding may name the document to mark.
    `json` is the text of a notebook that is open as such a text."""

    source: SourceFile | Problem
    documents: Mapping[str, str]
    json: str = ""


@dataclass(frozen=True)
class Reads:
    """The address of an open file, and the paths that were asked for when it was checked."""

    uri: str
    paths: frozenset[str]

    def is_of(self, path: str) -> bool:
        """Whether a file is among them, however its path is spelled."""
        wanted = os.path.realpath(path)
        return any(os.path.realpath(one) == wanted for one in self.paths)


def opened(workspace: Workspace, uri: str) -> Open:
    """The file or notebook that a document belongs to."""
    notebook = workspace.get_notebook_document(notebook_uri=uri) or workspace.get_notebook_document(
        cell_uri=uri
    )
    if notebook is None:
        source = _source(workspace, uri)
        is_book = isinstance(source, SourceFile) and source.path.endswith(".ipynb")
        document = document_of(workspace, uri)
        text = document.source if is_book and document else ""
        # In the place of its mark a blank, which JSON may begin with: all else stays where it is.
        return Open(source, {path_of(uri): uri}, re.sub("^\ufeff", " ", text))
    path = path_of(notebook.uri)
    cells = [cell.document for cell in notebook.cells if cell.kind == types.NotebookCellKind.Code]
    texts = [workspace.get_text_document(cell).source for cell in cells]
    book = {"cells": [{"cell_type": "code", "source": text} for text in texts]}
    named = {cell_path(path, number): cell for number, cell in enumerate(cells, 1)}
    return Open(decode(path, json.dumps(book).encode()), named or {path: notebook.uri})


def _source(workspace: Workspace, uri: str) -> SourceFile | Problem:
    """A document's text, or, where the editor has never opened it, that of its file."""
    path, document = path_of(uri), document_of(workspace, uri)
    if document is None:
        return read(path)
    return decode(path, _bytes(document.source))


def _bytes(text: str) -> bytes:
    """What the file will hold: a coding that it names is the one that it is read by."""
    data = text.encode("utf-8", "surrogatepass")
    try:
        coding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data if coding.startswith("utf-8") else text.encode(coding)
    except (SyntaxError, LookupError, ValueError, TypeError):  # that is said when it is decoded
        return data


def unsaved(workspace: Workspace) -> Instead:
    """The modules that are open, as they are in the editor: what imports them is checked with those."""
    texts = {}
    for document in workspace.text_documents.values():
        with suppress(OSError, ValueError):  # of a name that no file can have
            path = addresses.path_of(document.uri)
            if path and path.endswith(".py"):
                texts[os.path.realpath(path)] = _bytes(document.source)
    return Instead(texts)


def lines_of(workspace: Workspace, uri: str) -> Sequence[str]:
    """The lines of a document, open or not; none where there is no text."""
    if document := document_of(workspace, uri):
        return document.lines
    source = read(path_of(uri))
    return lines.lines_of(source.text) if isinstance(source, SourceFile) else ()


def document_of(workspace: Workspace, uri: str) -> TextDocument | None:
    """The document that the editor has open under an address, however that is spelled."""
    document: TextDocument | None = workspace.text_documents.get(key_of(uri))
    return document


def key_of(uri: str) -> str:
    """What all spellings of an address have in common: which characters are quoted is each editor's choice.
    The library files its documents under the same."""
    return unquote(uri)


def address_of(workspace: Workspace, path: str) -> str:
    """The address of a file; of one that is open, as the editor spells it."""
    uri = uri_of(path)
    document = document_of(workspace, uri)
    return document.uri if document else uri


def path_of(uri: str) -> str:
    """The path of a document; one that was never saved has only a name."""
    return addresses.path_of(uri) or uri.rpartition(":")[2]
