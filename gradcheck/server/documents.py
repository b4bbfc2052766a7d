"""What an editor has open, as the static half reads it: files and notebooks that nobody has saved yet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from lsprotocol import types
from pygls import uris
from pygls.workspace import Workspace

from gradcheck.base import lines
from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.notebook_cells import cell_path
from gradcheck.report.report import Problem
from gradcheck.source.discover import SourceFile, decode, read


@dataclass(frozen=True)
class Open:
    """An open file or notebook: its text, and for each path that a finding may name the document to mark."""

    source: SourceFile | Problem
    documents: Mapping[str, str]


def opened(workspace: Workspace, uri: str) -> Open:
    """The file or notebook that a document belongs to."""
    notebook = workspace.get_notebook_document(notebook_uri=uri) or workspace.get_notebook_document(
        cell_uri=uri
    )
    if notebook is None:
        return Open(_source(workspace, uri), {path_of(uri): uri})
    path = path_of(notebook.uri)
    cells = [cell.document for cell in notebook.cells if cell.kind == types.NotebookCellKind.Code]
    texts = [workspace.get_text_document(cell).source for cell in cells]
    book = {"cells": [{"cell_type": "code", "source": text} for text in texts]}
    named = {cell_path(path, number): cell for number, cell in enumerate(cells, 1)}
    return Open(decode(path, json.dumps(book).encode()), named or {path: notebook.uri})


def _source(workspace: Workspace, uri: str) -> SourceFile | Problem:
    """A document's text, or, where the editor has never opened it, that of its file."""
    path = path_of(uri)
    if uri not in workspace.text_documents:
        return read(path)
    return decode(path, workspace.get_text_document(uri).source.encode("utf-8", "surrogatepass"))


def lines_of(workspace: Workspace, uri: str) -> Sequence[str]:
    """The lines of a document, open or not; none where there is no text."""
    if uri in workspace.text_documents:
        return workspace.get_text_document(uri).lines
    source = read(path_of(uri))
    return lines.lines_of(source.text) if isinstance(source, SourceFile) else ()


def path_of(uri: str) -> str:
    """The path of a document; one that was never saved has only a name."""
    return uris.to_fs_path(uri) or uri.rpartition(":")[2]
