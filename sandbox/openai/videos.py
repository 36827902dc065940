"""`/v1/videos`: create, look, download, remix, list, delete."""

import json
import secrets
import time
import uuid
from itertools import islice
from typing import Any

from aiohttp import web

from sandbox.film import FilmOrder, SourceUse
from sandbox.jobs import (
    Book,
    Failure,
    Film,
    Job,
    Kind,
    Look,
    Manner,
    State,
    Word,
    Words,
    Workshop,
    base_url,
    standard_webhook_signer,
    without_words,
)
from sandbox.openai import errors
from sandbox.openai.forms import read_form
from sandbox.openai.video_question import VideoQuestion, read_prompt, read_video_question
from sandbox.openai.video_views import views_of
from sandbox.recorder import drop_connection

_GARBAGE = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
_LIST_USUAL, _LIST_MAX = 20, 100
# As often as a patient client should ask, in a life that is not hurried.
_POLLS_PER_JOB = 6
_WEBHOOK_PAUSES_S = (5.0, 60.0, 300.0, 1800.0)
_STATUSES = {
    State.QUEUED: "queued",
    State.RUNNING: "in_progress",
    State.DONE: "completed",
    State.FAILED: "failed",
    State.CANCELLED: "failed",
    State.UNKNOWN: "pondering",
}
_ERRORS = {
    Failure.POLICY: ("moderation_blocked", "Your request was blocked by our moderation system."),
    Failure.PROVIDER: ("video_generation_failed", "The video could not be generated."),
    Failure.INPUT: ("invalid_reference", "The reference could not be used."),
}


class Videos:
    def __init__(self, workshop: Workshop, book: Book) -> None:
        self.book = book
        self._workshop = workshop
        self._manner = Manner(
            service="openai",
            write=_write_event,
            sign=standard_webhook_signer(workshop.config.openai_webhook_secret),
            pauses_s=_WEBHOOK_PAUSES_S,
        )

    async def create(self, request: web.Request) -> web.StreamResponse:
        question = await read_video_question(await read_form(request))
        return await self._begin(request, question, _film_of(question))

    async def remix(self, request: web.Request) -> web.StreamResponse:
        """A new video: the finished one in other colours, with the new words on it."""
        original = self._find(request)
        if original.end is not State.DONE:
            raise errors.invalid("video_id", "The video is not completed.")
        question = VideoQuestion(
            model=original.model,
            prompt=read_prompt(await read_form(request)),
            seconds=original.facts["seconds"],
            size=original.facts["size"],
        )
        source = await self._workshop.studio.make(original.works[0])
        film = _film_of(question, source=source)
        return await self._begin(request, question, film, remixed_from=original.id)

    async def get(self, request: web.Request) -> web.StreamResponse:
        job = self._find(request)
        look = self.book.look(job)
        if look.state is State.BROKEN:
            raise errors.internal()
        config = self._workshop.config
        pause_ms = config.video_job_s * config.job_time_scale * 1000 / _POLLS_PER_JOB
        headers = {"openai-poll-after-ms": str(max(10, round(pause_ms)))}
        return web.json_response(self._as_json(job, look), headers=headers)

    async def download(self, request: web.Request) -> web.StreamResponse:
        job = self._find(request)
        variant = request.query.get("variant", "video")
        order: FilmOrder = job.facts["film"]
        views = views_of(order)
        if variant not in views:
            raise errors.invalid("variant", f"Invalid value: '{variant}'.")
        if job.end is not State.DONE or not job.has_media:
            raise errors.not_found("Video is not ready yet, use GET /v1/videos to check.")
        if Word.EXPIRED in job.words or time.time() > self._expires_at(job):
            raise errors.not_found("The content of this video has expired.")
        content = await self._workshop.studio.make(views[variant])
        return web.Response(body=content, content_type=views[variant].mime)

    async def list(self, request: web.Request) -> web.StreamResponse:
        """The newest first, or the oldest with `order=asc`; `after` is the last id seen."""
        limit = request.query.get("limit", str(_LIST_USUAL))
        if not limit.isdecimal() or not 1 <= int(limit) <= _LIST_MAX:
            raise errors.invalid("limit", f"The limit must be between 1 and {_LIST_MAX}.")
        jobs = list(self.book.newest_first())
        if request.query.get("order") == "asc":
            jobs.reverse()
        ids = [job.id for job in jobs]
        after = request.query.get("after")
        start = ids.index(after) + 1 if after in ids else 0
        page = list(islice(jobs, start, start + int(limit)))
        answer = {
            "object": "list",
            "data": [self._as_json(job, self.book.peek(job)) for job in page],
            "first_id": page[0].id if page else None,
            "last_id": page[-1].id if page else None,
            "has_more": start + len(page) < len(jobs),
        }
        return web.json_response(answer)

    async def delete(self, request: web.Request) -> web.StreamResponse:
        job = self._find(request)
        self.book.cancel(job)
        self.book.forget(job)
        return web.json_response({"id": job.id, "object": "video.deleted", "deleted": True})

    async def _begin(
        self,
        request: web.Request,
        question: VideoQuestion,
        film: FilmOrder,
        *,
        remixed_from: str | None = None,
    ) -> web.StreamResponse:
        words = self.book.magic.take_words(prompt=question.prompt, model=question.model)
        errors.check_words(words, question.model)
        if Word.GARBAGE in words:
            return web.Response(text=_GARBAGE, content_type="text/html")
        facts = {
            "seconds": question.seconds,
            "size": question.size,
            "remixed_from": remixed_from,
            "film": film,
        }
        job = self.book.add(self._job(request, question, words, facts))
        await self._workshop.callbacks.begin(job, self._manner)
        if Word.TIMEOUT_AFTER_ACCEPT in words:
            return drop_connection(request)
        return web.json_response(self._as_json(job, Look(State.QUEUED, 0)))

    def _job(
        self, request: web.Request, question: VideoQuestion, words: Words, facts: dict[str, Any]
    ) -> Job:
        return Job(
            id=f"video_{secrets.token_hex(16)}",
            kind=Kind.VIDEO,
            model=question.model,
            prompt=question.prompt,
            words=words,
            works=(Film(facts["film"]),),
            base_url=base_url(request, self._workshop.config),
            callback_url=self._workshop.config.openai_webhook_url,
            facts=facts,
        )

    def _as_json(self, job: Job, look: Look) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": job.id,
            "object": "video",
            "created_at": int(job.created_at),
            "status": _STATUSES[look.state],
            "model": job.model,
            "progress": look.progress,
            "prompt": job.prompt,
            "seconds": job.facts["seconds"],
            "size": job.facts["size"],
            "remixed_from_video_id": job.facts["remixed_from"],
            "completed_at": None,
            "expires_at": None,
            "error": None,
        }
        match look.state:
            case State.DONE:
                shown["completed_at"] = int(job.ended_at)
                shown["expires_at"] = int(self._expires_at(job))
            case State.FAILED if job.failure is not None:
                code, message = _ERRORS[job.failure]
                shown["error"] = {"code": code, "message": message}
            case State.UNKNOWN:
                shown["mood"] = {"thoughtful": True}
        return shown

    def _expires_at(self, job: Job) -> float:
        return job.ended_at + self._workshop.config.media_ttl_s

    def _find(self, request: web.Request) -> Job:
        job = self.book.find(request.match_info["id"])
        if job is None:
            raise errors.not_found(f"Video with id '{request.match_info['id']}' not found.")
        return job


def _film_of(question: VideoQuestion, *, source: bytes | None = None) -> FilmOrder:
    width, height = question.pixels
    return FilmOrder(
        prompt=without_words(question.prompt),
        model=f"OpenAI · {question.model}",
        width=width,
        height=height,
        seconds=int(question.seconds),
        sound=True,
        labels=("remix",) if source else (),
        first_frame=None if question.first is None else question.first.content,
        source=source,
        source_use=SourceUse.RECOLOR,
    )


def _write_event(job: Job) -> bytes:
    ended = "completed" if job.end is State.DONE else "failed"
    event = {
        "id": f"evt_{uuid.uuid4().hex}",
        "object": "event",
        "created_at": int(job.ended_at),
        "type": f"video.{ended}",
        "data": {"id": job.id},
    }
    return json.dumps(event).encode()
