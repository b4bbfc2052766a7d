"""A report in a folder that TensorBoard reads: the norm of each gradient, and what was found as Markdown.

Needs the package tensorboard, and loads no TensorFlow.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator
from typing import Any

from gradcheck.report.report import Report

FOLDER = "gradcheck"
"""The name of the run: TensorBoard wants the events of each writer in a folder of their own."""

HOW_TO_INSTALL = "TensorBoard is not installed: pip install 'gradcheck[tensorboard]'"


class MissingTensorBoardError(ImportError):
    """The package tensorboard is not installed; the text says how to have it."""


class LogDir:
    """One file of events below a folder; each report adds to it.

    Raises MissingTensorBoardError where the package tensorboard is not installed, and OSError where the
    folder cannot be written.
    """

    def __init__(self, folder: str) -> None:
        try:
            from tensorboard.summary.writer.record_writer import RecordWriter
        except ImportError:
            raise MissingTensorBoardError(HOW_TO_INSTALL) from None
        self.folder = folder
        self._record = RecordWriter
        name = f"events.out.tfevents.{time.time():.0f}.{platform.node()}.{os.getpid()}.gradcheck"
        self._file = os.path.join(folder, FOLDER, name)
        os.makedirs(os.path.dirname(self._file), exist_ok=True)
        self._write([_event(file_version="brain.Event:2")])

    def write(self, report: Report, markdown: str, step: int) -> None:
        """What a report says of one step, and the same in words."""
        from tensorboard.plugins.text.summary_v2 import text_pb

        summaries = (*_norms(report), text_pb("findings", markdown))
        self._write([_event(step=step, summary=one) for one in summaries])

    def _write(self, events: list[Any]) -> None:
        with open(self._file, "ab") as stream:
            writer = self._record(stream)
            for event in events:
                writer.write(event.SerializeToString())


def _event(**fields: Any) -> Any:
    from tensorboard.compat.proto.event_pb2 import Event

    return Event(wall_time=time.time(), **fields)


def _norms(report: Report) -> Iterator[Any]:
    from tensorboard.plugins.scalar.summary_v2 import scalar_pb

    for probe in report.probes:
        for verdict in probe.verdicts:
            if verdict.norm is not None:
                yield scalar_pb(f"gradient norm/{verdict.variable.path}", verdict.norm)
