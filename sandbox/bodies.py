"""Reads a recorded request body the way a person wants to see it."""

import hashlib
import json
from collections.abc import Iterable
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl


def parse_body(content_type: str, raw: bytes) -> Any:
    """Return parsed JSON, form fields with files summed up, plain text, or None when empty."""
    if not raw:
        return None
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return _gather(parse_qsl(raw.decode(errors="replace"), keep_blank_values=True))
    if kind == "multipart/form-data":
        return _gather(_multipart_fields(content_type, raw))
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode(errors="replace")


def searchable_text(content_type: str, raw: bytes) -> str:
    """The raw body, and after it the same body with escapes undone, so that words are found."""
    parsed = json.dumps(parse_body(content_type, raw), ensure_ascii=False)
    return f"{raw.decode(errors='replace')}\n{parsed}"


def _multipart_fields(content_type: str, raw: bytes) -> Iterable[tuple[str, Any]]:
    envelope = f"Content-Type: {content_type}\r\n\r\n".encode() + raw
    for part in BytesParser(policy=HTTP).parsebytes(envelope).iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        filename = part.get_filename()
        if filename is None:
            yield str(name), content.decode(errors="replace")
        else:
            digest = hashlib.sha256(content).hexdigest()
            yield str(name), {"filename": filename, "size": len(content), "sha256": digest}


def _gather(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Repeated names become a list."""
    fields: dict[str, Any] = {}
    for name, content in pairs:
        if name not in fields:
            fields[name] = content
        elif isinstance(fields[name], list):
            fields[name].append(content)
        else:
            fields[name] = [fields[name], content]
    return fields
