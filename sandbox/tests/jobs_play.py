"""A stand-in of no provider at all, to see what every stand-in is made of."""

import itertools

from aiohttp import web

from sandbox import control, jobs, recorder
from sandbox.drawing import Order
from sandbox.film import FilmOrder
from sandbox.jobs import (
    WORKSHOP,
    Film,
    Job,
    Kind,
    Manner,
    Still,
    Word,
    base_url,
    open_book,
    standard_webhook_signer,
    without_words,
)

SECRET = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI="


class ToyService:
    def __init__(self, app, *, slots=None, slots_per_model=False, pauses_s=(1.0,)):
        self.workshop = app[WORKSHOP]
        self.book = open_book(app, slots=slots, slots_per_model=slots_per_model)
        self._ids = itertools.count(1)
        self._manner = Manner(
            service="toy",
            write=lambda job: f'{{"id": "{job.id}", "end": "{job.end}"}}'.encode(),
            sign=standard_webhook_signer(SECRET),
            pauses_s=pauses_s,
        )

    async def submit(self, request):
        asked = await request.json()
        words = self.book.magic.take_words(prompt=asked["prompt"], model="toy-1")
        if Word.RATE in words:
            raise web.HTTPTooManyRequests
        job = self.book.add(
            Job(
                id=f"toy-{next(self._ids)}",
                kind=Kind(asked.get("kind", "image")),
                model=asked.get("model", "toy-1"),
                prompt=asked["prompt"],
                words=words,
                works=(work_of(asked),),
                base_url=base_url(request, self.workshop.config),
                reference=asked.get("reference", ""),
                callback_url=asked.get("callback_url", ""),
            )
        )
        await self.workshop.callbacks.begin(job, self._manner)
        if Word.TIMEOUT_AFTER_ACCEPT in words:
            return recorder.drop_connection(request)
        return web.json_response({"id": job.id})

    async def poll(self, request):
        job = self.book.find(request.match_info["id"])
        if job is None:
            raise web.HTTPNotFound
        look = self.book.look(job)
        urls = self.workshop.media.urls(job) if look.state == "done" else []
        return web.json_response(
            {
                "state": look.state,
                "progress": look.progress,
                "held": look.held,
                "failure": job.failure,
                "urls": urls,
            }
        )

    async def cancel(self, request):
        job = self.book.find(request.match_info["id"])
        return web.json_response({"cancelled": self.book.cancel(job)})

    async def find(self, request):
        job = self.book.find_by_reference(request.query["reference"])
        return web.json_response({"id": job and job.id})

    async def list_jobs(self, _request):
        return web.json_response([job.id for job in self.book.newest_first()])


def build_toy_app(config, **settings):
    app = web.Application()
    recorder.set_up(app)
    control.add_routes(app)
    jobs.set_up(app, config)
    app[recorder.SERVICES]["toy"] = "toy"
    toy = ToyService(app, **settings)
    app.router.add_post("/toy/jobs", toy.submit)
    app.router.add_get("/toy/jobs", toy.list_jobs)
    app.router.add_get("/toy/jobs/{id}", toy.poll)
    app.router.add_post("/toy/jobs/{id}/cancel", toy.cancel)
    app.router.add_get("/toy/find", toy.find)
    return app


def work_of(asked):
    prompt = without_words(asked["prompt"])
    if asked.get("kind") == "video":
        return Film(FilmOrder(prompt=prompt, model="Toy", width=320, height=180, seconds=1))
    return Still(Order(prompt=prompt, signature="Toy", width=64, height=64))
