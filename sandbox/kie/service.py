"""The API of kie.ai over HTTP."""

import hmac
import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.config import Config
from sandbox.jobs import (
    WORKSHOP,
    Job,
    Look,
    Manner,
    Media,
    State,
    Word,
    Words,
    base_url,
    open_book,
    pick,
)
from sandbox.kie import answers, errors, midjourney, uploads
from sandbox.kie.errors import KieError
from sandbox.kie.market import READERS
from sandbox.kie.wish import Wish
from sandbox.recorder import SERVICES, drop_connection

_GARBAGE = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
_PAUSES_S = (60.0, 300.0, 900.0)
_CREDITS = 100_000.0
# Of the words of a picture, those that count for its follow-ups too.
_KEPT_WORDS = frozenset({Word.FAST, Word.SLOW})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Show = Callable[[Job, Look, Media], dict[str, Any]]


def add_routes(app: web.Application, config: Config) -> None:
    service = KieService(app, config)
    app[SERVICES]["kie"] = "kie"
    api, wrap = "/kie/api/v1", service.answering
    app.router.add_post(f"{api}/jobs/createTask", wrap(service.create_task))
    app.router.add_get(f"{api}/jobs/recordInfo", wrap(service.tell_job))
    app.router.add_post(f"{api}/mj/generate", wrap(service.generate))
    app.router.add_post(f"{api}/mj/{{action:upscale|vary}}", wrap(service.follow_up))
    app.router.add_get(f"{api}/mj/record-info", wrap(service.tell_mj))
    app.router.add_get(f"{api}/chat/credit", wrap(service.tell_credit))
    app.router.add_post("/kie/api/file-stream-upload", wrap(service.upload_form))
    app.router.add_post("/kie/api/file-url-upload", wrap(service.upload_url))
    app.router.add_post("/kie/api/file-base64-upload", wrap(service.upload_base64))


class KieService:
    def __init__(self, app: web.Application, config: Config) -> None:
        self._config = config
        self._workshop = app[WORKSHOP]
        self._book = open_book(app)
        self._job_manner = self._manner(answers.job_callback)
        self._mj_manner = self._manner(answers.mj_callback)

    def answering(self, handle: Handler) -> Handler:
        """Check the key first; every refusal is HTTP 200 with a code in the body."""

        async def handle_or_refuse(request: web.Request) -> web.StreamResponse:
            expected = f"Bearer {self._config.kie_api_key}".encode()
            given = request.headers.get("Authorization", "").encode()
            try:
                if not hmac.compare_digest(given, expected):
                    raise errors.bad_key()
                return await handle(request)
            except KieError as refusal:
                return web.json_response(refusal.as_json())

        return handle_or_refuse

    async def create_task(self, request: web.Request) -> web.StreamResponse:
        body = await _read_body(request)
        model, asked = str(body.get("model")), body.get("input")
        if not isinstance(asked, dict):
            raise errors.invalid("input is required")
        words = self._take_words(asked, model)
        if Word.GARBAGE in words:
            return _garbage()
        if model not in READERS:
            raise errors.invalid(f"The model name you specified is not supported: {model}")
        wish = await READERS[model](asked)
        job = self._add(request, body, wish, prompt=str(asked["prompt"]), words=words)
        return await self._accept(request, job, self._job_manner)

    async def generate(self, request: web.Request) -> web.StreamResponse:
        body = await _read_body(request)
        words = self._take_words(body, "mj")
        if Word.GARBAGE in words:
            return _garbage()
        wish = await midjourney.read_generation(body)
        job = self._add(request, body, wish, prompt=str(body["prompt"]), words=words)
        return await self._accept(request, job, self._mj_manner)

    async def follow_up(self, request: web.Request) -> web.StreamResponse:
        body = await _read_body(request)
        parent = self._find(str(body.get("taskId")), is_mj=True)
        if self._book.peek(parent).state is not State.DONE:
            raise errors.invalid("the task has not succeeded")
        is_upscale = request.match_info["action"] == "upscale"
        wish = midjourney.read_follow_up(parent, body, is_upscale=is_upscale)
        words = parent.words & _KEPT_WORDS
        job = self._add(request, body, wish, prompt=parent.prompt, words=words)
        return await self._accept(request, job, self._mj_manner)

    async def tell_job(self, request: web.Request) -> web.StreamResponse:
        return self._tell(request, answers.job_record, is_mj=False)

    async def tell_mj(self, request: web.Request) -> web.StreamResponse:
        return self._tell(request, answers.mj_record, is_mj=True)

    async def tell_credit(self, _request: web.Request) -> web.StreamResponse:
        done = (job for job in self._book.newest_first() if job.end is State.DONE)
        spent = sum(job.facts["credits"] for job in done)
        return web.json_response(answers.ok(_CREDITS - spent))

    async def upload_form(self, request: web.Request) -> web.StreamResponse:
        return self._shelve(request, *await uploads.read_form(request))

    async def upload_url(self, request: web.Request) -> web.StreamResponse:
        body = await _read_body(request)
        return self._shelve(request, *await uploads.read_given(body, "fileUrl"))

    async def upload_base64(self, request: web.Request) -> web.StreamResponse:
        body = await _read_body(request)
        return self._shelve(request, *await uploads.read_given(body, "base64Data"))

    def _take_words(self, asked: dict[str, Any], model: str) -> Words:
        prompt = asked.get("prompt")
        text = prompt if isinstance(prompt, str) else ""
        words = self._book.magic.take_words(prompt=text, model=model)
        if refusal := pick(words, errors.REFUSALS):
            raise refusal()
        return words

    def _add(
        self,
        request: web.Request,
        body: dict[str, Any],
        wish: Wish,
        *,
        prompt: str,
        words: Words,
    ) -> Job:
        prefix = "mj_task_" if "task_type" in wish.facts else "task_"
        facts = {"param": json.dumps(body), "credits": wish.credits, "orders": wish.orders}
        return self._book.add(
            Job(
                id=f"{prefix}{secrets.token_hex(8)}",
                kind=wish.kind,
                model=wish.model,
                prompt=prompt,
                words=words,
                works=wish.works,
                base_url=base_url(request, self._config),
                callback_url=str(body.get("callBackUrl") or ""),
                facts=facts | wish.facts,
            )
        )

    async def _accept(self, request: web.Request, job: Job, manner: Manner) -> web.StreamResponse:
        await self._workshop.callbacks.begin(job, manner)
        if Word.TIMEOUT_AFTER_ACCEPT in job.words:
            return drop_connection(request)
        return web.json_response(answers.ok({"taskId": job.id}))

    def _find(self, task_id: str, *, is_mj: bool) -> Job:
        job = self._book.find(task_id)
        if job is None or ("task_type" in job.facts) is not is_mj:
            raise errors.not_found("The task")
        return job

    def _tell(self, request: web.Request, show: Show, *, is_mj: bool) -> web.StreamResponse:
        job = self._find(request.query.get("taskId", ""), is_mj=is_mj)
        look = self._book.look(job)
        if look.state is State.BROKEN:
            raise errors.internal()
        return web.json_response(answers.ok(show(job, look, self._workshop.media)))

    def _manner(self, show: Show) -> Manner:
        def write(job: Job) -> bytes:
            return json.dumps(show(job, self._book.peek(job), self._workshop.media)).encode()

        sign = answers.signer(self._config.kie_webhook_key)
        return Manner(service="kie", write=write, sign=sign, pauses_s=_PAUSES_S)

    def _shelve(
        self, request: web.Request, shelved: uploads.Shelved, folder: str
    ) -> web.StreamResponse:
        url = base_url(request, self._config) + self._workshop.media.publish(shelved)
        return web.json_response(uploads.shown(shelved, folder, url))


async def _read_body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise errors.invalid("the body is not JSON") from error
    if not isinstance(body, dict):
        raise errors.invalid("the body is not an object")
    return body


def _garbage() -> web.Response:
    return web.Response(text=_GARBAGE, content_type="text/html")
