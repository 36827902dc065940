"""midjourney-proxy over HTTP: submits, follow-ups, and the tasks as they go."""

import hmac
import itertools
import json
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.config import Config
from sandbox.jobs import (
    WORKSHOP,
    Failure,
    Job,
    Kind,
    Manner,
    State,
    Word,
    base_url,
    open_book,
    pick,
    unsigned,
    without_words,
)
from sandbox.midjourney import drafts, errors, tasks
from sandbox.midjourney.drafts import Draft
from sandbox.midjourney.errors import ProxyError
from sandbox.midjourney.inputs import open_pictures
from sandbox.midjourney.pictures import VARIANTS
from sandbox.midjourney.tasks import GRIDS, Action
from sandbox.recorder import SERVICES, drop_connection

# What the proxy is set to by default.
_AT_ONCE, _QUEUE_MAX = 3, 10
_GARBAGE = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
_BLEND_RATIOS = {"PORTRAIT": (2, 3), "SQUARE": (1, 1), "LANDSCAPE": (3, 2)}
_BLENDED = range(2, 6)
_SIMPLE_CHANGE = re.compile(r"(\d+) ([UV])([1-4])|(\d+) (R)")
_LETTERS = {"U": Action.UPSCALE, "V": Action.VARIATION, "R": Action.REROLL}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_routes(app: web.Application, config: Config) -> None:
    service = ProxyService(app, config)
    app[SERVICES]["midjourney"] = "midjourney"
    submit = "/midjourney/mj/submit"
    for name, handle in (
        ("imagine", service.imagine),
        ("change", service.change),
        ("simple-change", service.simple_change),
        ("describe", service.describe),
        ("blend", service.blend),
    ):
        app.router.add_post(f"{submit}/{name}", service.answering(handle))
    task = "/midjourney/mj/task"
    app.router.add_get(f"{task}/{{id}}/fetch", service.answering(service.fetch))
    app.router.add_get(f"{task}/list", service.answering(service.list_tasks))
    app.router.add_get(f"{task}/queue", service.answering(service.list_queue))
    app.router.add_post(f"{task}/list-by-condition", service.answering(service.list_by_ids))


class ProxyService:
    def __init__(self, app: web.Application, config: Config) -> None:
        self._config = config
        self._workshop = app[WORKSHOP]
        self._book = open_book(app, slots=_AT_ONCE)
        self._ids = itertools.count(round(time.time() * 1000) * 1000)
        self._manner = Manner(
            service="midjourney", write=self._write, sign=unsigned, tells_start=True
        )

    def answering(self, handle: Handler) -> Handler:
        """Check the secret first; whatever else is wrong is HTTP 200 with a code."""

        async def handle_or_refuse(request: web.Request) -> web.StreamResponse:
            secret = request.headers.get("mj-api-secret", "")
            if not hmac.compare_digest(secret.encode(), self._config.midjourney_api_key.encode()):
                return web.Response(status=401)
            try:
                return await handle(request)
            except ProxyError as refusal:
                body = errors.said(refusal.code, str(refusal), None, refusal.properties)
                return web.json_response(body)

        return handle_or_refuse

    async def imagine(self, request: web.Request) -> web.StreamResponse:
        body = await _read_body(request)
        prompt = _text(body, "prompt")
        if not prompt:
            raise errors.invalid("prompt不能为空")
        words = self._book.magic.take_words(prompt=prompt, model="imagine")
        if refusal := pick(words, errors.REFUSALS):
            raise refusal(without_words(prompt))
        if Word.BAD_KEY in words:
            return web.Response(status=401)
        if Word.GARBAGE in words:
            return web.Response(text=_GARBAGE, content_type="text/html")
        photos = await open_pictures(body.get("base64Array") or [])
        return await self._submit(request, body, drafts.imagined(prompt, words, photos))

    async def change(self, request: web.Request) -> web.StreamResponse:
        body = await _read_body(request)
        action, task_id = body.get("action"), _text(body, "taskId")
        if action not in (Action.UPSCALE, Action.VARIATION, Action.REROLL):
            raise errors.invalid("action参数错误")
        return await self._change(request, body, Action(action), task_id, body.get("index"))

    async def simple_change(self, request: web.Request) -> web.StreamResponse:
        body = await _read_body(request)
        found = _SIMPLE_CHANGE.fullmatch(_text(body, "content"))
        if found is None:
            raise errors.invalid("content参数错误")
        index = int(found[3]) if found[3] else None
        action = _LETTERS[found[2] or found[5]]
        return await self._change(request, body, action, found[1] or found[4], index)

    async def describe(self, request: web.Request) -> web.StreamResponse:
        body = await _read_body(request)
        [photo] = await open_pictures([body.get("base64")])
        return await self._submit(request, body, drafts.described(photo))

    async def blend(self, request: web.Request) -> web.StreamResponse:
        body = await _read_body(request)
        ratio = _BLEND_RATIOS.get(str(body.get("dimensions", "SQUARE")))
        given = body.get("base64Array")
        if ratio is None or not isinstance(given, list) or len(given) not in _BLENDED:
            raise errors.invalid("base64List参数错误")
        photos = await open_pictures(given)
        return await self._submit(request, body, drafts.blended(ratio, photos))

    async def fetch(self, request: web.Request) -> web.StreamResponse:
        job = self._book.find(request.match_info["id"])
        if job is None:
            return web.Response()
        look = self._book.look(job)
        if look.state is State.BROKEN:
            raise web.HTTPInternalServerError(text="Internal Server Error")
        return web.json_response(tasks.shown(job, look, self._workshop.media))

    async def list_tasks(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response([self._peek(job) for job in self._book.newest_first()])

    async def list_queue(self, _request: web.Request) -> web.StreamResponse:
        jobs = [job for job in self._book.newest_first() if self._book.peek(job).held]
        return web.json_response([self._peek(job) for job in jobs])

    async def list_by_ids(self, request: web.Request) -> web.StreamResponse:
        ids = (await _read_body(request)).get("ids") or []
        jobs = [job for job in self._book.newest_first() if job.id in ids]
        return web.json_response([self._peek(job) for job in jobs])

    async def _change(
        self,
        request: web.Request,
        body: dict[str, Any],
        action: Action,
        task_id: str,
        index: object,
    ) -> web.StreamResponse:
        parent = self._book.find(task_id)
        if parent is None:
            raise errors.no_such_task()
        if self._book.peek(parent).state is not State.DONE or parent.facts["action"] not in GRIDS:
            raise errors.invalid("关联任务状态错误")
        if action is not Action.REROLL and (
            not isinstance(index, int) or not 1 <= index <= VARIANTS
        ):
            raise errors.invalid("index参数错误")
        if action is Action.UPSCALE and (same := self._find_upscale(parent, index)):
            return web.json_response(
                errors.said(errors.SAME_EXISTS, "任务已存在", same.id, {"status": "SUCCESS"})
            )
        return await self._submit(request, body, drafts.changed(parent, action, index))

    def _find_upscale(self, parent: Job, index: object) -> Job | None:
        wanted = {"action": Action.UPSCALE, "parent": parent.id, "index": index}
        for job in self._book.newest_first():
            if wanted.items() <= job.facts.items():
                return job
        return None

    async def _submit(
        self, request: web.Request, body: dict[str, Any], draft: Draft
    ) -> web.StreamResponse:
        waiting = self._book.count_running() - _AT_ONCE
        if waiting >= _QUEUE_MAX:
            raise errors.queue_full()
        job = self._book.add(
            Job(
                id=str(next(self._ids)),
                kind=Kind.IMAGE,
                model="midjourney",
                prompt=without_words(draft.prompt),
                words=draft.words,
                works=draft.works,
                base_url=base_url(request, self._config),
                reference=_text(body, "state"),
                callback_url=_text(body, "notifyHook"),
                facts={"action": draft.action, "orders": draft.orders, **draft.facts},
                flaw=Failure.INPUT if "flaw" in draft.facts else None,
            )
        )
        await self._workshop.callbacks.begin(job, self._manner)
        if Word.TIMEOUT_AFTER_ACCEPT in draft.words:
            return drop_connection(request)
        if waiting >= 0:
            properties = {"numberOfQueues": waiting}
            description = f"排队中,前面还有{waiting}个任务"
            return web.json_response(errors.said(errors.QUEUED, description, job.id, properties))
        return web.json_response(errors.said(errors.ACCEPTED, "提交成功", job.id, {}))

    def _peek(self, job: Job) -> dict[str, Any]:
        return tasks.shown(job, self._book.peek(job), self._workshop.media)

    def _write(self, job: Job) -> bytes:
        return json.dumps(self._peek(job)).encode()


async def _read_body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise errors.invalid("请求体不是JSON") from error
    if not isinstance(body, dict):
        raise errors.invalid("请求体不是对象")
    return body


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name) or ""
    if not isinstance(value, str):
        raise errors.invalid(f"{name}参数错误")
    return value
