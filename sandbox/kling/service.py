"""The Kling API over HTTP: submits of both generations, the book of tasks, the account."""

import itertools
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web

from sandbox.config import Config
from sandbox.jobs import (
    WORKSHOP,
    Job,
    Kind,
    Manner,
    State,
    Word,
    Words,
    base_url,
    open_book,
    pick,
    standard_webhook_signer,
)
from sandbox.kling import answers, errors, keys, legacy, reading
from sandbox.kling.errors import KlingError
from sandbox.kling.models import Endpoint
from sandbox.kling.wish import Wish
from sandbox.recorder import SERVICES, drop_connection

_GARBAGE = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
_PAUSES_S = (10.0, 60.0)
_FIRST_ID = 8412
_PACK_UNITS = 10_000.0
_LIST_MAX = 500
_PAGE_USUAL = 30

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_routes(app: web.Application, config: Config) -> None:
    service = KlingService(app, config)
    app[SERVICES]["kling"] = "kling"
    new, old = service.answering(takes_tokens=False), service.answering(takes_tokens=True)
    router = app.router
    for endpoint in Endpoint:
        router.add_post(f"/kling/{endpoint}/{{model}}", new(service.submit))
    router.add_get("/kling/tasks", new(service.query_tasks))
    router.add_post("/kling/tasks", new(service.list_tasks))
    for path in legacy.ENDPOINTS:
        router.add_post(f"/kling/v1/videos/{path}", old(service.submit_legacy))
        router.add_get(f"/kling/v1/videos/{path}", old(service.list_legacy))
        router.add_get(f"/kling/v1/videos/{path}/{{id}}", old(service.query_legacy))
    router.add_get("/kling/account/costs", old(service.tell_costs))
    router.add_route("*", "/kling/{rest:.*}", old(_refuse_method))


class KlingService:
    def __init__(self, app: web.Application, config: Config) -> None:
        self._config = config
        self._workshop = app[WORKSHOP]
        self._book = open_book(app)
        self._ids = itertools.count(_FIRST_ID)
        signer = standard_webhook_signer(config.kling_webhook_secret)
        self._new = Manner(service="kling", write=self._write_new, sign=signer, pauses_s=_PAUSES_S)
        self._old = Manner(service="kling", write=self._write_old, sign=signer, pauses_s=_PAUSES_S)

    def answering(self, *, takes_tokens: bool) -> Callable[[Handler], Handler]:
        """Check the proof first, as the API does, and answer refusals in its shape."""

        def wrap(handle: Handler) -> Handler:
            async def handle_or_refuse(request: web.Request) -> web.StreamResponse:
                try:
                    proof = request.headers.get("Authorization", "")
                    keys.check(proof, self._config, takes_tokens=takes_tokens)
                    return await handle(request)
                except KlingError as refusal:
                    body = refusal.as_json(uuid.uuid4().hex)
                    return web.json_response(body, status=refusal.status)

            return handle_or_refuse

        return wrap

    async def submit(self, request: web.Request) -> web.StreamResponse:
        endpoint = Endpoint(request.path.split("/")[2])
        body = await _read_body(request)
        model = reading.find_model(endpoint, request.match_info["model"])
        words = self._take_words(reading.find_prompt(body), model.id)
        if Word.GARBAGE in words:
            return web.Response(text=_GARBAGE, content_type="text/html")
        wish = await reading.read_wish(endpoint, model, body)
        job = self._add(request, wish, words, path="")
        return await self._accept(request, job, self._new, answers.created(job))

    async def submit_legacy(self, request: web.Request) -> web.StreamResponse:
        path = request.path.rpartition("/")[2]
        body = await _read_body(request)
        model = legacy.find_model(path, body)
        words = self._take_words(str(body.get("prompt", "")), model.id)
        if Word.GARBAGE in words:
            return web.Response(text=_GARBAGE, content_type="text/html")
        wish = await legacy.read_wish(path, model, body)
        job = self._add(request, wish, words, path=path)
        shown = answers.old_task(job, self._book.peek(job), self._workshop.media)
        return await self._accept(request, job, self._old, shown)

    async def query_tasks(self, request: web.Request) -> web.StreamResponse:
        """Unknown ids are simply not among the answers."""
        ids = _listed(request.query.get("task_ids", ""))
        references = _listed(request.query.get("external_task_ids", ""))
        if not ids and not references:
            raise errors.bad_parameter("task_ids or external_task_ids is required")
        found = [self._book.find(task_id) for task_id in ids]
        found += [self._book.find_by_reference(reference) for reference in references]
        return _answer([self._show_new(job) for job in found if job is not None])

    async def list_tasks(self, request: web.Request) -> web.StreamResponse:
        body = await _read_body(request)
        limit, cursor = body.get("limit", _PAGE_USUAL), str(body.get("cursor") or "0")
        if not isinstance(limit, int) or not 1 <= limit <= _LIST_MAX or not cursor.isdecimal():
            raise errors.bad_parameter("limit or cursor is invalid")
        tasks = self._filtered(body)
        start = int(cursor)
        page = tasks[start : start + limit]
        has_more = len(tasks) > start + limit
        return _answer(
            {
                "result": page,
                "count": len(page),
                "next_cursor": str(start + limit) if has_more else "",
                "has_more": has_more,
            }
        )

    async def query_legacy(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["id"]
        job = self._book.find(name) or self._book.find_by_reference(name)
        if job is None or job.facts["path"] != request.path.split("/")[4]:
            raise errors.no_such_resource("task")
        return _answer(self._show_old(job))

    async def list_legacy(self, request: web.Request) -> web.StreamResponse:
        path = request.path.rpartition("/")[2]
        page, size = (
            _positive(request, name, usual)
            for name, usual in (("pageNum", 1), ("pageSize", _PAGE_USUAL))
        )
        jobs = [job for job in self._book.newest_first() if job.facts["path"] == path]
        shown = jobs[(page - 1) * size : page * size]
        media = self._workshop.media
        return _answer([answers.old_task(job, self._book.peek(job), media) for job in shown])

    async def tell_costs(self, request: web.Request) -> web.StreamResponse:
        """One resource pack that shrinks with every finished film."""
        for name in ("start_time", "end_time"):
            _positive(request, name, 0)
        done = (job for job in self._book.newest_first() if job.end is State.DONE)
        spent = sum(answers.units_of(job) for job in done)
        pack = {
            "resource_pack_name": "Sandbox pack",
            "resource_pack_id": "sandbox-pack",
            "resource_pack_type": "decreasing_total",
            "total_quantity": _PACK_UNITS,
            "remaining_quantity": round(_PACK_UNITS - spent, 2),
            "purchase_time": 0,
            "effective_time": 0,
            "invalid_time": round(time.time() * 1000) + 10**10,
            "status": "online",
        }
        return _answer({"code": 0, "msg": "SUCCEED", "resource_pack_subscribe_infos": [pack]})

    def _take_words(self, prompt: str, model_id: str) -> Words:
        words = self._book.magic.take_words(prompt=prompt, model=model_id)
        if refusal := pick(words, errors.REFUSALS):
            raise refusal()
        return words

    def _add(self, request: web.Request, wish: Wish, words: Words, *, path: str) -> Job:
        return self._book.add(
            Job(
                id=str(next(self._ids)),
                kind=Kind.VIDEO,
                model=wish.model.id,
                prompt=wish.prompt,
                words=words,
                works=(wish.film(),),
                base_url=base_url(request, self._config),
                reference=wish.reference,
                callback_url=wish.callback_url,
                facts={"path": path, "usd": wish.usd, "seconds": wish.seconds},
            )
        )

    async def _accept(
        self, request: web.Request, job: Job, manner: Manner, shown: dict[str, Any]
    ) -> web.StreamResponse:
        await self._workshop.callbacks.begin(job, manner)
        return (
            drop_connection(request) if Word.TIMEOUT_AFTER_ACCEPT in job.words else _answer(shown)
        )

    def _show_new(self, job: Job) -> dict[str, Any]:
        look = self._book.look(job)
        if look.state is State.BROKEN:
            raise errors.internal()
        return answers.new_task(job, look, self._workshop.media)

    def _show_old(self, job: Job) -> dict[str, Any]:
        look = self._book.look(job)
        if look.state is State.BROKEN:
            raise errors.internal()
        return answers.old_task(job, look, self._workshop.media)

    def _filtered(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        media = self._workshop.media
        jobs = self._book.newest_first()
        tasks = [answers.new_task(job, self._book.peek(job), media) for job in jobs]
        try:
            starts, ends = body.get("start_time", 0), body.get("end_time", float("inf"))
            tasks = [task for task in tasks if starts <= task["create_time"] <= ends]
            for wanted in body.get("filters") or []:
                tasks = [task for task in tasks if task.get(wanted["key"]) in wanted["values"]]
        except (TypeError, KeyError) as error:
            raise errors.bad_parameter("start_time, end_time or filters is invalid") from error
        return tasks

    def _write_new(self, job: Job) -> bytes:
        task = answers.new_task(job, self._book.peek(job), self._workshop.media)
        return json.dumps(task, separators=(",", ":")).encode()

    def _write_old(self, job: Job) -> bytes:
        task = answers.old_task(job, self._book.peek(job), self._workshop.media)
        return json.dumps(task, separators=(",", ":")).encode()


async def _refuse_method(_request: web.Request) -> web.StreamResponse:
    raise errors.no_such_method()


async def _read_body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise errors.bad_request("the body is not JSON") from error
    if not isinstance(body, dict):
        raise errors.bad_request("the body is not an object")
    return body


def _answer(data: dict[str, Any] | list[dict[str, Any]]) -> web.Response:
    shown = {"code": 0, "message": "SUCCEED", "request_id": uuid.uuid4().hex, "data": data}
    return web.json_response(shown)


def _listed(text: str) -> Iterable[str]:
    return [name for name in text.split(",") if name]


def _positive(request: web.Request, name: str, usual: int) -> int:
    text = request.query.get(name, str(usual))
    if not text.isdecimal():
        raise errors.bad_parameter(f"{name} is invalid")
    return int(text)
