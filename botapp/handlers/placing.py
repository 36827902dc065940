"""What a person sees when an order is placed: one message that lives until the result."""

import logging
from decimal import Decimal

from aiogram.exceptions import TelegramAPIError
from aiogram.types import Message
from django.utils import timezone

from botapp import db_threads, keyboards, tasks
from botapp.business import drafts, generation
from botapp.handlers.status import attach
from botapp.models import GenRequest, TgUser
from botapp.texts import generation as texts

logger = logging.getLogger(__name__)


async def place(
    message: Message, user: TgUser, draft: drafts.Draft, *, key: str, price: Decimal | None = None
) -> bool:
    """Order the draft and show the order; False when it costs something else than `price`.

    Raises what `drafts.order` raises.
    """
    started = await db_threads.run(
        drafts.order, draft, user_id=user.pk, chat_id=message.chat.id, key=key, price=price
    )
    if started is not None:
        await show_placed(message, started)
    return started is not None


async def show_placed(message: Message, started: generation.Started) -> None:
    order = started.order
    if not started.is_new:
        return
    try:
        await _show_status(message, order)
    except TelegramAPIError:
        # The order is placed and paid for: its result comes as a message of its own.
        logger.warning("No status message", extra={"generation_id": order.pk})
    await db_threads.run(tasks.ring_submit, kind=order.ai_model.type)


async def _show_status(message: Message, order: GenRequest) -> None:
    status = await message.answer(texts.queued(order), reply_markup=keyboards.while_queued(order))
    where = {"generation_id": order.pk, "now": timezone.now()}
    await attach(status, message, generation.attach_status_message, **where)
