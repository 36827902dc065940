"""The Files API over HTTP: resumable upload, metadata, download (notes, section 1.7)."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.config import Config
from sandbox.gemini.access import VERSION, Handler, keyed, refusing
from sandbox.gemini.errors import invalid_argument
from sandbox.gemini.files import FILES, Files
from sandbox.jobs import WORKSHOP, base_url
from sandbox.recorder import RESETTERS

_BYTES_MAX = 2 * 1024 * 1024 * 1024
_FILE = "{id:[\\w-]+}"


def add_routes(app: web.Application, config: Config) -> None:
    app[FILES] = files = Files(config, app[WORKSHOP])
    service = Uploads(config, files)
    app[RESETTERS] += [files.reset, service.reset]
    collection = f"/gemini/{VERSION}/files"
    router = app.router
    router.add_post(f"/gemini/upload/{VERSION}/files", service.upload)
    router.add_get(collection, keyed(config, service.list_files))
    router.add_get(f"{collection}/{_FILE}", keyed(config, service.get))
    router.add_delete(f"{collection}/{_FILE}", keyed(config, service.delete))
    router.add_get(f"{collection}/{_FILE}:download", keyed(config, service.download))


@dataclass(slots=True)
class _Upload:
    mime: str
    display_name: str
    size: int
    content: bytearray = field(default_factory=bytearray)


class Uploads:
    def __init__(self, config: Config, files: Files) -> None:
        self._config = config
        self._files = files
        self.upload = _by_upload_id(keyed(config, self._start), refusing(self._go_on))
        self._open: dict[str, _Upload] = {}

    def reset(self) -> None:
        self._open.clear()

    async def list_files(self, request: web.Request) -> web.StreamResponse:
        version = request.match_info["version"]
        shown = [file.as_json(version) for file in self._files.newest_first()]
        return web.json_response({"files": shown} if shown else {})

    async def get(self, request: web.Request) -> web.StreamResponse:
        file = self._files.get(request.match_info["id"])
        return web.json_response(file.as_json(request.match_info["version"]))

    async def delete(self, request: web.Request) -> web.StreamResponse:
        self._files.forget(self._files.get(request.match_info["id"]).id)
        return web.json_response({})

    async def download(self, request: web.Request) -> web.StreamResponse:
        file = self._files.get(request.match_info["id"])
        if file.source != "GENERATED":
            raise invalid_argument("Only generated files can be downloaded.")
        content = self._files.get_content(file.id)
        return web.Response(body=content, content_type=file.mime)

    async def _start(self, request: web.Request) -> web.StreamResponse:
        size = request.headers.get("X-Goog-Upload-Header-Content-Length", "")
        if not size.isdecimal() or not 0 < int(size) <= _BYTES_MAX:
            raise invalid_argument("A file has from one byte to two gigabytes.")
        about = _about(await request.read())
        mime = about.get("mimeType") or about.get("mime_type")
        mime = mime or request.headers.get("X-Goog-Upload-Header-Content-Type", "")
        name = about.get("displayName") or about.get("display_name") or ""
        upload_id = secrets.token_urlsafe(16)
        self._open[upload_id] = _Upload(str(mime), str(name), int(size))
        address = f"{base_url(request, self._config)}{request.path}?upload_id={upload_id}"
        return web.Response(
            headers={"x-goog-upload-url": address, "x-goog-upload-status": "active"}
        )

    async def _go_on(self, request: web.Request) -> web.StreamResponse:
        upload_id = request.query["upload_id"]
        upload = self._open.get(upload_id)
        if upload is None:
            raise invalid_argument("The upload is not known or has ended.")
        if request.headers.get("X-Goog-Upload-Offset", "0") != str(len(upload.content)):
            raise invalid_argument(f"The upload goes on at byte {len(upload.content)}.")
        upload.content += await request.read()
        if "finalize" not in request.headers.get("X-Goog-Upload-Command", ""):
            return web.Response(headers={"x-goog-upload-status": "active"})
        if len(upload.content) != upload.size:
            raise invalid_argument(f"{len(upload.content)} bytes instead of {upload.size}.")
        del self._open[upload_id]
        file = self._files.upload(
            bytes(upload.content),
            mime=upload.mime,
            display_name=upload.display_name,
            base_url=base_url(request, self._config),
        )
        return web.json_response(
            {"file": file.as_json(request.match_info["version"])},
            headers={"x-goog-upload-status": "final"},
        )


def _by_upload_id(start: Handler, go_on: Handler) -> Handler:
    """An upload is started with the key and goes on at a secret address, without it."""

    async def start_or_go_on(request: web.Request) -> web.StreamResponse:
        return await (go_on if "upload_id" in request.query else start)(request)

    return start_or_go_on


def _about(raw: bytes) -> dict[str, Any]:
    try:
        about = json.loads(raw or b"{}")["file"] if raw else {}
    except (ValueError, KeyError, TypeError) as error:
        raise invalid_argument("The body is {'file': {...}}.") from error
    return about if isinstance(about, dict) else {}
