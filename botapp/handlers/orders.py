"""Buttons under a result: again, edit, upscale, vary, continue, cancel."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from botapp import db_threads, keyboards, stopping
from botapp.business import balance, drafts, generation
from botapp.handlers import desk, incoming
from botapp.handlers.placing import show_placed
from botapp.models import TgUser
from botapp.states import Making
from botapp.texts import generation as texts
from botapp.texts import menu

OrderAction = keyboards.OrderAction


def setup() -> Router:
    router = Router(name="orders")
    on_order = keyboards.OnOrder
    router.callback_query.register(again, on_order.filter(F.action == OrderAction.AGAIN))
    router.callback_query.register(ask_edit, on_order.filter(F.action == OrderAction.EDIT))
    router.callback_query.register(ask_extension, on_order.filter(F.action == OrderAction.EXTEND))
    router.callback_query.register(cancel, on_order.filter(F.action == OrderAction.CANCEL))
    router.callback_query.register(follow_up, keyboards.FollowUp.filter())
    words = F.text & ~F.text.startswith("/")
    # Words that answer some picture are about that one, whatever was asked before.
    router.message.register(edit, Making.edit, words, ~incoming.ANSWERED_MEDIA)
    return router


async def again(query: CallbackQuery, callback_data: keyboards.OnOrder, user: TgUser) -> None:
    if not isinstance(query.message, Message):
        await query.answer(menu.old_button(), show_alert=True)
        return
    started = await db_threads.run(
        generation.repeat,
        user_id=user.pk,
        generation_id=callback_data.generation_id,
        key=f"tg:callback:{query.id}",
    )
    await show_placed(query.message, started)
    await query.answer()


async def follow_up(query: CallbackQuery, callback_data: keyboards.FollowUp, user: TgUser) -> None:
    """Upscale or vary one result."""
    if not isinstance(query.message, Message):
        await query.answer(menu.old_button(), show_alert=True)
        return
    started = await db_threads.run(
        generation.follow_up,
        user_id=user.pk,
        generation_id=callback_data.generation_id,
        mode=callback_data.mode,
        result_index=callback_data.index,
        key=f"tg:callback:{query.id}",
    )
    await show_placed(query.message, started)
    await query.answer()


async def ask_edit(
    query: CallbackQuery, callback_data: keyboards.OnOrder, user: TgUser, state: FSMContext
) -> None:
    if not isinstance(query.message, Message):
        await query.answer(menu.old_button(), show_alert=True)
        return
    own = {"user_id": user.pk, "generation_id": callback_data.generation_id}
    index = await db_threads.run(
        generation.index_shown_in, **own, message_id=query.message.message_id
    )
    order = await db_threads.run(generation.get_own, **own)
    # Under several pictures the button belongs to none of them.
    asked = texts.ask_edit(is_one_of_many=order.results_expected > 1 and not query.message.photo)
    await query.message.reply(asked, reply_markup=keyboards.cancel())
    await state.set_state(Making.edit)
    await state.set_data({"generation_id": callback_data.generation_id, "result_index": index})
    await query.answer()


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
    data = await state.get_data()
    started = await db_threads.run(
        generation.edit,
        user_id=user.pk,
        generation_id=data["generation_id"],
        result_index=data.get("result_index", 0),
        prompt=message.text or "",
        key=f"tg:{message.chat.id}:{message.message_id}",
    )
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
    elif stopped is stopping.Stopped.ASKED:
        await query.answer(texts.asked_to_stop(), show_alert=True)
    else:
        await query.answer(texts.too_late_to_cancel(), show_alert=True)
