"""The draft a conversation is about, and the one card that shows it and can order it.

The conversation's data holds `draft`, the message id of its `card`, the `price` shown there, the
`album` that is still coming in (`album_begun`: taken or refused), the parameter being `typing`, and
the `model` chosen last.
"""

import logging
from decimal import Decimal
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from botapp import db_threads
from botapp.business import drafts, preferences
from botapp.keyboards import card as card_keyboard
from botapp.models import TgUser
from botapp.texts import drafts as texts

logger = logging.getLogger(__name__)


class LatestCard(Filter):
    """Only the latest card works; gives the handler its `draft` and the `price` it shows."""

    async def __call__(self, query: CallbackQuery, state: FSMContext) -> bool | dict[str, Any]:
        data = await state.get_data()
        shown = query.message.message_id if isinstance(query.message, Message) else None
        if shown is None or "draft" not in data or data.get("card") != shown:
            return False
        return {"draft": drafts.Draft.from_dict(data["draft"]), "price": Decimal(data["price"])}


async def current(state: FSMContext) -> drafts.Draft | None:
    data = await state.get_data()
    return drafts.Draft.from_dict(data["draft"]) if "draft" in data else None


async def begin(state: FSMContext, draft: drafts.Draft) -> None:
    """A draft that has no card yet; the model chosen last stays chosen."""
    await put_away(state)
    await state.update_data(draft=draft.as_dict())


async def choose(state: FSMContext, slug: str) -> None:
    """Free text and photos go to this model until another one is chosen."""
    await state.update_data(model=slug)


async def usual_model(state: FSMContext, *, user_id: int) -> str:
    """The model chosen last, else the preferred one, else none."""
    chosen: str = (await state.get_data()).get("model", "")
    return chosen or await db_threads.run(preferences.preferred_slug, user_id=user_id)


async def put_away(state: FSMContext) -> None:
    """The draft was ordered, or another one begins."""
    data = await state.get_data()
    await state.set_state(None)
    await state.set_data({"model": data["model"]} if "model" in data else {})


async def forget_suggestions(state: FSMContext) -> None:
    """Better words for one draft are not for the next."""
    await state.update_data(texts=[])


async def lay(message: Message, user: TgUser, state: FSMContext, draft: drafts.Draft) -> None:
    """A new card below what was said; the old one loses its buttons."""
    offer = await db_threads.run(drafts.offer, draft, user_id=user.pk)
    old = (await state.get_data()).get("card")
    card = await message.answer(texts.card(offer), reply_markup=card_keyboard.card(offer))
    await _keep(state, offer)
    await state.update_data(card=card.message_id, album=message.media_group_id)
    if old is not None and message.bot is not None:
        await disarm(message.bot, message.chat.id, old)


async def redraw(bot: Bot, user: TgUser, state: FSMContext, draft: drafts.Draft) -> None:
    """The same card with what has changed."""
    offer = await db_threads.run(drafts.offer, draft, user_id=user.pk)
    await _keep(state, offer)
    await bot.edit_message_text(
        texts.card(offer),
        chat_id=user.chat_id,
        message_id=(await state.get_data())["card"],
        reply_markup=card_keyboard.card(offer),
    )


async def _keep(state: FSMContext, offer: drafts.Offer) -> None:
    await state.set_state(None)
    await state.update_data(draft=offer.draft.as_dict(), price=str(offer.price))


async def disarm(bot: Bot, chat_id: int, message_id: int) -> None:
    """A card that orders nothing any more has no buttons."""
    try:
        await bot.edit_message_reply_markup(chat_id=chat_id, message_id=message_id)
    except TelegramBadRequest:
        # Deleted by the person, or too old: it cannot order anything anyway.
        logger.info("An old card cannot be edited", extra={"chat_id": chat_id})
