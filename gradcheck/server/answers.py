"""What the editor is answered where the library would say nothing, or too much."""

from __future__ import annotations

from typing import Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
)
from pygls.protocol import LanguageServerProtocol


class Answering(LanguageServerProtocol):
    """Every request has an answer: an editor may wait for it. None has a traceback."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message of the editor, as the library has it from each object of its text."""
        try:
            return super().structure_message(data)
        except JsonRpcException:
            self._refuse(data.get("id"), data.get("method"))
            raise

    def handle_message(self, message: Any) -> None:
        """Do what a message asks for; what the library drops has an answer all the same."""
        made = message if isinstance(message, dict) else {}
        number, method = (made.get(name, getattr(message, name, None)) for name in ("id", "method"))
        version = getattr(message, "jsonrpc", None)
        if version != self.VERSION or (self._shutdown and method != types.EXIT):
            self._refuse(number, method, JsonRpcInvalidRequest())
        super().handle_message(message)

    def _refuse(self, number: Any, method: Any, why: JsonRpcException | None = None) -> None:
        """Answer a request that is not done; an answer or a notice waits for none."""
        if method is not None and isinstance(number, int | str):
            self._send_response(number, None, (why or self._fault(method)).to_response_error())

    def _fault(self, method: Any) -> JsonRpcException:
        if not isinstance(method, str):
            return JsonRpcInvalidRequest()
        try:
            self._get_handler(method)
        except JsonRpcMethodNotFound as unknown:
            return unknown
        return JsonRpcInvalidParams()

    def _send_response(
        self, msg_id: Any, result: Any | None = None, error: types.ResponseError | None = None
    ) -> None:
        if error is not None:
            error.data = None  # the library's traceback
        super()._send_response(msg_id, result, error)
