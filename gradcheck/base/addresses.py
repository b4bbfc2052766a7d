"""The URI of a file, and the file of a URI: every character that means something in one is quoted, by bytes,
so that a name may hold any."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes, urlsplit

_NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Surrogates that stand for no byte of a name; the others become the bytes that they stand for."""
_DRIVE = re.compile("/[A-Za-z]:/")


def uri_of(path: str) -> str:
    """The URI of a file; of a relative path, the reference that leads there."""
    named = _NO_BYTE.sub("\N{REPLACEMENT CHARACTER}", path)
    return Path(named).as_uri() if Path(named).is_absolute() else quote(os.fsencode(named))


def path_of(uri: str) -> str | None:
    """The path of a file's URI; None for any other URI. What is behind a `;` belongs to the name."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        return None
    path = os.fsdecode(unquote_to_bytes(parts.path))
    whole = path if parts.netloc in ("", "localhost") else f"//{parts.netloc}{path}"
    if os.name != "nt":
        return whole
    return (whole[1].lower() + whole[2:] if _DRIVE.match(whole) else whole).replace("/", "\\")
