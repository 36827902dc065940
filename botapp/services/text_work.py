"""A text task meets the text model, and its end reaches its person."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNotFound
from django.conf import settings
from django.utils import timezone, translation

from botapp.business import generation, text_tasks, users
from botapp.business.reference_errors import BadReferenceError
from botapp.models import BotErrorEvent, TextTask
from botapp.providers import registry, transport
from botapp.providers.base import Failure, ProviderError
from botapp.providers.gemini_text import GeminiText, Written
from botapp.services import (
    failures,
    inputs,
    references,  # noqa: F401  # adds its kind of task
    sending,
    status_message,
)
from botapp.services.delivery import PASSING
from botapp.services.text_kinds import KINDS

logger = logging.getLogger(__name__)

PROVIDER = "gemini"
RETRY_FIRST_S = 3.0
# A person who waits in the chat is told sooner that the model has no time.
RETRY_MAX_S = 60.0
# A question makes nothing that could be made twice: a lost answer is asked for again.
WORTH_ANOTHER_TRY = frozenset({Failure.RATE, Failure.TRANSIENT, Failure.UNKNOWN_SUBMIT})
WORKERS_DIED = "worker_died"
# Slow answers never take all the threads of a worker, and slow sites, each fetched by a process
# with memory of its own, never all places for answers.
AT_ONCE_MAX = 8
LINKS_AT_ONCE_MAX = 4
_places = threading.BoundedSemaphore(AT_ONCE_MAX)
# The tasks this process is working at, and whether each follows a link.
_held: dict[int, bool] = {}
_claiming = threading.Lock()


def work_next(now: datetime) -> TextTask | None:
    """Work at the task whose turn it is, and return it; None when there is none."""
    if not _places.acquire(blocking=False):
        # Whoever ends rings for the next.
        return None
    try:
        task = _claim(now)
        if task is not None:
            with _released_after(task):
                _serve(task)
        return task
    finally:
        _places.release()


def _claim(now: datetime) -> TextTask | None:
    with _claiming:
        has_room = sum(_held.values()) < LINKS_AT_ONCE_MAX
        task = text_tasks.claim(now=now, lease_s=settings.GENERATION_LEASE_S, with_links=has_room)
        if task is not None:
            _held[task.pk] = "url" in task.source
    return task


def renew_leases() -> None:
    """Called by a clock while this process lives: its tasks are being worked at."""
    text_tasks.renew_leases(
        ids=tuple(_held), now=timezone.now(), lease_s=settings.GENERATION_LEASE_S
    )


def tell(task: TextTask) -> None:
    """Show the end of a task in the chat, once; a task that goes on has none to show."""
    now = timezone.now()
    ended = text_tasks.claim_report(task_id=task.pk, now=now, lease_s=sending.LEASE_S)
    if ended is None:
        return
    try:
        with translation.override(ended.user.settings.interface_language):
            shown = KINDS[ended.kind].show(ended)
        status_message.show(ended, shown.text, shown.markup)
    except PASSING:
        # The lease runs out and the sweeper rings again.
        logger.warning("Could not tell of a text task", extra={"text_task_id": ended.pk})
        return
    except TelegramForbiddenError:
        users.mark_blocked(chat_id=ended.chat_id, blocked=True)
    except (TelegramBadRequest, TelegramNotFound):
        logger.warning("Telegram refuses a text", extra={"text_task_id": ended.pk})
    text_tasks.mark_reported(task_id=ended.pk, now=timezone.now())


@contextmanager
def _released_after(task: TextTask) -> Iterator[None]:
    try:
        yield
    finally:
        _held.pop(task.pk, None)


def _serve(task: TextTask) -> None:
    if task.attempts > text_tasks.ATTEMPTS_MAX:
        _give_up(task, WORKERS_DIED, "no worker survived it")
        return
    try:
        written = _ask(task)
    except inputs.UnreadableInputError as error:
        _give_up(task, generation.UNREADABLE_INPUT, str(error))
    except BadReferenceError as error:
        _give_up(task, error.trouble.value, str(error))
    except ProviderError as error:
        _handle(task, error)
    else:
        text_tasks.finish(
            task_id=task.pk, result=written.text, cost_usd=written.cost_usd, now=timezone.now()
        )


def _ask(task: TextTask) -> Written:
    if not registry.is_enabled(PROVIDER):
        raise ProviderError(Failure.AUTH, "the text model has no key here")
    model = GeminiText(**settings.PROVIDERS[PROVIDER])
    question = KINDS[task.kind].ask(task)
    call = model.build(question.parts, question.system, settings.GEMINI_TEXT_MODEL)
    return model.read(transport.send(call))


def _handle(task: TextTask, error: ProviderError) -> None:
    if error.failure in failures.ALERTING - WORTH_ANOTHER_TRY:
        logger.error(
            "The text model failed: %s",
            error.failure.value,
            exc_info=error,
            extra={
                "origin": BotErrorEvent.Origin.GENERATION.value,
                "text_task_id": task.pk,
                "chat_id": task.chat_id,
                "detail": failures.said(error),
            },
        )
    delay_s = error.retry_after_s or RETRY_FIRST_S * 2 ** (task.attempts - 1)
    is_tried_enough = task.attempts >= text_tasks.ATTEMPTS_MAX or delay_s > RETRY_MAX_S
    if error.failure not in WORTH_ANOTHER_TRY or is_tried_enough:
        _give_up(task, error.failure.value, failures.said(error))
        return
    text_tasks.retry_later(task_id=task.pk, at=timezone.now() + timedelta(seconds=delay_s))


def _give_up(task: TextTask, code: str, detail: str) -> None:
    text_tasks.fail(task_id=task.pk, code=code, detail=detail, now=timezone.now())
