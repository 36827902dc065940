"""fal's queue over HTTP: submit, status, result, cancellation, callbacks and their keys."""

import hmac
import json
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from sandbox.config import Config
from sandbox.fal import answers, errors, signing
from sandbox.fal.catalog import APPS, MODELS
from sandbox.fal.errors import FalError
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
)
from sandbox.recorder import SERVICES, drop_connection
from sandbox.schemas import Model, check, make_works, open_pictures

# Ten attempts in two hours.
_PAUSES_S = (5.0, 15.0, 60.0, 180.0, 420.0, 900.0, 1500.0, 1800.0, 2100.0)
_GARBAGE = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
_REFUSALS: Mapping[Word, Callable[[], FalError]] = {
    Word.BAD_KEY: errors.bad_key,
    Word.NO_CREDIT: errors.no_credit,
    Word.RATE: errors.too_many_requests,
    Word.RATE_ALWAYS: errors.too_many_requests,
    Word.RATE_DAY: errors.too_many_requests,
    Word.INTERNAL_ONCE: errors.internal,
    Word.INTERNAL_ALWAYS: errors.internal,
    Word.OVERLOADED: errors.no_runner,
}
_PENDING = {State.QUEUED: "IN_QUEUE", State.RUNNING: "IN_PROGRESS", State.UNKNOWN: "IN_LIMBO"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_routes(app: web.Application, config: Config) -> None:
    service = FalService(app, config)
    app[SERVICES]["fal"] = "fal"
    job = "/fal/{owner}/{app}/requests/{id}"
    app.router.add_get("/fal/.well-known/jwks.json", service.list_keys)
    app.router.add_get(f"{job}/status", service.refusing(service.status))
    app.router.add_put(f"{job}/cancel", service.refusing(service.cancel))
    app.router.add_get(job, service.refusing(service.result))
    app.router.add_post("/fal/{model:.+}", service.refusing(service.submit))


class FalService:
    def __init__(self, app: web.Application, config: Config) -> None:
        self._config = config
        self._workshop = app[WORKSHOP]
        self._book = open_book(app, slots=config.fal_slots or None)
        self._manner = Manner(
            service="fal", write=self._write_callback, sign=signing.sign, pauses_s=_PAUSES_S
        )

    def refusing(self, handle: Handler) -> Handler:
        """Check the key first and answer refusals in fal's shape."""

        async def handle_or_refuse(request: web.Request) -> web.StreamResponse:
            try:
                self._check_key(request)
                return await handle(request)
            except FalError as refusal:
                return _refuse(refusal)

        return handle_or_refuse

    async def submit(self, request: web.Request) -> web.StreamResponse:
        """The queue takes any input: what a model finds wrong with it is its result."""
        path = request.match_info["model"]
        if path not in MODELS:
            raise errors.no_such_application(path)
        given = await _read_object(request)
        words = self._book.magic.take_words(prompt=str(given.get("prompt", "")), model=path)
        if Word.GONE in words:
            raise errors.no_such_application(path)
        if make_refusal := pick(words, _REFUSALS):
            raise make_refusal()
        if Word.GARBAGE in words:
            return web.Response(text=_GARBAGE, content_type="text/html")
        job = await self._take(request, MODELS[path], given, words)
        await self._workshop.callbacks.begin(job, self._manner)
        if Word.TIMEOUT_AFTER_ACCEPT in words:
            return drop_connection(request)
        return web.json_response(self._queued(job) | answers.addresses(job))

    async def status(self, request: web.Request) -> web.StreamResponse:
        job = self._find(request)
        look = self._book.look(job)
        logs: list[Any] | None = [] if request.query.get("logs") == "1" else None
        match look.state:
            case State.BROKEN:
                raise errors.internal()
            case State.QUEUED:
                shown = self._queued(job)
            case State.RUNNING | State.UNKNOWN:
                shown = {"status": _PENDING[look.state], "request_id": job.id, "logs": logs}
            case _:
                return web.json_response(_completed(job) | {"logs": logs})
        shown["response_url"] = answers.addresses(job)["response_url"]
        return web.json_response(shown, status=202)

    async def result(self, request: web.Request) -> web.StreamResponse:
        job = self._find(request)
        if job.end is None:
            raise errors.still_in_progress()
        if failure := answers.failure_of(job):
            raise failure
        return web.json_response(answers.result_of(job, self._workshop.media))

    async def cancel(self, request: web.Request) -> web.StreamResponse:
        job = self._find(request)
        if not self._book.cancel(job):
            return web.json_response({"status": "ALREADY_COMPLETED"}, status=400)
        return web.json_response({"status": "CANCELLATION_REQUESTED"}, status=202)

    async def list_keys(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(signing.key_set())

    async def _take(
        self, request: web.Request, model: Model, given: dict[str, Any], words: Words
    ) -> Job:
        flaw: FalError | None = None
        works: tuple[Work, ...] = ()
        try:
            works = await _make(model, given, words)
        except FalError as error:
            flaw = error
        return self._book.add(
            Job(
                id=str(uuid.uuid4()),
                kind=Kind.VIDEO if model.is_film else Kind.IMAGE,
                model=model.id,
                prompt=str(given.get("prompt", "")),
                words=words,
                works=works,
                base_url=base_url(request, self._config),
                callback_url=request.query.get("fal_webhook", ""),
                facts={"seed": given.get("seed"), "flaw": flaw},
                flaw=Failure.INPUT if flaw else None,
            )
        )

    def _queued(self, job: Job) -> dict[str, Any]:
        ahead = sum(1 for other in self._book.newest_first() if _waits_before(other, job))
        return {
            "status": "IN_QUEUE",
            "request_id": job.id,
            "gateway_request_id": job.id,
            "queue_position": ahead,
        }

    def _write_callback(self, job: Job) -> bytes:
        about: dict[str, Any] = {"request_id": job.id, "gateway_request_id": job.id}
        failure = answers.failure_of(job)
        if failure is None:
            payload = answers.result_of(job, self._workshop.media)
            return json.dumps(about | {"status": "OK", "payload": payload}).encode()
        about |= {"status": "ERROR", "error": f"Invalid status code: {failure.status}"}
        return json.dumps(about | {"payload": failure.as_json()}).encode()

    def _find(self, request: web.Request) -> Job:
        job = self._book.find(request.match_info["id"])
        app = f"{request.match_info['owner']}/{request.match_info['app']}"
        if app not in APPS or job is None or not job.model.startswith(app):
            raise errors.no_such_request()
        return job

    def _check_key(self, request: web.Request) -> None:
        expected = f"Key {self._config.fal_api_key}"
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), expected.encode()):
            raise errors.bad_key()


async def _make(model: Model, given: dict[str, Any], words: Words) -> tuple[Work, ...]:
    """Raises FalError with what the model will say is wrong."""
    values, flaws = check(model.properties, given)
    if flaws:
        raise errors.of_fields(flaws)
    if Word.BAD_PARAMETER in words:
        raise errors.of_model(422, "value_error", "Value error, [[badparam]]")
    if Word.POLICY in words:
        raise errors.indecent_prompt()
    try:
        return make_works(model, values, await open_pictures(model, values))
    except BadInputError as error:
        field = str(error).partition(":")[0]
        raise errors.of_model(422, "file_download_error", str(error), field=field) from error


def _completed(job: Job) -> dict[str, Any]:
    shown = {"status": "COMPLETED", "request_id": job.id} | answers.addresses(job)
    failure = answers.failure_of(job)
    if failure is None:
        return shown | {"metrics": {"inference_time": job.ended_at - job.starts_at}}
    return shown | {"error": str(failure), "error_type": failure.error_type or "model_error"}


def _waits_before(other: Job, job: Job) -> bool:
    return other.end is None and other.created_at < job.created_at < other.starts_at


async def _read_object(request: web.Request) -> dict[str, Any]:
    try:
        given = await request.json()
    except ValueError as error:
        raise errors.not_json() from error
    if not isinstance(given, dict):
        raise errors.not_json()
    return given


def _refuse(refusal: FalError) -> web.Response:
    return web.json_response(refusal.as_json(), status=refusal.status, headers=refusal.headers)
