"""Buttons under a result: again, edit, upscale, vary, continue, cancel."""

from collections.abc import Callable
from typing import Any

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from django.utils import timezone

from botapp import db_threads, keyboards, stopping
from botapp.business import balance, drafts, generation, preferences
from botapp.handlers import desk, incoming
from botapp.handlers.placing import show_placed
from botapp.handlers.results import show, show_front
from botapp.keyboards import result as result_keyboard
from botapp.models import TgUser
from botapp.states import Making
from botapp.texts import generation as texts
from botapp.texts import menu

OrderAction = keyboards.OrderAction


def setup() -> Router:
    router = Router(name="orders")
    on_order = keyboards.OnOrder
    router.callback_query.register(again, on_order.filter(F.action == OrderAction.AGAIN))
    router.callback_query.register(again_surely, keyboards.AgainSurely.filter())
    router.callback_query.register(ask_extension, on_order.filter(F.action == OrderAction.EXTEND))
    router.callback_query.register(cancel, on_order.filter(F.action == OrderAction.CANCEL))
    router.callback_query.register(follow_up, keyboards.FollowUp.filter())
    router.callback_query.register(follow_up_surely, keyboards.FollowUpSurely.filter())
    words = F.text & ~F.text.startswith("/")
    # Words that answer some picture are about that one, whatever was asked before.
    router.message.register(edit, Making.edit, words, ~incoming.ANSWERED_MEDIA)
    return router


async def again(query: CallbackQuery, callback_data: keyboards.OnOrder, user: TgUser) -> None:
    own = {"user_id": user.pk, "generation_id": callback_data.generation_id}
    order = await db_threads.run(generation.get_kept, **own)
    price = await db_threads.run(generation.repeat_price, order)
    if price is not None and await db_threads.run(preferences.ask_first, user, price):
        surely = keyboards.AgainSurely(generation_id=order.pk, price=price)
        await query.answer()
        await show(query, result_keyboard.confirm(order, price, surely))
        return
    await _place(query, generation.repeat, **own)


async def again_surely(
    query: CallbackQuery, callback_data: keyboards.AgainSurely, user: TgUser
) -> None:
    await _place(query, generation.repeat, user_id=user.pk, **callback_data.model_dump())
    await show_front(query, user, callback_data.generation_id)


async def follow_up(query: CallbackQuery, callback_data: keyboards.FollowUp, user: TgUser) -> None:
    """Upscale or vary one result."""
    own = {"user_id": user.pk, "generation_id": callback_data.generation_id}
    order = await db_threads.run(generation.get_kept, **own)
    price = await db_threads.run(generation.follow_up_price, order, callback_data.mode)
    if price is not None and await db_threads.run(preferences.ask_first, user, price):
        surely = keyboards.FollowUpSurely(**callback_data.model_dump(), price=price)
        await query.answer()
        await show(query, result_keyboard.confirm(order, price, surely))
        return
    wanted = {"mode": callback_data.mode, "result_index": callback_data.index}
    await _place(query, generation.follow_up, **own, **wanted)


async def follow_up_surely(
    query: CallbackQuery, callback_data: keyboards.FollowUpSurely, user: TgUser
) -> None:
    wanted = {"mode": callback_data.mode, "result_index": callback_data.index}
    own = {"user_id": user.pk, "generation_id": callback_data.generation_id}
    await _place(query, generation.follow_up, **own, **wanted, price=callback_data.price)
    await show_front(query, user, callback_data.generation_id)


async def ask_extension(
    query: CallbackQuery, callback_data: keyboards.OnOrder, user: TgUser, state: FSMContext
) -> None:
    """The words that come make a card of it, with the price of the continuation."""
    draft = await db_threads.run(
        drafts.continue_film, user_id=user.pk, generation_id=callback_data.generation_id
    )
    await desk.begin(state, draft)
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.reply(texts.ask_extension(), reply_markup=keyboards.cancel())


async def edit(message: Message, user: TgUser, state: FSMContext) -> None:
    """Made at once, or a card for who wants to be asked from such a price on."""
    try:
        await _edit(message, user, state)
    except generation.OrderNotFoundError:
        # No other words would help: the next ones are about something new.
        await state.clear()
        raise


async def _edit(message: Message, user: TgUser, state: FSMContext) -> None:
    data = await state.get_data()
    own = {"user_id": user.pk, "generation_id": data["generation_id"]}
    wanted = own | {"result_index": data.get("result_index", 0), "prompt": message.text or ""}
    order = await db_threads.run(generation.get_kept, **own)
    price = await db_threads.run(generation.edit_price, order)
    if preferences.is_to_be_asked(user.settings, price):
        draft = await db_threads.run(drafts.edit_result, **wanted)
        await desk.put_away(state)
        await desk.lay(message, user, state, draft)
        return
    key = f"tg:{message.chat.id}:{message.message_id}"
    started = await db_threads.run(generation.edit, **wanted, key=key)
    await state.clear()
    await show_placed(message, started)


async def cancel(query: CallbackQuery, callback_data: keyboards.OnOrder, user: TgUser) -> None:
    own = {"user_id": user.pk, "generation_id": callback_data.generation_id}
    stopped = await db_threads.run(stopping.stop, **own)
    if stopped is stopping.Stopped.CANCELLED:
        order = await db_threads.run(generation.get_own, **own)
        amount = await db_threads.run(balance.get_balance, user_id=user.pk)
        await query.answer()
        if isinstance(query.message, Message):
            await query.message.edit_text(texts.cancelled(order, balance=amount))
            await db_threads.run(
                generation.mark_reported, generation_id=order.pk, now=timezone.now()
            )
    elif stopped is stopping.Stopped.ASKED:
        order = await db_threads.run(generation.get_own, **own)
        await query.answer(texts.asked_to_stop(order), show_alert=True)
    else:
        await query.answer(texts.too_late_to_cancel(), show_alert=True)


async def _place(
    query: CallbackQuery, order: Callable[..., generation.Started], **wanted: Any
) -> None:
    if not isinstance(query.message, Message):
        await query.answer(menu.old_button(), show_alert=True)
        return
    started = await db_threads.run(order, **wanted, key=f"tg:callback:{query.id}")
    await show_placed(query.message, started)
    await query.answer()
