"""Replicate over HTTP: predictions made, asked for, listed and cancelled; callbacks."""

import hmac
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from itertools import islice
from typing import Any

from aiohttp import web

from sandbox.config import Config
from sandbox.jobs import (
    WORKSHOP,
    BadInputError,
    Failure,
    Job,
    Kind,
    Manner,
    State,
    Word,
    Words,
    Work,
    base_url,
    open_book,
    pick,
    standard_webhook_signer,
)
from sandbox.recorder import SERVICES, drop_connection
from sandbox.replicate import errors
from sandbox.replicate.answers import prediction_as_json
from sandbox.replicate.catalog import MODELS
from sandbox.replicate.errors import ReplicateError
from sandbox.schemas import Model, check, make_works, open_pictures

_PAGE = 100
_PAUSES_S = (5.0, 30.0, 120.0, 600.0)
_EVENTS = ("start", "output", "logs", "completed")
_GARBAGE = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
_REFUSALS: Mapping[Word, Callable[[], ReplicateError]] = {
    Word.BAD_KEY: errors.bad_key,
    Word.NO_CREDIT: errors.no_credit,
    Word.GONE: errors.not_found,
    Word.RATE: errors.throttled,
    Word.RATE_ALWAYS: errors.throttled,
    Word.RATE_DAY: errors.throttled,
    Word.INTERNAL_ONCE: errors.internal,
    Word.INTERNAL_ALWAYS: errors.internal,
    Word.OVERLOADED: errors.overloaded,
    Word.BAD_PARAMETER: lambda: errors.bad_file("prompt: [[badparam]]"),
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_routes(app: web.Application, config: Config) -> None:
    service = ReplicateService(app, config)
    app[SERVICES]["replicate"] = "replicate"
    predictions = "/replicate/v1/predictions"
    post, get = app.router.add_post, app.router.add_get
    post("/replicate/v1/models/{owner}/{name}/predictions", service.refusing(service.of_model))
    post(predictions, service.refusing(service.of_version))
    get(predictions, service.refusing(service.list_predictions))
    get(f"{predictions}/{{id}}", service.refusing(service.get))
    post(f"{predictions}/{{id}}/cancel", service.refusing(service.cancel))
    get("/replicate/v1/webhooks/default/secret", service.refusing(service.get_secret))


class ReplicateService:
    def __init__(self, app: web.Application, config: Config) -> None:
        self._config = config
        self._workshop = app[WORKSHOP]
        self._book = open_book(app)

    def refusing(self, handle: Handler) -> Handler:
        """Check the key first and answer refusals in Replicate's shape."""

        async def handle_or_refuse(request: web.Request) -> web.StreamResponse:
            try:
                self._check_key(request)
                return await handle(request)
            except ReplicateError as refusal:
                return web.json_response(
                    refusal.as_json(),
                    status=refusal.status,
                    content_type="application/problem+json",
                )

        return handle_or_refuse

    async def of_model(self, request: web.Request) -> web.StreamResponse:
        name = f"{request.match_info['owner']}/{request.match_info['name']}"
        return await self._submit(request, name, await _read_object(request))

    async def of_version(self, request: web.Request) -> web.StreamResponse:
        """Official models are named by `owner/name` here too."""
        asked = await _read_object(request)
        if not isinstance(asked.get("version"), str):
            raise errors.bad_body("- version is required\n")
        return await self._submit(request, asked["version"], asked)

    async def list_predictions(self, request: web.Request) -> web.StreamResponse:
        """The newest first, a hundred at a time; `cursor` is how many came before."""
        start = _read_cursor(request)
        jobs = list(islice(self._book.newest_first(), start, start + _PAGE + 1))
        root = f"{base_url(request, self._config)}/replicate/v1/predictions?cursor="
        answer = {
            "previous": f"{root}{max(0, start - _PAGE)}" if start else None,
            "next": f"{root}{start + _PAGE}" if len(jobs) > _PAGE else None,
            "results": [self._show(job) for job in jobs[:_PAGE]],
        }
        return web.json_response(answer)

    async def get(self, request: web.Request) -> web.StreamResponse:
        job = self._find(request)
        look = self._book.look(job)
        if look.state is State.BROKEN:
            raise errors.internal()
        return web.json_response(prediction_as_json(job, look, self._workshop.media))

    async def cancel(self, request: web.Request) -> web.StreamResponse:
        """A prediction that is over stays what it is."""
        job = self._find(request)
        self._book.cancel(job)
        return web.json_response(self._show(job))

    async def get_secret(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"key": self._config.replicate_webhook_secret})

    async def _submit(
        self, request: web.Request, model_id: str, asked: dict[str, Any]
    ) -> web.StreamResponse:
        model = MODELS.get(model_id)
        given = asked.get("input")
        if model is None:
            raise errors.not_found()
        if not isinstance(given, dict):
            raise errors.bad_body("- input is required\n")
        words = self._book.magic.take_words(prompt=str(given.get("prompt", "")), model=model_id)
        if make_refusal := pick(words, _REFUSALS):
            raise make_refusal()
        if Word.GARBAGE in words:
            return web.Response(text=_GARBAGE, content_type="text/html")
        works = await _make(model, given)
        job = self._take(request, model, asked, words, works)
        await self._workshop.callbacks.begin(job, self._manner_for(job))
        if Word.TIMEOUT_AFTER_ACCEPT in words:
            return drop_connection(request)
        return web.json_response(self._show(job), status=201)

    def _take(
        self,
        request: web.Request,
        model: Model,
        asked: dict[str, Any],
        words: Words,
        works: tuple[Work, ...],
    ) -> Job:
        return self._book.add(
            Job(
                id=secrets.token_hex(13),
                kind=Kind.IMAGE,
                model=model.id,
                prompt=asked["input"]["prompt"],
                words=words,
                works=works,
                base_url=base_url(request, self._config),
                callback_url=_callback_url(asked),
                facts={"input": asked["input"], "events": _events(asked)},
                flaw=Failure.POLICY if Word.POLICY in words else None,
            )
        )

    def _manner_for(self, job: Job) -> Manner:
        return Manner(
            service="replicate",
            write=lambda job: json.dumps(self._show(job)).encode(),
            sign=standard_webhook_signer(self._config.replicate_webhook_secret),
            pauses_s=_PAUSES_S,
            tells_start="start" in job.facts["events"],
        )

    def _show(self, job: Job) -> dict[str, Any]:
        return prediction_as_json(job, self._book.peek(job), self._workshop.media)

    def _find(self, request: web.Request) -> Job:
        job = self._book.find(request.match_info["id"])
        if job is None:
            raise errors.not_found()
        return job

    def _check_key(self, request: web.Request) -> None:
        expected = f"Bearer {self._config.replicate_api_key}"
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), expected.encode()):
            raise errors.bad_key()


async def _make(model: Model, given: dict[str, Any]) -> tuple[Work, ...]:
    values, flaws = check(model.properties, given)
    if flaws:
        raise errors.bad_input(flaws)
    try:
        return make_works(model, values, await open_pictures(model, values))
    except BadInputError as error:
        raise errors.bad_file(str(error)) from error


def _callback_url(asked: dict[str, Any]) -> str:
    url = asked.get("webhook") or ""
    if not isinstance(url, str) or (url and not url.startswith(("https://", "http://127.0.0.1"))):
        raise errors.bad_body("- webhook must be an https URL\n")
    return url


def _events(asked: dict[str, Any]) -> list[str]:
    """Without a filter all events are told."""
    events = asked.get("webhook_events_filter") or list(_EVENTS)
    if not isinstance(events, list) or not set(events) <= set(_EVENTS):
        raise errors.bad_body("- webhook_events_filter holds an unknown event\n")
    return events


def _read_cursor(request: web.Request) -> int:
    cursor = request.query.get("cursor", "0")
    if not cursor.isdecimal():
        raise errors.bad_body("- cursor is invalid\n")
    return int(cursor)


async def _read_object(request: web.Request) -> dict[str, Any]:
    try:
        given = await request.json()
    except ValueError as error:
        raise errors.bad_body("The body is not JSON") from error
    if not isinstance(given, dict):
        raise errors.bad_body("The body is not an object")
    return given
