"""Serves what the jobs made at `/media/{token}/{name}`, until it expires."""

import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass

from aiohttp import web

from sandbox.config import Config
from sandbox.jobs.book import Job
from sandbox.jobs.magic import Word
from sandbox.jobs.work import Studio, Work

_SHELF_MAX = 20000


@dataclass(frozen=True, slots=True)
class _Place:
    work: Work
    expires_at: float


class Media:
    def __init__(self, config: Config, studio: Studio) -> None:
        self._config = config
        self._studio = studio
        self._places: OrderedDict[str, _Place] = OrderedDict()

    def urls(self, job: Job) -> list[str]:
        """Absolute addresses of all that the job made; always the same until they expire."""
        if not job.has_media:
            return []
        if not job.paths or not all(self._is_fresh(path) for path in job.paths):
            expired = Word.EXPIRED in job.words
            job.paths = tuple(self.publish(work, expired=expired) for work in job.works)
        return [job.base_url + path for path in job.paths]

    def publish(self, work: Work, *, expired: bool = False) -> str:
        """The path where the work can be fetched for `media_ttl_s` from now."""
        token = secrets.token_urlsafe(12)
        lifetime_s = 0.0 if expired else self._config.media_ttl_s
        self._places[token] = _Place(work, time.time() + lifetime_s)
        if len(self._places) > _SHELF_MAX:
            self._places.popitem(last=False)
        return f"/media/{token}/{work.filename}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        place = self._places.get(request.match_info["token"])
        if place is None:
            raise web.HTTPNotFound(text="no such file")
        if place.expires_at <= time.time():
            raise web.HTTPForbidden(text="<Error><Code>AccessDenied</Code></Error>")
        content = await self._studio.make(place.work)
        return web.Response(body=content, content_type=place.work.mime)

    def reset(self) -> None:
        self._places.clear()

    def _is_fresh(self, path: str) -> bool:
        token = path.split("/")[2]
        place = self._places.get(token)
        return place is not None and place.expires_at > time.time()


def base_url(request: web.Request, config: Config) -> str:
    """Where the caller reaches this sandbox, without a slash at the end."""
    return config.public_url.rstrip("/") or f"{request.scheme}://{request.host}"
