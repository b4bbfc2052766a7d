"""Serves one editor over standard input and output."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import partial

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from gradcheck.base import addresses
from gradcheck.base.notebook_cells import cell_of
from gradcheck.base.printable import sentence
from gradcheck.base.version import __version__
from gradcheck.config.options import Options
from gradcheck.config.pyproject import ConfigError, load
from gradcheck.filter.selection import concerning, narrow
from gradcheck.fix.apply.offers import with_fixes_in
from gradcheck.lint import lint_source
from gradcheck.registry import entries
from gradcheck.report.finding import Finding, Location
from gradcheck.report.kinds import BOTH_KERAS
from gradcheck.report.report import Problem, Report
from gradcheck.server.answers import Answering
from gradcheck.server.diagnostics import Place, Version, actions, marked, overlap, unread, unused
from gradcheck.server.documents import (
    Documents,
    Open,
    Reads,
    address_of,
    document_of,
    key_of,
    lines_of,
    opened,
    unsaved,
)
from gradcheck.server.notebook_text import in_json
from gradcheck.source.discover import SourceFile
from gradcheck.source.project import Project

PAUSE = 0.1
"""Seconds without a key before the text is looked at."""

_NOTEBOOKS = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        types.NotebookDocumentFilterWithNotebook(
            notebook=types.NotebookDocumentFilterNotebookType(notebook_type="jupyter-notebook"),
            cells=[types.NotebookCellLanguage(language="python")],
        )
    ]
)


class Server(LanguageServer):
    """A language server that remembers what it last found in each open file, by the key of its address."""

    def __init__(self) -> None:
        super().__init__("gradcheck", __version__, protocol_cls=Answering, notebook_document_sync=_NOTEBOOKS)
        self.reports: dict[str, Report] = {}
        self.marks: dict[str, dict[str, list[types.Diagnostic]]] = {}
        self.reads: dict[str, Reads] = {}
        self.changes: dict[str, int] = defaultdict(int)

    def report_server_error(self, error: Exception, source: type[Exception]) -> None:
        """Say what could not be done; whoever sent it is answered by the library."""
        done = "read" if source is JsonRpcException else "answered"
        why = "it is none of JSON-RPC" if isinstance(error, AttributeError) else sentence(str(error))
        print(f"gradcheck: a message of the editor could not be {done}: {why}", file=sys.stderr, flush=True)

    def options(self, path: str) -> Options:
        """The settings for a file; a project's own rules do not run while one types."""
        try:
            options = load(None, (path,))
        except ConfigError as error:
            shown = types.ShowMessageParams(types.MessageType.Warning, f"gradcheck: {error}")
            self.window_show_message(shown)
            return Options()
        self.log(options.remarks)
        return options

    def log(self, remarks: Iterable[str]) -> None:
        """Tell what the editor keeps in its log."""
        for remark in remarks:
            self.window_log_message(types.LogMessageParams(types.MessageType.Warning, f"gradcheck: {remark}"))

    def place(self, documents: Open, location: Location) -> types.Location | None:
        """A location as the client counts it."""
        if documents.json and cell_of(location.path):
            location = in_json(documents.json, location)
        elsewhere = None if cell_of(location.path) else address_of(self.workspace, location.path)
        uri = documents.documents.get(location.path, elsewhere)
        if uri is None:
            return None
        lines = lines_of(self.workspace, uri)
        end = (location.end_line or location.line, location.end_column or location.column + 1)
        whole = types.Range(
            types.Position(location.line - 1, location.column - 1), types.Position(end[0] - 1, end[1] - 1)
        )
        return types.Location(uri, self.workspace.position_codec.range_to_client_units(lines, whole))

    def versions(self) -> Version | None:
        """How edits can name the version of a document; None where the client does not take that."""
        takes = get_capability(self.client_capabilities, "workspace.workspace_edit.document_changes", False)
        return self._version if takes else None

    def _version(self, uri: str) -> int | None:
        document = document_of(self.workspace, uri)
        return document.version if document else None


def make() -> Server:
    """A server with all that it can do; `start_io()` serves."""
    for library in (
        "asyncio",
        "concurrent.futures",
        "pygls",
    ):  # what they log are tracebacks; the server says what matters of it
        logging.getLogger(library).addHandler(logging.NullHandler())
        logging.getLogger(library).propagate = False
    server = Server()
    server.feature(types.INITIALIZE)(_begun)
    for opening in (types.TEXT_DOCUMENT_DID_OPEN, types.TEXT_DOCUMENT_DID_SAVE):
        server.feature(opening)(_document_opened)
    server.feature(types.TEXT_DOCUMENT_DID_CHANGE)(_document_changed)
    server.feature(types.TEXT_DOCUMENT_DID_CLOSE)(_document_closed)
    for opening in (types.NOTEBOOK_DOCUMENT_DID_OPEN, types.NOTEBOOK_DOCUMENT_DID_SAVE):
        server.feature(opening)(_notebook_opened)
    server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)(_notebook_changed)
    server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)(_notebook_closed)
    server.feature(types.TEXT_DOCUMENT_HOVER)(_hover)
    kinds = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, kinds)(_code_actions)
    return server


def _begun(server: Server, params: types.InitializeParams) -> None:
    server.workspace.__class__ = Documents  # the library has just made it, and asks for no other kind


def _document_opened(
    server: Server, params: types.DidOpenTextDocumentParams | types.DidSaveTextDocumentParams
) -> None:
    _look(server, params.text_document.uri)


async def _document_changed(server: Server, params: types.DidChangeTextDocumentParams) -> None:
    await _look_after_a_pause(server, params.text_document.uri)


async def _document_closed(server: Server, params: types.DidCloseTextDocumentParams) -> None:
    uri = params.text_document.uri
    _forget(server, uri)
    await _look_at_what_reads(server, uri)


def _notebook_opened(
    server: Server, params: types.DidOpenNotebookDocumentParams | types.DidSaveNotebookDocumentParams
) -> None:
    _look(server, params.notebook_document.uri)


async def _notebook_changed(server: Server, params: types.DidChangeNotebookDocumentParams) -> None:
    await _look_after_a_pause(server, params.notebook_document.uri)


def _notebook_closed(server: Server, params: types.DidCloseNotebookDocumentParams) -> None:
    _forget(server, params.notebook_document.uri)


async def _look_after_a_pause(server: Server, uri: str) -> None:
    key = key_of(uri)
    server.changes[key] += 1
    change = server.changes[key]
    await asyncio.sleep(PAUSE)
    if server.changes[key] != change:
        return
    for others in server.marks.values():
        others.pop(uri, None)  # they stand where the text was
    _look(server, uri)
    await _look_at_what_reads(server, uri)


async def _look_at_what_reads(server: Server, uri: str) -> None:
    """Check the open files anew that a text is imported into, each in its turn, until it changes again."""
    key, path = key_of(uri), addresses.path_of(uri)
    change = server.changes.get(key, 0)
    for other, reads in [*server.reads.items()]:
        if path and other != key and other in server.reads and reads.is_of(path):
            await asyncio.sleep(0)  # what is typed meanwhile goes first
            if server.changes.get(key, 0) != change:
                return
            _look(server, reads.uri)


def _look(server: Server, uri: str) -> None:
    """Check a document as it is now, and mark what is found."""
    documents, key = opened(server.workspace, uri), key_of(uri)
    project = Project(unsaved(server.workspace))
    report = _report(server, documents, project)
    server.reads[key] = Reads(uri, frozenset(project.asked))
    told = server.reports.get(key, Report()).notes  # and not again at each key
    server.log(note for note in report.notes if note not in told)
    place = partial(server.place, documents)
    before = server.marks.pop(key, {})
    marks: dict[str, list[types.Diagnostic]] = {one: [] for one in documents.documents.values()}
    for one, mark in _marks(server, report, documents, place):
        marks.setdefault(one, []).append(mark)
    server.reports[key], server.marks[key] = report, marks
    _publish(server, {**before, **marks})


def _publish(server: Server, uris: Iterable[str]) -> None:
    """Show the marks of documents: a file has those of what imports it as well, each once."""
    for uri in uris:
        shown: list[types.Diagnostic] = []
        for marks in server.marks.values():
            shown += [one for one in marks.get(uri, ()) if one not in shown]
        server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, shown))


def _marks(
    server: Server, report: Report, documents: Open, place: Place
) -> Iterator[tuple[str, types.Diagnostic]]:
    """Every mark that a report makes. A comment that silences what an open file shows in this one is of
    use."""
    yield from marked(report.findings, place)
    for problem in report.errors:
        yield from unread(problem, place)
    if isinstance(documents.source, SourceFile):
        used = {one for other in server.reports.values() for one in other.used_comments}
        idle = [one for one in report.unused_comments if one not in used]
        yield from unused(idle, documents.source, place)


def _report(server: Server, documents: Open, project: Project) -> Report:
    if isinstance(documents.source, Problem):
        return Report(errors=(documents.source,))
    options = server.options(documents.source.path)
    report = lint_source(documents.source, options, project=project)
    wanted = BOTH_KERAS if options.keras in ("auto", "both") else (options.keras,)
    found = tuple(concerning(report.findings, wanted))
    kept = Report(
        found,
        errors=report.errors,
        notes=report.notes,
        unused_comments=report.unused_comments,
        used_comments=report.used_comments,
    )
    return narrow(kept, options)


def _forget(server: Server, uri: str) -> None:
    key = key_of(uri)
    server.reports.pop(key, None)
    server.changes.pop(key, None)
    server.reads.pop(key, None)
    _publish(server, server.marks.pop(key, {}))


def _hover(server: Server, params: types.HoverParams) -> types.Hover | None:
    """The pages of the rules with a finding here."""
    here = types.Range(params.position, params.position)
    pages = {entry.rule.code: entry.page.strip() for entry in entries()}
    found = [finding for finding, at in _found(server, params.text_document.uri) if overlap(at, here)]
    said = [pages[finding.rule] for finding in found if finding.rule in pages]
    if not said:
        return None
    return types.Hover(
        types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(dict.fromkeys(said)))
    )


def _code_actions(server: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    """The fixes of the findings in a range, as edits of the text that is open."""
    uri = params.text_document.uri
    documents = opened(server.workspace, uri)
    here = [finding for finding, at in _found(server, uri) if overlap(at, params.range)]
    if not here or documents.json or not isinstance(documents.source, SourceFile):
        return []  # what repairs code would have to be spelled as JSON
    place = partial(server.place, documents)
    fixed = with_fixes_in(documents.source, here, server.options(documents.source.path))
    return [action for finding in fixed for action in actions(finding, place, server.versions())]


def _found(server: Server, uri: str) -> list[tuple[Finding, types.Range]]:
    """What was last found in a document, with its places in it."""
    notebook = server.workspace.get_notebook_document(cell_uri=uri)
    report = server.reports.get(key_of(notebook.uri if notebook else uri), Report())
    place = partial(server.place, opened(server.workspace, uri))
    placed = ((finding, place(finding.location)) for finding in report.findings)
    return [(finding, at.range) for finding, at in placed if at and key_of(at.uri) == key_of(uri)]
