"""Buttons under a result: again, edit, cancel, new."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from django.utils import timezone

from botapp import db_threads, keyboards
from botapp.business import balance, generation
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
    router.callback_query.register(cancel, on_order.filter(F.action == OrderAction.CANCEL))
    router.message.register(edit, Making.edit, F.text, ~F.text.startswith("/"))
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


async def ask_edit(
    query: CallbackQuery, callback_data: keyboards.OnOrder, user: TgUser, state: FSMContext
) -> None:
    if not isinstance(query.message, Message):
        await query.answer(menu.old_button(), show_alert=True)
        return
    order = await db_threads.run(
        generation.get_own, user_id=user.pk, generation_id=callback_data.generation_id
    )
    await query.message.reply(texts.ask_edit(), reply_markup=keyboards.cancel())
    await state.set_state(Making.edit)
    await state.set_data({"generation_id": order.pk})
    await query.answer()


async def edit(message: Message, user: TgUser, state: FSMContext) -> None:
    data = await state.get_data()
    started = await db_threads.run(
        generation.edit,
        user_id=user.pk,
        generation_id=data["generation_id"],
        prompt=message.text or "",
        key=f"tg:{message.chat.id}:{message.message_id}",
    )
    await state.clear()
    await show_placed(message, started)


async def cancel(query: CallbackQuery, callback_data: keyboards.OnOrder, user: TgUser) -> None:
    generation_id = callback_data.generation_id
    now = timezone.now()
    if not await db_threads.run(
        generation.cancel, user_id=user.pk, generation_id=generation_id, now=now
    ):
        await query.answer(texts.too_late_to_cancel(), show_alert=True)
        return
    order = await db_threads.run(generation.get_own, user_id=user.pk, generation_id=generation_id)
    amount = await db_threads.run(balance.get_balance, user_id=user.pk)
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.edit_text(texts.cancelled(order, balance=amount))
