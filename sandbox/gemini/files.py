"""The files of the Files API: what callers upload and what models hand out (notes, section 1.7)."""

import asyncio
import base64
import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from sandbox.config import Config
from sandbox.film.source import probe_film
from sandbox.gemini.errors import GoogleError
from sandbox.jobs import Work, Workshop

_LIFETIME_S = 48 * 3600
_PROBLEM = "The video could not be processed."


@dataclass(slots=True, kw_only=True)
class File:
    """`making` ends with the bytes; until then the file is being processed."""

    id: str
    mime: str
    source: str
    base_url: str
    making: "asyncio.Future[bytes]"
    display_name: str = ""
    created_at: float = 0.0

    @property
    def name(self) -> str:
        return f"files/{self.id}"

    @property
    def state(self) -> str:
        if not self.making.done():
            return "PROCESSING"
        return "FAILED" if self.making.exception() else "ACTIVE"

    def as_json(self, version: str) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "name": self.name,
            "mimeType": self.mime,
            "createTime": _time(self.created_at),
            "updateTime": _time(self.created_at),
            "expirationTime": _time(self.created_at + _LIFETIME_S),
            "uri": f"{self.base_url}/gemini/{version}/{self.name}",
            "state": self.state,
            "source": self.source,
        }
        if self.display_name:
            shown["displayName"] = self.display_name
        if self.source == "GENERATED":
            shown["downloadUri"] = f"{shown['uri']}:download?alt=media"
        return shown | self._about_the_bytes()

    def _about_the_bytes(self) -> dict[str, Any]:
        if self.state == "FAILED":
            return {"error": {"code": 3, "message": _PROBLEM}}
        if self.state == "PROCESSING":
            return {}
        content = self.making.result()
        # The API encodes the hexadecimal digest, not its bytes.
        digest = base64.b64encode(hashlib.sha256(content).hexdigest().encode()).decode()
        return {"sizeBytes": str(len(content)), "sha256Hash": digest}


class Files:
    def __init__(self, config: Config, workshop: Workshop) -> None:
        self._config = config
        self._workshop = workshop
        self._files: dict[str, File] = {}

    def upload(self, content: bytes, *, mime: str, display_name: str, base_url: str) -> File:
        making = asyncio.ensure_future(self._process(content, mime))
        return self._keep(
            File(
                id=_new_id(),
                mime=mime,
                source="UPLOADED",
                base_url=base_url,
                making=making,
                display_name=display_name,
            )
        )

    def generate(self, work: Work, *, base_url: str) -> File:
        """The file of what a model makes: it is processed until it is drawn."""
        making = asyncio.ensure_future(self._workshop.studio.make(work))
        return self._keep(
            File(id=_new_id(), mime=work.mime, source="GENERATED", base_url=base_url, making=making)
        )

    def newest_first(self) -> list[File]:
        return list(reversed(self._files.values()))

    def get(self, file_id: str) -> File:
        """Raises GoogleError in the API's words, which do not tell absence from strangers."""
        file = self._files.get(file_id)
        if file is None or file.created_at + _LIFETIME_S < time.time():
            message = (
                f"You do not have permission to access the File {file_id} or it may not exist."
            )
            raise GoogleError(403, "PERMISSION_DENIED", message)
        return file

    def get_content(self, file_id: str) -> bytes:
        """Raises GoogleError until the file is active."""
        file = self.get(file_id)
        if file.state != "ACTIVE":
            message = f"The File {file_id} is not in an ACTIVE state and usage is not allowed."
            raise GoogleError(400, "FAILED_PRECONDITION", message)
        return file.making.result()

    def forget(self, file_id: str) -> None:
        self._files.pop(file_id, None)

    def reset(self) -> None:
        self._files.clear()

    def _keep(self, file: File) -> File:
        file.created_at = time.time()
        self._files[file.id] = file
        return file

    async def _process(self, content: bytes, mime: str) -> bytes:
        if mime.startswith("video/"):
            await asyncio.sleep(self._config.file_processing_s)
            await asyncio.to_thread(probe_film, content)
        return content


FILES: web.AppKey[Files] = web.AppKey("files", Files)


def _new_id() -> str:
    return secrets.token_hex(6)


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
