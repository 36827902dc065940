"""The status messages of orders in progress live: elapsed time, stage, percent."""

import logging
from datetime import datetime, timedelta

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
)
from aiogram.methods import EditMessageText
from django.db.models import Q
from django.utils import translation

from botapp import keyboards, telegram
from botapp.business import generation, waiting
from botapp.models import GenRequest
from botapp.texts import generation as texts

logger = logging.getLogger(__name__)

Status = GenRequest.Status

# Telegram takes about one message a second for a chat and thirty for a bot.
EDIT_EVERY_S = 5.0
EDITS_PER_TICK_MAX = 20
# After a minute of waiting nobody reads every five seconds.
SLOW_AFTER_S = 60.0
SLOW_EDIT_EVERY_S = 15.0


def refresh(now: datetime) -> int:
    """Edit the status messages that have grown old; returns how many."""
    edited = 0
    for order in _stale(now)[:EDITS_PER_TICK_MAX]:
        # Marked first: a failing edit waits for its next turn like all others.
        marked = GenRequest.objects.filter(
            pk=order.pk, status=order.status, status_edited_at=order.status_edited_at
        ).update(status_edited_at=now)
        if marked and not _edit(order, now):
            break
        edited += marked
    return edited


def _stale(now: datetime) -> list[GenRequest]:
    quick = Q(created_at__gt=now - timedelta(seconds=SLOW_AFTER_S)) & Q(
        status_edited_at__lt=now - timedelta(seconds=EDIT_EVERY_S)
    )
    slow = Q(status_edited_at__lt=now - timedelta(seconds=SLOW_EDIT_EVERY_S))
    return list(
        GenRequest.objects.filter(
            quick | slow,
            status__in=(Status.QUEUED, Status.SUBMITTING, Status.PROCESSING),
            status_message_id__isnull=False,
        )
        .select_related("ai_model", "user__settings")
        .order_by("status_edited_at")
    )


def _edit(order: GenRequest, now: datetime) -> bool:
    """False when Telegram wants no more for now."""
    with translation.override(order.user.settings.interface_language):
        method = EditMessageText(
            chat_id=order.chat_id,
            message_id=order.status_message_id,
            text=_text(order, now),
            reply_markup=keyboards.while_working(order),
        )
    is_answered = _send(order, method)
    # An end reported while this edit was under way may have been painted over, also by an edit
    # whose answer was lost: it is told again.
    generation.report_again(generation_id=order.pk, now=now)
    return is_answered


def _send(order: GenRequest, method: EditMessageText) -> bool:
    try:
        telegram.call(method)
    except (TelegramRetryAfter, TimeoutError):
        return False
    except (TelegramBadRequest, TelegramForbiddenError):
        logger.info("A status message cannot be edited", extra={"generation_id": order.pk})
    except TelegramAPIError:
        logger.warning("Telegram is away", extra={"generation_id": order.pk})
        return False
    return True


def _text(order: GenRequest, now: datetime) -> str:
    elapsed_s = (now - order.created_at).total_seconds()
    usual_s = waiting.usual_time_s(order.ai_model, params=order.generation_params)
    if order.status != Status.QUEUED:
        return texts.generating(order, elapsed_s=elapsed_s, usual_s=usual_s)
    if order.submit_attempts or order.next_attempt_at > now:
        return texts.waiting_for_provider(order, elapsed_s=elapsed_s)
    return texts.queued(order, ahead=generation.count_ahead(order), usual_s=usual_s)
