"""Ephemeral uploads: a place to post a file to, and its `runway://` address afterwards."""

import secrets
from collections import OrderedDict

from aiohttp import web

from sandbox.jobs import BadInputError, Input, Workshop, as_input, base_url, read_input
from sandbox.runway.errors import RunwayError, invalid

_UPLOADS_KEPT = 200


class Uploads:
    def __init__(self, workshop: Workshop) -> None:
        self._config = workshop.config
        self._kept: OrderedDict[str, bytes | None] = OrderedDict()

    async def create(self, request: web.Request) -> web.StreamResponse:
        """Tells where to post the file and with which fields before it."""
        asked = await request.json()
        if asked.get("type") != "ephemeral":
            raise invalid("type", "Expected 'ephemeral'", code="invalid_literal")
        if not asked.get("filename"):
            raise invalid("filename", "Required", code="invalid_type")
        token = secrets.token_urlsafe(16)
        self._kept[token] = None
        if len(self._kept) > _UPLOADS_KEPT:
            self._kept.popitem(last=False)
        answer = {
            "uploadUrl": f"{base_url(request, self._config)}/runway/bucket",
            "fields": {"key": token, "policy": "sandbox"},
            "runwayUri": f"runway://{token}",
        }
        return web.json_response(answer)

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """The bucket: no key, the fields are the permission; the file must come last."""
        form = await request.post()
        token, file = str(form.get("key", "")), form.get("file")
        if token not in self._kept or not isinstance(file, web.FileField):
            raise RunwayError(403, "AccessDenied")
        if list(form)[-1] != "file":
            raise RunwayError(400, "The file must be the last field.")
        self._kept[token] = file.file.read()
        return web.Response(status=204)

    async def read(self, address: str) -> Input:
        """Raises BadInputError."""
        if not address.startswith("runway://"):
            return await read_input(address)
        content = self._kept.get(address.removeprefix("runway://"))
        if content is None:
            raise BadInputError("no such upload")
        return as_input(content)

    def reset(self) -> None:
        self._kept.clear()
