"""What the stand-ins of AI providers share: magic words, jobs, their media and callbacks.

A stand-in opens a book in its `add_routes`, reads the submit, asks the book's magic for the
words, adds a `Job`, lets `callbacks.begin` run, and answers; a poll is `book.look(job)`.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import web

from sandbox.config import Config
from sandbox.jobs.book import Book, Failure, Job, Kind, Look, State
from sandbox.jobs.callbacks import Callbacks, Manner
from sandbox.jobs.inputs import (
    BadInputError,
    Input,
    Opened,
    as_input,
    open_input,
    read_input,
    sniff_mime,
)
from sandbox.jobs.magic import Magic, Word, Words, pick, without_words
from sandbox.jobs.media import Media, base_url
from sandbox.jobs.signing import Letter, Signer, standard_webhook_signer, unsigned
from sandbox.jobs.work import Film, Still, Studio, Work
from sandbox.recorder import RESETTERS

__all__ = [
    "WORKSHOP",
    "BadInputError",
    "Book",
    "Callbacks",
    "Failure",
    "Film",
    "Input",
    "Job",
    "Kind",
    "Letter",
    "Look",
    "Magic",
    "Manner",
    "Media",
    "Opened",
    "Signer",
    "State",
    "Still",
    "Studio",
    "Word",
    "Words",
    "Work",
    "Workshop",
    "as_input",
    "base_url",
    "open_book",
    "open_input",
    "pick",
    "read_input",
    "set_up",
    "sniff_mime",
    "standard_webhook_signer",
    "unsigned",
    "without_words",
]


@dataclass(frozen=True, slots=True)
class Workshop:
    """What there is one of for all stand-ins."""

    config: Config
    studio: Studio
    media: Media
    callbacks: Callbacks


WORKSHOP: web.AppKey[Workshop] = web.AppKey("workshop", Workshop)


def set_up(app: web.Application, config: Config) -> None:
    """Must run before any stand-in that opens a book adds its routes."""
    studio = Studio()
    workshop = Workshop(config, studio, Media(config, studio), Callbacks(config))
    app[WORKSHOP] = workshop
    app[RESETTERS] += [studio.reset, workshop.media.reset, workshop.callbacks.reset]
    app.router.add_get("/media/{token}/{name}", workshop.media.serve)
    app.router.add_get("/__callbacks", _list_callbacks)
    app.cleanup_ctx.append(_close_at_the_end)


def open_book(
    app: web.Application, *, slots: int | None = None, slots_per_model: bool = False
) -> Book:
    """A new book that `/__reset` empties."""
    book = Book(app[WORKSHOP].config, slots=slots, slots_per_model=slots_per_model)
    app[RESETTERS].append(book.reset)
    return book


async def _close_at_the_end(app: web.Application) -> AsyncIterator[None]:
    yield
    await app[WORKSHOP].callbacks.close()
    app[WORKSHOP].studio.close()


async def _list_callbacks(request: web.Request) -> web.Response:
    """`service` and `job_id` narrow the list down."""
    wanted = request.query
    shown = [
        delivery.as_json()
        for delivery in request.app[WORKSHOP].callbacks.deliveries
        if wanted.get("service") in (None, delivery.service)
        and wanted.get("job_id") in (None, delivery.job_id)
    ]
    return web.json_response({"callbacks": shown})
