"""The Interactions API over HTTP: create, get, cancel, delete (notes, section 1.8)."""

import asyncio
import base64
import secrets
from typing import Any

from aiohttp import web

from sandbox.config import Config
from sandbox.gemini.access import VERSION, keyed
from sandbox.gemini.errors import GoogleError
from sandbox.gemini.files import FILES
from sandbox.gemini.models import MODELS
from sandbox.interactions.answers import (
    tokens_of_film,
    tokens_of_picture,
    write_interaction,
)
from sandbox.interactions.body import Body, read_body
from sandbox.interactions.films import Previous, order_film
from sandbox.interactions.models import FILM_MODELS
from sandbox.interactions.pictures import order_picture
from sandbox.interactions.refusals import (
    InteractionError,
    broken,
    find_refusal,
    invalid,
    no_such_interaction,
)
from sandbox.interactions.signing import published_keys, sign, write_event
from sandbox.jobs import (
    WORKSHOP,
    Film,
    Job,
    Kind,
    Manner,
    State,
    Word,
    Work,
    base_url,
    open_book,
)
from sandbox.recorder import drop_connection

_INLINE_BYTES_MAX = 4 * 1024 * 1024
_PENDING = (State.QUEUED, State.RUNNING, State.BROKEN, State.UNKNOWN)
_LOOK_EVERY_S = 0.05
_GARBAGE = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
# Google repeats callbacks for a day, ever more seldom.
_MANNER = Manner(
    service="gemini",
    write=write_event,
    sign=sign,
    pauses_s=(5.0, 30.0, 300.0, 1800.0, 7200.0, 21600.0, 43200.0),
)


def add_routes(app: web.Application, config: Config) -> None:
    """After the Files API, which holds what the models make."""
    service = Interactions(app, config)
    collection = f"/gemini/{VERSION}/interactions"
    one = f"{collection}/{{id}}"
    app.router.add_post(collection, keyed(config, service.create))
    app.router.add_get(one, keyed(config, service.get))
    app.router.add_delete(one, keyed(config, service.delete))
    app.router.add_post(f"{one}/cancel", keyed(config, service.cancel))
    app.router.add_get("/gemini/.well-known/jwks.json", _publish_keys)


async def _publish_keys(_request: web.Request) -> web.StreamResponse:
    return web.json_response(await asyncio.to_thread(published_keys))


class Interactions:
    def __init__(self, app: web.Application, config: Config) -> None:
        self._config = config
        self._workshop = app[WORKSHOP]
        self._files = app[FILES]
        self._book = open_book(app)

    async def create(self, request: web.Request) -> web.StreamResponse:
        body = await read_body(await request.read(), self._files)
        if body.model not in FILM_MODELS and not self._makes_pictures(body.model):
            raise InteractionError(404, "not_found", f"Model '{body.model}' is not found.")
        words = self._book.magic.take_words(prompt=body.text, model=body.model)
        version = request.match_info["version"]
        if refusal := find_refusal(words, model=body.model, version=version):
            raise refusal
        if Word.GARBAGE in words:
            return web.Response(text=_GARBAGE, content_type="text/html")
        work, facts = await self._order(body)
        job = Job(
            id=f"v1_{secrets.token_urlsafe(24)}",
            kind=Kind.VIDEO if body.model in FILM_MODELS else Kind.IMAGE,
            model=body.model,
            prompt=body.text,
            words=words,
            works=(work,),
            base_url=base_url(request, self._config),
            callback_url=body.callback_url,
            facts={"body": body, "user_metadata": body.user_metadata, "version": version, **facts},
        )
        self._book.add(job)
        await self._workshop.callbacks.begin(job, _MANNER)
        if Word.TIMEOUT_AFTER_ACCEPT in words:
            return drop_connection(request)
        state = self._book.peek(job).state if body.background else await self._wait(job)
        return await self._answer(job, state)

    async def get(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("stream") == "true":
            raise invalid("This stand-in does not stream.")
        job = self._find(request)
        return await self._answer(job, self._book.look(job).state)

    async def cancel(self, request: web.Request) -> web.StreamResponse:
        job = self._find(request)
        if not job.facts["body"].background or not self._book.cancel(job):
            raise invalid("Only background interactions that are at work can be cancelled.")
        return await self._answer(job, State.CANCELLED)

    async def delete(self, request: web.Request) -> web.StreamResponse:
        self._book.forget(self._find(request))
        return web.json_response({})

    def _find(self, request: web.Request) -> Job:
        interaction_id = request.match_info["id"]
        job = self._book.find(interaction_id)
        if job is None or not job.facts["body"].store:
            raise no_such_interaction(interaction_id)
        return job

    @staticmethod
    def _makes_pictures(model: str) -> bool:
        return model in MODELS and MODELS[model].makes_images

    async def _order(self, body: Body) -> tuple[Work, dict[str, Any]]:
        """What is to be made, and what the answers need to know of it."""
        kind = "video" if body.model in FILM_MODELS else "image"
        if body.format.get("type", kind) != kind:
            raise invalid(f"'response_format' of this model is of type '{kind}'.")
        if kind == "image":
            picture = order_picture(body, MODELS[body.model])
            return picture, {"tokens": tokens_of_picture()}
        film, whole_s = order_film(body, FILM_MODELS[body.model], await self._previous(body))
        return film, {"tokens": tokens_of_film(film.order.seconds), "whole_s": whole_s}

    async def _previous(self, body: Body) -> Previous | None:
        if not body.previous_id:
            return None
        job = self._book.find(body.previous_id)
        if job is None or not job.facts["body"].store:
            raise no_such_interaction(body.previous_id)
        [work] = job.works
        if job.end is not State.DONE or not job.has_media or not isinstance(work, Film):
            raise invalid(f"Interaction {job.id} has no film.")
        content = await self._workshop.studio.make(work)
        return Previous(content, work.order.width, work.order.height, job.facts["whole_s"])

    async def _wait(self, job: Job) -> State:
        while (look := self._book.look(job)).state in _PENDING:  # noqa: ASYNC110 (looking ends it)
            await asyncio.sleep(_LOOK_EVERY_S)
        return look.state

    async def _answer(self, job: Job, state: State) -> web.StreamResponse:
        if state is State.BROKEN:
            raise broken()
        made = await self._made(job) if state is State.DONE else []
        return web.json_response(write_interaction(job, state, made))

    async def _made(self, job: Job) -> list[dict[str, Any]]:
        """The content of the model's step."""
        if not job.has_media:
            return []
        if Word.UNKNOWN_FINISH in job.words:
            return [{"type": "text", "text": "I would rather tell a story than make a film."}]
        [work] = job.works
        content = {"type": job.kind.value, "mime_type": work.mime}
        if job.facts["body"].format.get("delivery") == "uri":
            return [content | {"uri": self._uri(job, work)}]
        data = await self._workshop.studio.make(work)
        if len(data) > _INLINE_BYTES_MAX:
            raise GoogleError(500, "INTERNAL", "The result does not fit into the answer.")
        return [content | {"data": base64.b64encode(data).decode()}]

    def _uri(self, job: Job, work: Work) -> str:
        if "uri" not in job.facts:
            file = self._files.generate(work, base_url=job.base_url)
            if Word.EXPIRED in job.words:
                self._files.forget(file.id)
            job.facts["uri"] = f"{job.base_url}/gemini/v1beta/{file.name}:download?alt=media"
        return str(job.facts["uri"])
