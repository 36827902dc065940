"""The Runway API over HTTP: submits, tasks, uploads and the organization."""

import hmac
import uuid
from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web

from sandbox.config import Config
from sandbox.jobs import (
    WORKSHOP,
    BadInputError,
    Book,
    Failure,
    Job,
    Kind,
    State,
    Word,
    Words,
    Workshop,
    base_url,
    open_book,
    pick,
)
from sandbox.recorder import RESETTERS, SERVICES, drop_connection
from sandbox.runway import answers, errors
from sandbox.runway.catalog import MODELS
from sandbox.runway.errors import RunwayError
from sandbox.runway.models import Endpoint
from sandbox.runway.question import Question, read_question
from sandbox.runway.studio import make_work, open_inputs, seconds_of
from sandbox.runway.uploads import Uploads

_VERSION = "2024-11-06"
_CREDITS = 100_000
_GENERATIONS_A_DAY = 10_000
_GARBAGE = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
_REFUSALS: dict[Word, Callable[[], RunwayError]] = {
    Word.BAD_KEY: errors.bad_key,
    Word.NO_CREDIT: errors.no_credit,
    Word.RATE: errors.too_many_requests,
    Word.RATE_ALWAYS: errors.too_many_requests,
    Word.RATE_DAY: errors.too_many_requests,
    Word.INTERNAL_ONCE: errors.internal,
    Word.INTERNAL_ALWAYS: errors.internal,
    Word.OVERLOADED: errors.overloaded,
    Word.BAD_PARAMETER: partial(errors.invalid, "promptText", "Invalid input"),
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_routes(app: web.Application, config: Config) -> None:
    slots = config.runway_slots_per_model or None
    book = open_book(app, slots=slots, slots_per_model=True)
    service = RunwayService(app[WORKSHOP], book)
    app[SERVICES]["runway"] = "runway"
    app[RESETTERS].append(service.reset)
    router = app.router
    for endpoint in Endpoint:
        submit = service.refusing(partial(service.submit, endpoint))
        router.add_post(f"/runway/v1/{endpoint}", submit)
    router.add_get("/runway/v1/tasks/{id}", service.refusing(service.get_task))
    router.add_delete("/runway/v1/tasks/{id}", service.refusing(service.delete_task))
    router.add_get("/runway/v1/organization", service.refusing(service.get_organization))
    router.add_post("/runway/v1/uploads", service.refusing(service.uploads.create))
    router.add_post("/runway/bucket", service.answering(service.uploads.receive))


class RunwayService:
    def __init__(self, workshop: Workshop, book: Book) -> None:
        self.uploads = Uploads(workshop)
        self._workshop = workshop
        self._book = book

    def refusing(self, handle: Handler) -> Handler:
        """Check the key and the version first, as the API does."""

        async def check_and_handle(request: web.Request) -> web.StreamResponse:
            self._check_headers(request)
            return await handle(request)

        return self.answering(check_and_handle)

    def answering(self, handle: Handler) -> Handler:
        """Answer refusals in the API's shape."""

        async def handle_or_refuse(request: web.Request) -> web.StreamResponse:
            try:
                return await handle(request)
            except RunwayError as refusal:
                return web.json_response(refusal.as_json(), status=refusal.status)

        return handle_or_refuse

    async def submit(self, endpoint: Endpoint, request: web.Request) -> web.StreamResponse:
        question = read_question(await request.read(), endpoint)
        model = question.model.id
        words = self._book.magic.take_words(prompt=question.prompt, model=model)
        if refuse := pick(words, _REFUSALS):
            raise refuse()
        if Word.GONE in words:
            raise errors.model_gone(model)
        if Word.GARBAGE in words:
            return web.Response(text=_GARBAGE, content_type="text/html")
        job = await self._begin(question, words, base_url(request, self._workshop.config))
        if Word.TIMEOUT_AFTER_ACCEPT in words:
            return drop_connection(request)
        cost = {"credits": job.facts["credits"]}
        return web.json_response({"id": job.id, "estimatedCost": cost})

    async def get_task(self, request: web.Request) -> web.StreamResponse:
        job = self._find(request)
        look = self._book.look(job)
        if look.state is State.BROKEN:
            raise errors.internal()
        urls = self._workshop.media.urls(job) if look.state is State.DONE else []
        return web.json_response(answers.task_as_json(job, look, urls))

    async def delete_task(self, request: web.Request) -> web.StreamResponse:
        """Cancels a task at work; forgets one that has ended."""
        job = self._find(request)
        if not self._book.cancel(job):
            self._book.forget(job)
        return web.Response(status=204)

    async def get_organization(self, _request: web.Request) -> web.StreamResponse:
        jobs = list(self._book.newest_first())
        spent = sum(answers.final_cost(job) for job in jobs if job.end is not None)
        limits = {
            "maxConcurrentGenerations": self._workshop.config.runway_slots_per_model or None,
            "maxDailyGenerations": _GENERATIONS_A_DAY,
        }
        used = {model: sum(job.model == model for job in jobs) for model in MODELS}
        answer = {
            "creditBalance": _CREDITS - spent,
            "tier": {
                "maxMonthlyCreditSpend": _CREDITS,
                "models": dict.fromkeys(MODELS, limits),
            },
            "usage": {"models": {model: {"dailyGenerations": n} for model, n in used.items()}},
        }
        return web.json_response(answer)

    def reset(self) -> None:
        self.uploads.reset()

    async def _begin(self, question: Question, words: Words, base: str) -> Job:
        """What the inputs or the moderation spoil, the task says, not the submit."""
        inputs, flaw = None, None
        try:
            inputs = await open_inputs(question, self.uploads)
        except BadInputError:
            flaw = Failure.INPUT
        if Word.POLICY in words:
            flaw = Failure.POLICY
        is_image = question.endpoint is Endpoint.TEXT_TO_IMAGE
        seconds = 1 if is_image else seconds_of(question, inputs)
        return self._book.add(
            Job(
                id=str(uuid.uuid4()),
                kind=Kind.IMAGE if is_image else Kind.VIDEO,
                model=question.model.id,
                prompt=question.prompt,
                words=words if flaw is None else words | {Word.FAST},
                works=() if inputs is None else (make_work(question, inputs),),
                base_url=base,
                facts={"credits": round(question.model.credits * seconds)},
                flaw=flaw,
            )
        )

    def _find(self, request: web.Request) -> Job:
        job = self._book.find(request.match_info["id"])
        if job is None:
            raise errors.no_such_task()
        return job

    def _check_headers(self, request: web.Request) -> None:
        expected = f"Bearer {self._workshop.config.runway_api_key}"
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), expected.encode()):
            raise errors.bad_key()
        if request.headers.get("X-Runway-Version") != _VERSION:
            raise errors.no_version()
